"""What a policy says about one traveller: each condition's result, and the verdict they add up to. Frozen values."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from kiosk.domain import Text

NOTHING = Text("", "")


class Verdict(StrEnum):
    """What a policy says; the same words as ``kiosk.domain.Decision``."""

    ADMIT = "admit"
    ASK = "ask"
    REFER = "refer"
    REFUSE = "refuse"


class State(StrEnum):
    """How a condition stands for one traveller."""

    MET = "met"
    NOT_MET = "not_met"
    OPEN = "open"  # a fact is missing or unusable: never a pass
    NOT_APPLICABLE = "not_applicable"


@dataclass(frozen=True, slots=True)
class ConditionResult:
    """One condition for one traveller.

    ``verdict``: "" where the condition is met or does not apply; "note", "refer" or "refuse" where it is not met; what
    the condition's ``if_missing`` says where it is open ("refer" where asking would not help: ``fault`` then names the fact
    whose value is unusable, or says that the rule could not be evaluated). ``missing``: the facts to ask for, the most telling first.
    """

    name: str
    state: State
    verdict: str
    reason: Text = NOTHING
    next_step: Text = NOTHING
    legal_basis: str = ""
    missing: tuple[str, ...] = ()
    fault: Text = NOTHING


@dataclass(frozen=True, slots=True)
class Outcome:
    """A pack's answer. ``results`` has every condition in the order of the file; one about the pack itself, named ``policy.…``,
    where it cannot answer. ``missing``: facts to ask for before anybody can be admitted, without repetition."""

    verdict: Verdict
    results: tuple[ConditionResult, ...]
    missing: tuple[str, ...]
    policy: str
    digest: str
    at: datetime

    def deciding(self) -> tuple[ConditionResult, ...]:
        """The results that make the verdict what it is."""
        return tuple(one for one in self.results if one.verdict == self.verdict)
