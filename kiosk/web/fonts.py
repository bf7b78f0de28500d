"""``/fonts/<name>``: the letters of every page, from an installed package, so that nothing comes from outside."""

from __future__ import annotations

from pathlib import Path

import font_roboto
from flask import Blueprint, Response, abort, send_file

FONTS = Path(font_roboto.font_directory)
FONT_NAMES = frozenset({"Roboto-Regular.ttf", "Roboto-Medium.ttf", "Roboto-Bold.ttf"})


def make_blueprint() -> Blueprint:
    fonts = Blueprint("fonts", __name__)

    @fonts.get("/fonts/<name>")
    def font(name: str) -> Response:
        if name not in FONT_NAMES:
            abort(404)
        response = send_file(FONTS / name, mimetype="font/ttf", max_age=30 * 24 * 3600)
        response.headers["Cache-Control"] = "public, max-age=2592000, immutable"
        return response

    return fonts
