"""Today's visits at this appliance, found again and their tickets printed again. Draws on the journal alone, on no plugin.

Names are as masked in the records. Every look is itself a record.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import EncounterBody
from kiosk.domain import PrintOutcome, Record
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.operators.register import Role
from kiosk.web.access import note_access, require_role

ROLES = (Role.OFFICER, Role.MEDICAL_STAFF, Role.ADMINISTRATOR)
SHOWN = 50
BATCH = 500
LEAVE_AFTER = 5  # seconds after the session's end
FARTHEST = 20_000  # records looked through for one page: a busy day has some thousands


@dataclass(frozen=True, slots=True)
class Visit:
    """One line of the list. ``at``: time at the site."""

    id: UUID
    seq: int
    at: datetime
    clock_trusted: bool
    citizen: str | None
    body: EncounterBody
    printed: PrintOutcome | None


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/visits``; searching is a POST, so that what was searched stays out of addresses and logs."""

    @pages.get("/visits")
    @require_role(*ROLES)
    def visits() -> ResponseReturnValue:
        return _page(appliance, "")

    @pages.post("/visits")
    @require_role(*ROLES)
    def search_visits() -> ResponseReturnValue:
        return _page(appliance, request.form.get("search", "").strip()[:32])

    @pages.post("/visits/<uuid:record_id>/reprint")
    @require_role(*ROLES)
    def reprint(record_id: UUID) -> ResponseReturnValue:
        citizen = _citizen_of(appliance, record_id)
        note_access("receipt_reprinted", subject=str(record_id), citizen=citizen)
        if appliance.prints.reprint(record_id) or appliance.reprint(record_id):
            flash(_("Phiếu đang được in lại. Nếu không thấy phiếu ra, hãy xem giấy và nắp máy in."), "ok")
        else:
            flash(_("Không in lại được: máy này không còn giữ lượt đó. Hãy ghi số thứ tự cho người dân."), "warning")
        return redirect(url_for("staff.visits"), 303)


def _page(appliance: Appliance, search: str) -> Response:
    if appliance.settings.role != "kiosk":
        abort(404)
    found = list(_limited(_matching(appliance, search)))
    note_access(
        "visits_searched" if search else "visits_shown",
        citizens=list(dict.fromkeys(visit.citizen for visit in found if visit.citizen)),
    )
    printer = [check for check in appliance.health() if check.name == "printer" and check.level.value != "ok"]
    page = render_template(
        "staff/visits.html",
        visits=found[:SHOWN],
        more=len(found) > SHOWN,
        search=search,
        troubles=printer,
        failed=frozenset(appliance.prints.failed()),
    )
    # people's data must not stay on a screen that everybody has left: when the session has ended, so has this page
    idle = appliance.settings.limits.staff_idle_minutes * 60
    return Response(page, headers={"Refresh": f"{idle + LEAVE_AFTER}; url={url_for('staff.sign_in_page')}"})


def _limited(visits: Iterator[Visit]) -> Iterator[Visit]:
    for number, visit in enumerate(visits):
        yield visit
        if number >= SHOWN:
            return


def _matching(appliance: Appliance, search: str) -> Iterator[Visit]:
    """Twelve digits are an id number, which only its keyed hash can find; anything else is the end of a ticket's number."""
    wanted = _plain(search)
    if len(wanted) == 12 and wanted.isascii() and wanted.isdigit():
        citizen = appliance.pseudonym(wanted)
        return (visit for visit in todays_visits(appliance) if visit.citizen == citizen)
    if wanted:
        return (visit for visit in todays_visits(appliance) if _plain(visit.body.ticket).endswith(wanted))
    return todays_visits(appliance)


def _plain(number: str) -> str:
    return number.replace(" ", "").replace("-", "").upper()


def todays_visits(appliance: Appliance) -> Iterator[Visit]:
    """This appliance's encounters since midnight at the site, newest first."""
    zone = ZoneInfo(appliance.settings.site.time_zone)
    midnight = appliance.clock.now().astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
    since_ms = int(midnight.timestamp() * 1000)
    with appliance.database.reading() as session:
        writers = session.scalars(select(JournalHead.writer).where(JournalHead.own)).all()
        ours = [one for one in writers if one.startswith(appliance.identity.device + ".")]
        # a later epoch is a later journal of the same device
        for writer in sorted(ours, key=lambda name: int(name.rpartition(".")[2]), reverse=True):
            before, looked = 2**62, 0
            while looked < FARTHEST:
                rows = session.scalars(
                    select(JournalRecord)
                    .where(JournalRecord.writer == writer, JournalRecord.seq < before)
                    .order_by(JournalRecord.seq.desc())
                    .limit(BATCH)
                ).all()
                today = [row for row in rows if row.occurred_at_ms >= since_ms]
                for row in today:
                    visit = _visit(appliance, record_of_row(row, appliance.kinds), zone)
                    if visit:
                        yield visit
                if not today or len(rows) < BATCH:
                    break
                before, looked = rows[-1].seq, looked + len(rows)


def _visit(appliance: Appliance, record: Record, zone: ZoneInfo) -> Visit | None:
    if not isinstance(record.data, EncounterBody):
        return None
    at = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC).astimezone(zone)
    return Visit(
        record.id,
        record.seq,
        at,
        record.clock_trusted,
        record.citizen,
        record.data,
        appliance.prints.outcome(record.id),
    )


def _citizen_of(appliance: Appliance, record_id: UUID) -> str | None:
    with appliance.database.reading() as session:
        return session.scalar(
            select(JournalRecord.citizen).where(
                JournalRecord.writer == appliance.identity.writer, JournalRecord.id == record_id
            )
        )
