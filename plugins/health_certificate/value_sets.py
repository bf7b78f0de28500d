"""The code lists that certificates draw on: vaccines by code, courses and mixing as of a date, and codes that look odd.

Reads ``config/value_sets``; the experts' decisions are there. An odd code is a warning and never spoils a certificate.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache, lru_cache
from typing import Any

from config import value_set
from plugins.health_certificate.model import TestKind

CODE_SYSTEMS = ("eu_code", "cvx", "icd11", "snomed", "atc")
_CODED_FIELDS = {"v": ("tg", "vp", "mp", "ma"), "t": ("tg", "tt", "tr"), "r": ("tg",)}  # of an EU certificate's entries
LONGEST_NAME = 100  # characters of a product's name
LONGEST_NUMBER = 9  # digits of a code that is a number
LONGEST_CODE = 80  # a longer one is in no value set
UNKNOWN, DEPRECATED = "health_certificate.code_unknown", "health_certificate.code_deprecated"


@dataclass(frozen=True, slots=True)
class Course:
    """The full course of one product: how many doses, and the least days between two."""

    product: str
    doses: int
    min_days: int
    valid_from: date
    valid_until: date | None


@cache
def _courses() -> dict[str, list[Course]]:
    found: dict[str, list[Course]] = {}
    for row in value_set("vaccines"):
        course = Course(
            row["product"],
            int(row["doses"]),
            int(row["min_days"] or 0),
            date.fromisoformat(row["valid_from"]),
            _day(row),
        )
        found.setdefault(course.product, []).append(course)
    return found


def _day(row: Mapping[str, str]) -> date | None:
    return date.fromisoformat(row["valid_until"]) if row["valid_until"] else None


@cache
def _products() -> dict[tuple[str, str], str]:
    """(code system, code) -> product; a code that stands for several products is left out."""
    found: dict[tuple[str, str], set[str]] = {}
    for row in value_set("vaccines"):
        for system in CODE_SYSTEMS:
            if row[system]:
                found.setdefault((system, row[system]), set()).add(row["product"])
        found.setdefault(("name", row["product"].lower()), set()).add(row["product"])
    for row in value_set("vaccine_code_aliases"):
        if row["product"]:
            found.setdefault((row["code_system"], row["code"]), set()).add(row["product"])
    return {key: next(iter(products)) for key, products in found.items() if len(products) == 1}


@lru_cache(maxsize=1024)
def product_name(code_system: str, code: str) -> str:
    """The product that ``vaccines`` lists under this code, or empty. ``code_system``: one of ``CODE_SYSTEMS``, or ``name`` for words
    such as “Moderna Spikevax”, in which the names of just one product may occur."""
    if code_system != "name":
        return _products().get((code_system, code), "")
    named = {_products()["name", found.lower()] for found in _names().findall(code[:LONGEST_NAME])}
    return named.pop() if len(named) == 1 else ""


@lru_cache(maxsize=1024)
def of_another_disease(code_system: str, code: str) -> bool:
    """Whether this code of a vaccine is surely of one that is not against COVID-19."""
    number = int(code) if code.isascii() and code.isdigit() and len(code) <= LONGEST_NUMBER else 0
    return any(
        first <= number <= last or (begins and code.startswith(begins))
        for system, begins, first, last in _of_others()
        if system == code_system
    )


@cache
def _of_others() -> list[tuple[str, str, int, int]]:
    """(code system, beginning, first number, last number); of a beginning the numbers are an empty range."""
    rows = value_set("vaccine_codes_of_others")
    return [(row["code_system"], row["begins"], int(row["first"] or 1), int(row["last"] or 0)) for row in rows]


@cache
def _names() -> re.Pattern[str]:
    """Any product's name, as whole words; the longest first."""
    names = sorted((name for system, name in _products() if system == "name"), key=len, reverse=True)
    return re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, names))})(?!\w)", re.IGNORECASE | re.ASCII)


@lru_cache(maxsize=4096)
def course(product: str, on: date) -> Course | None:
    """The full course of a product as it was on that day; before its first rule, that one. None for an unknown product."""
    known = _courses().get(product)
    if not known:
        return None
    valid = [one for one in known if one.valid_from <= on and (one.valid_until is None or on <= one.valid_until)]
    return valid[-1] if valid else known[0]


def may_follow(first: str, second: str, on: date) -> bool:
    """Whether ``second`` was allowed after ``first`` on that day. The same product always is."""
    return first == second or any(
        start <= on and (end is None or on <= end) for start, end in _mixing().get((first, second), ())
    )


@cache
def _mixing() -> dict[tuple[str, str], list[tuple[date, date | None]]]:
    found: dict[tuple[str, str], list[tuple[date, date | None]]] = {}
    for row in value_set("vaccine_mixing"):
        found.setdefault((row["first"], row["second"]), []).append((date.fromisoformat(row["valid_from"]), _day(row)))
    return found


@cache
def _tests() -> dict[str, TestKind]:
    return {row["code"]: TestKind(row["kind"]) for row in value_set("covid_test_codes")}


def test_kind(code: str) -> TestKind | None:
    """How a sample was examined, by its laboratory code (LOINC)."""
    return _tests().get(code)


@cache
def _codes() -> dict[tuple[str, str], str]:
    return {(row["field"], row["code"]): row["status"] for row in value_set("hcert_codes")}


def warnings(entries: Mapping[str, Sequence[Mapping[Any, Any]]]) -> list[str]:
    """What is odd about the codes in an EU certificate's entries, by group (``v``, ``t``, ``r``): one warning a field."""
    found: list[str] = []
    for group, names in _CODED_FIELDS.items():
        for entry in entries[group]:
            values = [entry.get(name) for name in names]
            found += _odd(names, tuple(value[:LONGEST_CODE] if isinstance(value, str) else None for value in values))
    return found


@lru_cache(maxsize=512)
def _odd(names: tuple[str, ...], values: tuple[str | None, ...]) -> tuple[str, ...]:
    """The warnings of one entry's codes; certificates have the same few sets of codes over and over."""
    found = []
    for name, value in zip(names, values, strict=True):
        status = None if value is None else _codes().get((name, value))
        if status is None:
            found.append(f"{UNKNOWN}.{name}")
        elif status == "deprecated":
            found.append(f"{DEPRECATED}.{name}")
    return tuple(found)
