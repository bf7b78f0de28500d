"""Date and time: the supervisor confirms what a device with an unsteady clock believes to be today. Sets no clock."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.domain import Draft
from kiosk.journal.jobs import NotRecorded
from kiosk.site_days import local_time
from kiosk.web.access import require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination import replies
from plugins.vaccination.injection import clock
from plugins.vaccination.injection.page_words import CLOCK
from plugins.vaccination.records import ClockConfirmed
from plugins.vaccination.site import Site

SUPERVISOR = "administrator"


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/clock``: everybody at work may look, the supervisor confirms."""

    @blueprint.get("/clock", endpoint="clock")
    @require_role("medical_staff", SUPERVISOR)
    def page() -> ResponseReturnValue:
        now = site.context.clock.now()
        today = now.astimezone(site.zone).date()
        with site.context.services.session() as session:
            row = clock.confirmed(session, site, today)
        return render_template(
            "vaccination/clock.html",
            key=UUID(int=uuid7().int),
            shown=local_time(int(now.timestamp() * 1000), site.context.time_zone, "%H:%M"),
            day=today,
            trusted=site.context.clock.trusted(),
            confirmed_by=row.operator if row else None,
            words=CLOCK,
            **page_frame(site.appliance),
        )

    @blueprint.post("/clock", endpoint="clock_confirm")
    @require_role(SUPERVISOR)
    def confirm() -> ResponseReturnValue:
        today = site.context.clock.now().astimezone(site.zone).date()
        if request.form.get("day") != today.isoformat():
            flash(CLOCK["other_day"].in_language(language()), "fault")
            return redirect(url_for(".clock"), 303)

        def check(_session: Session) -> Sequence[Draft]:
            body = ClockConfirmed(day=today.isoformat(), boot=clock.boot())
            return [Draft("vaccination.clock_confirmed", body)]

        try:
            site.actions.act(replies.key_of(request.form), check, replies.operator_id())
            flash(CLOCK["done"].in_language(language()), "ok")
        except (NotRecorded, replies.BadRequest):
            flash(replies.NOT_RECORDED.text.in_language(language()), "fault")
        return redirect(url_for(".clock"), 303)
