"""From doses to none, yellow and green: yellow after one dose, green after the full course (Ministry of Health of Vietnam, 2021).

What a course is, and which vaccines may follow which, is in ``config/value_sets`` with dates. Does not ask whether it is true.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from enum import StrEnum
from itertools import pairwise
from typing import NamedTuple

from plugins.health_certificate import value_sets
from plugins.health_certificate.model import Vaccination

MIXED, TOO_SOON = "health_certificate.mixed_products", "health_certificate.interval_short"
UNKNOWN_PRODUCT, UNDATED = "health_certificate.unknown_product", "health_certificate.dose_without_date"


class Colour(StrEnum):
    """The colour of a vaccination certificate."""

    NONE = "none"
    YELLOW = "yellow"
    GREEN = "green"


class CourseStatus(NamedTuple):
    """How far a course has got. ``needed``: doses of the full course, None where nobody knows."""

    colour: Colour = Colour.NONE
    given: int = 0
    needed: int | None = None
    product: str = ""  # of the last dose
    last_on: date | None = None
    warnings: tuple[str, ...] = ()


def course_status(vaccinations: Sequence[Vaccination], today: date) -> CourseStatus:
    """The course as of ``today``; doses of later days, and those without a day, do not count."""
    dated = [one for one in vaccinations if one.on is not None]
    warnings = [UNDATED] if len(dated) < len(vaccinations) else []
    counted = [one for one in dated if _day(one) <= today]
    if not counted:
        return CourseStatus(warnings=tuple(warnings))
    counted.sort(key=_day)
    last = counted[-1]
    given = max(len(counted), *[one.dose or 0 for one in counted])
    course = value_sets.course(last.product, _day(last))
    needed = course.doses if course else last.doses
    if course is None:
        warnings.append(UNKNOWN_PRODUCT)
    mixed = False
    if len(counted) > 1:
        neighbours = list(pairwise(counted))
        mixed = any(not value_sets.may_follow(one.product, two.product, _day(two)) for one, two in neighbours)
        if mixed:
            warnings.append(MIXED)
        if course and any((_day(two) - _day(one)).days < course.min_days for one, two in neighbours):
            warnings.append(TOO_SOON)
    full = needed is not None and given >= needed and not mixed
    colour = Colour.GREEN if full else Colour.YELLOW
    return CourseStatus(colour, given, needed, last.product, last.on, tuple(warnings))


def _day(one: Vaccination) -> date:
    return one.on or date.min
