"""Injection: ticket, vial, confirm: its pages. What they then ask for is in ``api``."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.web.access import require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.vaccination.injection import api, clock_page
from plugins.vaccination.injection.api import ROLE
from plugins.vaccination.injection.page_words import PAGE, both
from plugins.vaccination.injection.scanning import PAYLOAD
from plugins.vaccination.site import Site

ACTIONS = ("state", "look", "give", "open", "waste", "correct", "reprint")


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/injection/`` and ``/vaccination/injection/<table>``."""
    api.add_routes(blueprint, site)
    clock_page.add_routes(blueprint, site)

    @blueprint.get("/injection/", endpoint="injection")
    @require_role(ROLE)
    def tables() -> ResponseReturnValue:
        return render_template(
            "vaccination/injection_tables.html",
            tables=site.settings.injection_tables,
            words=PAGE,
            **page_frame(site.appliance),
        )

    @blueprint.get("/injection/<table>", endpoint="injection_table")
    @require_role(ROLE)
    def table(table: str) -> ResponseReturnValue:
        if table not in site.settings.injection_tables:
            abort(404)
        data = {
            "words": both(PAGE),
            "language": language(),
            "csrf": generate_csrf(),
            "payload_length": PAYLOAD,
            "urls": {
                **{name: url_for(f".injection_{name}", table=table) for name in ACTIONS},
                "frame": url_for(".frame"),
                "queue": {
                    name: url_for(f".queue_{name}", step="injection", table=table)
                    for name in ("state", "next", "again", "absent")
                },
                "sign_in": url_for("staff.sign_in_page", next=url_for(".injection_table", table=table)),
            },
        }
        today = site.context.clock.now().astimezone(site.zone).date()
        return render_template(
            "vaccination/injection.html",
            data=data,
            table=table,
            products=site.vaccines.products(today),
            words=PAGE,
            **page_frame(site.appliance),
        )
