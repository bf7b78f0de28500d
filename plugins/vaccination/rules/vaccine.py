"""The vaccines as of a day: course, interval, mixing, codes, vials, ages. Made by ``vaccines``; decides nothing about a person."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from types import MappingProxyType

CODE_SYSTEMS = ("eu_code", "cvx", "icd11", "snomed", "atc")


@dataclass(frozen=True, slots=True)
class Span:
    """From a day to a day, both included; ``until`` None: until further notice."""

    since: date
    until: date | None = None

    def holds(self, on: date) -> bool:
        return self.since <= on and (self.until is None or on <= self.until)


@dataclass(frozen=True, slots=True)
class Vaccine:
    """One product as of a day.

    ``min_days``, ``max_days``: between two doses; ``max_days`` None: no range is named. ``open_minutes``: how long an opened or
    diluted vial may be used; None: one dose, used at once. Storage in degrees Celsius, None: no bound. Ages in whole years, both
    included. ``in_use``: whether sites may give it; else it is known from past doses alone. ``sure``: False where the source of the
    vial's facts is not settled, see ``config/vaccination/vials.csv``; ``course_sure``: the same of doses and interval, see
    ``config/value_sets/vaccines.csv``.
    """

    product: str
    maker: str
    doses: int
    min_days: int
    max_days: int | None
    doses_per_vial: int
    open_minutes: int | None
    storage_min_c: int | None
    storage_max_c: int | None
    minimum_age_years: int
    maximum_age_years: int | None = None
    gtins: tuple[str, ...] = ()
    codes: Mapping[str, str] = field(default_factory=dict)  # by CODE_SYSTEMS; those there are
    in_use: bool = True
    sure: bool = True
    source: str = ""
    course_sure: bool = True

    def __post_init__(self) -> None:
        object.__setattr__(self, "codes", MappingProxyType(dict(self.codes)))


@dataclass(frozen=True, slots=True)
class Gtin:
    """One GTIN of a pack. ``level``: "vial" or "carton". ``doses_per_vial`` None: as the product has it."""

    gtin: str
    product: str
    level: str
    doses_per_vial: int | None
    span: Span
    sure: bool
    source: str = ""


@dataclass(frozen=True, slots=True)
class Vaccines:
    """Every product over time. ``dated``: product to its versions, oldest first; ``mixing``: (first, second) to when it is allowed."""

    dated: Mapping[str, tuple[tuple[Span, Vaccine], ...]]
    aliases: Mapping[str, str]
    mixing: Mapping[tuple[str, str], tuple[Span, ...]]
    gtins: Mapping[str, tuple[Gtin, ...]]

    def products(self, on: date) -> tuple[str, ...]:
        """Those that may be given on that day, by name."""
        return tuple(name for name in sorted(self.dated) if self.named(name, on))

    def product_of(self, name: str) -> str:
        """The product that goes by this name (“Vaxzevria”), or empty. Case and outer blanks do not matter."""
        return self.aliases.get(name.strip().casefold(), "")

    def named(self, product: str, on: date) -> Vaccine | None:
        """The product as it may be given on that day; None for an unknown one, one that is not in use here, before its first day,
        and after its last."""
        for span, vaccine in reversed(self.dated.get(self.product_of(product), ())):
            if span.holds(on):
                return vaccine if vaccine.in_use else None
        return None

    def known(self, product: str, on: date) -> Vaccine | None:
        """The product by the rule nearest before that day, else its first one: for doses that were given, wherever and whenever."""
        versions = self.dated.get(self.product_of(product), ())
        begun = [vaccine for span, vaccine in versions if span.since <= on]
        return begun[-1] if begun else versions[0][1] if versions else None

    def by_gtin(self, gtin: str, on: date) -> Vaccine | None:
        """The product of a pack by its GTIN (8 to 14 digits), with the doses in a vial of that pack. None where nobody knows it."""
        for one in reversed(self.gtins.get(gtin.zfill(14), ())):
            if one.span.holds(on):
                vaccine = self.named(one.product, on)
                if vaccine is None or one.doses_per_vial is None:
                    return vaccine
                return replace(vaccine, doses_per_vial=one.doses_per_vial)
        return None

    def may_follow(self, first: str, second: str, on: date) -> bool:
        """Whether ``second`` was allowed after ``first`` on that day. The same product always is."""
        pair = self.product_of(first), self.product_of(second)
        if not all(pair):
            return False
        return pair[0] == pair[1] or any(span.holds(on) for span in self.mixing.get(pair, ()))
