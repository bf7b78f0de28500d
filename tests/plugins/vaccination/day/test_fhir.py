"""The day as FHIR R4: every resource fits the published models, corrections are marked, and nobody is named."""

from __future__ import annotations

import json
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from plugins.vaccination.records.after import Reaction
from plugins.vaccination.records.care import Dose, NotGiven, Was
from tests.support.vaccination import CROWD, Nurse, dose, ready, record, today


@pytest.fixture
def bundle(site: Appliance) -> dict[str, Any]:
    visitor = ready(site, CROWD[0], vitals={"temperature": 36.8, "pulse": 77}, answers={"fever": "no"})
    wrong = dose(site, visitor, expiry="2031-02-28")
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site))
    said: dict[str, Any] = {"product": "AstraZeneca", "number": 1, "total": 2, "given_on": today(site)}
    right = Dose(lot="ABV9999", amends=str(wrong.id), was=was, reason="gõ nhầm lô", **said)
    record(site, "dose", right, visitor.citizen)
    refused = NotGiven(product="Comirnaty", lot="FF1", reasons=["interval_short"])
    record(site, "not_given", refused, visitor.citizen)
    reaction = Reaction(dose=str(wrong.id), lot="ABV9999", grade=3, signs=["shock"], note="Xử trí theo phác đồ")
    record(site, "reaction", reaction, visitor.citizen)
    supervisor = Nurse(site, "15", Role.ADMINISTRATOR, address="192.0.2.15")
    reply = supervisor.browser.get(f"/vaccination/day/{today(site)}/bundle")
    assert reply.status_code == 200, reply.text[:400]
    found = json.loads(reply.data)
    assert isinstance(found, dict)
    return found


def of_type(bundle: dict[str, Any], kind: str) -> list[dict[str, Any]]:
    return [one["resource"] for one in bundle["entry"] if one["resource"]["resourceType"] == kind]


def test_the_bundle_tells_the_day(bundle: dict[str, Any]) -> None:
    states = sorted((one["status"], one.get("lotNumber")) for one in of_type(bundle, "Immunization"))
    assert states == [("completed", "ABV9999"), ("entered-in-error", "ABV1234"), ("not-done", "FF1")]
    done = next(one for one in of_type(bundle, "Immunization") if one["status"] == "completed")
    assert {"system": "http://hl7.org/fhir/sid/cvx", "code": "210"} in done["vaccineCode"]["coding"]
    (event,) = of_type(bundle, "AdverseEvent")
    assert event["severity"]["coding"][0]["code"] == "severe"
    assert event["suspectEntity"][0]["instance"]["reference"] in {one["fullUrl"] for one in bundle["entry"]}
    (asked,) = of_type(bundle, "QuestionnaireResponse")
    assert {"linkId": "vital.temperature", "answer": [{"valueDecimal": 36.8}]} in asked["item"]
    assert len(of_type(bundle, "Location")) == 1
    assert CROWD[0].name not in json.dumps(bundle, ensure_ascii=False)


def test_every_resource_fits_the_models_of_r4b(bundle: dict[str, Any]) -> None:
    models = pytest.importorskip("fhir.resources.R4B", reason="fhir.resources is not installed")
    kinds = set()
    for one in (bundle, *(entry["resource"] for entry in bundle["entry"])):
        kind = one["resourceType"]
        kinds.add(kind)
        models.get_fhir_model_class(kind).model_validate_json(json.dumps(one))
    assert kinds == {"Bundle", "Immunization", "QuestionnaireResponse", "AdverseEvent", "Location"}


def test_a_reaction_is_one_event_however_often_it_was_looked_at_again(site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    made = dose(site, visitor)
    first = record(
        site, "reaction", Reaction(dose=str(made.id), lot="ABV1234", grade=1, signs=["hives"]), visitor.citizen
    )
    worse = Reaction(dose=str(made.id), lot="ABV1234", grade=4, signs=["arrest"], amends=str(first.id))
    record(site, "reaction", worse, visitor.citizen)
    other = Reaction(dose=str(made.id), lot="ABV1234", grade=0, note="đau tay")
    second = record(site, "reaction", other, visitor.citizen)
    supervisor = Nurse(site, "15", Role.ADMINISTRATOR, address="192.0.2.15")
    found = json.loads(supervisor.browser.get(f"/vaccination/day/{today(site)}/bundle").data)
    events = {one["id"]: one for one in of_type(found, "AdverseEvent")}
    assert set(events) == {str(first.id), str(second.id)}
    assert events[str(first.id)]["event"]["coding"][0]["code"] == "4"
    assert {f"urn:uuid:{one}" for one in events} <= {one["fullUrl"] for one in found["entry"]}
