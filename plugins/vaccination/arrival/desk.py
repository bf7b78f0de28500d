"""What the desk does with people: reads what they show, enrols whom staff type in, changes their data. Knows no request."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from time import monotonic
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Draft, Finding, Severity, Text, Trust
from kiosk.encounter.answers import Answer
from kiosk.identity import citizen_of
from kiosk.plugin import DecodedCode
from kiosk.receipts.tickets import PREFIX, decode_ticket
from kiosk.text.names import plain
from plugins.vaccination import lookups
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import enrolment, searching
from plugins.vaccination.arrival.calling import arrival_of_today
from plugins.vaccination.arrival.enrolment import Typed
from plugins.vaccination.arrival.judging import TAKEN_ANYWAY
from plugins.vaccination.models import ArrivalRow, PersonRow
from plugins.vaccination.people import same_name
from plugins.vaccination.records import Person
from plugins.vaccination.repeats import Repeats
from plugins.vaccination.site import Site

SYMBOLOGY = {"wedge": "wedge", "page": "QRCode", "camera": "QRCode"}
DAMAGED = Finding(
    "vaccination.damaged_ticket",
    Severity.BAR,
    Text("Mã trên phiếu bị hỏng hoặc đọc thiếu.", "The ticket's code is damaged or was read only in part."),
    Text("Quét lại, hoặc tìm theo số thứ tự.", "Scan again, or search by the number."),
)
NOT_KNOWN = Finding(
    "vaccination.unknown_person",
    Severity.BAR,
    Text("Điểm này chưa có thông tin của người đó.", "Nothing is known here of that person."),
    Text("Quét thẻ hoặc ghi tên ở bàn đón tiếp.", "Scan the card, or enrol them at the reception desk."),
)
NOT_A_PERSON = Finding(
    "vaccination.not_a_person",
    Severity.BAR,
    Text(
        "Mã vừa quét không phải phiếu hay giấy tờ của một người.",
        "This code is neither a ticket nor anybody's document.",
    ),
    Text("Quét phiếu số thứ tự hoặc thẻ căn cước.", "Scan the ticket or the ID card."),
)
NOT_HERE = Finding(
    "vaccination.not_arrived",
    Severity.BAR,
    Text("Hôm nay người này chưa qua đón tiếp.", "This person has not checked in today."),
    Text("Đưa tới bàn đón tiếp để lấy số.", "Send them to the reception desk for a number."),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """What came of showing something: the story's answer (None for a ticket, which is only looked up) and whose it is."""

    answer: Answer | None
    citizen: str
    visit: ArrivalRow | None


class Desk:
    """One appliance's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._repeats = Repeats()

    def show(self, payload: str, source: str, key: UUID, taken_anyway: bool, operator: str) -> Shown:
        """A card, a temporary code, or a ticket. Raises ``Refusal`` for a ticket that is not of here and today."""
        if payload.strip().upper().startswith(PREFIX):
            return self._ticket(payload)
        if not taken_anyway:  # with it the same card means something else
            key = self._repeats.first(operator, payload, key, monotonic())
        return self._handle(payload, SYMBOLOGY[source], key, taken_anyway, operator)

    def visit_of(self, payload: str) -> str:
        """The visit of today behind a ticket's code or its printed number, or of whom a card or a temporary code names; records
        nothing. Raises ``Refusal``."""
        if payload.strip().upper().startswith(PREFIX):
            shown = self._ticket(payload)
            assert shown.visit is not None
            return shown.visit.record
        with self._site.appliance.session() as session:
            numbered = searching.of_number(session, self._site, payload.strip())
        if len(numbered) == 1:
            return numbered[0].record
        typed = payload.replace(" ", "")
        if searching.is_id(typed):
            return self._visit_today(self._site.appliance.pseudonym(typed))
        code = DecodedCode(payload, payload.encode("utf-8", "surrogatepass"), "QRCode")
        appliance = self._site.appliance
        found = appliance.guarded_first("read_credential", scan=appliance.new_scan(code, enrolment.DESK)).value
        genuine = isinstance(found, Credential) and found.trust is not Trust.INVALID
        citizen = citizen_of(found, appliance.pseudonym) if genuine else None
        if citizen is None:
            raise Refusal([NOT_A_PERSON])
        return self._visit_today(citizen)

    def _visit_today(self, citizen: str) -> str:
        with self._site.appliance.session() as session:
            citizens = lookups.named(session, citizen)
            came = lookups.arrival_today(session, self._site.id, self._site.today(), citizens)
            if came is None:
                raise Refusal([NOT_HERE])
            return came.record

    def enrol(self, form: Typed, key: UUID, taken_anyway: bool, operator: str) -> Shown:
        """Somebody without a card that can be read, or without any document: they get a number as others do."""
        return self._handle(enrolment.payload(form, key), enrolment.SYMBOLOGY, key, taken_anyway, operator)

    def like(self, form: Typed) -> list[PersonRow]:
        """People known here with the same name and birth date, but for who has this very number."""
        probe = PersonRow(
            **{**_EMPTY, "name": form.name, "folded_name": plain(form.name)[:120], "birth_date": form.birth_date}
        )
        own: list[str] = []
        if form.number:
            services = self._site.context.services
            own = [services.pseudonym(form.number), services.pseudonym(f"document::{form.number}")]
        with self._site.context.services.session() as session:
            return same_name(session, probe, own)

    def edit(self, citizen: str, said: Mapping[str, Any], key: UUID, operator: str) -> Done:
        """A further word on a person. Raises ``Refusal`` for somebody unknown, ``Wrong`` for a field that cannot be so."""
        today = date.fromisoformat(self._site.today_text())
        form = enrolment.typed(said, today)

        def check(session: Session) -> Sequence[Draft]:
            own = lookups.named(session, citizen)
            row = lookups.person(session, own)
            if row is None:
                raise Refusal([NOT_KNOWN])
            is_temporary = row.temporary and row.citizen == own[0]
            body = Person(
                name=form.name,
                birth_date=form.birth_date,
                sex=form.sex,  # type: ignore[arg-type]
                phone=form.phone,
                address=form.address,
                document=row.document,
                priority_group=form.priority_group,
                guardian=form.guardian,
                source="temporary" if is_temporary else "typed",
                temporary=is_temporary,
                temporary_code=row.temporary_code if is_temporary else "",
            )
            return [Draft("vaccination.person", body, own[0])]

        return self._site.actions.act(key, check, operator)

    def _ticket(self, payload: str) -> Shown:
        try:
            record = decode_ticket(payload)
        except ValueError:
            raise Refusal([DAMAGED]) from None
        with self._site.context.services.session() as session:
            came = arrival_of_today(session, self._site, str(record))
        if came.citizen is None:
            raise Refusal([NOT_KNOWN])
        return Shown(None, came.citizen, came)

    def _handle(self, payload: str, symbology: str, key: UUID, taken_anyway: bool, operator: str) -> Shown:
        appliance = self._site.appliance
        code = DecodedCode(payload, payload.encode("utf-8", "surrogatepass"), symbology)
        scan = appliance.new_scan(code, f"{enrolment.DESK}{operator}", key)
        answer = appliance.handle(scan, {TAKEN_ANYWAY: "yes"} if taken_anyway else {}, operator)
        assert isinstance(answer, Answer)
        with appliance.session() as session:
            came = lookups.arrival(session, str(answer.key)) if answer.record else None
            citizen = came.citizen if came else None
            first = lookups.arrival_today(session, self._site.id, self._site.today(), [citizen]) if citizen else None
        return Shown(answer, citizen or "", first)


_EMPTY = {column.key: "" for column in PersonRow.__table__.columns}
