"""Vaccines from their tables: read, held together, every mistake told with file, line and column. Only this reads them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import pairwise
from pathlib import Path

import config
from config.vaccination import FOLDER
from kiosk.toml_file import FileError, Problem
from plugins.vaccination.rules import file_words as words
from plugins.vaccination.rules.gs1_elements import checks
from plugins.vaccination.rules.tables import Row, rows
from plugins.vaccination.rules.vaccine import CODE_SYSTEMS, Gtin, Span, Vaccine, Vaccines

__all__ = ["Gtin", "Span", "Vaccine", "Vaccines", "load_vaccines"]

VALUE_SETS = Path(config.__file__).parent / "value_sets"
_DATED = ("valid_from", "valid_until")
_KNOWN_FROM = ("sure", "source")
_COURSE = ("product", "maker", "doses", "min_days", "max_days", *CODE_SYSTEMS, *_DATED, *_KNOWN_FROM)
_AGES = ("minimum_age_years", "maximum_age_years")
_VIAL = (
    "product",
    "in_use",
    "doses_per_vial",
    "open_minutes",
    "storage_min_c",
    "storage_max_c",
    *_AGES,
    *_DATED,
    *_KNOWN_FROM,
)
_GTIN = ("gtin", "product", "level", "doses_per_vial", *_DATED, *_KNOWN_FROM)
_MOST_DOSES, _MOST_DAYS, _MOST_MINUTES, _MOST_YEARS = 50, 3650, 7 * 24 * 60, 130


def load_vaccines(folder: Path = FOLDER, value_sets: Path = VALUE_SETS) -> Vaccines:
    """The vaccines from ``vials.csv`` and ``gtins.csv`` in ``folder``, and course, codes and mixing from ``vaccines.csv``,
    ``vaccine_mixing.csv`` and ``vaccine_code_aliases.csv`` in ``value_sets``. Raises ``FileError`` with every mistake."""
    problems: list[Problem] = []
    courses = list(_courses(value_sets / "vaccines.csv", problems))
    products = {one.product for _, one in courses}
    vials = list(_vials(folder / "vials.csv", products, problems))
    gtins = list(_gtins(folder / "gtins.csv", products, problems))
    mixing: dict[tuple[str, str], tuple[Span, ...]] = {}
    for row in rows(value_sets / "vaccine_mixing.csv", ("first", "second", *_DATED, *_KNOWN_FROM), problems):
        _said_from_where(row)
        pair = _product(row, products, "first"), _product(row, products, "second")
        mixing[pair] = (*mixing.get(pair, ()), _span(row))
    aliases = {name.casefold(): name for name in products}
    for row in rows(value_sets / "vaccine_code_aliases.csv", ("code_system", "code", "product"), problems):
        product = _product(row, products)
        if row.cells["code_system"] == "name":
            aliases.setdefault(row.cells["code"].casefold(), product)
    dated = {
        name: tuple(
            _versions(
                [one for one in courses if one[1].product == name], [one for one in vials if one[1].product == name]
            )
        )
        for name in sorted(products)
    }
    if not problems:  # else a line that could not be read would be told twice
        problems += [
            Problem(str(folder / "vials.csv"), 1, "product", words.no_line(name))
            for name, versions in dated.items()
            if not versions
        ]
    if problems:
        raise FileError(sorted(problems, key=lambda one: (one.file, one.line)))
    by_gtin: dict[str, tuple[Gtin, ...]] = {}
    for gtin in gtins:
        by_gtin[gtin.gtin] = (*by_gtin.get(gtin.gtin, ()), gtin)
    named = {
        name: tuple(
            (span, replace(one, gtins=tuple(g.gtin for g in gtins if g.product == name))) for span, one in versions
        )
        for name, versions in dated.items()
    }
    return Vaccines(named, aliases, mixing, by_gtin)


def _courses(path: Path, problems: list[Problem]) -> Iterator[tuple[Span, Vaccine]]:
    seen: list[tuple[str, Span]] = []
    for row in rows(path, _COURSE, problems):
        vaccine = Vaccine(
            product=row.text("product"),
            maker=row.text("maker"),
            doses=_needed(row, "doses", 1, 9),
            min_days=row.number("min_days", 0, _MOST_DAYS) or 0,
            max_days=row.number("max_days", 0, _MOST_DAYS),
            doses_per_vial=1,
            open_minutes=None,
            storage_min_c=None,
            storage_max_c=None,
            minimum_age_years=0,
            codes={system: row.cells[system] for system in CODE_SYSTEMS if row.cells[system]},
            course_sure=_said_from_where(row),
        )
        if vaccine.max_days is not None and vaccine.max_days < vaccine.min_days:
            row.problem("max_days", words.FEWER_DAYS)
        span = _span(row)
        _once(row, vaccine.product, span, seen)
        yield span, vaccine


def _vials(path: Path, products: set[str], problems: list[Problem]) -> Iterator[tuple[Span, Vaccine]]:
    seen: list[tuple[str, Span]] = []
    for row in rows(path, _VIAL, problems):
        product, span = _product(row, products), _span(row)
        doses = _needed(row, "doses_per_vial", 1, _MOST_DOSES)
        open_minutes = row.number("open_minutes", 1, _MOST_MINUTES)
        if open_minutes is None and doses > 1 and not row.cells["open_minutes"]:
            row.problem("open_minutes", words.OPEN_MINUTES)
        least, most = row.number("storage_min_c", -100, 60), row.number("storage_max_c", -100, 60)
        if least is not None and most is not None and most < least:
            row.problem("storage_max_c", words.LESS_THAN_MIN)
        _once(row, product, span, seen)
        yield (
            span,
            Vaccine(
                product=product,
                maker="",
                doses=1,
                min_days=0,
                max_days=None,
                doses_per_vial=doses,
                open_minutes=open_minutes,
                storage_min_c=least,
                storage_max_c=most,
                minimum_age_years=_needed(row, "minimum_age_years", 0, _MOST_YEARS),
                maximum_age_years=row.number("maximum_age_years", 0, _MOST_YEARS),
                in_use=row.yes_no("in_use"),
                sure=row.yes_no("sure"),
                source=row.text("source"),
            ),
        )


def _gtins(path: Path, products: set[str], problems: list[Problem]) -> Iterator[Gtin]:
    seen: list[tuple[str, Span]] = []
    for row in rows(path, _GTIN, problems):
        gtin, span = row.text("gtin"), _span(row)
        if not (gtin.isascii() and gtin.isdigit() and len(gtin) == 14):
            row.problem("gtin", words.GTIN)
        elif not checks(gtin):
            row.problem("gtin", words.CHECK_DIGIT)
        if row.cells["level"] not in ("vial", "carton"):
            row.problem("level", words.LEVEL)
        _once(row, gtin, span, seen)
        doses = row.number("doses_per_vial", 1, _MOST_DOSES)
        product = _product(row, products)
        yield Gtin(gtin, product, row.cells["level"], doses, span, row.yes_no("sure"), row.text("source"))


def _versions(courses: list[tuple[Span, Vaccine]], vials: list[tuple[Span, Vaccine]]) -> Iterator[tuple[Span, Vaccine]]:
    """Courses and vials change on days of their own: one version for every time in which both hold."""
    both = [(_overlap(one, two), course, vial) for one, course in courses for two, vial in vials]
    for span, course, vial in sorted(
        (one for one in both if one[0]), key=lambda one: one[0].since if one[0] else date.max
    ):
        if span is not None:
            yield (
                span,
                replace(
                    vial,
                    maker=course.maker,
                    doses=course.doses,
                    min_days=course.min_days,
                    max_days=course.max_days,
                    codes=course.codes,
                    course_sure=course.course_sure,
                ),
            )


def _overlap(one: Span, two: Span) -> Span | None:
    ends = [span.until for span in (one, two) if span.until is not None]
    span = Span(max(one.since, two.since), min(ends) if ends else None)
    return span if span.until is None or span.since <= span.until else None


def _needed(row: Row, column: str, least: int, most: int) -> int:
    value = row.number(column, least, most)
    if not row.cells[column]:
        row.problem(column, words.whole_number(least, most))
    return least if value is None else value


def _product(row: Row, products: set[str], column: str = "product") -> str:
    name = row.text(column)
    if name and name not in products:
        row.problem(column, words.no_vaccine(name, products))
    return name


def _said_from_where(row: Row) -> bool:
    """Whether the line is settled; a line without a source is a mistake."""
    row.text("source")
    return row.yes_no("sure")


def _span(row: Row) -> Span:
    since, until = row.day("valid_from"), row.day("valid_until")
    if not row.cells["valid_from"]:
        row.problem("valid_from", words.DAY)
    if since and until and until < since:
        row.problem("valid_until", words.ENDS_BEFORE)
    return Span(since or date.min, until)


def _once(row: Row, name: str, span: Span, seen: list[tuple[str, Span]]) -> None:
    """Two lines for one thing at one time would leave open which counts."""
    seen.append((name, span))
    ordered = sorted((one for other, one in seen if other == name), key=lambda one: one.since)
    if any(one.until is None or two.since <= one.until for one, two in pairwise(ordered)):
        row.problem("valid_from", words.another_line(name))
