"""The staff pages of the core, below ``/staff``: puts the routes together and fills the frame of every page.

What each page does is in the modules named ``staff_*``; who may open it is said there, by ``require_role``.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, request, url_for
from flask_babel import gettext as _
from werkzeug.routing import BuildError

from kiosk.appliance import Appliance
from kiosk.operators.register import Operator, Role
from kiosk.web import (
    staff_console,
    staff_diagnostics,
    staff_hardware,
    staff_home,
    staff_operators,
    staff_profile,
    staff_sign_in,
    staff_visits,
)
from kiosk.web.access import current_operator
from kiosk.web.staff_language import in_other_language, language, remember_language


def make_blueprint(appliance: Appliance) -> Blueprint:
    """The staff pages of one appliance; endpoints are named ``staff.*``."""
    pages = Blueprint("staff", __name__, url_prefix="/staff")
    for module in (
        staff_sign_in,
        staff_home,
        staff_operators,
        staff_visits,
        staff_console,
        staff_hardware,
        staff_profile,
        staff_diagnostics,
    ):
        module.add_routes(pages, appliance)

    @pages.app_context_processor
    def frame() -> dict[str, Any]:
        """Also for plugins' pages, so that they may extend ``staff/layout.html``."""
        if request.blueprint == "recovery":  # fills its own frame, without asking plugins
            return {}
        if request.blueprint == "staff" or current_operator() is not None:
            return page_frame(appliance)
        return {
            "language": language(),
            "other_language": in_other_language(),
            "site_name": appliance.settings.site.name,
        }

    pages.after_request(remember_language)
    return pages


def page_frame(appliance: Appliance) -> dict[str, Any]:
    """What ``staff/layout.html`` needs on every page."""
    operator = current_operator()
    return {
        "language": language(),
        "other_language": in_other_language(),
        "site_name": appliance.settings.site.name,
        "home": url_for("staff.home"),
        "operator": operator,
        "menu": menu(appliance, operator) if operator else [],
        "is_kiosk": appliance.settings.role == "kiosk",
    }


def menu(appliance: Appliance, operator: Operator) -> list[dict[str, Any]]:
    """The entries that this operator may use: the core's pages, then the plugins' by the ``navigation`` hook."""
    entries: list[tuple[str, str, tuple[str, ...]]] = [("staff.home", _("Trang chính"), tuple(Role))]
    if appliance.settings.role == "kiosk":
        entries.append(("staff.visits", _("Lượt hôm nay"), staff_visits.ROLES))
    for item in appliance.guarded("navigation").flat():
        entries.append((item.endpoint, item.label.in_language(language()), item.roles))
    entries += [
        ("staff.console", _("Kỹ thuật"), staff_console.ROLES),
        ("staff.hardware", _("Thiết bị"), staff_hardware.ROLES),
        ("staff.profile", _("Hồ sơ điểm"), staff_profile.ROLES),
        ("staff.operators", _("Nhân viên"), staff_operators.ROLES),
    ]
    shown: list[dict[str, Any]] = []
    for endpoint, label, roles in entries:
        if not operator.may(*roles):
            continue
        try:
            href = url_for(endpoint)
        except BuildError:
            continue  # the plugin that has this page is not loaded
        shown.append({"href": href, "label": label, "current": request.endpoint == endpoint, "endpoint": endpoint})
    if not any(one["current"] for one in shown):
        above = [one for one in shown if one["endpoint"] != "staff.home" and _is_below(request.path, one["href"])]
        if above:
            max(above, key=lambda one: len(one["href"]))["current"] = True
    return shown


def _is_below(path: str, href: str) -> bool:
    """Whether a page belongs to an entry of the menu: one table's to the page of tables, and what a form on it was answered with."""
    return path == href or path.startswith(href.rstrip("/") + "/")
