"""Pages of the platform: live counts for everybody; devices, alarms and parked records for staff."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk.plugin import PluginContext
from kiosk.web.access import current_operator, require_role
from kiosk.web.json_reply import reply
from plugins.national_platform import alarms, api, devices, parked
from plugins.national_platform.live import LiveNumbers
from plugins.national_platform.models import ParkedRecord
from plugins.national_platform.words import LIVE_WORDS, local_time

if TYPE_CHECKING:
    from plugins.national_platform.settings import NationalPlatformSettings

PARKED_SHOWN = 500


def make_blueprint(context: PluginContext) -> Blueprint:
    blueprint = Blueprint("national_platform", __name__, template_folder="templates", static_folder="static")
    api.add_routes(blueprint, context)
    _add_live(blueprint, context)
    _add_staff_pages(blueprint, context)
    return blueprint


def _add_live(blueprint: Blueprint, context: PluginContext) -> None:
    numbers = LiveNumbers(context, time.monotonic)

    @blueprint.get("/")
    def live() -> str:
        return render_template(
            "national_platform/live.html",
            language=str(get_locale()),
            words=LIVE_WORDS,
            numbers=numbers.current(),
            source=url_for(".live_numbers"),
        )

    @blueprint.get("/live.json")
    def live_numbers() -> Response:
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
            language=str(get_locale()),
            staff_name=operator.name if operator else "",
            menu=[
                {"href": url_for(f".{one}"), "label": label, "current": one == name}
                for one, label in (
                    ("live", _("Số liệu trực tiếp")),
                    ("devices", _("Thiết bị")),
                    ("alarms", _("Báo động")),
                    ("parked", _("Bản ghi để riêng")),
                )
            ],
            local_time=lambda ms: local_time(ms, context.time_zone),
            **more,
        )

    @blueprint.get("/devices", endpoint="devices")
    @require_role("administrator", "technician")
    def devices_page() -> ResponseReturnValue:
        with context.services.session() as session:
            lines = devices.device_lines(session)
        return page("devices", devices=lines, online_since=now_ms() - settings.online_minutes * 60_000)

    @blueprint.post("/devices/<device>/revoke", endpoint="revoke")
    @require_role("administrator")
    def revoke_device(device: str) -> ResponseReturnValue:
        reason = request.form.get("reason", "").strip()
        with journal.database.writing() as session:
            done = devices.revoke(session, device, reason, now_ms())
        if done:
            flash(_("Đã thu hồi thiết bị. Từ giờ nền tảng không nhận gì từ nó nữa."), "ok")
        else:
            flash(_("Không có thiết bị này, hoặc nó đã bị thu hồi trước đó."), "warning")
        return redirect(url_for(".devices"), 303)

    @blueprint.get("/alarms", endpoint="alarms")
    @require_role("administrator", "technician")
    def alarms_page() -> ResponseReturnValue:
        with context.services.session() as session:
            return page("alarms", alarms=alarms.open_alarms(session))

    @blueprint.post("/alarms/<writer>/resolve", endpoint="resolve")
    @require_role("administrator")
    def resolve_alarm(writer: str) -> ResponseReturnValue:
        with journal.database.writing() as session:
            alarms.resolve(session, writer, now_ms())
        flash(_("Đã đóng báo động. Nếu hai thẻ vẫn cùng ghi một sổ, nó sẽ mở lại."), "ok")
        return redirect(url_for(".alarms"), 303)

    @blueprint.get("/parked", endpoint="parked")
    @require_role("administrator", "technician")
    def parked_page() -> ResponseReturnValue:
        with context.services.session() as session:
            rows = session.scalars(
                select(ParkedRecord).order_by(ParkedRecord.parked_at_ms.desc()).limit(PARKED_SHOWN)
            ).all()
        return page("parked", records=rows)

    @blueprint.post("/parked/<writer>/retry", endpoint="retry")
    @require_role("administrator", "technician")
    def retry_parked(writer: str) -> ResponseReturnValue:
        if len(writer) > 32:
            abort(404)
        still = parked.retry_range(journal, writer, 1, 2**62)
        if still:
            flash(_("Vẫn còn bản ghi chưa dùng được. Cập nhật nền tảng rồi thử lại."), "warning")
        else:
            flash(_("Các bản ghi đã vào bảng."), "ok")
        return redirect(url_for(".parked"), 303)
