"""The administrator's page of operators: adding, disabling, a new PIN. The same records as ``kiosk operator`` writes."""

from __future__ import annotations

from dataclasses import replace

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.appliance import Appliance
from kiosk.journal.jobs import NotRecorded
from kiosk.operators.pin import Pins, objection
from kiosk.operators.register import ROLE_WORDS, Operator, Role, Trust, change, everyone, find, free_id
from kiosk.web.access import current_operator, require_role
from kiosk.web.staff_language import language

ROLES = (Role.ADMINISTRATOR,)


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/operators``."""
    trust = Trust.of(appliance.identity, appliance.settings.role)
    pins = Pins()

    def known(operator_id: str) -> Operator:
        with appliance.database.reading() as session:
            return find(session, trust, operator_id) or abort(404)

    def page(status: int = 200, **typed: object) -> ResponseReturnValue:
        with appliance.database.reading() as session:
            found = everyone(session, trust)
        return render_template("staff/operators.html", operators=found, role_words=ROLE_WORDS, **typed), status

    @pages.get("/operators")
    @require_role(*ROLES)
    def operators() -> ResponseReturnValue:
        return page()

    @pages.post("/operators")
    @require_role(*ROLES)
    def add_operator() -> ResponseReturnValue:
        name, pin = request.form.get("name", "").strip(), request.form.get("pin", "")
        roles = frozenset(Role(one) for one in request.form.getlist("roles") if one in set(Role))
        problem = _missing(name, bool(roles)) or _pin_problem(pin)
        if problem:
            flash(problem, "fault")
            return page(422, name=name, chosen=roles)
        with appliance.database.reading() as session:
            operator_id = free_id(session)
        made = Operator(operator_id, name, roles, True, pins.hash(pin))
        if _record(appliance, made, "operator_added"):
            flash(_("Đã thêm %(name)s. Mã nhân viên để đăng nhập: %(id)s.", name=name, id=operator_id), "ok")
        return redirect(url_for("staff.operators"), 303)

    @pages.post("/operators/<operator_id>/active")
    @require_role(*ROLES)
    def switch_operator(operator_id: str) -> ResponseReturnValue:
        one, on = known(operator_id), request.form.get("to") == "on"
        me = current_operator()
        if me is not None and me.id == one.id:
            flash(_("Bạn không thể khóa chính mình. Hãy nhờ một quản trị khác."), "warning")
        elif _record(appliance, replace(one, active=on), "operator_enabled" if on else "operator_disabled"):
            words = (
                _("%(name)s đăng nhập lại được.")
                if on
                else _("%(name)s không còn đăng nhập được, mọi phiên đã kết thúc.")
            )
            flash(words % {"name": one.name}, "ok")
        return redirect(url_for("staff.operators"), 303)

    @pages.post("/operators/<operator_id>/pin")
    @require_role(*ROLES)
    def new_pin(operator_id: str) -> ResponseReturnValue:
        one, pin = known(operator_id), request.form.get("pin", "")
        problem = _pin_problem(pin)
        if problem:
            flash(problem, "fault")
        elif _record(appliance, replace(one, pin_hash=pins.hash(pin)), "operator_pin_reset"):
            flash(_("%(name)s có mã PIN mới. Các phiên cũ đã kết thúc.", name=one.name), "ok")
        return redirect(url_for("staff.operators"), 303)


def _missing(name: str, has_role: bool) -> str:
    if not name or len(name) > 80:
        return _("Chưa thêm: hãy nhập họ tên (tối đa 80 chữ).")
    return "" if has_role else _("Chưa thêm: hãy chọn ít nhất một vai trò.")


def _pin_problem(pin: str) -> str:
    found = objection(pin)
    return found.in_language(language()) if found else ""


def _record(appliance: Appliance, said: Operator, action: str) -> bool:
    me = current_operator()
    try:
        appliance.record(change(said, action), me.id if me else None)
    except NotRecorded:
        flash(_("Chưa lưu: không ghi được sổ nhật ký. Xem trang Kỹ thuật."), "fault")
        return False
    return True
