"""One person as the desk and the screening table see them: who, where they have got to, and what to mind. JSON for pages.

Medical staff only: names are whole here, since people must be asked for them."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy.orm import Session

from kiosk.domain import Text
from plugins.vaccination import lookups, priorities
from plugins.vaccination.arrival import temporary
from plugins.vaccination.arrival.stages import stage
from plugins.vaccination.models import ArrivalRow, PersonRow, ShownRow
from plugins.vaccination.people import Known, known, namesakes, open_findings
from plugins.vaccination.shown import known as shown
from plugins.vaccination.site import Site

FIELDS = ("name", "birth_date", "sex", "phone", "address", "document", "guardian")
SAME_NAME = Text(
    "Trùng họ tên và ngày sinh với người khác. Hỏi giấy tờ, đối chiếu số trước khi làm tiếp.",
    "Same name and birth date as somebody else. Ask for the papers and compare the number before going on.",
)
PLATFORM = {
    "dose_twice": Text("Hai nơi cùng ghi một mũi tiêm.", "Two sites recorded a dose."),
    "interval_short": Text("Hai mũi tiêm trước quá gần nhau.", "Two earlier doses were too close together."),
    "not_allowed_mix": Text(
        "Các mũi trước dùng vắc xin không được phối hợp.", "Earlier doses mixed vaccines that must not be."
    ),
    "beyond_course": Text("Đã tiêm quá số mũi của phác đồ.", "More doses than the course has."),
    "recalled_lot": Text("Mũi trước thuộc lô bị thu hồi.", "An earlier dose was of a recalled lot."),
}


def state(session: Session, site: Site, citizen: str, visit: ArrivalRow | None = None) -> dict[str, Any]:
    """``visit``: the arrival whose ticket was shown; without it today's, where there is one."""
    day = site.today_text()
    person = known(session, citizen, site.id, day)
    came = visit or lookups.arrival_today(session, site.id, site.today(), person.citizens)
    return {
        **_who(session, person, site, day),
        "visit": came.record if came else "",
        "ticket": came.ticket if came else "",
        "stage": _stage(session, came, person, site),
        "appointment": _appointment(person),
        "doses": doses(session, person),
        "warnings": _warnings(session, person),
        "namesakes": [other(row) for row in namesakes(session, person)],
    }


def other(row: PersonRow) -> dict[str, Any]:
    """Somebody of the same name, so that staff can tell them apart."""
    return {
        "citizen": row.citizen,
        **{name: getattr(row, name) for name in ("name", "birth_date", "sex", "address", "document")},
        "temporary": row.temporary,
    }


def doses(session: Session, person: Known) -> list[dict[str, Any]]:
    """Every dose that is known here, oldest first: given at this appliance, what the platform said of others, and what a document
    was shown about (``shown``: its record; ``told``: from where it is known)."""
    found: dict[str, dict[str, Any]] = {
        row.record: {"on": _iso(row.given_on), "product": row.product, "lot": row.lot, "site": row.site}
        for row in lookups.doses(session, person.citizens)
    }
    for one in json.loads(person.appointment.doses) if person.appointment else ():
        key = one.get("record") or f"{one.get('on')} {one.get('product')}"
        found.setdefault(key, {name: str(one.get(name, "")) for name in ("on", "product", "lot", "site")})
    said = {(int(one["on"].replace("-", "") or 0), one["product"]) for one in found.values()}
    found |= {row.record: _shown(row) for row in shown.adding(session, person.citizens, said)}
    return sorted(found.values(), key=lambda one: one["on"])


def _shown(row: ShownRow) -> dict[str, Any]:
    told = shown.told(row)
    where = {"product": row.product, "lot": row.lot, "site": row.place}
    return {"on": _iso(row.given_on), **where, "shown": row.record, "told": {"vi": told.vi, "en": told.en}}


def _who(session: Session, person: Known, site: Site, day: str) -> dict[str, Any]:
    row, group = person.person, person.said("priority_group")
    words = priorities.label(site.priorities, day, group)
    is_temporary = row is not None and row.temporary and row.citizen == person.citizen
    return {
        "citizen": person.citizen,
        **{name: person.said(name) for name in FIELDS},
        "age": person.age(day),
        "minor": person.is_minor(day),
        "priority_group": group,
        "group": {"vi": words.vi, "en": words.en},
        "temporary": is_temporary,
        "code": temporary.PREFIX + row.temporary_code if row and is_temporary and row.temporary_code else "",
        "known": row is not None,
        "merged": [] if row is None else _merged(session, person, row),
    }


def _merged(session: Session, person: Known, row: PersonRow) -> list[dict[str, str]]:
    """The temporary ids that were merged into this person, as they had been enrolled: so that a wrong merge is seen, and undone."""
    found = []
    for one in person.citizens[1:]:
        before = lookups.person(session, [one])
        name = before.name if before else row.name
        found.append({"temporary": one, "name": name, "birth_date": before.birth_date if before else ""})
    return found


def _stage(session: Session, came: ArrivalRow | None, person: Known, site: Site) -> dict[str, str] | None:
    if came is None:
        return None
    found = stage(session, came.record, person.citizens, site.today())
    return {"code": found.code, "vi": found.text.vi, "en": found.text.en}


def _appointment(person: Known) -> dict[str, str] | None:
    booked = person.appointment
    return {"slot": booked.slot, "product": booked.product, "round": booked.round} if booked else None


def _warnings(session: Session, person: Known) -> list[dict[str, str]]:
    """What staff must mind before they go on."""
    found = [
        (row.code, PLATFORM.get(row.code, Text(row.code, row.code))) for row in open_findings(session, person.citizens)
    ]
    if namesakes(session, person):
        found.append(("same_name", SAME_NAME))
    return [{"code": code, "vi": text.vi, "en": text.en} for code, text in found]


def _iso(day: int) -> str:
    return f"{day // 10_000}-{day // 100 % 100:02d}-{day % 100:02d}"
