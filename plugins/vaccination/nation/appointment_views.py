"""Appointments by site and day; rounds, slots and invitations; one day's people, who can be cancelled. Pages for administrators."""

from __future__ import annotations

import re
from datetime import timedelta
from itertools import groupby

from flask import Blueprint, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from kiosk.domain import Draft
from kiosk.journal.append import entries_of
from kiosk.journal.audiences import site_audience
from kiosk.journal.saying import say
from kiosk.web.access import note_access, require_role
from plugins.vaccination.models import ExpectedRow, RoundRow
from plugins.vaccination.nation import groups
from plugins.vaccination.nation.booking import Bookings, CannotBook, overview
from plugins.vaccination.nation.frame import ROLE, SITE_ID, Form, days_asked, operator_id, page, say_wrong, tell
from plugins.vaccination.nation.words import BOOKING
from plugins.vaccination.records import Capacity, Round
from plugins.vaccination.site import Site

MOST_SLOTS = 2000
PEOPLE_SHOWN = 1000
_TIME = re.compile(r"([01]\d|2[0-3]):([0-5]\d)").fullmatch


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/nation/appointments`` and what is done there."""
    bookings = Bookings(site)

    @blueprint.get("/nation/appointments", endpoint="nation_appointments")
    @require_role(ROLE)
    def appointments() -> ResponseReturnValue:
        since, until = days_asked(site, 0, 13)
        chosen = request.args.get("site", ""), request.args.get("day", "")
        with site.context.services.session() as session:
            found = overview(session, since.isoformat(), until.isoformat())
            rounds = _rounds(session.scalars(select(RoundRow)).all())
            query = (
                select(ExpectedRow)
                .where(ExpectedRow.site == chosen[0], ExpectedRow.day == chosen[1], ExpectedRow.booked)
                .order_by(ExpectedRow.slot, ExpectedRow.name)
                .limit(PEOPLE_SHOWN)
            )
            people = session.scalars(query).all() if all(chosen) else []
        if people:
            shown = [row.citizen for row in people]
            note_access("vaccination.appointments_shown", subject="/".join(chosen)[:80], citizens=shown)
        days = [
            (at, [(day, *counts) for (_, day), counts in lines])
            for at, lines in groupby(found.items(), key=lambda item: item[0][0])
        ]
        return page(
            site, "appointments", days=days, rounds=rounds, people=people, chosen=chosen, since=since, until=until,
            groups=groups.in_force(site), products=site.vaccines.products(groups.today(site)), today=site.today_text(),
        )  # fmt: skip

    @blueprint.post("/nation/rounds", endpoint="nation_round")
    @require_role(ROLE)
    def save_round() -> ResponseReturnValue:
        form = Form()
        known = set(groups.ids(site))
        name, product = form.text("round", 40), form.text("product", 60, fits=site.vaccines.product_of)
        first, last = form.day("first_day"), form.day("last_day")
        if last < first:
            form.wrong.append("last_day")
        chosen = [one for one in request.form.getlist("groups") if one in known]
        if form.wrong:
            say_wrong(form.wrong)
        else:
            body = Round(
                round=name, product=product, groups=chosen, first_day=first.isoformat(), last_day=last.isoformat(),
                closed=request.form.get("closed") == "1",
            )  # fmt: skip
            site.context.services.record([Draft("vaccination.round", body)], operator_id())
            tell("round_saved")
        return redirect(url_for(".nation_appointments"), 303)

    @blueprint.post("/nation/slots", endpoint="nation_slots")
    @require_role(ROLE)
    def open_slots() -> ResponseReturnValue:
        form = Form()
        at = form.text("site", 40, fits=SITE_ID)
        first, last = form.day("first_day"), form.day("last_day")
        slots = _slots(form)
        places = form.number("places_a_slot", 0, 10_000)
        days = (last - first).days + 1
        if not days >= 1 or days * len(slots) > MOST_SLOTS:
            form.wrong.append("last_day")
        if form.wrong:
            say_wrong(form.wrong)
            return redirect(url_for(".nation_appointments"), 303)
        clock = site.context.clock
        drafts = [
            Draft("vaccination.capacity", Capacity(site=at, day=day.isoformat(), slot=slot, places=places))
            for day in (first + timedelta(days=number) for number in range(days))
            for slot in slots
        ]
        entries = entries_of(drafts, clock.now(), clock.trusted(), operator_id())
        say(site.context.services.journal, site_audience(at), lambda session: entries)
        tell("slots_opened", n=len(drafts))
        return redirect(url_for(".nation_appointments", since=first.isoformat()), 303)

    @blueprint.post("/nation/invite", endpoint="nation_invite")
    @require_role(ROLE)
    def invite() -> ResponseReturnValue:
        form = Form()
        at, wave, area = (
            form.text("site", 40, fits=SITE_ID),
            form.text("round", 40),
            form.text("area", 5, False, str.isdigit),
        )
        first, last = form.day("first_day"), form.day("last_day")
        if not 0 <= (last - first).days <= 92:
            form.wrong.append("last_day")
        if form.wrong:
            say_wrong(form.wrong)
            return redirect(url_for(".nation_appointments"), 303)
        days = [(first + timedelta(days=number)).isoformat() for number in range((last - first).days + 1)]
        try:
            done = bookings.invite(at, wave, days, operator_id(), area)
            tell("invited", n=done.booked, m=done.left)
        except CannotBook as refused:
            tell(refused.code, "warning", BOOKING)
        return redirect(url_for(".nation_appointments", since=first.isoformat()), 303)

    @blueprint.post("/nation/appointments/cancel", endpoint="nation_cancel")
    @require_role(ROLE)
    def cancel() -> ResponseReturnValue:
        at, day = request.form.get("site", "")[:64], request.form.get("day", "")[:10]
        done = bookings.cancel(request.form.get("citizen", "")[:64], at, day, operator_id())
        tell(*(("cancelled",) if done else ("not_cancelled", "warning")))
        return redirect(url_for(".nation_appointments", site=at, day=day, since=day), 303)


def _rounds(rows: object) -> list[RoundRow]:
    """The newest word on each, the latest first."""
    newest: dict[str, RoundRow] = {}
    for row in sorted(rows, key=lambda one: (one.said_at_ms, one.said_by, one.said_seq)):  # type: ignore[call-overload]
        newest[row.round] = row
    return sorted(newest.values(), key=lambda row: (row.first_day, row.round), reverse=True)


def _slots(form: Form) -> list[str]:
    """``08:00-08:30`` … from opening to closing time."""
    minutes = form.number("minutes", 5, 240)
    opens, closes = (_minute(request.form.get(name, "")) for name in ("opens", "closes"))
    if opens is None or closes is None:
        form.wrong.append("opens")
        return []
    if closes <= opens:
        form.wrong.append("closes")
    found = [f"{_clock(at)}-{_clock(at + minutes)}" for at in range(opens, closes - minutes + 1, minutes)]
    if not found:
        form.wrong.append("minutes")
    return found


def _minute(text: str) -> int | None:
    """``08:30`` as minutes after midnight."""
    found = _TIME(text)
    return int(found[1]) * 60 + int(found[2]) if found else None


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
