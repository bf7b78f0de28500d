"""The language of a staff page, and keeping it chosen. Holds no sentence."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, request
from flask_babel import get_locale

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "language"
YEAR = 365 * 24 * 3600  # seconds


def language() -> str:
    """The language of this request: "vi" or "en"."""
    return "en" if str(get_locale()) == "en" else "vi"


def in_other_language() -> str:
    """The address of this page in the other language, all that it was asked kept; empty on the answer to a form, which cannot be
    asked for again."""
    if request.method != "GET":
        return ""
    asked = [(name, value) for name, value in request.args.items(multi=True) if name != "lang"]
    return f"{request.path}?{urlencode([*asked, ('lang', 'vi' if language() == 'en' else 'en')])}"


def remember_language(response: Response) -> Response:
    """A language chosen by ``?lang=`` stays chosen in this browser."""
    chosen = request.args.get("lang")
    if chosen in LANGUAGES:
        response.set_cookie(LANGUAGE_COOKIE, chosen, max_age=YEAR, samesite="Strict", httponly=True)
    return response
