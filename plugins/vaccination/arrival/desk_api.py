"""What the desk's page asks, as JSON: scans, enrolment, search, data, merging, the absent. Pages only; every POST has the token.

``person`` in a reply is ``person_state.state``; a refusal is ``problem``. Each look at a person's data is on record."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Severity
from kiosk.plugin import DecodedCode
from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from plugins.vaccination import lookups
from plugins.vaccination.arrival import enrolment, merging, person_state, queue, searching
from plugins.vaccination.arrival.calling import Calls
from plugins.vaccination.arrival.desk import NOT_KNOWN, SYMBOLOGY, Desk, Shown
from plugins.vaccination.arrival.enrolment import Wrong
from plugins.vaccination.arrival.lines import Lines
from plugins.vaccination.injection.after import after_dose
from plugins.vaccination.people import known
from plugins.vaccination.records import Dose
from plugins.vaccination.replies import BadRequest, answering, asked, key_of, operator_id, problem, text_of
from plugins.vaccination.site import Site

ROLE = "medical_staff"
PAYLOAD = 7089  # characters; the most digits that one QR code holds (ISO/IEC 18004, version 40-L)
SAME_NAME = Finding(
    "vaccination.same_name",
    Severity.CONCERN,
    person_state.SAME_NAME,
    enrolment.Text(
        "Nếu là người khác, bấm “Đây là người khác”. Nếu là một người, mở người đã có.",
        "If it is another person, press “This is another person”. If it is the same, open the one that is there.",
    ),
)


ACTIONS = (
    "scan",
    "enrol",
    "find",
    "person",
    "edit",
    "merge_look",
    "merge",
    "merge_undo",
    "reprint",
    "back",
    "state",
)


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """Below ``/vaccination/desk/``."""
    api = _Api(site)
    for name in ACTIONS:
        view = require_role(ROLE)(answering(getattr(api, name)))
        method = "GET" if name == "state" else "POST"
        path = f"/desk/{name.replace('_', '-')}"
        blueprint.add_url_rule(path, f"desk_{name}", view, methods=[method])


class _Api:
    def __init__(self, site: Site) -> None:
        self._site = site
        self._desk = Desk(site)
        self._calls = Calls(site)
        self._lines = Lines(site)

    # --- who comes

    def scan(self) -> ResponseReturnValue:
        """``{"payload", "source", "key", "taken_anyway"}``."""
        said = asked()
        payload, source = said.get("payload"), said.get("source", "page")
        if not isinstance(payload, str) or not payload.strip() or len(payload) > PAYLOAD or source not in SYMBOLOGY:
            raise BadRequest("payload")
        return self._shown(
            self._desk.show(payload, source, key_of(said), said.get("taken_anyway") is True, operator_id())
        )

    def enrol(self) -> ResponseReturnValue:
        """The form's fields, ``key``; ``sure``: staff saw that another of the same name is another; ``taken_anyway``."""
        said = asked()
        key = key_of(said)
        try:
            form = enrolment.typed(said, self._today())
        except Wrong as wrong:
            return _wrong(wrong)
        if said.get("sure") is not True:
            like = self._desk.like(form)
            with self._site.context.services.session() as session:
                known_before = lookups.arrival(session, str(key)) is not None
            if like and not known_before:
                note_access("vaccination.same_name_shown", citizens=[row.citizen for row in like if row.citizen])
                return problem([SAME_NAME], 409, namesakes=[person_state.other(row) for row in like])
        return self._shown(self._desk.enrol(form, key, said.get("taken_anyway") is True, operator_id()))

    def _shown(self, shown: Shown) -> Response:
        answer = shown.answer.as_dict() if shown.answer else None
        if not shown.citizen or (shown.answer and shown.answer.decision != "admit"):
            return reply({"answer": answer, "person": None})
        return reply({"answer": answer, "person": self._person(shown.citizen, shown)})

    def _person(self, citizen: str, shown: Shown | None = None) -> dict[str, Any]:
        with self._site.context.services.session() as session:
            found = person_state.state(session, self._site, citizen, shown.visit if shown else None)
        note_access("vaccination.desk_looked", citizen=found["citizen"])
        return found

    # --- who is here

    def find(self) -> ResponseReturnValue:
        """``{"text"}``: a name, a ticket, last digits, or 12 digits."""
        with self._site.context.services.session() as session:
            citizens = searching.find(session, self._site, text_of(asked(), "text", 120))
            people = [person_state.state(session, self._site, citizen) for citizen in citizens]
        people = [one for one in people if one["name"]]
        if people:
            note_access("vaccination.desk_searched", citizens=[one["citizen"] for one in people])
        return reply({"found": people})

    def person(self) -> ResponseReturnValue:
        """``{"citizen"}``."""
        citizen = text_of(asked(), "citizen", 64)
        with self._site.context.services.session() as session:
            who = known(session, citizen, self._site.id, self._site.today_text())
        if who.person is None and who.appointment is None:
            return problem([NOT_KNOWN])
        return reply({"person": self._person(citizen)})

    def edit(self) -> ResponseReturnValue:
        """``{"citizen", "key"}`` and the form's fields."""
        said = asked()
        citizen = text_of(said, "citizen", 64)
        try:
            self._desk.edit(citizen, said, key_of(said), operator_id())
        except Wrong as wrong:
            return _wrong(wrong)
        return reply({"person": self._person(citizen), "done": True})

    def reprint(self) -> ResponseReturnValue:
        """``{"visit"}``: the ticket once more."""
        visit = text_of(asked(), "visit", 36)
        with self._site.context.services.session() as session:
            came = lookups.arrival(session, visit)
            citizen = came.citizen if came else None
        if came is None:
            return problem([NOT_KNOWN])
        note_access("receipt_reprinted", subject=visit, citizen=citizen)
        return reply({"done": self._site.context.services.reprint(UUID(visit))})

    # --- a temporary id

    def merge_look(self) -> ResponseReturnValue:
        """``{"citizen", "payload", "source"}``: both histories, side by side. Records nothing but the look."""
        said = asked()
        citizen = text_of(said, "citizen", 64)
        real = merging.real_one(self._site, self._credential(said))
        with self._site.context.services.session() as session:
            merging.check_temporary(session, citizen)
        return reply({"person": self._person(citizen), "other": self._person(real)})

    def merge(self) -> ResponseReturnValue:
        """``{"citizen", "payload", "source", "reason", "key"}``."""
        said = asked()
        citizen, credential = text_of(said, "citizen", 64), self._credential(said)
        merging.real_one(self._site, credential)
        merging.merge(self._site, key_of(said), citizen, credential, text_of(said, "reason"), operator_id())  # type: ignore[arg-type]
        return reply({"person": self._person(citizen), "done": True})

    def merge_undo(self) -> ResponseReturnValue:
        """``{"citizen", "temporary", "reason", "key"}``: a wrong merge is taken back; ``person``: whoever had the temporary id."""
        said = asked()
        citizen, theirs = text_of(said, "citizen", 64), text_of(said, "temporary", 64)
        done = merging.undo(self._site, key_of(said), citizen, theirs, text_of(said, "reason"), operator_id())
        amended = [one for one in done.records if isinstance(one.data, Dose)]
        if not done.again:
            for one in amended:
                after_dose(self._site, one)
        return reply({"person": self._person(theirs), "done": True, "doses": len(amended)})

    def _credential(self, said: dict[str, Any]) -> object:
        """What a document says, read and not recorded as a visit."""
        payload = said.get("payload")
        if not isinstance(payload, str) or not payload.strip() or len(payload) > PAYLOAD:
            raise BadRequest("payload")
        digits = payload.replace(" ", "")
        symbology = "typed" if len(digits) == 12 and digits.isascii() and digits.isdigit() else "QRCode"
        code = DecodedCode(payload, payload.encode("utf-8", "surrogatepass"), symbology)
        scan = self._site.appliance.new_scan(code, f"{enrolment.DESK}{operator_id()}")
        return self._site.appliance.guarded_first("read_credential", scan=scan).value

    # --- how things stand

    def back(self) -> ResponseReturnValue:
        """``{"visit", "step", "key"}``: somebody who had been absent waits again."""
        said = asked()
        step = said.get("step")
        if step not in queue.STEPS:
            raise BadRequest("step")
        self._calls.back(key_of(said), step, text_of(said, "visit", 36), operator_id())
        return self.state(fresh=True)

    def state(self, fresh: bool = False) -> Response:
        """The queues in numbers, who is absent, and whether the clock may be believed."""
        site = self._site
        lines = {step: self._lines.of(step, fresh) for step in queue.STEPS}
        with site.context.services.session() as session:
            calls = {step: queue.open_calls(session, site.id, site.today(), step) for step in queue.STEPS}
            gone = queue.absent(session, site.id, site.today())
            return reply(
                {
                    "steps": {
                        step: {
                            "waiting": len(line),
                            "next": [one.ticket for one in line[:8]],
                            "tables": [{"table": row.table_name, "ticket": row.ticket} for row in calls[step]],
                        }
                        for step, line in lines.items()
                    },
                    "absent": [{"visit": row.visit, "ticket": row.ticket, "step": row.step} for row in gone[-40:]],
                    "clock_trusted": site.context.clock.trusted(),
                    "today": site.today_text(),
                }
            )

    def _today(self) -> date:
        return date.fromisoformat(self._site.today_text())


def _wrong(wrong: Wrong) -> Response:
    """Which field cannot be so, and what is expected."""
    finding = Finding(f"vaccination.wrong_{wrong.field}", Severity.BAR, wrong.text)
    return problem([finding], 400, field=wrong.field)
