"""One record of vaccination as a FHIR R4 (4.0.1) resource. Pure; people are named by their keyed hash, never by name or number.

Identifiers are the records' ids, so that whoever receives a resource twice keeps one (conditional create)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from kiosk.domain import Record
from plugins.vaccination.records import Dose, NotGiven, Reaction, Screening
from plugins.vaccination.rules.vaccine import Vaccines

RECORD = "urn:ietf:rfc:3986"  # an identifier that is a URI: urn:uuid:<record>
PERSON = "urn:kiosk:citizen"
SITE = "urn:kiosk:site"
CVX, ATC, SNOMED = "http://hl7.org/fhir/sid/cvx", "http://www.whocc.no/atc", "http://snomed.info/sct"
SYSTEMS = {"cvx": CVX, "atc": ATC, "snomed": SNOMED}
REASON = "urn:kiosk:vaccination:reason"
SIGN = "urn:kiosk:vaccination:sign"
GRADE = "urn:kiosk:vaccination:anaphylaxis-grade"
BODY_SITES = {
    "left_arm": ("LA", "left arm"),
    "right_arm": ("RA", "right arm"),
    "left_thigh": ("LT", "left thigh"),
    "right_thigh": ("RT", "right thigh"),
}
ACT_SITE = "http://terminology.hl7.org/CodeSystem/v3-ActSite"
SEVERITY = "http://terminology.hl7.org/CodeSystem/adverse-event-severity"


class Writing:
    """What resources need beside their record. ``time_zone``: IANA name of the site's."""

    def __init__(self, vaccines: Vaccines, time_zone: str) -> None:
        self._vaccines = vaccines
        self._zone = ZoneInfo(time_zone)

    def resource(self, record: Record, corrected: bool = False) -> dict[str, Any] | None:
        """None for kinds that have none here. ``corrected``: a later record took this dose's place."""
        body = record.data
        if isinstance(body, Dose):
            return self._immunization(record, body, corrected or body.void)
        if isinstance(body, NotGiven):
            return self._not_done(record, body)
        if isinstance(body, Screening):
            return self._screening(record, body)
        if isinstance(body, Reaction):
            return self._adverse_event(record, body)
        return None

    def _immunization(self, record: Record, body: Dose, is_wrong: bool) -> dict[str, Any]:
        code, display = BODY_SITES[body.body_site]
        found: dict[str, Any] = {
            **self._base(record, "Immunization"),
            "identifier": [identifier(record)],
            "status": "entered-in-error" if is_wrong else "completed",
            "vaccineCode": self._vaccine(body.product, body.given_on),
            "patient": person(record),
            "occurrenceDateTime": self._time(record) if not body.amends else body.given_on,
            "recorded": self._time(record),
            "primarySource": True,
            "location": location(record),
            "lotNumber": body.lot,
            "site": {"coding": [{"system": ACT_SITE, "code": code, "display": display}]},
            "protocolApplied": [{"doseNumberPositiveInt": body.number, "seriesDosesPositiveInt": body.total}],
        }
        if body.expiry:
            found["expirationDate"] = body.expiry
        if body.amends:
            found["note"] = [{"text": f"corrects urn:uuid:{body.amends}"}]
        return found

    def _not_done(self, record: Record, body: NotGiven) -> dict[str, Any]:
        found: dict[str, Any] = {
            **self._base(record, "Immunization"),
            "identifier": [identifier(record)],
            "status": "not-done",
            "vaccineCode": self._vaccine(body.product, self._time(record)[:10]),
            "patient": person(record),
            "occurrenceDateTime": self._time(record),
            "location": location(record),
        }
        if body.reasons:
            found["statusReason"] = {"coding": [{"system": REASON, "code": one} for one in body.reasons]}
        if body.lot:
            found["lotNumber"] = body.lot
        return found

    def _screening(self, record: Record, body: Screening) -> dict[str, Any]:
        items = [_item(name, {"valueString": value}) for name, value in sorted(body.answers.items()) if value]
        measured = body.vitals.model_dump(exclude_none=True)
        items += [_item(f"vital.{name}", {"valueDecimal": value}) for name, value in sorted(measured.items())]
        items.append(_item("outcome", {"valueString": body.outcome}))
        items += [_item("reason", {"valueString": one}) for one in body.reasons]
        return {
            **self._base(record, "QuestionnaireResponse"),
            "identifier": identifier(record),
            "questionnaire": f"urn:kiosk:vaccination:screening:{body.pack}",
            "status": "completed",
            "subject": person(record),
            "authored": self._time(record),
            "item": items,
        }

    def _adverse_event(self, record: Record, body: Reaction) -> dict[str, Any]:
        found: dict[str, Any] = {
            "resourceType": "AdverseEvent",
            "id": chain(record),
            "identifier": {"system": RECORD, "value": f"urn:uuid:{chain(record)}"},
            "actuality": "actual",
            "event": {"coding": [{"system": GRADE, "code": str(body.grade)}, *_codings(body.signs)]},
            "subject": person(record),
            "recordedDate": self._time(record),
            "location": location(record),
            "severity": {"coding": [{"system": SEVERITY, "code": _severity(body.grade)}]},
            "suspectEntity": [{"instance": {"reference": f"urn:uuid:{body.dose}", "type": "Immunization"}}],
        }
        if body.note:
            found["event"]["text"] = body.note
        return found

    def _vaccine(self, product: str, on: str) -> dict[str, Any]:
        known = self._vaccines.known(product, date.fromisoformat(on)) if product else None
        codes: Mapping[str, str] = known.codes if known else {}
        coding = [{"system": SYSTEMS[name], "code": codes[name]} for name in SYSTEMS if codes.get(name)]
        return {**({"coding": coding} if coding else {}), "text": product or "unknown"}

    def _base(self, record: Record, kind: str) -> dict[str, Any]:
        return {"resourceType": kind, "id": str(record.id)}

    def _time(self, record: Record) -> str:
        at = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC).astimezone(self._zone)
        return at.isoformat(timespec="milliseconds")


def chain(record: Record) -> str:
    """The record that began a reaction: one event, however often it was looked at again."""
    return str(record.data.amends or record.id)


def identifier(record: Record) -> dict[str, str]:
    return {"system": RECORD, "value": f"urn:uuid:{record.id}"}


def person(record: Record) -> dict[str, Any]:
    """By the keyed hash; a record without a person says so."""
    if record.citizen is None:
        return {"display": "not known"}
    return {"identifier": {"system": PERSON, "value": record.citizen}}


def location(record: Record) -> dict[str, Any]:
    return {"identifier": {"system": SITE, "value": record.site}}


def place(site: str, name: str) -> dict[str, Any]:
    """The site itself."""
    return {
        "resourceType": "Location",
        "identifier": [{"system": SITE, "value": site}],
        "status": "active",
        "name": name,
    }


def _item(name: str, value: Mapping[str, Any]) -> dict[str, Any]:
    return {"linkId": name, "answer": [dict(value)]}


def _codings(signs: list[str]) -> list[dict[str, str]]:
    return [{"system": SIGN, "code": one} for one in signs]


def _severity(grade: int) -> str:
    return "mild" if grade <= 1 else "moderate" if grade == 2 else "severe"
