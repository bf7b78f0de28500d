"""The pages below ``/declaration``: the form and the pass. Nobody is signed in here; a secret link opens one declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from flask import Blueprint, Response, request

from kiosk.delegation.key_ring import KeyRing
from kiosk.plugin import PluginContext
from kiosk.web import compression
from kiosk.web.staff_language import remember_language
from plugins.declaration import tracing
from plugins.declaration.form_views import Form
from plugins.declaration.frame import Frame
from plugins.declaration.pass_views import PassPages
from plugins.declaration.prefill import LastScan
from plugins.declaration.validity import Validity

if TYPE_CHECKING:
    from kiosk.appliance import Appliance


def make_blueprint(context: PluginContext, ring: KeyRing, last_scan: LastScan, validity: Validity) -> Blueprint:
    blueprint = Blueprint("declaration", __name__, template_folder="templates", static_folder="static")
    frame = Frame(context)
    Form(context, frame, last_scan, validity).add_to(blueprint)
    PassPages(context, frame, ring).add_to(blueprint)
    if cast("Appliance", context.services).settings.role == "platform":
        tracing.add_routes(blueprint, context)
    blueprint.after_request(remember_language)
    blueprint.after_request(_packed)
    return blueprint


def _packed(response: Response) -> Response:
    """In few bytes for whoever declares, at the roadside; the page of staff as it is, see ``kiosk.web.compression``."""
    return response if request.endpoint in tracing.ENDPOINTS else compression.compressed(response)
