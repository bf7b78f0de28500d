"""Tries the devices on the spot: a test print, the live picture, and whether a scanner was heard. Never shows what was scanned."""

from __future__ import annotations

import time
import unicodedata
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from uuid6 import uuid7

from kiosk.appliance import Appliance
from kiosk.core_slice import CORE
from kiosk.domain import BigNumber, Block, Field, Heading, Paragraph, QrCode, Receipt, Rule
from kiosk.operators.register import Role
from kiosk.web.access import note_access, require_role
from kiosk.web.json_reply import reply
from kiosk.web.staff_home import tickets, worst_first
from kiosk.web.staff_language import language

ROLES = (Role.TECHNICIAN, Role.ADMINISTRATOR)
PAPER_SECONDS = 8.0  # how long the page waits for the paper before it says "still printing"


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/technician/hardware``."""

    @pages.get("/technician/hardware")
    @require_role(*ROLES)
    def hardware() -> ResponseReturnValue:
        return render_template(
            "staff/hardware.html",
            preview=appliance.guarded_first("camera_preview").value,
            scan=last_scan(appliance),
            tickets=tickets(appliance),
            checks=worst_first(list(appliance.guarded("health_checks").flat())),
        )

    @pages.post("/technician/hardware/print")
    @require_role(*ROLES)
    def test_print() -> ResponseReturnValue:
        note_access("test_print")
        key = UUID(int=uuid7().int)
        appliance.prints.submit(Receipt(key, appliance.settings.site.language, sample(appliance)))
        _tell_outcome(appliance, key)
        return redirect(url_for("staff.hardware") + "#printer", 303)

    @pages.get("/technician/hardware/last-scan")
    @require_role(*ROLES)
    def last_scan_json() -> Response:
        """For the page's own polling."""
        return reply(last_scan(appliance) or {})


def last_scan(appliance: Appliance) -> dict[str, Any] | None:
    """The newest scan without its content; ``seconds`` since then."""
    seen = appliance.host.plugin(CORE).last_scan
    if seen is None:
        return None
    return {
        "symbology": seen.symbology,
        "length": seen.length,
        "source": seen.source,
        "at": seen.scanned_at.isoformat(),
        "seconds": max(0, round((appliance.clock.now() - seen.scanned_at).total_seconds())),
    }


def sample(appliance: Appliance) -> tuple[Block, ...]:
    """A ticket for nobody, with every Vietnamese letter, so that a wrong code page is seen at once."""
    now = appliance.clock.now().strftime("%Y-%m-%d %H:%M UTC")
    tones = ("", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323")
    rows = [" ".join(unicodedata.normalize("NFC", vowel + tone) for tone in tones) for vowel in "aăâeêioôơuưy"]
    return (
        Heading("IN THỬ · TEST"),
        Paragraph(appliance.settings.site.name, centred=True),
        Rule(),
        BigNumber("Số thử / Test number", f"{appliance.settings.site.lane}000"),
        Field("Giờ / Time", now),
        *(Paragraph(f"{row}   {row.upper()}", small=True) for row in rows),
        Paragraph("đ Đ · Ưu tiên: NGƯỜI CAO TUỔI · Đã tiêm mũi 2"),
        Rule(),
        QrCode("KIOSK-TEST", "Mã thử, không có giá trị / Test code, not valid"),
    )


def _tell_outcome(appliance: Appliance, key: UUID) -> None:
    until = time.monotonic() + PAPER_SECONDS
    outcome = appliance.prints.outcome(key)
    while outcome is None and time.monotonic() < until:
        time.sleep(0.1)
        outcome = appliance.prints.outcome(key)
    if outcome is None:
        flash(_("Trang thử đang chờ in. Hãy chờ thêm hoặc xem tình trạng máy in bên dưới."), "info")
    elif outcome.printed:
        flash(_("Trang thử đã in. Hãy xem mọi chữ có đủ dấu và mã QR quét được không."), "ok")
    else:
        flash(outcome.text.in_language(language()) or _("Máy in báo lỗi: %(code)s.", code=outcome.problem), "fault")
