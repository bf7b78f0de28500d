"""Error answers: what happened and what to do next, for people and for programs. Never a value from the request."""

from __future__ import annotations

import logging
import traceback
from pathlib import Path

from flask import jsonify, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import HTTPException, MethodNotAllowed

log = logging.getLogger(__name__)

MISDIRECTED = (
    "This appliance does not answer under this name. Use its address, or add the name to server.allowed_hosts."
)


def answer(status: int, code: str, message: str) -> ResponseReturnValue:
    """A program's error: ``{"error": {"code", "message"}}``."""
    return jsonify(error={"code": code, "message": message}), status


def page(error: HTTPException) -> ResponseReturnValue:
    """An HTTP error as JSON below ``/api``, else as a page."""
    status = error.code or 500
    if status < 400:
        return error.get_response()
    if "/api/" in request.path:
        response = make_response(answer(status, error.name.lower().replace(" ", "_"), _hint(status)))
    else:
        response = make_response(render_template("error.html", status=status, hint=_page_hint(status)), status)
    if isinstance(error, MethodNotAllowed) and error.valid_methods:
        response.headers["Allow"] = ", ".join(error.valid_methods)
    return response


def unexpected(error: Exception) -> ResponseReturnValue:
    """A fault of ours: logged by type and place (its text may hold personal data), told without details."""
    frames = traceback.extract_tb(error.__traceback__)
    where = f"{Path(frames[-1].filename).name}:{frames[-1].lineno}" if frames else "?"
    log.error("unexpected %s at %s while answering %s", type(error).__name__, where, request.endpoint)
    if "/api/" in request.path:
        return answer(500, "internal_error", "The appliance failed. Nothing was decided; see a member of staff.")
    return render_template("error.html", status=500, hint=_page_hint(500)), 500


def _hint(status: int) -> str:
    return {
        400: "The request is not well-formed.",
        401: "Sign in first.",
        403: "This is not allowed.",
        404: "There is nothing at this address.",
        405: "This method is not allowed here.",
        413: "The request is too large.",
        415: "Send application/json, or an image.",
        421: MISDIRECTED,
        429: "Too many requests; wait a moment.",
        503: "Busy; try again in a moment.",
    }.get(status, "The request could not be served.")


def _page_hint(status: int) -> str:
    if status == 404:
        return _("Không có trang này. Hãy quay lại trang đầu.")
    if status == 403:
        return _("Bạn không có quyền xem trang này. Hãy đăng nhập bằng tài khoản phù hợp.")
    if status == 421:
        return _(
            "Máy này không phục vụ dưới tên trong thanh địa chỉ. Hãy mở bằng địa chỉ IP của máy, "
            "hoặc nhờ kỹ thuật viên thêm tên đó vào server.allowed_hosts trong hồ sơ."
        )
    if status >= 500:
        return _("Máy gặp lỗi khi mở trang này. Hãy thử lại; nếu còn lỗi, báo kỹ thuật viên.")
    return _("Yêu cầu này không thực hiện được. Hãy quay lại và thử lại.")
