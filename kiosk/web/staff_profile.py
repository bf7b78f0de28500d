"""The profile's pages: a form, the text itself, and saving an own copy. What a save does is in ``staff_profile_file``."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from tomlkit.exceptions import TOMLKitError

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.web.access import note_access, require_role
from kiosk.web.staff_language import language
from kiosk.web.staff_profile_file import NotWritableError, ProfileFile, settings_models
from kiosk.web.staff_profile_form import apply, fill, make_form
from kiosk.web.staff_profile_words import SECTION_WORDS, WORDS

ROLES = (Role.TECHNICIAN, Role.ADMINISTRATOR)


def add_routes(pages: Blueprint, appliance: Appliance) -> None:
    """``/staff/technician/profile``."""

    @pages.get("/technician/profile")
    @require_role(*ROLES)
    def profile() -> ResponseReturnValue:
        return _form_page(ProfileFile.of(appliance))

    @pages.post("/technician/profile")
    @require_role(*ROLES)
    def save_profile() -> ResponseReturnValue:
        file = ProfileFile.of(appliance)
        if request.form.get("was") != file.digest():
            _say_changed_meanwhile()
            return _form_page(file), 409
        try:
            text = apply(file.text(), request.form, settings_models(file.plugins()))
        except TOMLKitError:
            flash(_("Hồ sơ hiện không phải TOML hợp lệ. Hãy sửa ở dạng văn bản trước."), "fault")
            return redirect(url_for("staff.profile_text"), 303)
        problems = _save(file, text)
        if problems is None:
            return redirect(url_for("staff.profile"), 303)
        return _form_page(file, problems), 422

    @pages.get("/technician/profile/text")
    @require_role(*ROLES)
    def profile_text() -> ResponseReturnValue:
        return _text_page(ProfileFile.of(appliance))

    @pages.post("/technician/profile/text")
    @require_role(*ROLES)
    def save_profile_text() -> ResponseReturnValue:
        file = ProfileFile.of(appliance)
        text = request.form.get("text", "").replace("\r\n", "\n")
        if request.form.get("was") != file.digest():
            _say_changed_meanwhile()
            return _text_page(file, text), 409
        problems = _save(file, text)
        if problems is None:
            return redirect(url_for("staff.profile_text"), 303)
        return _text_page(file, text, problems), 422

    @pages.post("/technician/profile/copy")
    @require_role(*ROLES)
    def copy_profile() -> ResponseReturnValue:
        try:
            copy = ProfileFile.of(appliance).save_copy()
        except NotWritableError as error:
            flash(_("Không lưu được bản riêng: %(reason)s. Hãy kiểm tra thẻ nhớ.", reason=str(error)), "fault")
        else:
            note_access("profile_copied")
            flash(_("Đã lưu bản riêng: %(path)s. Từ nay các thay đổi được ghi vào đó.", path=str(copy)), "ok")
        return redirect(url_for("staff.profile"), 303)


def _save(file: ProfileFile, text: str) -> list[Mistake] | None:
    """None where it was saved, else what is wrong."""
    try:
        file.save(text)
    except ProfileError as error:
        flash(_("Chưa lưu: có chỗ cần sửa, xem bên dưới."), "fault")
        return error.problems
    except NotWritableError:
        flash(
            _(
                "Chưa lưu: không ghi được tệp hồ sơ này. Hãy lưu một bản riêng, hoặc sửa tệp bằng quyền quản trị hệ thống."
            ),
            "fault",
        )
        return []
    note_access("profile_saved")
    flash(_("Đã lưu hồ sơ. Thay đổi có hiệu lực sau khi khởi động lại."), "ok")
    return None


def _say_changed_meanwhile() -> None:
    flash(_("Chưa lưu: người khác vừa sửa hồ sơ này. Hãy xem lại bản mới rồi sửa lại."), "warning")


def _form_page(file: ProfileFile, problems: list[Mistake] | None = None) -> str:
    sections = make_form(file.values(), settings_models(file.plugins()))
    others = fill(sections, request.form if problems is not None else {}, problems or [], language())
    return render_template(
        "staff/profile.html", file=file, sections=sections, problems=others, words=WORDS, section_words=SECTION_WORDS
    )


def _text_page(file: ProfileFile, text: str | None = None, problems: list[Mistake] | None = None) -> str:
    return render_template(
        "staff/profile_text.html", file=file, text=file.text() if text is None else text, problems=problems or []
    )
