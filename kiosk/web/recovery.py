"""The recovery page: what failed and how to get out of it. It asks no plugin for anything, and is the page that safe mode leads to.

Anybody may look (``/health`` tells as much); only a technician may press its buttons.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.appliance import Appliance
from kiosk.health import core_checks
from kiosk.operators.register import Role
from kiosk.plugin_host.words import safe_mode_reason
from kiosk.web import staff_restart
from kiosk.web.access import current_operator, note_access, require_role
from kiosk.web.staff_console import plugin_lines, restart_answer, switch_from_form
from kiosk.web.staff_home import worst_first
from kiosk.web.staff_language import in_other_language, language, remember_language
from kiosk.web.staff_profile_file import NotWritableError, ProfileFile

ROLES = (Role.TECHNICIAN, Role.ADMINISTRATOR)


def make_blueprint(appliance: Appliance) -> Blueprint:
    """``/recovery`` of one appliance."""
    pages = Blueprint("recovery", __name__, url_prefix="/recovery")
    pages.after_request(remember_language)

    @pages.context_processor
    def frame() -> dict[str, Any]:
        return {
            "language": language(),
            "other_language": in_other_language(),
            "site_name": appliance.settings.site.name,
            "home": url_for("recovery.page"),
            "operator": current_operator(),
            "menu": [],  # the menu asks plugins, this page does not
            "is_kiosk": appliance.settings.role == "kiosk",
        }

    @pages.get("")
    def page() -> ResponseReturnValue:
        operator = current_operator()
        return render_template(
            "staff/recovery.html",
            safe=appliance.safe,
            safe_reason=safe_mode_reason(appliance.safe_reason),
            started=not (appliance.data_dir / "starting.json").exists(),
            plugins=[line for line in plugin_lines(appliance) if line.status != "unused" or line.listed],
            checks=[
                check
                for check in worst_first(core_checks(appliance))
                if not check.name.startswith(("plugin.", "safe_mode"))  # told above already
            ],
            may_act=operator is not None and operator.may(*ROLES),
            service=staff_restart.under_service_manager(),
            file=ProfileFile.of(appliance),
            data_dir=str(appliance.data_dir),
        )

    @pages.get("/")
    def page_with_slash() -> ResponseReturnValue:
        """People type it so, as with ``/staff/``."""
        return redirect(url_for("recovery.page"))

    @pages.post("/plugins/<name>")
    @require_role(*ROLES)
    def switch(name: str) -> ResponseReturnValue:
        file = ProfileFile.of(appliance)
        if file.target is None:
            try:
                flash(_("Đã lưu bản riêng của hồ sơ: %(path)s.", path=str(file.save_copy())), "info")
            except NotWritableError as error:
                flash(_("Không lưu được bản riêng: %(reason)s. Hãy kiểm tra thẻ nhớ.", reason=str(error)), "fault")
                return redirect(url_for("recovery.page"), 303)
        switch_from_form(appliance, name, request.form.get("to") == "on")
        return redirect(url_for("recovery.page"), 303)

    @pages.post("/restart")
    @require_role(*ROLES)
    def restart() -> ResponseReturnValue:
        note_access("restart_asked")
        return restart_answer()

    return pages
