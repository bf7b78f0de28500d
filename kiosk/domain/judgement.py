"""What is found and still asked about somebody, and what is decided."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.text import NOTHING_SAID, Text


class Severity(StrEnum):
    """What one finding means for the decision; ``decide`` documents the order."""

    GROUND = "ground"  # a positive reason to admit: without one nobody is admitted
    NOTE = "note"  # worth saying, changes nothing
    OPEN = "open"  # a fact is missing: never a pass
    CONCERN = "concern"  # a person must look
    BAR = "bar"  # not admitted


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, by code and in words, with its legal basis and the next step."""

    code: str  # stable, "<plugin>.<reason>"
    severity: Severity
    text: Text
    next_step: Text = NOTHING_SAID
    legal_basis: str = ""


class Decision(StrEnum):
    """What the appliance answers. A fault never ends in ADMIT."""

    ADMIT = "admit"
    ASK = "ask"
    REFER = "refer"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a person can pick."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A fact still missing. ``kind`` is "choice", "date" (ISO 8601), "digits" or "text"."""

    id: str
    text: Text
    kind: str = "choice"
    choices: tuple[Choice, ...] = ()
    max_length: int = 64
