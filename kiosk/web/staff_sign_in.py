"""Signing in with operator id and PIN, and signing out. The rules are in ``kiosk.operators.sign_in``; these are the pages."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from kiosk.appliance import Appliance
from kiosk.operators.register import Trust, everyone
from kiosk.web import access


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/sign-in`` and ``/staff/sign-out``."""

    @pages.get("/sign-in")
    def sign_in_page() -> ResponseReturnValue:
        if access.current_operator() is not None:
            return redirect(access.safe_next(request.args.get("next")) or url_for("staff.home"), 303)
        return _page(appliance, request.args.get("next"))

    @pages.post("/sign-in")
    def sign_in() -> ResponseReturnValue:
        target = request.form.get("next")
        attempt = access.sign_in(request.form.get("operator", ""), request.form.get("pin", ""))
        if attempt.operator is not None:
            return redirect(access.safe_next(target) or url_for("staff.home"), 303)
        problem = _wait_words(attempt.wait) if attempt.wait else _wrong_words()
        return _page(appliance, target, problem, request.form.get("operator", "")[:32]), 429 if attempt.wait else 403

    @pages.post("/sign-out")
    def sign_out() -> ResponseReturnValue:
        access.sign_out()
        if request.form.get("to") == "kiosk" and appliance.settings.role == "kiosk":
            return redirect(url_for("screen.page"), 303)
        flash(_("Bạn đã đăng xuất."), "ok")
        return redirect(url_for("staff.sign_in_page"), 303)


def _page(appliance: Appliance, target: str | None, problem: str = "", operator_id: str = "") -> str:
    with appliance.database.reading() as session:
        trust = Trust.of(appliance.identity, appliance.settings.role)
        somebody = any(one.active for one in everyone(session, trust))
    return render_template(
        "staff/sign_in.html",
        next=access.safe_next(target) or "",
        problem=problem,
        operator_id=operator_id,
        ended=access.session_ended() and not problem,
        somebody=somebody,
        data_dir=str(appliance.data_dir),
        profile=str(appliance.profile.path),
    )


def _wrong_words() -> str:
    return _("Mã nhân viên hoặc mã PIN không đúng. Hãy nhập lại; nếu quên PIN, nhờ người quản trị cấp lại.")


def _wait_words(seconds: int) -> str:
    if seconds < 90:
        return _("Sai quá nhiều lần. Hãy chờ %(seconds)s giây rồi thử lại, hoặc nhờ người quản trị.", seconds=seconds)
    return _(
        "Sai quá nhiều lần. Hãy chờ %(minutes)s phút rồi thử lại, hoặc nhờ người quản trị.", minutes=-(-seconds // 60)
    )
