"""The platform: registrations, appointments, conflicts, figures, lots: puts its pages together."""

from __future__ import annotations

from flask import Blueprint

from plugins.vaccination.nation import appointment_views, conflict_views, figure_views, import_views, lot_views
from plugins.vaccination.site import Site


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """Everything below ``/vaccination/nation``."""
    for room in (appointment_views, import_views, conflict_views, figure_views, lot_views):
        room.add_routes(blueprint, site)
