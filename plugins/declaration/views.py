"""The pages below ``/declaration``: the form and the pass. Nobody is signed in here; a secret link opens one declaration."""

from __future__ import annotations

from flask import Blueprint

from kiosk.delegation.key_ring import KeyRing
from kiosk.plugin import PluginContext
from kiosk.web.staff_language import remember_language
from plugins.declaration.form_views import Form
from plugins.declaration.frame import Frame
from plugins.declaration.pass_views import PassPages
from plugins.declaration.prefill import LastScan


def make_blueprint(context: PluginContext, ring: KeyRing, last_scan: LastScan) -> Blueprint:
    blueprint = Blueprint("declaration", __name__, template_folder="templates", static_folder="static")
    frame = Frame(context)
    Form(context, frame, last_scan).add_to(blueprint)
    PassPages(context, frame, ring).add_to(blueprint)
    blueprint.after_request(remember_language)
    return blueprint
