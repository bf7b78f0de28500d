"""What a table's page shows of person, vial and dose, as JSON values. Medical staff only: the name is whole, since they must ask for it."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kiosk.encounter.answers import finding_as_dict
from kiosk.site_days import local_time
from kiosk.text.names import mask_name
from plugins.vaccination.injection import clock, correcting
from plugins.vaccination.injection.asked import Glass, Who
from plugins.vaccination.injection.judging import Case
from plugins.vaccination.injection.person import Patient
from plugins.vaccination.injection.vial import Vial, vial
from plugins.vaccination.rules.course import PastDose, next_dose
from plugins.vaccination.site import Site
from plugins.vaccination.stock import open_vials

SHOWN_DOSES = 8


def case(site: Site, found: Case) -> dict[str, Any]:
    """Everything before the confirm."""
    codes = {one.code.removeprefix("vaccination.") for one in found.findings}
    return {
        "person": _person(found.patient, found.asked.who.model_dump()) if found.asked.who != Who() else None,
        "vial": of_vial(site, found.vial, found.asked.glass) if found.vial and found.asked.glass else None,
        "dose": _dose(site, found),
        "findings": [finding_as_dict(one) for one in found.findings],
        "may_give": found.may_give,
        "barred": found.barred,
        "asks": {
            "document": bool(found.patient.namesakes),
            "override": bool(codes & {"may_override", "overridden"}),
            "product": "which_product" in codes,
            "take_over": "vial_elsewhere" in codes,
            "expiry": "expiry_unknown" in codes,
        },
    }


def of_vial(site: Site, found: Vial, glass: Glass) -> dict[str, Any]:
    """``handle``: what the page sends back for it."""
    is_open = found.open is not None and not found.moves
    handle = {"lot": found.lot, "vial": found.number} if is_open else glass.model_dump(mode="json")
    return {
        "handle": handle,
        "product": found.product,
        "maker": found.vaccine.maker if found.vaccine else "",
        "lot": found.lot,
        "expiry": f"{found.expiry:%d/%m/%Y}" if found.expiry else "",
        "number": found.number,
        "open": found.open is not None,
        "single": found.single,
        "left": found.left,
        "doses": found.open.doses if found.open else found.left,
        "use_by_ms": found.open.use_by_ms if found.open else 0,
        "use_by": local_time(found.open.use_by_ms, site.context.time_zone, "%H:%M") if found.open else "",
        "usable": bool(found.product) and not found.blocked,
        "problems": [finding_as_dict(one) for one in found.problems],
    }


def table(session: Session, site: Site, name: str) -> dict[str, Any]:
    """How things stand at a table, as far as every answer says it: its vial and the clock."""
    now = site.context.clock.now()
    today = now.astimezone(site.zone).date()
    here = open_vials.at_table(session, site.id, name, site.today())
    glass = Glass(lot=here.lot, vial=here.vial) if here else None
    return {
        "vial": of_vial(site, vial(session, site, glass, name, now), glass) if glass else None,
        "now_ms": site.now_ms(),
        "clock": {"trusted": site.context.clock.trusted(), "relied_on": clock.relied_on(session, site, today)},
        "today": f"{today:%d/%m/%Y}",
    }


def day_of_table(session: Session, site: Site, name: str) -> dict[str, Any]:
    """What a table has done today: how many doses, and the last of them."""
    rows = correcting.at_table(session, site, name, site.today(), SHOWN_DOSES)
    return {
        "given": correcting.count_at_table(session, site, name, site.today()),
        "recent": [_recent(session, site, row) for row in rows],
    }


def _person(who: Patient, handle: dict[str, Any]) -> dict[str, Any]:
    screening = who.screening
    return {
        "handle": handle,
        "ticket": who.ticket,
        "name": who.name,
        "birth": birth(who.birth_date),
        "age": who.age,
        "sex": who.sex,
        "guardian": who.guardian,
        "document": who.document,
        "temporary": who.temporary,
        "outcome": screening.outcome if screening else "",
        "minutes": screening.observation_minutes if screening else 0,
        "consent": who.consent,
        "doses": [
            {"product": one.product, "on": f"{one.on:%d/%m/%Y}", "lot": one.lot, "site": one.site, "told": _told(one)}
            for one in who.history
        ],
    }


def _dose(site: Site, found: Case) -> dict[str, Any] | None:
    """Which dose this would be."""
    if found.vial is None or not found.vial.product or found.patient.citizen is None:
        return None
    planned = next_dose(found.patient.history, found.today, site.vaccines)
    if planned is None:
        return None
    total = planned.total or (found.vial.vaccine.doses if found.vial.vaccine else 0)
    return {"number": planned.number, "total": max(total, planned.number)}


def _recent(session: Session, site: Site, row: Any) -> dict[str, Any]:
    who = correcting.name_of(session, row.citizen)
    return {
        "record": row.record,
        "time": local_time(row.occurred_at_ms, site.context.time_zone, "%H:%M"),
        "name": mask_name(who, "initials"),
        "product": row.product,
        "lot": row.lot,
        "vial": row.vial,
        "number": row.number,
        "total": row.total,
        "body_site": row.body_site,
        "corrected": bool(row.amends),
    }


def _told(dose: PastDose) -> dict[str, str] | None:
    """From where it is known, where that is a document and no record of the dose."""
    return {"vi": dose.told.vi, "en": dose.told.en} if dose.told else None


def birth(text: str) -> str:
    """A birth date as people write it here, as much of it as is known."""
    return "/".join(reversed(text.split("-")))
