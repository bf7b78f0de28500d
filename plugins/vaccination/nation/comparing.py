"""Which doses of one person do not go together, by the rules as of the doses' days. Pure; reads no table and tells nobody.

Two questions. ``possible``: every pair that may ever be a conflict, whatever is learned later, so that what was found when journals
met stays found in whatever order they came. ``standing``: which of them are conflicts by the doses that count now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from plugins.vaccination.rules.course import PastDose, dose_problems
from plugins.vaccination.rules.vaccine import Vaccines

TWICE, SHORT, MIX, BEYOND = "dose_twice", "interval_short", "not_allowed_mix", "beyond_course"
CODES = (TWICE, SHORT, MIX, BEYOND)  # of two that apply to one pair the first is told
_REMEMBERED = 20_000  # combinations of two products and two days; a nation's day has a few hundred


class Given(NamedTuple):
    """One record of a dose, as its row says. ``given_on``: yyyymmdd at the site. ``amends``: the record that it replaces."""

    citizen: str
    writer: str
    seq: int
    record: str
    site: str
    product: str
    lot: str
    given_on: int
    amends: str
    void: bool

    @property
    def key(self) -> tuple[str, int]:
        return self.writer, self.seq


class Conflict(NamedTuple):
    """``first`` is the smaller (writer, seq), so that it is the same whichever journal came first. Of a dose beyond the course
    both are that dose."""

    first: Given
    second: Given
    code: str


class Comparing:
    """One appliance's, with the rules it was built with. Safe from any thread."""

    def __init__(self, vaccines: Vaccines) -> None:
        self._vaccines = vaccines
        self._known: dict[tuple[str, int, str, int], str] = {}

    def possible(self, doses: Iterable[Given]) -> list[Conflict]:
        """Of all records of one person's doses, corrected ones too. More records never make it fewer."""
        given = sorted((one for one in doses if not one.void), key=_in_order)
        found = [
            _pair(one, two, code)
            for place, one in enumerate(given)
            for two in given[place + 1 :]
            if (code := self._code(one, two)) and one.amends != two.record and two.amends != one.record
        ]
        fewest = 99
        for place, one in enumerate(given):
            before = sum(other.given_on < one.given_on for other in given[:place])
            fewest = min([fewest, *(self._course(other) for other in given[:place][-1:])])
            if before >= fewest:
                found.append(Conflict(one, one, BEYOND))
        return found

    def standing(self, doses: Iterable[Given]) -> list[Conflict]:
        """Of the doses that count: two on one day, too soon after or not allowed after those of the day before them, and what
        goes beyond a course that was complete."""
        found: list[Conflict] = []
        days = [list(same) for _, same in groupby(sorted(doses, key=_in_order), key=lambda one: one.given_on)]
        for same in days:
            found += [_pair(one, two, TWICE) for place, one in enumerate(same) for two in same[place + 1 :]]
        for earlier, later in pairwise(days):
            pairs = [(one, two) for one in earlier for two in later]
            found += [_pair(one, two, code) for one, two in pairs if (code := self._code(one, two))]
        for place, same in enumerate(days[1:], 1):
            history = [past(one) for day in days[:place] for one in day]
            found += [Conflict(one, one, BEYOND) for one in same if self._complete(history, one)]
        return found

    def _code(self, one: Given, two: Given) -> str:
        """``two`` is not earlier than ``one``; empty where they go together."""
        if one.given_on == two.given_on:
            return TWICE
        asked = one.product, one.given_on, two.product, two.given_on
        known = self._known.get(asked)
        if known is None:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            problems = dose_problems([past(one)], two.product, day_of(two.given_on), self._vaccines)
            codes = {problem.code for problem in problems}
            known = self._known[asked] = next((code for code in CODES if code in codes), "")
        return known

    def _complete(self, history: Sequence[PastDose], dose: Given) -> bool:
        problems = dose_problems(history, dose.product, day_of(dose.given_on), self._vaccines)
        return any(problem.code == "course_complete" for problem in problems)

    def _course(self, dose: Given) -> int:
        """Doses of the course; 99 for a product that nobody knows, which completes none."""
        known = self._vaccines.known(dose.product, day_of(dose.given_on))
        return known.doses if known else 99


def past(dose: Given) -> PastDose:
    """The dose as the rules take it."""
    return PastDose(dose.product, day_of(dose.given_on), dose.lot, dose.site, dose.record)


def day_of(number: int) -> date:
    """``yyyymmdd``. Records hold days of the calendar only in form: what is none counts as the nearest before it."""
    year, month, day = max(1, number // 10_000), number // 100 % 100, number % 100
    month = min(max(month, 1), 12)
    for last in range(min(max(day, 1), 31), 27, -1):
        try:
            return date(year, month, last)
        except ValueError:
            continue
    return date(year, month, min(max(day, 1), 28))


def _pair(one: Given, two: Given, code: str) -> Conflict:
    first, second = sorted((one, two), key=lambda dose: dose.key)
    return Conflict(first, second, code)


def _in_order(dose: Given) -> tuple[int, str, int]:
    return dose.given_on, dose.writer, dose.seq
