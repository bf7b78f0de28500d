"""What the pages of this slice ask and are told, as JSON: the key of an action, refusals in both languages. Holds no rule."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any
from uuid import UUID

from flask import Response, request
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Severity, Text
from kiosk.encounter.answers import finding_as_dict
from kiosk.journal.jobs import NotRecorded
from kiosk.web.access import current_operator
from kiosk.web.json_reply import reply
from plugins.vaccination.acting import Refusal

NOT_RECORDED = Finding(
    "vaccination.not_recorded",
    Severity.BAR,
    Text("Không ghi được vào sổ; chưa có gì thay đổi.", "It could not be recorded; nothing has changed."),
    Text("Thử lại; nếu vẫn vậy, gọi kỹ thuật.", "Try again; if it stays, call a technician."),
)
BAD_REQUEST = Finding(
    "vaccination.bad_request",
    Severity.BAR,
    Text("Trang gửi dữ liệu sai.", "The page sent something wrong."),
    Text("Tải lại trang.", "Reload the page."),
)


class BadRequest(ValueError):
    """What the page sent cannot be what a person meant."""


def asked() -> dict[str, Any]:
    """The request's JSON object; empty where it is none."""
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def key_of(said: Mapping[str, Any]) -> UUID:
    """The key that the page minted for this action. Raises ``BadRequest``."""
    try:
        return UUID(str(said["key"]))
    except (KeyError, ValueError):
        raise BadRequest("key") from None


def text_of(said: Mapping[str, Any], name: str, most: int = 200) -> str:
    """A text field, trimmed; "" where it is missing or no text."""
    value = said.get(name)
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def operator_id() -> str:
    """Who is signed in; ``require_role`` saw to it that somebody is."""
    operator = current_operator()
    assert operator is not None
    return operator.id


def problem(findings: Sequence[Finding], status: int = 409, **more: Any) -> Response:
    """Why it cannot be done, the weightiest first, and what to do next."""
    said = [finding_as_dict(one) for one in findings]
    return reply({"problem": said[0], "problems": said, **more}, status)


def answering(view: Callable[..., ResponseReturnValue]) -> Callable[..., ResponseReturnValue]:
    """A view whose refusals, faults of the journal and bad requests become the reply that pages expect."""

    def answered(*args: Any, **kwargs: Any) -> ResponseReturnValue:
        try:
            return view(*args, **kwargs)
        except Refusal as refusal:
            return problem(refusal.findings)
        except NotRecorded:
            return problem([NOT_RECORDED], 503)
        except BadRequest:
            return problem([BAD_REQUEST], 400)

    answered.__name__ = view.__name__
    return answered
