"""One person's course: what comes next, and why a dose would be wrong today. As of a day, from doses that are known; no vial, no health."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from itertools import pairwise

from kiosk.domain import Text
from plugins.vaccination.rules import course_words as words
from plugins.vaccination.rules.problem import Problem
from plugins.vaccination.rules.vaccine import Vaccine, Vaccines


@dataclass(frozen=True, slots=True)
class PastDose:
    """A dose that was given, here or elsewhere. ``on`` is the day at the site; ``record`` whatever names the record of it.

    Of a dose that is known from a document alone ``told`` says which, and ``number`` the dose's number as it stands there (0: not
    said): of “2 of 2” the first counts too, though nobody knows its day. ``sure``: False where no signature speaks for it."""

    product: str
    on: date
    lot: str = ""
    site: str = ""
    record: str = ""
    number: int = 0
    told: Text | None = None
    sure: bool = True


class Colour(StrEnum):
    """The colour of a vaccination certificate: yellow after one dose, green after the full course (Ministry of Health, 2021)."""

    NONE = "none"
    YELLOW = "yellow"
    GREEN = "green"


@dataclass(frozen=True, slots=True)
class NextDose:
    """``number`` of ``total``. ``earliest`` to ``latest``: days, both included; ``latest`` None: no last day is named.
    ``products``: those that may be given on the later of the day asked for and ``earliest``."""

    number: int
    total: int
    earliest: date
    latest: date | None
    products: tuple[str, ...]


def next_dose(history: Sequence[PastDose], at: date, vaccines: Vaccines) -> NextDose | None:
    """The next dose of the course as of ``at``; None where the course is complete, or rests on a product that nobody knows.

    Days count from the last dose by the interval of that dose's product: so the ministry counts mixed courses, too. A first
    dose has a total of 0: it depends on the product that is chosen."""
    given = _given(history, at)
    if not given:
        return NextDose(1, 0, at, None, vaccines.products(at))
    last = given[-1]
    rule = vaccines.known(last.product, at)
    if rule is None or _unknown(given, at, vaccines) or _is_complete(given, vaccines):
        return None
    earliest = last.on + timedelta(days=max(rule.min_days, 1))
    latest = None if rule.max_days is None else last.on + timedelta(days=rule.max_days)
    day = max(at, earliest)
    allowed = tuple(name for name in vaccines.products(day) if vaccines.may_follow(last.product, name, day))
    number = _count(given) + 1  # more than the course has, where an earlier mix does not count
    return NextDose(number, max(rule.doses, number), earliest, latest, allowed)


def next_dose_on(history: Sequence[PastDose], at: date, vaccines: Vaccines) -> date | None:
    """The first day on which the next dose may be given; None before the first dose and after the last."""
    found = next_dose(history, at, vaccines)
    return None if found is None or found.number == 1 else found.earliest


def colour(history: Sequence[PastDose], on: date, vaccines: Vaccines) -> Colour:
    """The certificate's colour as of ``on``. Doses of later days do not count, two on one day count once."""
    given = _given(history, on)
    if not given:
        return Colour.NONE
    return Colour.GREEN if _is_complete(given, vaccines) else Colour.YELLOW


def dose_problems(
    history: Sequence[PastDose], product: str, on: date, vaccines: Vaccines, age: int | None = None
) -> tuple[Problem, ...]:
    """Every reason against giving ``product`` on that day; empty where there is none. ``age`` in whole years: not held against
    the vaccine's ages where it is not known here (screening does not pass without it).

    Codes: ``unknown_product``, ``not_in_use`` (before its first day or after its last), ``too_young``, ``too_old``,
    ``dose_today_already``, ``dose_in_future``, ``course_complete``, ``unknown_product_before``, ``interval_short``,
    ``not_allowed_mix``; and ``interval_long``, which does not block."""
    found: list[Problem] = []
    vaccine = vaccines.named(product, on)
    if vaccine is None:
        name = vaccines.product_of(product)
        found.append(words.problem("not_in_use" if name else "unknown_product", product=name or product))
    elif age is not None:
        found += _age_problems(vaccine, age)
    if any(dose.on > on for dose in history):
        found.append(words.problem("dose_in_future", on=words.day(max(dose.on for dose in history))))
    given = _given(history, on)
    if given:
        after = _problems_after(given, product, on, vaccines)
        told = given[-1].told or next((dose.told for dose in given if dose.told), None)
        found += [words.known_from(one, told) for one in after] if told else after
    return tuple(found)


def doses_by(history: Sequence[PastDose], on: date) -> int:
    """How many doses somebody has had up to that day, with those that a document counts and does not name."""
    return _count(_given(history, on))


def _age_problems(vaccine: Vaccine, age: int) -> list[Problem]:
    if age < vaccine.minimum_age_years:
        return [words.problem("too_young", product=vaccine.product, age=vaccine.minimum_age_years)]
    if vaccine.maximum_age_years is not None and age > vaccine.maximum_age_years:
        return [words.problem("too_old", product=vaccine.product, age=vaccine.maximum_age_years)]
    return []


def _problems_after(given: Sequence[PastDose], product: str, on: date, vaccines: Vaccines) -> list[Problem]:
    last = given[-1]
    rule = vaccines.known(last.product, on)
    found: list[Problem] = []
    if last.on == on:
        found.append(
            words.problem("dose_today_already", product=last.product, lot=last.lot or "?", site=last.site or "?")
        )
    unknown = _unknown(given, on, vaccines)
    if unknown is not None:  # also before a known one: nobody can say what the course has come to
        found.append(words.problem("unknown_product_before", product=unknown.product, on=words.day(unknown.on)))
    if rule is None:
        return found
    if _is_complete(given, vaccines):
        found.append(words.problem("course_complete", doses=_count(given), on=words.day(last.on)))
        return found
    days = (on - last.on).days
    if 0 < days < rule.min_days:
        earliest = words.day(last.on + timedelta(days=rule.min_days))
        found.append(words.problem("interval_short", days=days, least=rule.min_days, on=earliest))
    if rule.max_days is not None and days > rule.max_days:
        found.append(words.problem("interval_long", days=days, most=rule.max_days))
    if vaccines.product_of(product) and not vaccines.may_follow(last.product, product, on):
        found.append(words.problem("not_allowed_mix", first=last.product, second=vaccines.product_of(product)))
    return found


def _given(history: Sequence[PastDose], on: date) -> list[PastDose]:
    """Doses up to that day in their order, whatever order they came in; one a day, for two on one day are one dose written twice or
    a mistake that protects nobody twice. Of a record and a document about one day the record counts."""
    by_day: dict[date, PastDose] = {}
    for dose in sorted(history, key=_in_order):
        if dose.on <= on:
            by_day.setdefault(dose.on, dose)
    return list(by_day.values())


def _unknown(given: Sequence[PastDose], on: date, vaccines: Vaccines) -> PastDose | None:
    """The last dose of a product that nobody knows."""
    return next((one for one in reversed(given) if vaccines.known(one.product, on) is None), None)


def _in_order(dose: PastDose) -> tuple[date, bool, str, str, str, str]:
    return dose.on, dose.told is not None, dose.product, dose.lot, dose.site, dose.record


def _count(given: Sequence[PastDose]) -> int:
    """How many doses these are, with those that a document counts and does not name."""
    count = 0
    for dose in given:
        count = max(count + 1, dose.number)
    return count


def _is_complete(given: Sequence[PastDose], vaccines: Vaccines) -> bool:
    """By the course of the last dose's product, as long as each product was allowed after the one before on its day."""
    rule = vaccines.known(given[-1].product, given[-1].on)
    if rule is None or _count(given) < rule.doses:
        return False
    return all(vaccines.may_follow(one.product, two.product, two.on) for one, two in pairwise(given))
