"""What the screening page shows of one visit: the person, the pack's questions for them, what the rules make of it, and consent."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Text
from plugins.vaccination.arrival import calling, person_state, stages
from plugins.vaccination.models import ArrivalRow
from plugins.vaccination.people import Known, known
from plugins.vaccination.rules import screening as rules
from plugins.vaccination.rules.screening import Pack, choices_of
from plugins.vaccination.rules.screening_file import QuestionTable, VitalTable
from plugins.vaccination.screening.consenting import Consents
from plugins.vaccination.screening.examining import Examination, Examiner
from plugins.vaccination.screening.words import OUTCOMES
from plugins.vaccination.site import Site


def who(session: Session, site: Site, came: ArrivalRow) -> Known:
    """The visitor, under every name that stands for them."""
    return known(session, came.citizen or "", site.id, site.today_text())


def state(session: Session, site: Site, examiner: Examiner, consents: Consents, visit: str) -> dict[str, Any]:
    """Raises ``Refusal`` for a visit that is not of this site and day."""
    came = calling.arrival_of_today(session, site, visit)
    person = who(session, site, came)
    pack = examiner.pack()
    product = _planned(session, site, person)
    return {
        "visit": visit,
        "person": person_state.state(session, site, person.citizen, came),
        "pack": _pack(pack) if pack else None,
        "products": list(site.vaccines.products(date.fromisoformat(site.today_text()))),
        "product": product,
        "outcome": outcome(examiner, person, Examination({}, {}, product)),
        "screening": _screened(session, site, person),
        "consent": _consent(session, site, person, consents),
        "clock_trusted": site.context.clock.trusted(),
        "today": site.today_text(),
    }


def outcome(examiner: Examiner, person: Known, said: Examination) -> dict[str, Any]:
    """The rules' word on what is known so far: ``asked`` are the questions and vital signs that now apply, ``missing`` those open."""
    found, pack = examiner.evaluate(person, said), examiner.pack()
    asked = rules.asked(pack, examiner.person(person), said.answers, examiner.vaccine(said.product)) if pack else ()
    hints = (
        {one.id: rules.vital_hints(pack, one.id, said.vitals.get(one.id), said.vitals) for one in pack.vitals}
        if pack
        else {}
    )
    return {
        "outcome": found.outcome.value,
        "reasons": [
            {"code": one.code, "outcome": one.outcome.value, "text": _both(one.text), "next_step": _both(one.next_step)}
            for one in found.reasons
        ],
        "missing": list(found.missing),
        "asked": list(asked),
        "hints": {name: {"level": hint.level, "text": _both(hint.text)} for name, hint in hints.items()},
        "minutes": found.observation_minutes,
        "until": found.postpone_until.isoformat() if found.postpone_until else "",
        "hospital": found.hospital,
    }


def _planned(session: Session, site: Site, person: Known) -> str:
    """The vaccine of the appointment, else of the last dose: what is given most likely; staff may choose another."""
    day = date.fromisoformat(site.today_text())
    booked = person.appointment.product if person.appointment else ""
    before = [one["product"] for one in person_state.doses(session, person)]
    for name in (booked, *reversed(before)):
        vaccine = site.vaccines.named(name, day) if name else None
        if vaccine is not None:
            return vaccine.product
    return ""


def _pack(pack: Pack) -> dict[str, Any]:
    return {
        "id": pack.id,
        "title": _both(pack.title),
        "legal_basis": pack.legal_basis,
        "questions": [_question(one) for one in pack.questions],
        "vitals": [_vital(one) for one in pack.vitals],
    }


def _question(one: QuestionTable) -> dict[str, Any]:
    return {
        "id": one.id,
        "kind": one.kind,
        "text": _both(one.text.text()),
        "help": _both(one.help.text()) if one.help else None,
        "unit": _both(one.unit.text()) if one.unit else None,
        "choices": [{"value": choice.value, "label": _both(choice.label)} for choice in choices_of(one)],
        "follows": one.after or "",
    }


def _vital(one: VitalTable) -> dict[str, Any]:
    return {
        "id": one.id,
        "text": _both(one.text.text()),
        "unit": _both(rules.unit_words(one)),
        "decimals": one.decimals,
        "if_known": one.measured == "if_known",
    }


def _screened(session: Session, site: Site, person: Known) -> dict[str, Any] | None:
    """The examination of today that counts."""
    row = stages.last_screening(session, person.citizens, site.today())
    if row is None:
        return None
    return {"outcome": row.outcome, "words": _both(OUTCOMES[row.outcome]), "minutes": row.observation_minutes}


def _consent(session: Session, site: Site, person: Known, consents: Consents) -> dict[str, Any]:
    text = consents.text()
    last = stages.last_consent(session, person.citizens, site.today())
    return {
        "state": last.state if last else "",
        "minor": person.is_minor(site.today_text()),
        "guardian": person.said("guardian"),
        "text": {
            "id": text.id,
            "digest": text.digest,
            "title": _both(text.title),
            "points": [_both(one) for one in text.points],
            "legal_basis": text.legal_basis,
        }
        if text
        else None,
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}
