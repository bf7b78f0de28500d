"""The observation room's pages: the room for staff, a board for a television, reactions by lot. Puts the routes together."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.web.access import require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.arrival.words import both
from plugins.vaccination.observation import api, case, lots
from plugins.vaccination.observation.words import LOTS, ROOM, TELEVISION
from plugins.vaccination.site import Site

ASK_SECONDS = 3


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/observation`` and below it; ``/vaccination/observation/board`` needs no sign-in and has no names."""
    reactions = api.add_routes(blueprint, site)
    protocol = reactions.protocol

    @blueprint.get("/observation", endpoint="observation")
    @require_role(api.ROLE)
    def page() -> ResponseReturnValue:
        data = {
            "words": both(ROOM),
            "language": language(),
            "csrf": generate_csrf(),
            "payload_length": api.PAYLOAD,
            "time_zone": site.context.time_zone,
            "seconds": ASK_SECONDS,
            "signs": {one.id: case.both(one.text) for one in protocol.signs},
            "sign_in": url_for("staff.sign_in_page", next=url_for(".observation")),
            "urls": {
                "frame": url_for(".frame"),
                "state": url_for(".observation_state"),
                **{one: url_for(f".observation_{one}") for one in api.ACTIONS},
            },
        }
        return render_template(
            "vaccination/observation.html", data=data, words=ROOM, protocol=protocol, **page_frame(site.appliance)
        )

    @blueprint.get("/observation/board", endpoint="observation_board")
    def board() -> ResponseReturnValue:
        data = {
            "words": both(TELEVISION),
            "language": language(),
            "time_zone": site.context.time_zone,
            "seconds": ASK_SECONDS,
            "urls": {"state": url_for(".observation_board_state")},
        }
        return render_template(
            "vaccination/observation_board.html",
            data=data,
            words=TELEVISION,
            language=language(),
            site_name=site.appliance.settings.site.name,
        )

    @blueprint.get("/observation/reactions", endpoint="reactions")
    @require_role(api.ROLE, "administrator")
    def by_lot() -> ResponseReturnValue:
        with site.context.services.session() as session:
            of_lots = lots.by_lot(session, site)
            listed = lots.listed(session, site, protocol)
        return render_template(
            "vaccination/observation_lots.html",
            words=LOTS,
            of_lots=of_lots,
            listed=listed,
            grades=[protocol.grade(number).title for number in range(1, 5)],
            zone=ZoneInfo(site.context.time_zone),
            **page_frame(site.appliance),
        )
