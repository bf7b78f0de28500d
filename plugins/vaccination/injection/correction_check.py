"""What stands against the facts that a correction states: lot and course as of the day of the dose. Says it; forbids nothing.

A dose that was given is put on record as it was, also from a lot that must not be used: whoever corrects has read so and confirms it,
and the codes stand on the record."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, time

from sqlalchemy.orm import Session

from kiosk.domain import Finding, Severity, Text
from plugins.vaccination import people
from plugins.vaccination.injection import history
from plugins.vaccination.injection.words import of_problem
from plugins.vaccination.records import Dose
from plugins.vaccination.rules import vials as rules
from plugins.vaccination.rules.course import dose_problems
from plugins.vaccination.rules.problem import Problem
from plugins.vaccination.rules.vaccine import Vaccine
from plugins.vaccination.site import Site
from plugins.vaccination.stock import lots

OF_A_VIAL = ("expired_lot", "expiry_unknown", "recalled_lot", "not_allocated", "expiry_differs", "none_left")
_CONFIRM = Text(
    "Nếu đúng đã tiêm như vậy: đánh dấu xác nhận rồi lưu, và báo người phụ trách. Nếu không, chọn lại.",
    "If it was given so: tick to confirm, then save, and tell the supervisor. If not, choose again.",
)


def against(session: Session, site: Site, before: Dose, after: Dose, citizen: str | None) -> list[Finding]:
    """Each reason why ``after`` should not have been given, where it says another thing than ``before``. What was said of the dose
    already is not said again: a corrected body site asks nothing."""
    on = date.fromisoformat(after.given_on)
    vaccine = site.vaccines.named(after.product, on)
    if vaccine is None:
        return []  # such a correction is refused before
    found: list[Finding] = []
    if (after.product, after.lot) != (before.product, before.lot):
        found += [_said(one, site) for one in _of_the_lot(session, site, after, vaccine, on)]
    if after.product != before.product and citizen:
        who = people.known(session, citizen, site.id, after.given_on)
        given = history.doses_of(session, who.citizens, site.id, site.context.station.site_name)
        past = [one for one in given if one.on < on]
        problems = dose_problems(past, after.product, on, site.vaccines, who.age(after.given_on))
        found += [_said(one, site) for one in problems if one.blocks]
    return found


def warnings(before: Dose, after: Dose, found: Sequence[Finding]) -> list[str]:
    """The codes that go on the corrected record: what was said of another vial is no word on this one."""
    same = (after.product, after.lot) == (before.product, before.lot)
    kept = [one for one in before.warnings if same or one not in OF_A_VIAL]
    said = [one.code.removeprefix("vaccination.") for one in found]
    return list(dict.fromkeys([*kept, *said]))[:20]


def _of_the_lot(session: Session, site: Site, dose: Dose, vaccine: Vaccine, on: date) -> tuple[Problem, ...]:
    papers = next(iter(lots.of(lots.known(session, site.id), dose.lot, dose.product)), None)
    vial = rules.Vial(
        dose.lot,
        lots.day_of(dose.expiry),
        max(vaccine.doses_per_vial, 1),
        recalled=lots.recalled(session, dose.product, dose.lot) is not None,
        allocated=bool(papers and papers.announced),
    )
    return rules.usable(vial, vaccine, datetime.combine(on, time(12), site.zone), site.zone)


def _said(problem: Problem, site: Site) -> Finding:
    allowed = problem.code == "not_allocated" and site.settings.accept_unallocated
    return replace(of_problem(problem, Severity.NOTE if allowed else Severity.OPEN), next_step=_CONFIRM)


def unconfirmed(found: Sequence[Finding], confirmed: Sequence[str]) -> list[Finding]:
    """What nobody has confirmed yet."""
    return [one for one in found if one.severity is Severity.OPEN and one.code not in confirmed]
