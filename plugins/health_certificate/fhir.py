"""An HL7 FHIR R4 bundle of immunizations and test results, in terms of ``model``. Follows no references and trusts nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from plugins.health_certificate import codings, fields
from plugins.health_certificate.model import Holder, Test, Vaccination

MOST_ENTRIES = 200
UNFINISHED = "health_certificate.not_completed"
OTHER_DISEASE = "health_certificate.other_disease"


@dataclass(frozen=True, slots=True)
class Bundle:
    """What was found in a bundle."""

    holder: Holder
    vaccinations: tuple[Vaccination, ...]
    tests: tuple[Test, ...]
    warnings: tuple[str, ...]


def entries(bundle: Any) -> list[Mapping[str, Any]]:
    """The resources of a bundle; empty where it is none."""
    found = fields.mapping(bundle)
    if found.get("resourceType") != "Bundle":
        return []
    held = (
        fields.mapping(fields.mapping(entry).get("resource"))
        for entry in fields.items(found.get("entry"))[:MOST_ENTRIES]
    )
    return [resource for resource in held if resource]


def read(resources: Sequence[Mapping[str, Any]]) -> Bundle:
    """Patient, Immunization and Observation; other resources are passed over. Doses are counted in the order of their days."""
    given: list[Vaccination] = []
    tests: list[Test] = []
    warnings: list[str] = []
    patients = [one for one in resources if one.get("resourceType") == "Patient"]
    if len(patients) != 1:
        warnings.append("health_certificate.schema")
    for resource in resources:
        kind, status = resource.get("resourceType"), resource.get("status")
        if kind == "Immunization":
            if codings.against_another_disease(*_codings(resource.get("vaccineCode"))):
                warnings.append(OTHER_DISEASE)
            elif status == "completed":
                given.append(_vaccination(resource))
            else:
                warnings.append(UNFINISHED)
        elif kind == "Observation":
            if status in ("final", "amended", "corrected"):
                tests.append(_test(resource))
            else:
                warnings.append(UNFINISHED)
    given.sort(key=lambda one: one.on or date.max)
    return Bundle(_holder(patients[0] if patients else {}), tuple(given), tuple(tests), tuple(dict.fromkeys(warnings)))


def _holder(patient: Mapping[str, Any]) -> Holder:
    names = fields.items(patient.get("name"))
    name = fields.mapping(names[0]) if names else {}
    family = fields.text(name.get("family"))
    given = " ".join(part for one in fields.items(name.get("given"))[:5] if (part := fields.text(one)))
    return Holder(
        name=" ".join(part for part in (given, family) if part) or fields.text(name.get("text")),
        family_name=family,
        given_name=given,
        birth_date=fields.birth_date(patient.get("birthDate")),
        sex=fields.sex(patient.get("gender")),
    )


def _codings(concept: Any) -> Sequence[Any]:
    return fields.items(fields.mapping(concept).get("coding"))[:10]


def _vaccination(resource: Mapping[str, Any]) -> Vaccination:
    series = fields.items(resource.get("protocolApplied"))
    protocol = fields.mapping(series[0]) if series else {}
    return Vaccination(
        product=codings.product(*_codings(resource.get("vaccineCode"))),
        on=fields.day(resource.get("occurrenceDateTime")),
        dose=fields.count(protocol.get("doseNumberPositiveInt")),
        doses=fields.count(protocol.get("seriesDosesPositiveInt")),
        lot=fields.text(resource.get("lotNumber")),
    )


def _test(resource: Mapping[str, Any]) -> Test:
    return Test(
        kind=codings.test_kind(*_codings(resource.get("code"))),
        result=codings.test_result(*_codings(resource.get("valueCodeableConcept"))),
        sampled_at=fields.moment(resource.get("effectiveDateTime")),
    )
