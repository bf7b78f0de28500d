"""A picture of a phone's or tablet's camera becomes the code in it, for every page of this slice. Judges nothing, keeps nothing."""

from __future__ import annotations

from flask import Blueprint, Response, request
from flask.typing import ResponseReturnValue

from kiosk.domain import Finding, Severity, Text
from kiosk.web.access import require_role
from kiosk.web.json_reply import reply
from kiosk.web.turns import NoRoom, Turns
from plugins.vaccination.replies import BAD_REQUEST, problem
from plugins.vaccination.site import Site

SECONDS, WAIT_SECONDS, AT_ONCE = 10.0, 1.0, 2
BUSY = Finding(
    "vaccination.readers_busy",
    Severity.BAR,
    Text("Máy đang đọc nhiều ảnh.", "Too many pictures are being read."),
    Text("Thử lại sau giây lát.", "Try again in a moment."),
)


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``POST /vaccination/frame``: one picture as the body; ``{"payload": …}``, or 204 where no code is in it."""
    turns = Turns(AT_ONCE, waiting=6)

    @blueprint.post("/frame", endpoint="frame")
    @require_role("medical_staff", "administrator")
    def frame() -> ResponseReturnValue:
        try:
            with turns.one(WAIT_SECONDS):
                image = request.get_data(cache=False)
                found = site.appliance.guarded_first("decode_image", SECONDS, image=image).value
        except NoRoom:
            return problem([BUSY], 503)
        except ValueError:
            return problem([BAD_REQUEST], 400)
        code = next(iter(found or ()), None)
        return Response(status=204) if code is None or not code.text else reply({"payload": code.text})
