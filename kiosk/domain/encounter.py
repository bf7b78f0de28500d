"""One person before one device: everything that the story knows so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from types import MappingProxyType
from typing import Any

from kiosk.domain.credential import Credential, Malformed, Scan
from kiosk.domain.judgement import Decision, Finding, Question


@dataclass(frozen=True, slots=True)
class Station:
    """Where this appliance stands and what it is for."""

    site: str  # stable id of the site
    site_name: str
    lane: str = "1"
    direction: str = "in"  # "in" or "out"


@dataclass(frozen=True, slots=True)
class Encounter:
    """One person before one device, as far as the story has got; each step returns a fuller copy."""

    scan: Scan
    station: Station
    answers: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    malformed: Malformed | None = None
    citizen: str | None = None  # keyed hash of the national id, 22 characters of base64url
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    decision: Decision = Decision.REFER
    clock_trusted: bool = True
    operator: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))

    def changed(self, **changes: Any) -> Encounter:
        """A copy with these values. ``dataclasses.replace`` takes twice as long, and no value is copied more often."""
        values = list(_values_of(self))
        for name, value in changes.items():
            values[_PLACES[name]] = value
        return Encounter(*values)


_PLACES = {each.name: place for place, each in enumerate(fields(Encounter))}
_values_of = attrgetter(*_PLACES)
