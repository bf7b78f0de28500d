"""What the pages of staff and citizens show: health, menus, links, figures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from kiosk.domain.text import NOTHING_SAID, Text


class HealthLevel(StrEnum):
    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One line on the technician's page: state, words, and what to do about it. No personal data."""

    name: str  # stable: "camera:front", "printer", "sync.backlog"
    level: HealthLevel
    text: Text
    advice: Text = NOTHING_SAID
    pending: bool = False  # the first look is still awaited: what stands here says nothing yet


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry for staff whose role is in ``roles``."""

    endpoint: str
    label: Text
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitizenLink:
    """A page that the citizen's screen offers beside the reader. It asks for no sign-in, and leads back to ``/kiosk`` by itself
    when nobody touches it."""

    endpoint: str
    label: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One number for a dashboard."""

    name: str
    label: Text
    value: int | float
