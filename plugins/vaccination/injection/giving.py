"""Giving a dose: looked at before, and checked again in the transaction that records it. Serves no page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Draft
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival.calling import out_of_line_draft, served_draft
from plugins.vaccination.injection import clock, judging
from plugins.vaccination.injection.asked import Asked
from plugins.vaccination.injection.judging import Case
from plugins.vaccination.injection.person import patient
from plugins.vaccination.injection.vial import Vial, vial
from plugins.vaccination.records import Dose, NotGiven, VialOpened
from plugins.vaccination.rules.course import PastDose, next_dose, next_dose_on
from plugins.vaccination.site import Site
from plugins.vaccination.stock import open_vials

DOSE, NOT_GIVEN, OPENED = "vaccination.dose", "vaccination.not_given", "vaccination.vial_opened"
KIND = 40  # characters of a reason's code


class Giving:
    """One site's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def look(self, session: Session, asked: Asked, table: str) -> Case:
        """How things stand; changes nothing."""
        return self._case(session, asked, table, self._site.context.clock.now())

    def give(self, key: UUID, asked: Asked, table: str, operator: str) -> Done:
        """Record the dose, or why there was none. Raises ``Refusal`` or ``NotRecorded``, see ``acting``."""
        now = self._site.context.clock.now()

        def check(session: Session) -> Sequence[Draft]:
            case = self._case(session, asked, table, now)
            if case.vial is None or not case.may_give:
                raise Refusal(case.against, self._refused(session, case, table))
            return self._drafts(session, case, case.vial, table, now)

        return self._site.actions.act(key, check, operator, with_paper=self._site.settings.slips)

    def open_vial(self, key: UUID, asked: Asked, table: str, operator: str) -> Done:
        """Take a new vial, or one from another table, without a dose from it yet. Raises as ``give`` does."""
        now = self._site.context.clock.now()

        def check(session: Session) -> Sequence[Draft]:
            case = self._case(session, asked, table, now)
            relied = [one for one in case.findings if one.code == "vaccination.clock_not_trusted"]
            if case.vial is None or not case.vial.product or case.vial.blocked or relied:
                raise Refusal([*relied, *(case.vial.problems if case.vial else case.against)])
            draft = self._opened(session, case.vial, table, now, case.vial.number)
            return [draft] if case.vial.open is None or case.vial.moves else []

        return self._site.actions.act(key, check, operator)

    # --- within

    def _case(self, session: Session, asked: Asked, table: str, now: datetime) -> Case:
        site = self._site
        today = now.astimezone(site.zone).date()
        who = patient(session, site, asked.who.citizen, today)
        glass = vial(session, site, asked.glass, table, now) if asked.glass else None
        relied_on = clock.relied_on(session, site, today)
        return judging.judge(asked, who, glass, today, relied_on, site.vaccines, site.early)

    def _drafts(self, session: Session, case: Case, glass: Vial, table: str, now: datetime) -> list[Draft]:
        opens = glass.open is None or glass.moves
        number = glass.number or open_vials.next_number(session, self._site.id, case.today)
        dose = Draft(DOSE, self._dose(case, glass, number, table), case.patient.citizen)
        vials = [self._opened(session, glass, table, now, number)] if opens else []
        served = served_draft(session, case.patient.visit, "injection", table) if case.patient.visit else []
        return [dose, *vials, *served]

    def _dose(self, case: Case, glass: Vial, number: str, table: str) -> Dose:
        who, today, vaccines = case.patient, case.today, self._site.vaccines
        before = next_dose(who.history, today, vaccines)
        given = PastDose(glass.product, today, glass.lot, self._site.id)
        after = next_dose_on([*who.history, given], today, vaccines)
        total = (before.total if before else 0) or (glass.vaccine.doses if glass.vaccine else 1)
        nth = before.number if before else len({dose.on for dose in who.history}) + 1
        return Dose(
            visit=who.visit,
            product=glass.product,
            gtin=glass.gtin,
            lot=glass.lot,
            expiry=_day(glass.expiry),
            vial=number,
            number=nth,
            total=max(total, nth),
            given_on=today.isoformat(),
            body_site=case.asked.body_site,
            table=table,
            screening=who.screening.record if who.screening else "",
            consent=who.consent_record,
            next_on=_day(after),
            observation_minutes=who.screening.observation_minutes if who.screening else 30,
            warnings=list(case.warnings),
            reason=" ".join(case.asked.override.split()) if judging.OVERRIDDEN in case.warnings else "",
        )

    def _opened(self, session: Session, glass: Vial, table: str, now: datetime, number: str) -> Draft:
        """A vial is opened; or goes to another table, with the doses and the time that it has."""
        vaccine, known = glass.vaccine, glass.open
        assert vaccine is not None  # a vial of an unknown product is never opened
        until = open_vials.use_by(vaccine, now, self._site.zone)
        body = VialOpened(
            vial=number or open_vials.next_number(session, self._site.id, now.astimezone(self._site.zone).date()),
            product=glass.product,
            gtin=glass.gtin,
            lot=glass.lot,
            expiry=_day(glass.expiry),
            doses=known.doses if known else vaccine.doses_per_vial,
            use_by_ms=known.use_by_ms if known else int(until.timestamp() * 1000),
            table=table,
        )
        return Draft(OPENED, body)

    def _refused(self, session: Session, case: Case, table: str) -> list[Draft]:
        """Why there was no dose; and where that is the person's matter and not the vial's, the table is done with them."""
        who = case.patient
        goes = case.barred and who.visit and not (case.vial and case.vial.blocked)
        served = served_draft(session, who.visit, "injection", table) if goes else []
        if goes and not served and who.citizen and judging.is_over_for_today(case):
            served = out_of_line_draft(session, who.visit, who.ticket, who.citizen, "injection", table)
        return [self._not_given(case, table), *served]

    def _not_given(self, case: Case, table: str) -> Draft:
        who, glass = case.patient, case.vial or Vial()
        reasons = [one.code.removeprefix("vaccination.")[:KIND] for one in case.against]
        body = NotGiven(
            visit=who.visit,
            product=glass.product,
            lot=glass.lot[:20],
            vial=glass.number,
            reasons=reasons[:20],
            table=table,
        )
        return Draft(NOT_GIVEN, body, who.citizen)


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""
