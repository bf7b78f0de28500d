"""Counts of doses by day, site, vaccine and lot, from what every journal's days add up to. Names nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import case, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from kiosk.domain import Figure, Text
from plugins.vaccination.models import DayRow, NotGivenRow

BY: dict[str, tuple[InstrumentedAttribute[Any], ...]] = {
    "day": (DayRow.day,),
    "site": (DayRow.site,),
    "product": (DayRow.product,),
    "lot": (DayRow.product, DayRow.lot),
}


@dataclass(frozen=True, slots=True)
class Line:
    """``names``: what is counted; ``first``: first doses; ``doses``: all."""

    names: tuple[Any, ...]
    first: int
    doses: int


def counted(session: Session, by: str, since: int, until: int) -> list[Line]:
    """Doses given from ``since`` to ``until`` (yyyymmdd, both included), by ``BY``'s names. What is nought is left out."""
    columns = BY[by]
    first = func.sum(case((DayRow.number == 1, DayRow.doses), else_=0)).label("first")
    rows = session.execute(
        select(*columns, first, func.sum(DayRow.doses).label("doses"))
        .where(DayRow.day >= since, DayRow.day <= until)
        .group_by(*columns)
        .having(func.sum(DayRow.doses) != 0)
        .order_by(*columns)
    )
    return [Line(tuple(row[: len(columns)]), int(row.first), int(row.doses)) for row in rows]


def every_line(session: Session, since: int, until: int) -> Sequence[tuple[Any, ...]]:
    """Day, site, vaccine, lot, number of the dose, doses: for a spreadsheet."""
    columns = (DayRow.day, DayRow.site, DayRow.product, DayRow.lot, DayRow.number)
    rows = session.execute(
        select(*columns, func.sum(DayRow.doses).label("doses"))
        .where(DayRow.day >= since, DayRow.day <= until)
        .group_by(*columns)
        .having(func.sum(DayRow.doses) != 0)
        .order_by(*columns)
    )
    return [(*row[:-1], int(row.doses)) for row in rows]


def turned_away(session: Session, since: int, until: int) -> tuple[int, list[tuple[str, int]]]:
    """How often a dose was asked for and not given on these days (yyyymmdd), and each reason by how often it stood in the way, the
    most frequent first. One refusal may have several reasons."""
    rows = session.execute(
        select(NotGivenRow.reasons, func.count().label("times"))
        .where(NotGivenRow.day >= since, NotGivenRow.day <= until)
        .group_by(NotGivenRow.reasons)
    ).all()
    reasons: Counter[str] = Counter()
    for row in rows:
        reasons.update(dict.fromkeys(filter(None, row.reasons.split(",")), row.times))
    return sum(row.times for row in rows), sorted(reasons.items(), key=lambda item: (-item[1], item[0]))


def today(session: Session, site: str | None, day: int) -> list[Figure]:
    """For dashboards: doses of the day, of one site or of all."""
    query = select(func.coalesce(func.sum(DayRow.doses), 0)).where(DayRow.day == day)
    if site is not None:
        query = query.where(DayRow.site == site)
    return [Figure("vaccination.doses", Text("Mũi tiêm hôm nay", "Doses today"), int(session.scalar(query) or 0))]
