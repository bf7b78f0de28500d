"""The pages of this slice: lanes at a post for officers; flow and tracing for whoever may. Puts the routes together."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint

from kiosk.plugin import PluginContext
from kiosk.web.staff_language import remember_language
from plugins.checkpoint import lane_api, lane_pages, later_pages, peer_api, platform_pages

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.checkpoint import Checkpoint


def make_blueprint(context: PluginContext, plugin: Checkpoint) -> Blueprint:
    """Lanes where people are: on kiosks. Flow and tracing where journals meet, and at a post for its own."""
    blueprint = Blueprint("checkpoint", __name__, template_folder="templates", static_folder="static")
    appliance = cast("Appliance", context.services)
    if appliance.settings.role == "kiosk":
        lane_pages.add_routes(blueprint, context, plugin, appliance)
        lane_api.add_routes(blueprint, context, plugin, appliance)
        later_pages.add_routes(blueprint, context, plugin, appliance)
        peer_api.add_routes(blueprint, context)
    platform_pages.add_routes(blueprint, context, appliance)
    blueprint.after_request(remember_language)
    return blueprint
