"""Whether this person may get a dose from this vial now, and why not. From facts that are given: looks nothing up, records nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain import Finding, Severity
from plugins.vaccination.injection.asked import Asked
from plugins.vaccination.injection.person import Patient
from plugins.vaccination.injection.vial import Vial
from plugins.vaccination.injection.words import finding, of_problem
from plugins.vaccination.rules.course import dose_problems
from plugins.vaccination.rules.early import EarlyDoses
from plugins.vaccination.rules.vaccine import Vaccines

WEIGHT = (Severity.BAR, Severity.CONCERN, Severity.OPEN, Severity.NOTE)
DOCUMENT_SEEN, OVERRIDDEN = "namesake_document_seen", "interval_overridden"

FOR_ANOTHER_DAY = ("interval_short", "course_complete", "dose_today_already")


@dataclass(frozen=True, slots=True)
class Case:
    """One dose as it is asked for, with all that is known. ``findings``: the weightiest first. ``warnings``: codes that go on the
    record of the dose."""

    asked: Asked
    patient: Patient
    vial: Vial | None
    today: date
    findings: tuple[Finding, ...]
    warnings: tuple[str, ...] = ()

    @property
    def may_give(self) -> bool:
        return not self.against

    @property
    def against(self) -> tuple[Finding, ...]:
        """What must not be while a dose is given: bars, and what is still open."""
        return tuple(one for one in self.findings if one.severity is not Severity.NOTE)

    @property
    def barred(self) -> bool:
        """Whether something stands against it that no answer at this table changes."""
        return any(one.severity in (Severity.BAR, Severity.CONCERN) for one in self.findings)


def is_over_for_today(case: Case) -> bool:
    """Whether it is the person's course that bars: nothing that is done at this site today changes that, another day does."""
    return any(one.code.removeprefix("vaccination.") in FOR_ANOTHER_DAY for one in case.against)


def judge(
    asked: Asked,
    patient: Patient,
    vial: Vial | None,
    today: date,
    clock_relied_on: bool,
    vaccines: Vaccines,
    early: EarlyDoses,
) -> Case:
    """Every reason for and against, in one order whatever came first."""
    found: list[Finding] = []
    if not clock_relied_on:
        found.append(finding("clock_not_trusted", today=f"{today:%d/%m/%Y}"))
    if patient.citizen is None:
        found.append(finding("citizen_unknown"))
    else:
        found += _of_person(asked, patient)
        if vial is not None and vial.product:
            found += _of_course(asked, patient, vial, today, vaccines, early)
    found += [finding("no_vial")] if vial is None else vial.problems
    once = {one.code: one for one in reversed(found)}
    found = [one for one in found if once[one.code] is one]
    ordered = sorted(found, key=lambda one: WEIGHT.index(one.severity))  # stable: the rest stays as it was asked
    return Case(asked, patient, vial, today, tuple(ordered), _warnings(asked, patient, ordered))


def _of_person(asked: Asked, patient: Patient) -> list[Finding]:
    found: list[Finding] = []
    if not patient.name or not patient.birth_date:
        found.append(finding("no_person_data"))
    screening = patient.screening
    if asked.who.visit and not patient.visit:
        found.append(finding("ticket_of_another_day"))
    if screening is None:
        found.append(finding("not_screened_today"))
    elif screening.outcome in ("postpone", "contraindicated"):
        found.append(finding(f"screened_{screening.outcome}"))
    elif screening.outcome == "caution":
        found.append(finding("screened_caution", minutes=screening.observation_minutes))
    refused = screening is not None and screening.outcome in ("postpone", "contraindicated")
    if patient.consent != "given" and not (refused and not patient.consent):  # nobody signs for what must not be
        found.append(finding(f"consent_{patient.consent}" if patient.consent else "no_consent"))
    if patient.namesakes and not asked.asked_document:
        found.append(finding("namesake", count=patient.namesakes))
    unsure = next((dose.told for dose in reversed(patient.history) if dose.told and not dose.sure), None)
    if unsure is not None:
        found.append(finding("history_from_paper", told=unsure.vi, told_en=unsure.en))
    if patient.told:
        found.append(finding("told_by_platform"))
    return found


def _of_course(
    asked: Asked, patient: Patient, vial: Vial, today: date, vaccines: Vaccines, early: EarlyDoses
) -> list[Finding]:
    found = [finding("age_unknown")] if patient.age is None and patient.birth_date else []
    for problem in dose_problems(patient.history, vial.product, today, vaccines, patient.age):
        if problem.code == "interval_short":
            found += _early(asked, patient, today, vaccines, early, of_problem(problem))
        else:
            found.append(of_problem(problem))
    return found


def _early(
    asked: Asked, patient: Patient, today: date, vaccines: Vaccines, early: EarlyDoses, problem: Finding
) -> list[Finding]:
    """Too early bars, except by the few days for which the rules leave it to a doctor; the interval is that of the last dose."""
    last = max((dose for dose in patient.history if dose.on <= today), key=lambda dose: dose.on)
    rule = vaccines.known(last.product, today)
    days = rule.min_days - (today - last.on).days if rule else 0
    most = early.days(vaccines.product_of(last.product), today)
    if not 0 < days <= most:
        return [problem]
    if asked.override.strip():
        return [finding("overridden", days=days, most=most, reason=" ".join(asked.override.split()))]
    return [finding("may_override", days=days, most=most)]


def _warnings(asked: Asked, patient: Patient, findings: Sequence[Finding]) -> tuple[str, ...]:
    codes = [one.code.removeprefix("vaccination.") for one in findings if one.severity is Severity.NOTE]
    said = [OVERRIDDEN if code == "overridden" else code for code in codes if code != "recalled_because"]
    if patient.namesakes and asked.asked_document:
        said.append(DOCUMENT_SEEN)
    return tuple(dict.fromkeys(said))[:20]
