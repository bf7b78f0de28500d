"""A policy pack ready for use: dated, checked, its conditions compiled. Made by ``load``; evaluates nothing itself."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain import Choice, Text
from kiosk.toml_file import FileError, Problem
from plugins.checkpoint.policy.certlogic_operations import Evaluator
from plugins.checkpoint.policy.outcome import ConditionResult, State, Verdict
from plugins.checkpoint.policy.risk_map import RiskMap

PolicyError = FileError  # packs that cannot be used; ``problems`` has every mistake that could be told at once


@dataclass(frozen=True, slots=True)
class Ask:
    """A pack's own words for a missing fact."""

    fact: str
    text: Text | None
    choices: tuple[Choice, ...] = ()


@dataclass(frozen=True, slots=True)
class Condition:
    """One named condition. ``when`` and ``rule`` are its CertLogic; ``verdict`` is what follows where the rule is not met."""

    name: str
    verdict: str  # "refuse", "refer" or "note"
    if_missing: str  # "ask", "refer" or "note"
    reason: Text
    next_step: Text
    legal_basis: str
    when: Any
    rule: Any
    written: str  # the rule as it stands in the file
    written_when: str  # so the guard; empty where there is none
    uses: tuple[str, ...]
    asks: tuple[Ask, ...] = ()
    applies: Evaluator | None = field(default=None, repr=False, compare=False)
    holds: Evaluator = field(default=lambda data: None, repr=False, compare=False)
    # the results that say the same of everybody: made once, for thirty of them are given to each traveller
    not_applicable: ConditionResult = field(init=False, repr=False, compare=False)
    met: ConditionResult = field(init=False, repr=False, compare=False)
    not_met: ConditionResult = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        words = (self.reason, self.next_step, self.legal_basis)
        object.__setattr__(self, "not_applicable", ConditionResult(self.name, State.NOT_APPLICABLE, ""))
        object.__setattr__(self, "met", ConditionResult(self.name, State.MET, ""))
        object.__setattr__(self, "not_met", ConditionResult(self.name, State.NOT_MET, self.verdict, *words))


@dataclass(frozen=True, slots=True)
class Example:
    """A made-up traveller and the verdict expected."""

    name: str
    at: datetime
    facts: dict[str, Any]
    verdict: Verdict
    because: tuple[str, ...] | None
    line: int


@dataclass(frozen=True, slots=True)
class Pack:
    """One policy for one span of time: from ``valid_from`` on, before ``valid_to`` (None: until further notice).

    ``digest``: SHA-256 over its file and its risk map's, in hexadecimal: records name by it what they were judged by.
    ``uses``: every fact in it. ``warnings``: what loads and yet looks wrong.
    """

    id: str
    title: Text
    valid_from: datetime
    valid_to: datetime | None
    zone: ZoneInfo
    conditions: tuple[Condition, ...]
    legal_basis: str = ""
    sources: tuple[str, ...] = ()
    simplified: str = ""
    file: str = ""
    digest: str = ""
    uses: tuple[str, ...] = ()
    risk_map: RiskMap | None = None
    examples: tuple[Example, ...] = ()
    warnings: tuple[Problem, ...] = ()

    def valid_at(self, moment: datetime) -> bool:
        """Whether the pack is in force. A moment without a time zone is in no pack's time."""
        if moment.tzinfo is None:
            return False
        return self.valid_from <= moment and (self.valid_to is None or moment < self.valid_to)


def nothing_in_force(pack_id: str) -> Pack:
    """What stands for a policy of which no pack is in force: it has no condition, and so admits nobody."""
    words = Text("Không có quy định nào đang có hiệu lực", "No policy is in force")
    return Pack(pack_id, words, datetime.max.replace(tzinfo=UTC), None, ZoneInfo("UTC"), ())


@dataclass(frozen=True, slots=True)
class Packs:
    """Policies over time: several packs may have the same id, one after another."""

    all: tuple[Pack, ...]

    def ids(self) -> tuple[str, ...]:
        """The policies there are."""
        return tuple(sorted({pack.id for pack in self.all}))

    def at(self, moment: datetime, pack_id: str | None = None) -> Pack:
        """The pack of a policy in force at ``moment``; where none is, one without conditions, which refers everybody.

        ``pack_id`` may be left out where there is only one policy; else ``ValueError``."""
        if pack_id is None:
            if len(self.ids()) != 1:
                raise ValueError(f"say which policy: {', '.join(self.ids()) or 'there is none'}")
            pack_id = self.all[0].id
        for pack in self.all:
            if pack.id == pack_id and pack.valid_at(moment):
                return pack
        return nothing_in_force(pack_id)
