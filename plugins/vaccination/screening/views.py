"""Screening and consent: its pages."""

from __future__ import annotations

from flask import Blueprint

from plugins.vaccination.site import Site


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """None yet."""
