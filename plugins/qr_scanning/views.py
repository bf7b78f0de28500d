"""The live picture over HTTP: as a stream for the citizen's screen, and as single pictures for a page that polls."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, abort, request

from kiosk.web.hosts import is_this_machine
from plugins.qr_scanning.preview import BOUNDARY, Preview, TooManyViewers

_FRESH = {"Cache-Control": "no-store", "X-Accel-Buffering": "no"}


def make_blueprint(previews: Mapping[str, Preview], *, from_network: bool) -> Blueprint:
    """``/preview.mjpg`` and ``/preview.jpg``, of the first camera or of ``?camera=<name>``.

    Answers 404 for an unknown camera, 403 to another machine unless ``from_network`` (the picture shows faces), and
    503 with ``Retry-After`` beyond the cap on viewers.
    """
    blueprint = Blueprint("qr_scanning", __name__)

    def chosen() -> Preview:
        if not from_network and not is_this_machine(request.remote_addr):
            abort(403)
        name = request.args.get("camera", next(iter(previews), ""))
        if name not in previews:
            abort(404)
        return previews[name]

    @blueprint.get("/preview.mjpg")
    def stream() -> Response:
        preview = chosen()
        try:
            pictures = preview.watch()
        except TooManyViewers:
            return Response("busy\n", 503, {"Retry-After": "5", **_FRESH}, mimetype="text/plain")
        return Response(pictures, headers=_FRESH, content_type=f"multipart/x-mixed-replace; boundary={BOUNDARY}")

    @blueprint.get("/preview.jpg")
    def picture() -> Response:
        return Response(chosen().jpeg(), headers=_FRESH, mimetype="image/jpeg")

    return blueprint
