"""The way out: who shows a ticket or slip may go, or is told how long still; who goes all the same needs a reason on record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.delegation.token import BrokenToken
from kiosk.domain import Draft, Finding, Severity, Text
from kiosk.receipts.tickets import decode_ticket
from plugins.vaccination import lookups
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import searching
from plugins.vaccination.arrival.calling import NO_VISIT
from plugins.vaccination.certificate import proof
from plugins.vaccination.models import DoseRow
from plugins.vaccination.observation import room
from plugins.vaccination.observation.room import Watched
from plugins.vaccination.observation.timing import MINUTE, Steps
from plugins.vaccination.records import Left
from plugins.vaccination.site import Site

Verdict = Literal["may_go", "not_yet", "unsure", "reaction", "left_already"]
LEFT = "vaccination.left"
MOST_MINUTES = 1440


def _finding(code: str, text: Text, step: Text) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, text, step)


DAMAGED = _finding(
    "damaged_ticket",
    Text("Mã trên phiếu bị hỏng.", "The code is damaged."),
    Text("Quét lại, hoặc gõ số thứ tự in trên phiếu.", "Scan again, or type the number on the ticket."),
)
NO_DOSE = _finding(
    "no_dose_today",
    Text("Người này chưa có mũi tiêm nào ở đây hôm nay.", "This person has had no dose here today."),
    Text(
        "Hỏi bàn tiêm; nếu họ chỉ về thì không cần quét.", "Ask the injection table; who just goes home need not scan."
    ),
)
SEVERAL = _finding(
    "several_people",
    Text("Có nhiều người như vậy.", "Several people are called so."),
    Text("Quét phiếu, hoặc gõ số thứ tự.", "Scan the ticket, or type its number."),
)
REASON = _finding(
    "needs_reason",
    Text("Chưa hết giờ theo dõi: về sớm phải ghi lý do.", "The time is not over: leaving early needs a reason."),
    Text("Chọn hoặc ghi lý do.", "Choose or write a reason."),
)
LEFT_ALREADY = _finding(
    "left_already",
    Text("Người này đã được ghi là đã về.", "This person is on record as gone."),
    Text("Không cần làm gì thêm.", "Nothing more is needed."),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """Who stands at the exit, and whether they may go."""

    person: Watched
    verdict: Verdict


class Exits:
    """One site's."""

    def __init__(self, site: Site, steps: Steps) -> None:
        self._site = site
        self._steps = steps

    def look(self, session: Session, payload: str) -> Shown:
        """``payload``: a ticket, the proof on a slip, or what was typed. Raises ``Refusal``."""
        person = room.one(session, self._site, self._steps, self._dose(session, payload))
        if person is None:
            raise Refusal([NO_DOSE])
        return Shown(person, self._verdict(session, person))

    def leave(self, key: UUID, dose: str, reason: str, operator: str) -> Done:
        """The person goes. Before the time, under an open reaction or by an unsure clock it takes a ``reason``. Raises ``Refusal``."""

        def check(session: Session) -> Sequence[Draft]:
            person = room.one(session, self._site, self._steps, dose)
            if person is None:
                raise Refusal([NO_DOSE])
            verdict = self._verdict(session, person)
            if verdict == "left_already":
                raise Refusal([LEFT_ALREADY])
            early = verdict != "may_go"
            if early and not reason:
                raise Refusal([REASON])
            minutes = min(max(person.age_ms, 0) // MINUTE, MOST_MINUTES)
            body = Left(dose=person.dose, early=early, reason=reason if early else "", minutes=minutes)
            return [Draft(LEFT, body, person.citizen or None)]

        return self._site.actions.act(key, check, operator)

    def _verdict(self, session: Session, person: Watched) -> Verdict:
        row = room.counting(session, person.record)
        if row is None or room.has_left(session, row):
            return "left_already"
        if person.reaction:
            return "reaction"
        if person.unsure:
            return "unsure"
        return "may_go" if person.is_done else "not_yet"

    def _dose(self, session: Session, payload: str) -> str:
        """The record of the dose that is meant."""
        text = payload.strip()
        if text.upper().startswith(proof.PREFIX):
            ring = self._site.context.services.signing.ring
            try:
                claims, _ = proof.read(text, ring.issuers(session), ring.own())
            except BrokenToken:
                raise Refusal([DAMAGED]) from None
            return claims.record
        try:
            visit = decode_ticket(text)
        except ValueError:
            raise Refusal([DAMAGED]) from None
        if visit is not None:
            came = lookups.arrival(session, str(visit))
            if came is None or came.citizen is None:
                raise Refusal([NO_VISIT])
            return self._newest(session, came.citizen)
        citizens = searching.find(session, self._site, text)
        if not citizens:
            raise Refusal([NO_VISIT])
        here = [one for one in citizens if self._doses_here(session, one)]
        if len(here) > 1:
            raise Refusal([SEVERAL])
        return self._newest(session, (here or citizens)[0])

    def _newest(self, session: Session, citizen: str) -> str:
        """A person's newest dose at this site, if it is of now: of the last that were given, whatever their date."""
        rows = self._doses_here(session, citizen)
        if not rows:
            raise Refusal([NO_DOSE])
        return max(rows, key=lambda row: (row.seq, row.writer)).record

    def _doses_here(self, session: Session, citizen: str) -> list[DoseRow]:
        own = [row for row in lookups.doses(session, lookups.named(session, citizen)) if row.site == self._site.id]
        if all(row.day == self._site.today() for row in own):
            return own
        recent = set(session.scalars(select(DoseRow.record).order_by(DoseRow.seq.desc()).limit(room.LATEST)))
        return [row for row in own if row.day == self._site.today() or row.record in recent]
