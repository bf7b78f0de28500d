"""What goes into screening and what comes out: a person, an outcome with its reasons, a hint. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from kiosk.domain import Text


class Conclusion(StrEnum):
    """What screening comes to."""

    ELIGIBLE = "eligible"
    CAUTION = "caution"
    POSTPONE = "postpone"
    CONTRAINDICATED = "contraindicated"
    OPEN = "open"


WORST_FIRST = (Conclusion.CONTRAINDICATED, Conclusion.POSTPONE, Conclusion.OPEN, Conclusion.CAUTION)


@dataclass(frozen=True, slots=True)
class Person:
    """``age`` in whole years on the day, None where nobody knows it; ``sex``: "male", "female" or empty."""

    age: int | None = None
    sex: str = ""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why: ``code`` is ``question.<id>``, ``vital.<id>``, ``age``, ``vaccine.…`` or ``pack.…``."""

    code: str
    outcome: Conclusion
    text: Text
    next_step: Text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What screening came to, and why, worst first. ``missing``: ids of questions and vital signs still open, ``age``, or ``pack``.
    ``unread``: given under a name that the pack does not have, or as no answer can be. ``postpone_days``, ``postpone_until``: when
    it is worth coming again, where a rule says so; a hint. ``hospital``: to be vaccinated at a hospital."""

    outcome: Conclusion
    reasons: tuple[Reason, ...]
    missing: tuple[str, ...]
    unread: tuple[str, ...]
    observation_minutes: int
    postpone_days: int | None = None
    postpone_until: date | None = None
    hospital: bool = False


@dataclass(frozen=True, slots=True)
class Hint:
    """What to show beside a vital sign while it is typed. ``level``: "within", an outcome, "implausible" or "empty"."""

    level: str
    text: Text
