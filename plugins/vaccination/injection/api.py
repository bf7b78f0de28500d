"""What an injection table's page asks of the appliance, as JSON. Every reply has ``table`` (see ``cards.table``); a refusal has
``problem`` and ``problems`` in both languages. Pages only: each request needs medical staff's session and the page's CSRF token.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, abort, after_this_request, make_response
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Record
from kiosk.encounter.answers import finding_as_dict
from kiosk.journal.jobs import NotRecorded
from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from plugins.vaccination import replies
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.injection import asked as asking
from plugins.vaccination.injection import cards, correcting, scanning, wasting
from plugins.vaccination.injection.after import after_dose
from plugins.vaccination.injection.asked import Asked
from plugins.vaccination.injection.giving import DOSE, NOT_GIVEN, OPENED, Giving
from plugins.vaccination.injection.words import finding
from plugins.vaccination.records import Dose
from plugins.vaccination.site import Site
from plugins.vaccination.stock import open_vials

ROLE = "medical_staff"
SYMBOLOGY = {"typed": "typed", "wedge": "wedge", "page": "QRCode"}
Did = Mapping[str, Any]


class Table:
    """What the routes of one site share."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.giving = Giving(site)

    def known(self, name: str) -> str:
        """The table's name; 404 for one that the profile has not."""
        if name not in self.site.settings.injection_tables:
            abort(404)
        return name

    def reply(self, name: str, more: Did | None = None, status: int = 200) -> Response:
        with self.site.context.services.session() as session:
            state = cards.table(session, self.site, name)
        return make_response(reply({**(more or {}), "table": state}), status)

    def problem(self, name: str, findings: tuple[Finding, ...], status: int = 409, **more: Any) -> Response:
        said = [finding_as_dict(one) for one in findings]
        return self.reply(name, {"problem": said[0], "problems": said, **more}, status)

    def look(self, name: str, asked: Asked) -> dict[str, Any]:
        with self.site.context.services.session() as session:
            return cards.case(self.site, self.giving.look(session, asked, name))


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """Below ``/vaccination/injection/<table>/``."""
    at = Table(site)

    def action(name: str) -> Callable[[Callable[[str, dict[str, Any]], Did]], None]:
        """A POST that does something at a table and answers with the table's new state."""

        def add(do: Callable[[str, dict[str, Any]], Did]) -> None:
            def view(table: str) -> ResponseReturnValue:
                known = at.known(table)
                try:
                    return at.reply(known, do(known, replies.asked()))
                except Refusal as refusal:
                    return at.problem(known, refusal.findings)
                except NotRecorded:
                    return at.problem(known, (replies.NOT_RECORDED,), 503)
                except replies.BadRequest:
                    return at.problem(known, (replies.BAD_REQUEST,), 400)

            blueprint.add_url_rule(
                f"/injection/<table>/{name}", f"injection_{name}", require_role(ROLE)(view), methods=["POST"]
            )

        return add

    @blueprint.get("/injection/<table>/state", endpoint="injection_state")
    @require_role(ROLE)
    def state(table: str) -> ResponseReturnValue:
        with site.context.services.session() as session:
            done = cards.day_of_table(session, site, at.known(table))
        return at.reply(table, {"day": done})

    @action("look")
    def look(table: str, said: dict[str, Any]) -> Did:
        """``{"scan": {"payload", "source", "expect"}, "dose": …}``: a scan adds whom or which vial to the dose that is asked for."""
        asked, scan = _asked(said), said.get("scan")
        if not isinstance(scan, dict):
            return {"case": at.look(table, asked)}
        with site.context.services.session() as session:
            found = scanning.read(session, site, *_scan(scan))
        if found.problem is not None:
            return {"case": at.look(table, asked), "unread": finding_as_dict(found.problem)}
        if found.who is not None:
            # another person: what was answered about the one before is no answer any more
            asked = asked.model_copy(update={"who": found.who, "asked_document": False, "override": ""})
            note_access("vaccination_person_shown", subject=table, citizen=found.who.citizen or None)
        if found.glass is not None:
            asked = asked.model_copy(update={"glass": found.glass})
        return {"case": at.look(table, asked)}

    @action("give")
    def give(table: str, said: dict[str, Any]) -> Did:
        """``{"key", "dose"}``."""
        done = at.giving.give(replies.key_of(said), _asked(said), table, replies.operator_id())
        given = _given(done)
        if not done.again and site.settings.slips:
            _print_after_the_answer(site, given)
        return {"given": _result(given, done)}

    @action("open")
    def open_vial(table: str, said: dict[str, Any]) -> Did:
        done = at.giving.open_vial(replies.key_of(said), _asked(said), table, replies.operator_id())
        numbers = [one.data.vial for one in done.records if one.kind == OPENED]
        return {"opened": numbers, "write": next(filter(open_vials.is_ours, numbers), "")}

    @action("waste")
    def waste(_table: str, said: dict[str, Any]) -> Did:
        found = wasting.read(said.get("waste"))
        if found is None:
            raise replies.BadRequest("waste")
        wasting.record(site, replies.key_of(said), found, replies.operator_id())
        return {"wasted": True}

    @action("correct")
    def correct(_table: str, said: dict[str, Any]) -> Did:
        found = correcting.read(said.get("correction"))
        if found is None:
            raise replies.BadRequest("correction")
        done = correcting.correct(site, replies.key_of(said), found, replies.operator_id())
        corrected: Dose = done.records[0].data
        if not corrected.void and not done.again:
            after_dose(site, done.records[0])
        return {"corrected": True}

    @action("reprint")
    def reprint(_table: str, said: dict[str, Any]) -> Did:
        try:
            record = UUID(str(said.get("record")))
        except ValueError:
            raise replies.BadRequest("record") from None
        note_access("receipt_reprinted", subject=str(record))
        return {"printing": site.context.services.reprint(record)}


def _asked(said: dict[str, Any]) -> Asked:
    found = asking.read(said.get("dose", {}))
    if found is None:
        raise replies.BadRequest("dose")
    return found


def _scan(scan: dict[str, Any]) -> tuple[str, str, str]:
    payload, source, expect = scan.get("payload"), scan.get("source", "page"), scan.get("expect", "")
    if not isinstance(payload, str) or len(payload) > scanning.PAYLOAD or source not in SYMBOLOGY:
        raise replies.BadRequest("scan")
    if expect not in ("", "who", "vial"):
        raise replies.BadRequest("expect")
    return payload, SYMBOLOGY[source], expect


def _given(done: Done) -> Record:
    """The dose; a key that was refused before stays refused. Raises ``Refusal``."""
    first = done.records[0]
    if first.kind == NOT_GIVEN:
        raise Refusal([finding("refused_before")])
    if first.kind != DOSE:
        raise replies.BadRequest("key")
    return first


def _print_after_the_answer(site: Site, given: Record) -> None:
    """Drawing a slip takes as long as all that the nurse waits for: not before they have been told."""

    @after_this_request
    def later(response: Response) -> Response:
        response.call_on_close(lambda: site.context.services.print_due(given))
        return response


def _result(record: Record, done: Done) -> dict[str, Any]:
    dose: Dose = record.data
    opened = next((one.data for one in done.records if one.kind == OPENED), None)
    write = opened.vial if opened and opened.doses > 1 and open_vials.is_ours(opened.vial) else ""
    return {
        "record": str(record.id),
        "product": dose.product,
        "lot": dose.lot,
        "number": dose.number,
        "total": dose.total,
        "next_on": cards.birth(dose.next_on),
        "minutes": dose.observation_minutes,
        "write": write,  # the number that must be written on the glass
        "again": done.again,
    }
