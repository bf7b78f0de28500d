"""Pages of the platform: live counts for everybody; devices, alarms and parked records for staff."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from kiosk.plugin import PluginContext
from kiosk.web.access import current_operator, note_access, require_role
from kiosk.web.description import Body, Operation, described
from kiosk.web.json_reply import reply
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language, remember_language
from plugins.national_platform import alarms, api, devices, parked
from plugins.national_platform.live import LiveNumbers
from plugins.national_platform.models import ParkedRecord
from plugins.national_platform.shapes import LiveAnswer
from plugins.national_platform.words import LIVE_WORDS, STAFF_WORDS, local_time, reason_words, thousands

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.national_platform.settings import NationalPlatformSettings

PARKED_SHOWN = 500


def make_blueprint(context: PluginContext) -> Blueprint:
    blueprint = Blueprint("national_platform", __name__, template_folder="templates", static_folder="static")
    api.add_routes(blueprint, context)
    _add_live(blueprint, context)
    _add_staff_pages(blueprint, context)
    blueprint.after_request(remember_language)
    blueprint.add_app_template_filter(thousands, "thousands")
    return blueprint


def _add_live(blueprint: Blueprint, context: PluginContext) -> None:
    numbers = LiveNumbers(context, time.monotonic)

    @blueprint.get("/")
    def live() -> str:
        current = numbers.current()
        return render_template(
            "national_platform/live.html",
            language=language(),
            site_name=context.station.site_name,
            words=LIVE_WORDS,
            numbers=current,
            clock=local_time(current["server_time_ms"], context.time_zone).rpartition(" ")[2],
            zone=context.time_zone,
            source=url_for(".live_numbers"),
        )

    @blueprint.get("/live.json")
    @described(Operation("getLiveNumbers", "platform", {200: Body(LiveAnswer)}))
    def live_numbers() -> Response:
        """Today's counts: devices, figures of the plugins, the last 24 hours, the busiest sites."""
        return reply(numbers.current())


def _add_staff_pages(blueprint: Blueprint, context: PluginContext) -> None:
    settings: NationalPlatformSettings = context.settings
    journal = context.services.journal

    def now_ms() -> int:
        return int(context.clock.now().timestamp() * 1000)

    def page(name: str, **more: object) -> str:
        operator = current_operator()
        return render_template(
            f"national_platform/{name}.html",
            words=STAFF_WORDS,
            may_change=operator is not None and operator.may("administrator"),
            local_time=lambda ms: local_time(ms, context.time_zone),
            **page_frame(cast("Appliance", context.services)),
            **more,
        )

    def tell(key: str, level: str = "ok") -> None:
        flash(STAFF_WORDS[key].in_language(language()), level)

    @blueprint.get("/devices", endpoint="devices")
    @require_role("administrator", "technician")
    def devices_page() -> ResponseReturnValue:
        with context.services.session() as session:
            lines = devices.device_lines(session)
        return page("devices", devices=lines, online_since=now_ms() - settings.online_minutes * 60_000)

    @blueprint.post("/devices/<device>/revoke", endpoint="revoke")
    @require_role("administrator")
    def revoke_device(device: str) -> ResponseReturnValue:
        with journal.database.writing() as session:
            done = devices.revoke(session, device, request.form.get("reason", "").strip(), now_ms())
        if done:
            note_access("platform.revoke_device", subject=device[:80])
        tell(*(("revoke_done",) if done else ("revoke_none", "warning")))
        return redirect(url_for(".devices"), 303)

    @blueprint.get("/alarms", endpoint="alarms")
    @require_role("administrator", "technician")
    def alarms_page() -> ResponseReturnValue:
        with context.services.session() as session:
            found = alarms.open_alarms(session)
        return page("alarms", alarms=found)

    @blueprint.post("/alarms/<writer>/resolve", endpoint="resolve")
    @require_role("administrator")
    def resolve_alarm(writer: str) -> ResponseReturnValue:
        with journal.database.writing() as session:
            alarms.resolve(session, writer, now_ms())
        note_access("platform.resolve_alarm", subject=writer[:80])
        tell("resolve_done")
        return redirect(url_for(".alarms"), 303)

    @blueprint.get("/parked", endpoint="parked")
    @require_role("administrator", "technician")
    def parked_page() -> ResponseReturnValue:
        with context.services.session() as session:
            found = session.scalars(
                select(ParkedRecord).order_by(ParkedRecord.parked_at_ms.desc(), ParkedRecord.seq).limit(PARKED_SHOWN)
            ).all()
        return page("parked", records=found, reason_words=reason_words)

    @blueprint.post("/parked/<writer>/retry", endpoint="retry")
    @require_role("administrator", "technician")
    def retry_parked(writer: str) -> ResponseReturnValue:
        if len(writer) > 32 or "\0" in writer:
            abort(404)
        still = parked.retry_range(journal, writer, 1, 2**62)
        tell(*(("retry_still", "warning") if still else ("retry_done",)))
        return redirect(url_for(".parked"), 303)
