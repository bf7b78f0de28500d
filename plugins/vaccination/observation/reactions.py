"""Reactions: reported, graded by their signs, treated step by step, over or handed to an ambulance. Each word is a record that says
everything known by then, so that a power cut in the middle loses nothing that was pressed. The doctor decides, not this."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from pydantic import ValidationError
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Record, Severity, Text
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.models import ReactionRow
from plugins.vaccination.observation import room
from plugins.vaccination.observation.exiting import LEFT, NO_DOSE
from plugins.vaccination.observation.exiting import MOST_MINUTES as MOST_STAY
from plugins.vaccination.observation.timing import MINUTE
from plugins.vaccination.records import Handover, Left, Reaction
from plugins.vaccination.records.after import Step
from plugins.vaccination.records.care import Vitals
from plugins.vaccination.rules.reactions import Protocol
from plugins.vaccination.site import Site

REACTION, HANDOVER = "vaccination.reaction", "vaccination.handover"
OPEN = ("observed", "treated")
MOST_STEPS = 200
MOST_MINUTES = 60 * 24 * 60


def _finding(code: str, text: Text, step: Text) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, text, step)


NO_REACTION = _finding(
    "unknown_reaction",
    Text("Không có phản ứng nào như vậy ở đây.", "There is no such reaction here."),
    Text("Tải lại trang.", "Reload the page."),
)
OVER = _finding(
    "reaction_over",
    Text("Phản ứng này đã được ghi là kết thúc.", "This reaction is on record as over."),
    Text("Có dấu hiệu mới thì báo phản ứng mới.", "Where there are new signs, report a new reaction."),
)
NOTHING_SAID = _finding(
    "reaction_says_nothing",
    Text("Chưa chọn dấu hiệu nào và chưa ghi chú.", "No sign is chosen and nothing is written."),
    Text("Chọn dấu hiệu, hoặc ghi lại điều đã thấy.", "Choose a sign, or write what was seen."),
)
BAD_VITALS = _finding(
    "vitals_out_of_range",
    Text("Dấu hiệu sinh tồn ngoài giới hạn có thể có.", "A vital sign is beyond what can be."),
    Text("Đo lại rồi gõ lại; để trống nếu chưa đo.", "Measure and type it again; leave it empty if not measured."),
)


@dataclass(frozen=True, slots=True)
class Said:
    """What staff say of a reaction. ``grade``: the doctor's, where it is higher than what the signs make."""

    signs: tuple[str, ...]
    vitals: Vitals
    note: str
    grade: int = 0
    onset_minutes: int | None = None


def said(asked: dict[str, Any], protocol: Protocol) -> Said:
    """From a page's form. Raises ``Refusal`` for what cannot be so, ``ValueError`` for what no page sends."""
    signs, measured = asked.get("signs", []), asked.get("vitals", {})
    if not isinstance(signs, list) or not isinstance(measured, dict):
        raise ValueError("signs")
    known = {one.id for one in protocol.signs}
    if not all(isinstance(one, str) and one in known for one in signs):
        raise ValueError("signs")
    grade, onset = asked.get("grade", 0), asked.get("onset_minutes")
    if type(grade) is not int or not 0 <= grade <= 4:
        raise ValueError("grade")
    if onset is not None and (type(onset) is not int or not 0 <= onset <= MOST_MINUTES):
        raise ValueError("onset_minutes")
    note = asked.get("note", "")
    try:
        vitals = Vitals.model_validate({name: value for name, value in measured.items() if value not in (None, "")})
    except ValidationError:
        raise Refusal([BAD_VITALS]) from None
    text = " ".join(note.split())[:600] if isinstance(note, str) else ""
    return Said(tuple(dict.fromkeys(signs)), vitals, text, grade, onset)


class Reactions:
    """One site's."""

    def __init__(self, site: Site, protocol: Protocol) -> None:
        self._site = site
        self.protocol = protocol

    def report(self, key: UUID, dose: str, words: Said, reported: str, operator: str) -> Done:
        """A new reaction, at the site or (days) later by telephone. Raises ``Refusal``."""

        def check(session: Session) -> Sequence[Draft]:
            row = room.counting(session, dose)
            if row is None:
                raise Refusal([NO_DOSE])
            first = room.chain(session, row)[-1]
            if not words.signs and not words.note and not words.grade:
                raise Refusal([NOTHING_SAID])
            onset = words.onset_minutes
            if onset is None and reported == "site":
                onset = min(max(0, (self._site.now_ms() - first.occurred_at_ms) // MINUTE), MOST_MINUTES)
            body = Reaction(
                dose=first.record,
                lot=row.lot,
                grade=self._grade(words),
                signs=list(words.signs),
                onset_minutes=onset,
                vitals=words.vitals,
                reported=reported,  # type: ignore[arg-type]
                note=words.note,
            )
            return [Draft(REACTION, body, row.citizen)]

        return self._site.actions.act(key, check, operator)

    def look_again(self, key: UUID, reaction: str, words: Said, operator: str) -> Done:
        """More signs, other vital signs, another note: the newest of each counts, and what was done stays."""

        def change(before: Reaction) -> dict[str, Any]:
            measured = before.vitals.model_dump() | words.vitals.model_dump(exclude_none=True)
            return {
                "signs": list(words.signs),
                "grade": max(self._grade(words), 0),
                "vitals": Vitals(**measured),
                "note": words.note,
            }

        return self._further(key, reaction, change, operator)

    def step(self, key: UUID, reaction: str, prompt: str, operator: str) -> Done:
        """A prompt of the protocol was done just now; one that is to be repeated may be done again."""
        if prompt not in {one.id for grade in self.protocol.grades for one in grade.prompts}:
            raise ValueError("prompt")

        def change(before: Reaction) -> dict[str, Any]:
            done = [*before.done, Step(prompt=prompt, at_ms=self._site.now_ms())][-MOST_STEPS:]
            actions = list(dict.fromkeys([*before.actions, prompt]))
            return {"done": done, "actions": actions, "state": "treated"}

        return self._further(key, reaction, change, operator)

    def end(self, key: UUID, reaction: str, operator: str) -> Done:
        """The signs are gone."""
        return self._further(key, reaction, lambda _: {"state": "resolved"}, operator)

    def hand_over(self, key: UUID, reaction: str, to: str, summary: str, operator: str) -> Done:
        """The ambulance takes over. The first of the records is the hand-over, whose paper goes with the person."""

        def check(session: Session) -> Sequence[Draft]:
            before = self._open(session, reaction)
            body: Reaction = before.data
            over = Handover(dose=body.dose, reaction=body.amends or str(before.id), to=to, summary=summary)
            after = body.model_copy(update={"state": "transferred", "amends": over.reaction})
            both = [Draft(HANDOVER, over, before.citizen), Draft(REACTION, after, before.citizen)]
            return [*both, *self._gone(session, body.dose, before.citizen)]

        return self._site.actions.act(key, check, operator)

    # --- within

    def _gone(self, session: Session, dose: str, citizen: str | None) -> list[Draft]:
        """Who goes in the ambulance is in the room no longer; nobody has to say so again, and nobody has let them go early."""
        row = room.counting(session, dose)
        person = room.one(session, self._site, self._site.steps, dose)
        if row is None or person is None or room.has_left(session, row):
            return []
        minutes = min(max(person.age_ms, 0) // MINUTE, MOST_STAY)
        return [Draft(LEFT, Left(dose=person.dose, minutes=minutes), citizen)]

    def _further(self, key: UUID, reaction: str, change: Any, operator: str) -> Done:
        def check(session: Session) -> Sequence[Draft]:
            before = self._open(session, reaction)
            body: Reaction = before.data
            after = body.model_copy(update={**change(body), "amends": body.amends or str(before.id)})
            return [Draft(REACTION, after, before.citizen)]

        return self._site.actions.act(key, check, operator)

    def _open(self, session: Session, reaction: str) -> Record:
        found = latest(session, self._site, reaction)
        if found is None:
            raise Refusal([NO_REACTION])
        if found.data.state not in OPEN:
            raise Refusal([OVER])
        return found

    def _grade(self, words: Said) -> int:
        return max(self.protocol.grade_of(words.signs) or 0, words.grade)


def latest(session: Session, site: Site, reaction: str) -> Record | None:
    """The newest word on a reaction that this record began; None where there is none, or it was erased."""
    rows = session.scalars(
        select(ReactionRow).where(or_(ReactionRow.record == reaction, ReactionRow.amends == reaction))
    ).all()
    if not rows:
        return None
    of_each = {row.writer: row for row in sorted(rows, key=lambda row: row.seq)}  # within a journal its order counts
    newest = max(of_each.values(), key=lambda row: (row.occurred_at_ms, row.writer))
    return record(session, site, newest.writer, newest.seq)


def record(session: Session, site: Site, writer: str, seq: int) -> Record | None:
    """One record of the journal with its content."""
    row = session.get(JournalRecord, (writer, seq))
    found = record_of_row(row, site.context.services.journal.kinds) if row is not None else None
    return found if found is not None and found.data is not None else None
