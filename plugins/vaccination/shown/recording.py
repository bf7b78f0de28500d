"""Taking doses of elsewhere into a person's history: from a scanned document, or typed from paper; and taking one back.

A dose is recorded once: what is known already, by its own record or by a document of the same weight, is told and not written again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import date
from time import monotonic
from typing import Literal
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Draft, Finding, Malformed, Severity
from kiosk.plugin import DecodedCode
from plugins.vaccination import lookups, people
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival.desk import NOT_KNOWN
from plugins.vaccination.injection import history
from plugins.vaccination.people import Known
from plugins.vaccination.records import ShownDose, ShownWithdrawn
from plugins.vaccination.records.shown import BASES
from plugins.vaccination.repeats import Repeats
from plugins.vaccination.shown import known, words
from plugins.vaccination.shown.document import FIRST_DAY, MOST, Belief, Document, DoseOnPaper, document_of
from plugins.vaccination.shown.holder import differs
from plugins.vaccination.site import Site

SHOWN, WITHDRAWN = "vaccination.shown_dose", "vaccination.shown_withdrawn"
Basis = Literal["verified", "compared", "typed"]
State = Literal["recorded", "known", "future", "no_day", "before_any"]
PAPER = Document("paper", "", "", "", "", (), Belief.NO)  # has no code, so nothing of it is read


class NotBelieved(Refusal):
    """The document does not count as it is. ``may_compare``: it does once staff have compared its paper original."""

    def __init__(self, finding: Finding, document: Document, may_compare: bool) -> None:
        super().__init__([finding])
        self.document = document
        self.may_compare = may_compare


@dataclass(slots=True)
class Taken:
    """What came of a document: what became of each of its doses, in its order."""

    document: Document
    states: list[State] = field(default_factory=list)


class Showing:
    """One site's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._repeats = Repeats()

    def scan(self, payload: str, symbology: str, citizen: str, key: UUID, compared: bool, operator: str) -> Taken:
        """Record what a document tells of this person. ``compared``: the operator held it against its paper original, which makes up
        for a signature that cannot be checked, never for one that is wrong. Raises ``Refusal`` (``NotBelieved`` where it is the
        document's trust) with nothing recorded."""
        document = self._read(payload, symbology, operator)
        taken = Taken(document)

        def check(session: Session) -> Sequence[Draft]:
            person = self._person(session, citizen)
            other = differs(document, person)
            if other is not None:
                raise Refusal([words.of_difference(other)])
            basis = _basis(document, compared)
            taken.states = self._states(session, person, document.doses, basis)
            if not {"recorded", "known"} & set(taken.states):
                why = words.WHY[taken.states[0]]
                raise Refusal([words.finding("no_dose_to_count", why=why.vi, why_en=why.en)])
            new = [one for one, state in zip(document.doses, taken.states, strict=True) if state == "recorded"]
            return [self._draft(session, person, self._body(document, one, basis)) for one in new]

        page = f"{operator} {citizen} {compared}"
        done = self._site.actions.act(self._repeats.first(page, payload, key, monotonic()), check, operator)
        if done.again:  # asked twice, or scanned twice within seconds: the answer is the first one's
            made = {(one.data.on, one.data.product) for one in done.records}
            taken.states = [self._again(one, made) for one in document.doses]
        return taken

    def typed(self, dose: DoseOnPaper, citizen: str, key: UUID, operator: str) -> Done:
        """A dose that stands on paper without a code, see ``typed.dose_of``. Raises ``Refusal``."""

        def check(session: Session) -> Sequence[Draft]:
            person = self._person(session, citizen)
            if self._states(session, person, [dose], "typed") != ["recorded"]:
                day = f"{dose.on:%d/%m/%Y}"
                raise Refusal([words.finding("dose_known", product=self._product(dose.product), on=day)])
            return [self._draft(session, person, self._body(PAPER, dose, "typed"))]

        return self._site.actions.act(key, check, operator)

    def withdraw(self, record: str, reason: str, citizen: str, key: UUID, operator: str) -> Done:
        """The shown dose counts no longer. Raises ``Refusal``."""

        def check(session: Session) -> Sequence[Draft]:
            person = self._person(session, citizen)
            if record not in {row.record for row in known.standing(session, person.citizens)}:
                raise Refusal([words.finding("shown_unknown")])
            if not reason:
                raise Refusal([words.finding("shown_no_reason")])
            return [Draft(WITHDRAWN, ShownWithdrawn(shown=record, reason=reason), person.citizen)]

        return self._site.actions.act(key, check, operator)

    # --- within

    def _read(self, payload: str, symbology: str, operator: str) -> Document:
        """By whatever plugin reads it; nothing of it is recorded as a visit."""
        appliance = self._site.appliance
        code = DecodedCode(payload, payload.encode("utf-8", "surrogatepass"), symbology)
        scan = appliance.new_scan(code, f"shown:{operator}")
        found = appliance.guarded_first("read_credential", scan=scan).value
        if isinstance(found, Malformed):
            step = words.finding("unreadable").next_step
            reason = found.code.removeprefix("vaccination.")
            raise Refusal([Finding(f"vaccination.{reason}", Severity.BAR, found.text, step)])
        if not isinstance(found, Credential):
            raise Refusal([words.finding("no_document")])
        seen, total = found.value("chunks_seen"), found.value("chunks_total")
        if seen and total:
            raise Refusal([words.finding("other_codes", seen=seen, total=total)])
        document = document_of(found, scan.scanned_at)
        if document is None or not document.doses:
            raise Refusal([words.finding("no_document")])
        if len(document.doses) > MOST:
            raise Refusal([words.finding("too_many_doses", count=len(document.doses))])
        return document

    def _person(self, session: Session, citizen: str) -> Known:
        person = people.known(session, citizen, self._site.id, self._site.today_text())
        if person.person is None and person.appointment is None:
            raise Refusal([NOT_KNOWN])
        return person

    def _states(self, session: Session, person: Known, doses: Sequence[DoseOnPaper], basis: Basis) -> list[State]:
        """What is to be done with each: a dose is known where a record of it is here, or a document of no less weight told of it."""
        today = date.fromisoformat(self._site.today_text())
        station, findings = self._site.context.station, people.open_findings(session, person.citizens)
        recorded = history.recorded(session, person.citizens, station.site, station.site_name, findings)
        told = {(known.as_number(one.on), one.product) for one in recorded}
        weight = BASES.index(basis)
        rows = known.standing(session, person.citizens)
        told |= {known.said(row) for row in rows if BASES.index(row.basis) <= weight}
        states: list[State] = []
        for one in doses:
            state = _impossible(one, today)
            if state is None:
                assert one.on is not None
                same = known.as_number(one.on), self._product(one.product)
                state = "known" if same in told else "recorded"
                told.add(same)
            states.append(state)
        return states

    def _again(self, dose: DoseOnPaper, made: Collection[tuple[str, str]]) -> State:
        impossible = _impossible(dose, date.fromisoformat(self._site.today_text()))
        on = dose.on.isoformat() if dose.on else ""
        return impossible or ("recorded" if (on, self._product(dose.product)) in made else "known")

    def _body(self, document: Document, dose: DoseOnPaper, basis: Basis) -> ShownDose:
        return ShownDose(
            product=self._product(dose.product),
            on=dose.on.isoformat() if dose.on else "",
            number=dose.number,
            total=dose.total,
            lot=dose.lot,
            place=dose.place,
            basis=basis,
            document=document.kind,
            issuer=document.issuer,
            failed_step=document.failed_step,
            dose=document.dose,
        )

    def _product(self, name: str) -> str:
        """The product that goes by this name, else the name as it came: rules then ask for a doctor."""
        return self._site.vaccines.product_of(name) or name or "?"

    def _draft(self, session: Session, person: Known, body: ShownDose) -> Draft:
        came = lookups.arrival_today(session, self._site.id, self._site.today(), person.citizens)
        return Draft(SHOWN, body.model_copy(update={"visit": came.record if came else ""}), person.citizen)


def _basis(document: Document, compared: bool) -> Basis:
    if document.belief is Belief.COUNTS:
        return "verified"
    may_compare = document.belief is Belief.ASK
    if not (may_compare and compared):
        raise NotBelieved(words.of_belief(document, may_compare), document, may_compare)
    return "compared"


def _impossible(dose: DoseOnPaper, today: date) -> State | None:
    if dose.on is None:
        return "no_day"
    if dose.on > today:
        return "future"
    return "before_any" if dose.on < FIRST_DAY else None
