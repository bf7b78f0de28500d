"""The page of doses given, by day, site, vaccine and lot; and the same as CSV."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.web.access import require_role
from plugins.vaccination.day.words import code_words
from plugins.vaccination.nation import figures
from plugins.vaccination.nation.frame import ROLE, days_asked, page
from plugins.vaccination.nation.problems import csv_text
from plugins.vaccination.site import Site

HEAD = ("ngày / day", "điểm tiêm / site", "vắc xin / vaccine", "lô / lot", "mũi / number", "số mũi / doses")


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/nation/figures`` and ``…/figures.csv``."""

    @blueprint.get("/nation/figures", endpoint="nation_figures")
    @require_role(ROLE)
    def show() -> ResponseReturnValue:
        since, until = days_asked(site, 6, 0)
        with site.context.services.session() as session:
            parts = [(by, figures.counted(session, by, _number(since), _number(until))) for by in figures.BY]
            refused, reasons = figures.turned_away(session, _number(since), _number(until))
        return page(
            site, "figures", parts=parts, since=since, until=until, day_words=_words,
            refused=refused, reasons=reasons, code_words=code_words,
        )  # fmt: skip

    @blueprint.get("/nation/figures.csv", endpoint="nation_figures_csv")
    @require_role(ROLE)
    def download() -> ResponseReturnValue:
        since, until = days_asked(site, 6, 0)
        with site.context.services.session() as session:
            lines = figures.every_line(session, _number(since), _number(until))
        rows = [(_words(day, "%Y-%m-%d"), *rest) for day, *rest in lines]
        named = {"Content-Disposition": f'attachment; filename="mui-tiem-{since:%Y%m%d}-{until:%Y%m%d}.csv"'}
        return Response(csv_text(HEAD, rows), mimetype="text/csv", headers=named)


def _number(day: date) -> int:
    return day.year * 10_000 + day.month * 100 + day.day


def _words(number: int, pattern: str = "%d/%m/%Y") -> str:
    """A day of the tables; as it is where it is none of the calendar."""
    try:
        return date(number // 10_000, number // 100 % 100, number % 100).strftime(pattern)
    except ValueError:
        return str(number)
