"""The content of an EU Digital COVID Certificate (schema 1.0 to 1.3), which is Vietnam's too, in terms of ``model``. Trusts nothing.

Source: eHealth Network, "Technical Specifications for EU Digital COVID Certificates: JSON Schema Specification" 1.3.0.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.health_certificate import codings, fields, value_sets
from plugins.health_certificate.model import (
    HealthCertificate,
    Holder,
    Recovery,
    Test,
    Vaccination,
)
from plugins.health_certificate.steps import Step, StepFailed

KIND = "eu_dcc"
ISS, EXP, IAT = 1, 4, 6  # claims of a CWT (RFC 8392)
COVID_19 = "840539006"  # SNOMED CT
FAMILY_NAME_FIRST = frozenset({"VN", "CN", "HU", "JP", "KH", "KR", "TW"})
MOST_ENTRIES = 10  # of one type; the specification has one entry in all


def certificate(claims: Mapping[Any, Any], content: Mapping[Any, Any]) -> HealthCertificate:
    """Raises ``StepFailed`` where it holds neither a vaccination nor a test nor a recovery."""
    entries = {name: _entries(content.get(name)) for name in ("v", "t", "r")}
    held = [entry for group in entries.values() for entry in group]
    if not held:
        raise StepFailed(Step.PAYLOAD)
    issuer = fields.text(claims.get(ISS)) or fields.text(held[0].get("co"))
    warnings = value_sets.warnings(entries)
    if len(held) > 1:
        warnings.append("health_certificate.more_than_one_entry")
    if not isinstance(content.get("ver"), str) or not isinstance(content.get("nam"), Mapping):
        warnings.append("health_certificate.schema")
    return HealthCertificate(
        kind=KIND,
        holder=_holder(content, issuer),
        issuer=issuer,
        vaccinations=tuple(_vaccination(entry) for entry in entries["v"]),
        tests=tuple(_test(entry) for entry in entries["t"]),
        recoveries=tuple(_recovery(entry) for entry in entries["r"]),
        valid_from=numeric_date(claims, IAT),
        valid_until=numeric_date(claims, EXP),
        ids=tuple(found for entry in held if (found := fields.text(entry.get("ci")))),
        warnings=tuple(dict.fromkeys(warnings)),
    )


def _entries(value: Any) -> list[Mapping[Any, Any]]:
    return [entry for entry in value[:MOST_ENTRIES] if isinstance(entry, Mapping)] if isinstance(value, list) else []


def numeric_date(claims: Mapping[Any, Any], name: int) -> Any:
    """A NumericDate. One that is there and is none must not read as “without limit”."""
    value = claims.get(name)
    if value is None:
        return None
    found = fields.unix_time(value)
    if found is None:
        raise StepFailed(Step.PAYLOAD)
    return found


def _holder(content: Mapping[Any, Any], issuer: str) -> Holder:
    name = fields.mapping(content.get("nam"))
    family = fields.text(name.get("fn")) or _machine_readable(name.get("fnt"))
    given = fields.text(name.get("gn")) or _machine_readable(name.get("gnt"))
    order = (family, given) if issuer in FAMILY_NAME_FIRST else (given, family)
    return Holder(
        name=" ".join(part for part in order if part),
        family_name=family,
        given_name=given,
        birth_date=fields.birth_date(content.get("dob")),
    )


def _machine_readable(value: Any) -> str:
    """A name as on the passport's lines (ICAO 9303), with spaces for its fillers."""
    return " ".join(fields.text(value).replace("<", " ").split())


def _vaccination(entry: Mapping[Any, Any]) -> Vaccination:
    code = fields.text(entry.get("mp"))
    return Vaccination(
        product=value_sets.product_name("eu_code", code) or code,
        on=fields.day(entry.get("dt")),
        dose=fields.count(entry.get("dn")),
        doses=fields.count(entry.get("sd")),
        country=fields.text(entry.get("co")),
    )


def _test(entry: Mapping[Any, Any]) -> Test:
    return Test(
        kind=value_sets.test_kind(fields.text(entry.get("tt"))),
        result=codings.test_result(entry.get("tr")),
        sampled_at=fields.moment(entry.get("sc")),
        country=fields.text(entry.get("co")),
    )


def _recovery(entry: Mapping[Any, Any]) -> Recovery:
    return Recovery(
        first_positive_on=fields.day(entry.get("fr")),
        valid_from=fields.day(entry.get("df")),
        valid_until=fields.day(entry.get("du")),
        country=fields.text(entry.get("co")),
    )
