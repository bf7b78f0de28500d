"""The days that a demo was made ready for, in a file beside its data: each new day's vaccine, slots and appointments are made once,
at the start or while it runs past midnight. Publishes nothing itself."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

from plugins.demo import clinic

Furnish = Callable[[int, date, date], None]


class Days:
    """One demo's. ``furnish``: makes a day, given the seed of its people, the day, and the day on which the demo began."""

    def __init__(self, file: Path, seed: int, today: date, furnish: Furnish) -> None:
        self._file = file
        self._seed = seed
        self._furnish = furnish
        self._known = file.read_text("utf-8").split() if file.exists() else []
        self.first = date.fromisoformat(self._known[0]) if self._known else today

    def seed_of(self, day: date) -> int:
        """The seed of the people who come on a day."""
        return clinic.seed_of(self._seed, self.first, day)

    def is_new(self, day: date) -> bool:
        """Whether nothing was made for this day yet. A clock that was set back brings no new day: people had that one."""
        return day.isoformat() not in self._known and (not self._known or day > date.fromisoformat(self._known[-1]))

    def make(self, day: date) -> None:
        """Make a new day; it counts as made only when all of it is, so that a start that was cut short is made up for."""
        self._furnish(self.seed_of(day), day, self.first)
        self._known.append(day.isoformat())
        self._file.write_text("".join(f"{one}\n" for one in self._known), "utf-8")
