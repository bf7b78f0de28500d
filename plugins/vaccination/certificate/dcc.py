"""What an official certificate says: the EU's "DCC" schema 1.3.0 with one vaccination, which is Vietnam's format, too (Decision
5772/QĐ-BYT). Pure; signs nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from config import value_set
from plugins.vaccination.certificate import icao

SCHEMA = "1.3.0"
COVID_19 = "840539006"  # SNOMED CT


@dataclass(frozen=True, slots=True)
class Wanted:
    """The certificate that somebody should have now. ``dose``: the record of the dose that it is about."""

    dose: str
    name: str
    birth_date: str
    product: str
    on: date
    number: int
    total: int

    @property
    def colour(self) -> str:
        """Yellow after one dose, green after the full course (Ministry of Health, 2021)."""
        return "green" if self.number >= self.total else "yellow"


@cache
def _codes() -> dict[str, tuple[str, str, str]]:
    """Product -> vp, mp, ma."""
    more = {row["product"]: (row["vp"], row["ma"]) for row in value_set("vaccine_hcert")}
    products = {row["product"]: row["eu_code"] for row in value_set("vaccines") if row["eu_code"]}
    return {name: (more[name][0], code, more[name][1]) for name, code in products.items() if name in more}


def known(product: str) -> bool:
    """Whether a certificate can name this product."""
    return product in _codes()


def content(wanted: Wanted, uvci: str, country: str, issuer: str) -> dict[str, Any]:
    """The content under the claim of a health certificate. Raises ``KeyError`` for a product that no certificate can name."""
    vp, mp, ma = _codes()[wanted.product]
    family, given = icao.parts_of(wanted.name)
    name = {"fn": family, "fnt": icao.machine_readable(family)}
    if given:
        name |= {"gn": given, "gnt": icao.machine_readable(given)}
    entry = {
        "tg": COVID_19,
        "vp": vp,
        "mp": mp,
        "ma": ma,
        "dn": wanted.number,
        "sd": wanted.total,
        "dt": wanted.on.isoformat(),
        "co": country,
        "is": issuer,
        "ci": uvci,
    }
    return {"ver": SCHEMA, "nam": name, "dob": wanted.birth_date, "v": [entry]}


def says_the_same(one: Any, other: Any) -> bool:
    """Whether two certificates differ in nothing but their identifiers."""
    return bool(one) and bool(other) and _without_id(one) == _without_id(other)


def _without_id(found: Any) -> Any:
    entries = [{name: value for name, value in entry.items() if name != "ci"} for entry in found.get("v", [])]
    return {**found, "v": entries}
