"""The language of a staff page, and keeping it chosen. Holds no sentence."""

from __future__ import annotations

from flask import Response, request
from flask_babel import get_locale

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "language"
YEAR = 365 * 24 * 3600  # seconds


def language() -> str:
    """The language of this request: "vi" or "en"."""
    return "en" if str(get_locale()) == "en" else "vi"


def remember_language(response: Response) -> Response:
    """A language chosen by ``?lang=`` stays chosen in this browser."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Strict", httponly=True)
    return response
