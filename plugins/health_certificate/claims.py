"""A certificate as a ``Credential``: what a policy and a page can ask of it, each fact as a text. Decides nothing.

Facts: ``certificate.types``, ``certificate.colour``, ``doses``, ``vaccination.product``, ``vaccination.doses_given``,
``vaccination.doses_total``, ``vaccination.last_dose_on``, ``vaccination.doses``, ``test.kind`` (naat, antigen, antibody),
``test.result`` (negative, positive), ``test.sampled_at``, ``recovery.first_positive_on``, ``recovery.valid_from``,
``recovery.valid_until``, ``issued_at``, ``expires_at``, and ``failed_step`` where a step of the verification failed.

``vaccination.doses`` is every single dose as the certificate tells it: JSON, a list of objects with ``product`` (the name in
``config/value_sets/vaccines.csv``, else the code or words as they came), ``on`` (ISO 8601), ``number`` and ``of`` (2 of 3), ``country``
and ``lot``; what a certificate does not say is left out. Nothing is judged: doses of later days are in it too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, datetime

from kiosk.domain import Claim, Credential, Trust
from plugins.health_certificate.model import HealthCertificate, Vaccination
from plugins.health_certificate.status import Colour, course_status
from plugins.health_certificate.steps import Step, trust_of

FAILED_STEP = "failed_step"
COLOUR = "certificate.colour"
_COMMON = (
    "name", "family_name", "given_name", "birth_date", "sex", "document_number", "certificate.types", COLOUR,
    "issued_at", "expires_at", FAILED_STEP,
)  # fmt: skip
_DOSES = (
    "doses", "vaccination.product", "vaccination.doses_given", "vaccination.doses_total", "vaccination.last_dose_on",
    "vaccination.doses",
)  # fmt: skip

_OF_A_DOSE = ("product", "on", "number", "of", "country", "lot")


def credential_of(certificate: HealthCertificate, failed: Step | None, today: date) -> Credential:
    """``today`` is the site's day of the scan: doses of later days do not count."""
    trust = trust_of(failed)
    course = course_status(certificate.vaccinations, today)
    verified = trust is Trust.VERIFIED
    holder = certificate.holder
    facts = (
        holder.name,
        holder.family_name,
        holder.given_name,
        holder.birth_date,
        holder.sex,
        holder.document_number if verified else "",  # what a forger wrote must not point at somebody's document
        ",".join(certificate.types),
        course.colour.value
        if verified
        else Colour.NONE.value,  # a statement of ours, not of the code: it takes a signature
        _text(certificate.valid_from),
        _text(certificate.valid_until),
        failed.value if failed else "",
    )
    claims = {name: Claim(value) for name, value in zip(_COMMON, facts, strict=True) if value}
    if certificate.vaccinations:
        given, needed = str(course.given), "" if course.needed is None else str(course.needed)
        doses = (given, course.product, given, needed, _text(course.last_on), _each(certificate.vaccinations))
        claims |= {name: Claim(value) for name, value in zip(_DOSES, doses, strict=True) if value}
    if certificate.tests:
        claims |= {name: Claim(value) for name, value in _about_test(certificate).items() if value}
    if certificate.recoveries:
        claims |= {name: Claim(value) for name, value in _about_recovery(certificate).items() if value}
    return Credential(certificate.kind, claims, trust, certificate.issuer, (*certificate.warnings, *course.warnings))


def _each(vaccinations: Sequence[Vaccination]) -> str:
    """The doses one by one, as JSON."""
    found = []
    for one in vaccinations:
        on = one.on.isoformat() if one.on else ""
        said = (one.product, on, one.dose, one.doses, one.country, one.lot)
        found.append({name: value for name, value in zip(_OF_A_DOSE, said, strict=True) if value})
    return json.dumps(found, ensure_ascii=False, separators=(",", ":"))


def _about_test(certificate: HealthCertificate) -> dict[str, str]:
    # ordered without leaving what datetime can hold: a time of the year 1 has no UTC
    last = max(certificate.tests, key=lambda test: (test.sampled_at is not None, _stamp(test.sampled_at)))
    return {
        "test.kind": last.kind.value if last.kind else "",
        "test.result": last.result.value if last.result else "",
        "test.sampled_at": _text(last.sampled_at),
    }


def _stamp(at: datetime | None) -> float:
    return at.timestamp() if at else 0.0


def _about_recovery(certificate: HealthCertificate) -> dict[str, str]:
    last = max(certificate.recoveries, key=lambda one: one.first_positive_on or date.min)
    return {
        "recovery.first_positive_on": _text(last.first_positive_on),
        "recovery.valid_from": _text(last.valid_from),
        "recovery.valid_until": _text(last.valid_until),
    }


def _text(at: date | datetime | None) -> str:
    return at.isoformat() if at is not None else ""
