"""What the desk and the screening table ask of shown doses, as JSON. Pages only; every POST has the token; each look is on record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Severity, Text
from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from plugins.vaccination.arrival import person_state
from plugins.vaccination.arrival.desk import SYMBOLOGY
from plugins.vaccination.arrival.enrolment import Wrong
from plugins.vaccination.replies import BadRequest, answering, asked, key_of, operator_id, problem, text_of
from plugins.vaccination.shown import words
from plugins.vaccination.shown.document import Document, DoseOnPaper
from plugins.vaccination.shown.recording import NotBelieved, Showing, State
from plugins.vaccination.shown.typed import dose_of
from plugins.vaccination.site import Site

ROLE = "medical_staff"
PAYLOAD = 7089  # characters; the most digits that one QR code holds (ISO/IEC 18004, version 40-L)
ACTIONS = ("scan", "paper", "withdraw")


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """Below ``/vaccination/shown/``; the pages are those of other rooms."""
    api = _Api(site)
    for name in ACTIONS:
        view = require_role(ROLE)(answering(getattr(api, name)))
        blueprint.add_url_rule(f"/shown/{name}", f"shown_{name}", view, methods=["POST"])


class _Api:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._showing = Showing(site)

    def scan(self) -> ResponseReturnValue:
        """``{"citizen", "payload", "source", "key", "compared"}``: the person, and ``document`` with what became of each dose."""
        said = asked()
        payload, source = said.get("payload"), said.get("source", "page")
        if not isinstance(payload, str) or not payload.strip() or len(payload) > PAYLOAD or source not in SYMBOLOGY:
            raise BadRequest("payload")
        citizen, compared = text_of(said, "citizen", 64), said.get("compared") is True
        note_access("vaccination.document_shown", citizen=citizen)
        try:
            taken = self._showing.scan(payload, SYMBOLOGY[source], citizen, key_of(said), compared, operator_id())
        except NotBelieved as refusal:
            told = _document(refusal.document, [])
            return problem(refusal.findings, document=told, may_compare=refusal.may_compare)
        return self._person(citizen, document=_document(taken.document, taken.states))

    def paper(self) -> ResponseReturnValue:
        """``{"citizen", "key"}`` and the form's fields, see ``typed``."""
        said = asked()
        citizen = text_of(said, "citizen", 64)
        try:
            dose = dose_of(said, date.fromisoformat(self._site.today_text()))
        except Wrong as wrong:
            return problem(
                [Finding(f"vaccination.wrong_{wrong.field}", Severity.BAR, wrong.text)], 400, field=wrong.field
            )
        self._showing.typed(dose, citizen, key_of(said), operator_id())
        return self._person(citizen)

    def withdraw(self) -> ResponseReturnValue:
        """``{"citizen", "record", "reason", "key"}``."""
        said = asked()
        citizen, record = text_of(said, "citizen", 64), text_of(said, "record", 36)
        self._showing.withdraw(record, text_of(said, "reason"), citizen, key_of(said), operator_id())
        return self._person(citizen)

    def _person(self, citizen: str, **more: Any) -> Response:
        with self._site.context.services.session() as session:
            found = person_state.state(session, self._site, citizen)
        note_access("vaccination.shown_doses_looked", citizen=found["citizen"])
        return reply({"person": found, **more})


def _document(document: Document, states: Sequence[State]) -> dict[str, Any]:
    """What was shown, so that staff can hold it against the paper. ``states``: empty where nothing came of it."""
    become: Sequence[str] = states or [""] * len(document.doses)
    return {
        "issuer": document.issuer,
        "name": document.name,
        "birth_date": document.birth_date,
        "doses": [_dose(one, state) for one, state in zip(document.doses, become, strict=True)],
    }


def _dose(dose: DoseOnPaper, state: str) -> dict[str, Any]:
    why = words.WHY.get(state, Text("", ""))
    return {
        "product": dose.product,
        "on": dose.on.isoformat() if dose.on else "",
        "number": dose.number,
        "lot": dose.lot,
        "place": dose.place,
        "state": state,
        "why": {"vi": why.vi, "en": why.en},
    }
