"""Flow, origins and destinations, and tracing: pages for who may trace. Every look-up is a record before it is an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from config import value_set
from kiosk.plugin import PluginContext
from kiosk.site_days import from_form, local_time
from kiosk.web.access import note_access, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.checkpoint import tracing
from plugins.checkpoint.lookups import HOUR_MS
from plugins.checkpoint.words import PLATFORM

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

ROLE = "administrator"
LONGEST_HOURS = 24
OD_DAYS = 7


def add_routes(blueprint: Blueprint, context: PluginContext, appliance: Appliance) -> None:
    """``/checkpoint/flow`` and ``/checkpoint/tracing``."""
    provinces = {row["code"][-2:]: row["name"] for row in value_set("provinces_id_number")}

    def page(name: str, **more: Any) -> str:
        more["inside_hours"] = tracing.INSIDE_HOURS
        return render_template(f"checkpoint/{name}.html", words=PLATFORM, **page_frame(appliance), **more)

    def now_ms() -> int:
        return int(context.clock.now().timestamp() * 1000)

    @blueprint.get("/flow", endpoint="flow")
    @require_role(ROLE)
    def flow() -> ResponseReturnValue:
        now = now_ms()
        with context.services.session() as session:
            found = tracing.flow(session, now)
            pairs = tracing.origin_destination(session, now - OD_DAYS * 24 * HOUR_MS)
        unknown = PLATFORM["unknown"].in_language(language())
        labels = [
            local_time((now // HOUR_MS - back) * HOUR_MS, context.time_zone, "%H")
            for back in range(tracing.FLOW_HOURS - 1, -1, -1)
        ]
        named = [(provinces.get(one, one) or unknown, provinces.get(two, two) or unknown, n) for one, two, n in pairs]
        return page(
            "flow", flow=found, pairs=named, labels=labels, top=max((max(one.hours) for one in found), default=0)
        )

    @blueprint.get("/tracing", endpoint="tracing")
    @require_role(ROLE)
    def tracing_form() -> ResponseReturnValue:
        with context.services.session() as session:
            return page("tracing", places=tracing.places(session), asked={}, found=None, problem="")

    @blueprint.post("/tracing", endpoint="trace")
    @require_role(ROLE)
    def trace() -> ResponseReturnValue:
        """Asked by POST, so that who was looked for stands in no address and no log."""
        asked = {name: request.form.get(name, "").strip()[:80] for name in ("place", "since", "until", "why", "inside")}
        since, until = (from_form(asked[name], context.time_zone) for name in ("since", "until"))
        site, _, post = asked["place"].partition("/")
        with context.services.session() as session:
            places = tracing.places(session)
        problem = _problem(asked["why"], since, until)
        if not problem and (site, post) not in places:
            problem = PLATFORM["bad_place"].in_language(language())
        if problem:
            return page("tracing", places=places, asked=asked, found=None, problem=problem), 400
        assert since is not None
        assert until is not None
        with context.services.session() as session:
            before = tracing.already_inside(session, site, post, since) if asked["inside"] else ()
            rows = [*before, *tracing.who_was_there(session, site, post, since, until)]
        subject = f"{site}/{post} {asked['since']}–{asked['until']}{' +inside' if before else ''}: {asked['why']}"[:200]
        seen = dict.fromkeys(row.citizen for row in rows[: tracing.SHOWN] if row.citizen)
        note_access("checkpoint.traced", subject=subject, citizens=list(seen))
        return page(
            "tracing",
            places=places,
            asked=asked,
            found=rows[: tracing.SHOWN],
            more=len(rows) > tracing.SHOWN,
            shown=tracing.SHOWN,
            since=since,
            problem="",
            local_time=lambda ms: local_time(ms, context.time_zone),
        )


def _problem(why: str, since: int | None, until: int | None) -> str:
    """What is wrong with a look-up, in words; empty where nothing is."""
    if len(why) < 3:
        return PLATFORM["bad_reason"].in_language(language())
    if since is None or until is None or not 0 <= until - since <= LONGEST_HOURS * HOUR_MS:
        return PLATFORM["bad_time"].format(n=LONGEST_HOURS).in_language(language())
    return ""
