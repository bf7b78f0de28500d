"""The pages of this slice: puts the rooms' routes together. A site has the five steps, the platform what it sees of all sites."""

from __future__ import annotations

from flask import Blueprint

from kiosk.web.staff_language import remember_language
from plugins.vaccination.arrival import views as arrival
from plugins.vaccination.certificate import views as certificate
from plugins.vaccination.day import views as day
from plugins.vaccination.injection import views as injection
from plugins.vaccination.nation import views as nation
from plugins.vaccination.observation import views as observation
from plugins.vaccination.screening import views as screening
from plugins.vaccination.shown import views as shown
from plugins.vaccination.site import Site
from plugins.vaccination.stock import views as stock

AT_A_SITE = (arrival, shown, screening, injection, observation, stock, day)
ON_THE_PLATFORM = (nation, certificate)


def make_blueprint(site: Site) -> Blueprint:
    """Everything below ``/vaccination``."""
    blueprint = Blueprint("vaccination", __name__, template_folder="templates", static_folder="static")
    for room in ON_THE_PLATFORM if site.is_platform else AT_A_SITE:
        room.add_routes(blueprint, site)
    blueprint.after_request(remember_language)
    return blueprint
