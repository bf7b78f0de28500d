"""Which doses of one person do not go together, by the rules as of the doses' days. Pure; reads no table and tells nobody.

Two questions. ``possible``: every pair that may ever be a conflict, whatever is learned later, so that what was found when journals
met stays found in whatever order they came. ``standing``: which of them are conflicts by the doses that count now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date
from itertools import groupby, pairwise
from typing import NamedTuple

from kiosk.domain import Text
from plugins.vaccination.rules.course import PastDose, dose_problems
from plugins.vaccination.rules.vaccine import Vaccines

TWICE, SHORT, MIX, BEYOND = "dose_twice", "interval_short", "not_allowed_mix", "beyond_course"
CODES = (TWICE, SHORT, MIX, BEYOND)  # of two that apply to one pair the first is told
SHOWN = Text("theo giấy tờ đã xem ở một điểm tiêm", "from a document that was shown at a site")
_ENDLESS = 99
_REMEMBERED = 20_000  # combinations of two products and two days; a nation's day has a few hundred


class Given(NamedTuple):
    """One record of a dose, as its row says. ``given_on``: yyyymmdd at the site. ``amends``: the record that it replaces.

    Of a dose of elsewhere that a document was shown about ``shown`` is what that rests on, ``number`` the dose's number as it stands
    there, ``names`` the record of the dose, ``site`` where it was shown and ``record`` the record of that."""

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
    shown: str = ""
    number: int = 0
    names: str = ""

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
        self._courses: dict[tuple[str, int], int] = {}

    def possible(self, doses: Iterable[Given]) -> list[Conflict]:
        """Of all records of one person's doses, corrected ones too. More records never make it fewer."""
        given = sorted([one for one in doses if not one.void], key=_in_order)
        found: list[Conflict] = []
        fewest = _ENDLESS  # doses of the shortest course that was begun before
        before = 0
        for place, two in enumerate(given):
            for one in given[:place]:
                code = "" if _one_dose(one, two) else self._code(one, two)
                if code and one.amends != two.record and two.amends != one.record:
                    found.append(_pair(one, two, code))
            if before >= fewest and not two.shown:
                earlier = sum(_doses_told(one) for one in given[:place] if one.given_on < two.given_on)
                if earlier >= fewest:
                    found.append(Conflict(two, two, BEYOND))
            before += _doses_told(two)
            fewest = min(fewest, self._course(two.product, two.given_on))
        return found

    def standing(self, doses: Iterable[Given]) -> list[Conflict]:
        """Of the doses that count: two on one day, too soon after or not allowed after those of the day before them, and what
        goes beyond a course that was complete."""
        found: list[Conflict] = []
        days = [list(same) for _, same in groupby(sorted(doses, key=_in_order), key=lambda one: one.given_on)]
        for same in days:
            pairs = [(one, two) for place, one in enumerate(same) for two in same[place + 1 :]]
            found += [_pair(one, two, TWICE) for one, two in pairs if not _one_dose(one, two)]
        for earlier, later in pairwise(days):
            pairs = [(one, two) for one in earlier for two in later]
            found += [
                _pair(one, two, code)
                for one, two in pairs
                if not (one.shown and two.shown) and (code := self._code(one, two))
            ]
        for place, same in enumerate(days[1:], 1):
            history = [past(one) for day in days[:place] for one in day]
            found += [Conflict(one, one, BEYOND) for one in same if not one.shown and self._complete(history, one)]
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

    def _course(self, product: str, on: int) -> int:
        """Doses of the course; endless for a product that nobody knows, which completes none."""
        known = self._courses.get((product, on))
        if known is None:
            vaccine = self._vaccines.known(product, day_of(on))
            if len(self._courses) >= _REMEMBERED:
                self._courses.clear()
            known = self._courses[product, on] = vaccine.doses if vaccine else _ENDLESS
        return known


def past(dose: Given) -> PastDose:
    """The dose as the rules take it."""
    on = day_of(dose.given_on)
    if not dose.shown:
        return PastDose(dose.product, on, dose.lot, dose.site, dose.record)
    return PastDose(dose.product, on, dose.lot, dose.site, dose.record, dose.number, SHOWN, dose.shown == "verified")


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


def _one_dose(one: Given, two: Given) -> bool:
    """Not to be held against each other: a document tells of the very dose that the other is the record of; or both are documents,
    of which nothing is known but what stands on them."""
    if one.shown and two.shown:
        return True
    return bool(one.shown or two.shown) and (one.given_on, one.product) == (two.given_on, two.product)


def _doses_told(dose: Given) -> int:
    """How many doses there were with this one, by its own word: of “2 of 2” two."""
    return max(1, dose.number) if dose.shown else 1


def _in_order(dose: Given) -> tuple[int, str, int]:
    return dose.given_on, dose.writer, dose.seq
