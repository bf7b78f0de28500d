"""Arrival's pages: the reception desk, the queue that tables call from, and the call board. Puts the routes together."""

from __future__ import annotations

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.web.access import require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination import frames, priorities
from plugins.vaccination.arrival import board, desk_api, queue_api
from plugins.vaccination.arrival.words import DESK, both
from plugins.vaccination.shown import page as shown
from plugins.vaccination.site import Site


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/desk``, ``/vaccination/board``, ``/vaccination/queue/…`` and ``/vaccination/frame``."""
    board.add_routes(blueprint, site)
    desk_api.add_routes(blueprint, site)
    queue_api.add_routes(blueprint, site)
    frames.add_routes(blueprint, site)

    @blueprint.get("/desk", endpoint="desk")
    @require_role(desk_api.ROLE)
    def desk() -> ResponseReturnValue:
        data = {
            "words": both({**DESK, **shown.WORDS}),
            "language": language(),
            "csrf": generate_csrf(),
            "payload_length": desk_api.PAYLOAD,
            "sign_in": url_for("staff.sign_in_page", next=url_for(".desk")),
            "urls": {
                "frame": url_for(".frame"),
                **shown.urls(),
                **{one: url_for(f".desk_{one}") for one in desk_api.ACTIONS},
            },
        }
        return render_template(
            "vaccination/desk.html",
            data=data,
            words={**DESK, **shown.WORDS},
            vaccines=shown.products(site),
            groups=priorities.groups(site.priorities, site.today_text()),
            **page_frame(site.appliance),
        )
