"""JSON out, without the pretty-printing and sorting that Flask's own does per request."""

from __future__ import annotations

from typing import Any

import msgspec
from flask import Response

_encode = msgspec.json.encode


def reply(data: Any, status: int = 200) -> Response:
    """``data`` as ``application/json``, UTF-8."""
    return reply_encoded(_encode(data), status)


def reply_encoded(data: bytes, status: int = 200) -> Response:
    """What is JSON already, as ``application/json``."""
    return Response(data, status=status, mimetype="application/json")
