"""The priority groups in force at the platform's day, and that day. Reads the rules' data; knows no person."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

from plugins.vaccination.rules.priority import Group, load_priorities

if TYPE_CHECKING:
    from plugins.vaccination.site import Site


def today(site: Site) -> date:
    return date.fromisoformat(site.today_text())


def in_force(site: Site) -> tuple[Group, ...]:
    """First called first. Raises ``FileError`` where the data file is wrong."""
    priorities = load_priorities(Path(site.settings.rules)) if site.settings.rules else load_priorities()
    found = priorities.as_of(today(site))
    return found.groups if found else ()


def ids(site: Site) -> list[str]:
    """Their ids, in the order in which they are called."""
    return [group.id for group in in_force(site)]
