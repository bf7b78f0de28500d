"""The content of WHO's Digital Documentation of COVID-19 Certificates (DDCC) in ``HC1:``, in terms of ``model``. Trusts nothing.

Source: WHO, "Digital documentation of COVID-19 certificates: vaccination status" (2021) and "test result" (2022), core data sets.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any

from plugins.health_certificate import codings, fields
from plugins.health_certificate.codings import code
from plugins.health_certificate.eu_dcc import EXP, IAT, ISS, numeric_date
from plugins.health_certificate.model import HealthCertificate, Holder, Test, Vaccination

KIND = "who_ddcc"


def is_content(content: Mapping[Any, Any]) -> bool:
    """Whether this looks like the core data set: a name, and a vaccine or a test."""
    return isinstance(content.get("name"), str) and ("vaccine" in content or "test" in content)


def certificate(claims: Mapping[Any, Any], content: Mapping[Any, Any]) -> HealthCertificate:
    """Never fails: what is not as it should be is left out. Raises ``StepFailed`` for times that are none."""
    test = fields.mapping(content.get("test"))
    ids = [fields.text(content.get(name)) for name in ("hcid", "identifier")]
    return HealthCertificate(
        kind=KIND,
        holder=Holder(
            name=fields.text(content.get("name")),
            birth_date=fields.birth_date(content.get("birthDate")),
            sex=fields.sex(code(content.get("sex"))),
            document_number=fields.text(fields.mapping(content.get("meta")).get("passportNumber")),
        ),
        issuer=fields.text(claims.get(ISS)) or fields.text(content.get("pha")) or code(content.get("country")),
        vaccinations=(_vaccination(content),) if "vaccine" in content else (),
        tests=(_test(test),) if test else (),
        valid_from=numeric_date(claims, IAT) or _begin(fields.day(content.get("valid_from"))),
        valid_until=numeric_date(claims, EXP) or _end(fields.day(content.get("valid_until"))),
        ids=tuple(dict.fromkeys(name for name in ids if name)),
        warnings=() if "test" in content or fields.day(content.get("date")) else ("health_certificate.schema",),
    )


def _begin(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.min, UTC)


def _end(day: date | None) -> datetime | None:
    return None if day is None else datetime.combine(day, time.max, UTC)


def _vaccination(content: Mapping[Any, Any]) -> Vaccination:
    return Vaccination(
        product=codings.product(content.get("brand"), content.get("vaccine")),
        on=fields.day(content.get("date")),
        dose=fields.count(content.get("dose")),
        doses=fields.count(content.get("total_doses")),
        country=code(content.get("country")),
        lot=fields.text(content.get("lot")),
    )


def _test(content: Mapping[Any, Any]) -> Test:
    return Test(
        kind=codings.test_kind(content.get("type")),
        result=codings.test_result(content.get("result")),
        sampled_at=fields.moment(content.get("date")),
        country=code(content.get("country")),
    )
