"""Who is called first, by the list in force on a day. The lists are data: see ``rules.priority``."""

from __future__ import annotations

from datetime import date

from kiosk.domain import Text
from plugins.vaccination.rules.priority import Group, Priorities

LAST = 99  # whose group nobody knows comes after those of every group


def groups(lists: Priorities, day: str) -> tuple[Group, ...]:
    """The groups of the list in force on a day (ISO 8601), first called first; none where no list is."""
    found = lists.as_of(date.fromisoformat(day))
    return found.groups if found else ()


def rank(lists: Priorities, day: str, group: str) -> int:
    """1 is called first. A group that the list does not have comes last."""
    return next((one.order for one in groups(lists, day) if one.id == group), LAST)


def label(lists: Priorities, day: str, group: str) -> Text:
    """The group in words; its own name where the list of the day does not have it."""
    return next((one.text for one in groups(lists, day) if one.id == group), Text(group, group))
