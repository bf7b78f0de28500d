"""The technician's console: health worst first, plugins, journals, restart. Devices and the profile have pages of their own."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import Blueprint, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from kiosk import __version__
from kiosk.appliance import Appliance
from kiosk.domain import Text
from kiosk.journal.models import JournalHead
from kiosk.journal.project import behind
from kiosk.journal.verify import Verified, verify
from kiosk.operators.register import Role
from kiosk.plugin_host import words as plugin_words
from kiosk.plugin_host.host import installed_plugins
from kiosk.settings.mistakes import ProfileError
from kiosk.web import staff_restart
from kiosk.web.access import note_access, require_role
from kiosk.web.staff_home import worst_first
from kiosk.web.staff_language import language
from kiosk.web.staff_profile_file import NotWritableError, ProfileFile, switch_plugin

ROLES = (Role.TECHNICIAN, Role.ADMINISTRATOR)


@dataclass(frozen=True, slots=True)
class PluginLine:
    """One plugin: installed or named in the profile. ``status`` adds to the host's words ``unused``; ``listed``: in the saved profile."""

    name: str
    title: str
    status: str
    reason: str
    listed: bool

    @property
    def reason_words(self) -> Text:
        return plugin_words.reason(self.reason)


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/technician`` and what its buttons do."""

    @pages.get("/technician")
    @require_role(*ROLES)
    def console() -> ResponseReturnValue:
        return _page(appliance)

    @pages.post("/technician/verify")
    @require_role(*ROLES)
    def verify_journals() -> ResponseReturnValue:
        note_access("journals_verified")
        with appliance.database.reading() as session:
            results = [
                verify(session, writer, appliance.kinds, appliance.identity.digest_key(writer))
                for writer in session.scalars(select(JournalHead.writer).order_by(JournalHead.writer)).all()
            ]
        return _page(appliance, results)

    @pages.post("/technician/plugins/<name>")
    @require_role(*ROLES)
    def switch(name: str) -> ResponseReturnValue:
        switch_from_form(appliance, name, request.form.get("to") == "on")
        return redirect(url_for("staff.console") + "#plugins", 303)

    @pages.post("/technician/restart")
    @require_role(*ROLES)
    def restart() -> ResponseReturnValue:
        note_access("restart_asked")
        return restart_answer()


def switch_from_form(appliance: Appliance, name: str, on: bool) -> None:
    """Enable or disable a plugin in the profile's file, and tell the reader what became of it."""
    if name not in {line.name for line in plugin_lines(appliance)}:
        flash(_("Không có phần mở rộng nào tên như vậy."), "fault")
        return
    try:
        switch_plugin(ProfileFile.of(appliance), name, on)
    except NotWritableError:
        flash(
            _("Chưa lưu: hồ sơ này không sửa được tại chỗ. Vào trang Hồ sơ điểm, lưu một bản riêng rồi thử lại."),
            "warning",
        )
        return
    except ProfileError as error:
        flash(
            _(
                "Chưa lưu: hồ sơ sẽ không dùng được: %(problems)s",
                problems="; ".join(one.in_language(language()) for one in error.problems),
            ),
            "fault",
        )
        return
    note_access("plugin_enabled" if on else "plugin_disabled", subject=name[:80])
    flash(_("Đã lưu vào hồ sơ. Thay đổi có hiệu lực sau khi khởi động lại."), "ok")


def restart_answer() -> ResponseReturnValue:
    """Restart where the service manager brings us back, else say how to."""
    if staff_restart.ask_restart(current_app._get_current_object()):  # type: ignore[attr-defined]
        return render_template("staff/restarting.html")
    flash(
        _(
            "Máy không chạy dưới systemd nên không tự khởi động lại được. "
            "Hãy dừng lệnh “kiosk run” (Ctrl-C) rồi chạy lại, hoặc tắt bật máy."
        ),
        "warning",
    )
    return redirect(url_for("recovery.page" if request.blueprint == "recovery" else "staff.console"), 303)


def plugin_lines(appliance: Appliance) -> list[PluginLine]:
    """Installed plugins and those of the profile, by name."""
    states = {state.name: state for state in appliance.host.states() if state.name != "core"}
    installed = installed_plugins()
    listed = ProfileFile.of(appliance).plugins()
    lines = []
    for name in sorted({*states, *installed}):
        state = states.get(name)
        lines.append(
            PluginLine(
                name,
                installed[name].title if name in installed else "",
                state.status if state else "unused",
                state.reason if state else "",
                name in listed,
            )
        )
    return lines


def journal_lines(appliance: Appliance) -> list[dict[str, Any]]:
    """How long each journal is, and how much of our own the platform does not have."""
    with appliance.database.reading() as session:
        return [
            {
                "writer": head.writer,
                "own": head.own,
                "records": head.seq,
                "backlog": head.seq - head.acknowledged if head.own else 0,
                "erased": head.erased,
            }
            for head in session.scalars(select(JournalHead).order_by(JournalHead.own.desc(), JournalHead.writer))
        ]


def _page(appliance: Appliance, verified: list[Verified] | None = None) -> str:
    with appliance.database.reading() as session:
        late = behind(session)
    journals = journal_lines(appliance)
    return render_template(
        "staff/console.html",
        checks=worst_first(appliance.health()),
        plugins=plugin_lines(appliance),
        journals=journals,
        backlog=sum(line["backlog"] for line in journals),
        late=late,
        verified={one.writer: one for one in verified} if verified is not None else None,
        service=staff_restart.under_service_manager(),
        safe=appliance.safe,
        safe_reason=appliance.safe_reason,
        version=__version__,
        device=appliance.identity.device,
        data_dir=str(appliance.data_dir),
        profile_path=str(appliance.profile.path),
    )
