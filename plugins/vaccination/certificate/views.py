"""Certificates: the citizen's page, the administrator's, and the public list of keys. Only on the platform."""

from __future__ import annotations

from flask import Blueprint, Response
from flask.typing import ResponseReturnValue

from kiosk.web.json_reply import reply
from plugins.vaccination.certificate import staff_views
from plugins.vaccination.certificate.citizen_views import CitizenPages
from plugins.vaccination.certificate.trust_list import trust_list
from plugins.vaccination.site import Site

LIST_SECONDS = 300  # so long may a verifier keep the list


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/certificate…`` and ``/vaccination/api/trust-list``."""
    CitizenPages(site).add_to(blueprint)
    staff_views.add_routes(blueprint, site)

    @blueprint.get("/api/trust-list", endpoint="trust_list")
    def listed() -> ResponseReturnValue:
        """Public: the keys by which anybody may verify."""
        with site.context.services.session() as session:
            found = trust_list(session, site.settings.certificate_country, site.now_ms() // 1000)
        answer: Response = reply(found)
        answer.headers["Cache-Control"] = f"public, max-age={LIST_SECONDS}"
        answer.headers["Access-Control-Allow-Origin"] = "*"
        return answer
