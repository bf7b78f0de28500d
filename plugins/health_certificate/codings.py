"""Codes with their systems, as FHIR and WHO write them: ``{"system": …, "code": …}``. What they mean is in ``value_sets``."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from plugins.health_certificate import fields, value_sets
from plugins.health_certificate.model import TestKind, TestResult

_SYSTEMS = {
    "http://id.who.int/icd11/mms": "icd11",
    "http://id.who.int/icd/release/11/mms": "icd11",
    "http://hl7.org/fhir/sid/icd-11": "icd11",
    "http://snomed.info/sct": "snomed",
    "http://hl7.org/fhir/sid/cvx": "cvx",
    "http://www.whocc.no/atc": "atc",
    "https://ec.europa.eu/health/documents/community-register/html": "eu_code",
}
# SNOMED CT: not detected and detected, and the more general negative and positive
_RESULTS = {
    "260415000": TestResult.NEGATIVE,
    "260385009": TestResult.NEGATIVE,
    "260373001": TestResult.POSITIVE,
    "10828004": TestResult.POSITIVE,
}


def code(value: Any) -> str:
    """A code, bare or with its system beside it."""
    return fields.text(value.get("code") if isinstance(value, Mapping) else value)


def against_another_disease(*codings: Any) -> bool:
    """Whether one of them says so, and none names a product that the value set knows."""
    given = [(_system(coding), code(coding)) for coding in codings]
    return any(value_sets.of_another_disease(*one) for one in given) and not any(
        value_sets.product_name(*one) for one in given
    )


def product(*codings: Any) -> str:
    """The vaccine's name by the first coding that the value set knows, else the first words or code there are."""
    for coding in codings:
        found = value_sets.product_name(_system(coding), code(coding)) or value_sets.product_name(
            "name", display(coding)
        )
        if found:
            return found
    return next((said for coding in codings if (said := display(coding))), "")


def _system(coding: Any) -> str:
    return _SYSTEMS.get(fields.text(fields.mapping(coding).get("system")).rstrip("/").lower(), "")


def display(coding: Any) -> str:
    """Words for a coding, else its code."""
    return fields.text(fields.mapping(coding).get("display")) or code(coding)


def test_kind(*codings: Any) -> TestKind | None:
    """The first that the value set knows."""
    return next((kind for coding in codings if (kind := value_sets.test_kind(code(coding)))), None)


def test_result(*codings: Any) -> TestResult | None:
    """What was found, where it is one of the few codes for that."""
    return next((found for coding in codings if (found := _RESULTS.get(code(coding)))), None)
