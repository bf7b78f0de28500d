"""Text sent in fewer bytes, for phones on a thin line: styles and scripts, and pages that ask for it. Knows no page.

Pages are packed only where a slice asks for it. What an attacker may choose and a secret must not meet in one packed answer, or its length
tells of the secret: the pages of staff, with their sessions, go as they are.
"""

from __future__ import annotations

import gzip

from flask import Response, request

TEXT = frozenset(
    {"text/html", "text/css", "text/javascript", "application/javascript", "application/json", "image/svg+xml"}
)
LEAST, MOST = 500, 1_000_000  # bytes; less is not worth it, more is no page
LEVEL = 6


def compressed(response: Response) -> Response:
    """The response packed by gzip (RFC 1952), where it is a whole text and the browser takes that; else as it was."""
    size = response.content_length
    if response.mimetype not in TEXT or response.status_code in (206, 304) or "Content-Encoding" in response.headers:
        return response
    response.vary.add("Accept-Encoding")
    if size is None or not LEAST <= size <= MOST or not request.accept_encodings["gzip"]:
        return response
    response.direct_passthrough = False
    response.set_data(gzip.compress(response.get_data(), LEVEL, mtime=0))
    response.headers["Content-Encoding"] = "gzip"
    response.headers.pop("Accept-Ranges", None)
    etag, _ = response.get_etag()
    if etag:
        response.set_etag(etag, weak=True)  # the same content, in other bytes
    return response
