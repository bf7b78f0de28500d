"""The short way in for programs: ``POST /api/v1/scans`` with JSON, answered before Flask has built a request.

It takes only what needs no second look: a known host, no sign of a browser, a body of known length that is a valid request.
Whatever else comes is passed on to Flask untouched, which also words every error; both begin with ``api.begun``.
"""

from __future__ import annotations

from collections.abc import Iterable
from io import BytesIO
from typing import TYPE_CHECKING

from pydantic import ValidationError

from kiosk.appliance import Appliance
from kiosk.encounter.story import Begun
from kiosk.web import api
from kiosk.web.hosts import KnownHosts

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

BEGUN = "kiosk.begun"  # in a request's WSGI environment: what ``begin`` came to, where it was called before


class ScanDoor:
    """Stands before the app of a kiosk (``app.wsgi_app``)."""

    def __init__(
        self,
        inner: WSGIApplication,
        appliance: Appliance,
        known: KnownHosts,
        headers: Iterable[tuple[str, str]],
        longest: int,
    ) -> None:
        self._inner = inner
        self._appliance = appliance
        self._known = known
        self.headers = [("Content-Type", api.JSON), *headers]  # of every answer given here
        self._longest = longest

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        begun = environ[BEGUN] if BEGUN in environ else self.begin(environ)
        if begun is None:
            return self._inner(environ, start_response)
        try:
            answer = begun.answer().as_json
        except Exception as error:  # noqa: BLE001 - a fault of ours; the scan may be recorded, so it is not tried again
            environ[api.FAILED] = error
            return self._inner(environ, start_response)
        start_response("200 OK", [*self.headers, ("Content-Length", str(len(answer)))])
        return [answer]

    def begin(self, environ: WSGIEnvironment) -> Begun | None:
        """Show the request's scan to the appliance. None where the app behind has to answer: it finds the request as it was, or
        the error."""
        if not self._takes(environ):
            return None
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        try:
            return api.begun(self._appliance, body)
        except ValidationError:
            environ["wsgi.input"] = BytesIO(body)  # Flask reads it again, and says what is wrong with it
        except Exception as error:  # noqa: BLE001 - as above
            environ[api.FAILED] = error
        return None

    def _takes(self, environ: WSGIEnvironment) -> bool:
        length = environ.get("CONTENT_LENGTH", "")
        return (
            api.FAILED not in environ
            and environ["PATH_INFO"] == api.SCANS
            and environ["REQUEST_METHOD"] == "POST"
            and environ.get("CONTENT_TYPE") == api.JSON
            and "HTTP_ORIGIN" not in environ
            and "HTTP_SEC_FETCH_SITE" not in environ
            and "HTTP_TRANSFER_ENCODING" not in environ
            and length.isascii()
            and length.isdigit()
            and len(length) < 12
            and int(length) <= self._longest
            and environ.get("HTTP_HOST", "") in self._known
        )
