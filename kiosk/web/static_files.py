"""Styles, scripts and pictures that ship with the product: packed, and kept by a browser for a moment. Files of other kinds are not."""

from __future__ import annotations

from flask import Response, request

from kiosk.web.compression import compressed

SECONDS = 60  # with each step of a form nothing is asked for again; an update is seen after a minute


def of_static(response: Response) -> Response:
    """For ``after_request`` of the app: the ``static`` folders, the plugins' too. What anybody else sends keeps its own rules."""
    if (request.endpoint or "").rpartition(".")[2] != "static" or response.status_code >= 400:
        return response
    response.cache_control.no_cache = None
    response.cache_control.max_age = SECONDS
    return compressed(response)
