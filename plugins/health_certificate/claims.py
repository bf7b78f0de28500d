"""A certificate as a ``Credential``: what a policy and a page can ask of it, each fact as a text. Decides nothing.

Facts: ``certificate.types``, ``certificate.colour``, ``doses``, ``vaccination.product``, ``vaccination.doses_given``,
``vaccination.doses_total``, ``vaccination.last_dose_on``, ``test.kind`` (naat, antigen, antibody), ``test.result`` (negative,
positive), ``test.sampled_at``, ``recovery.first_positive_on``, ``recovery.valid_from``, ``recovery.valid_until``, ``issued_at``,
``expires_at``, and ``failed_step`` where a step of the verification failed.
"""

from __future__ import annotations

from datetime import date, datetime

from kiosk.domain import Claim, Credential, Trust
from plugins.health_certificate.model import HealthCertificate
from plugins.health_certificate.status import Colour, course_status
from plugins.health_certificate.steps import Step, trust_of

FAILED_STEP = "failed_step"
COLOUR = "certificate.colour"


def credential_of(certificate: HealthCertificate, failed: Step | None, today: date) -> Credential:
    """``today`` is the site's day of the scan: doses of later days do not count."""
    trust = trust_of(failed)
    course = course_status(certificate.vaccinations, today)
    claims = _about_holder(certificate, trust) | {
        "certificate.types": ",".join(certificate.types),
        # a colour is a statement of ours, not of the code: it takes a signature
        COLOUR: course.colour.value if trust is Trust.VERIFIED else Colour.NONE.value,
        "issued_at": _text(certificate.valid_from),
        "expires_at": _text(certificate.valid_until),
        FAILED_STEP: failed.value if failed else "",
    }
    if certificate.vaccinations:
        claims |= {
            "doses": str(course.given),
            "vaccination.product": course.product,
            "vaccination.doses_given": str(course.given),
            "vaccination.doses_total": "" if course.needed is None else str(course.needed),
            "vaccination.last_dose_on": _text(course.last_on),
        }
    if certificate.tests:
        claims |= _about_test(certificate)
    if certificate.recoveries:
        claims |= _about_recovery(certificate)
    return Credential(
        certificate.kind,
        {name: Claim(value) for name, value in claims.items() if value},
        trust,
        certificate.issuer,
        (*certificate.warnings, *course.warnings),
    )


def _about_holder(certificate: HealthCertificate, trust: Trust) -> dict[str, str]:
    holder = certificate.holder
    return {
        "name": holder.name,
        "family_name": holder.family_name,
        "given_name": holder.given_name,
        "birth_date": holder.birth_date,
        "sex": holder.sex,
        # what a forger wrote must not point at somebody's document
        "document_number": holder.document_number if trust is Trust.VERIFIED else "",
    }


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
