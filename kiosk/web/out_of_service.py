"""What is served while the card or the database cannot be used: one page, health, and answers that admit nobody.

Needs no database, no data directory and no plugin, and writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Flask, Response, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CollectorRegistry, GaugeMetricFamily
from prometheus_client.registry import Collector
from pydantic import ValidationError
from uuid6 import uuid7
from werkzeug.exceptions import HTTPException

from kiosk import reasons
from kiosk.domain import Decision, HealthCheck
from kiosk.encounter.answers import Answer, finding_as_dict
from kiosk.health import checks_without
from kiosk.settings.profile import CoreSettings
from kiosk.storage import words as storage_words
from kiosk.storage.faults import StorageTrouble
from kiosk.web import errors, fonts, operation
from kiosk.web.api import SCANS
from kiosk.web.app import UPLOAD_BYTES, harden
from kiosk.web.hosts import KnownHosts
from kiosk.web.json_reply import reply
from kiosk.web.models import ScanRequest

RETRY_AFTER = "10"  # seconds


def create_app(settings: CoreSettings, data_dir: Path, trouble: Callable[[], StorageTrouble], bound: str) -> Flask:
    """The app; ``trouble`` tells what is wrong at the moment, ``bound`` is the address that is listened on."""
    app = Flask("kiosk.web", template_folder="templates", static_folder="static")
    app.config.update(MAX_CONTENT_LENGTH=UPLOAD_BYTES, BABEL_DEFAULT_LOCALE=settings.site.language)
    Babel(app)
    harden(app, KnownHosts(bound, settings.server.allowed_hosts))
    app.register_error_handler(HTTPException, _page_of_error)
    app.register_error_handler(Exception, errors.unexpected)
    app.register_blueprint(fonts.make_blueprint())
    app.register_blueprint(_make_blueprint(settings, data_dir, trouble))
    return app


def _make_blueprint(settings: CoreSettings, data_dir: Path, trouble: Callable[[], StorageTrouble]) -> Blueprint:
    pages = Blueprint("out_of_service", __name__)
    registry = CollectorRegistry()
    registry.register(_Metrics(lambda: checks_without(data_dir, trouble())))

    @pages.get("/health")
    def health() -> ResponseReturnValue:
        """503: nobody can be served. The body is the usual one, and names the fault."""
        body = operation.told(settings, safe=False, checks=checks_without(data_dir, trouble()))
        return _later(reply(body, 503))

    @pages.get("/metrics")
    def metrics() -> Response:
        return Response(generate_latest(registry), content_type=CONTENT_TYPE_LATEST)

    if settings.role == "kiosk":

        @pages.post(SCANS)
        def scans() -> ResponseReturnValue:
            """The answer of an appliance that can record nothing: a person is referred to staff, and keeps the key."""
            if request.mimetype != "application/json":
                return _program_told()
            try:
                asked = ScanRequest.model_validate_json(request.get_data(cache=False))
            except ValidationError:
                return errors.answer(400, "invalid_request", "The request is not well-formed.")
            return reply(_not_recorded(asked.key or UUID(int=uuid7().int)).as_dict())

    @pages.route("/", defaults={"path": ""})
    @pages.route("/<path:path>", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def everything_else(path: str) -> ResponseReturnValue:
        """Programs and the scripts of an open screen are told in their way, everybody else by the page."""
        if "/api/" in request.path or path.startswith("kiosk/") or request.method != "GET":
            return _program_told()
        now = trouble()
        html = render_template(
            "kiosk/out_of_service.html",
            words=storage_words,
            what=storage_words.WHAT[now.kind],
            advice=storage_words.ADVICE[now.kind],
            trouble=now,
            fault=checks_without(data_dir, now)[0].text.en,  # the page's script looks whether it is still this one
            data_dir=str(data_dir),
            language=settings.site.language,
            other="en" if settings.site.language == "vi" else "vi",
            site_name=settings.site.name,
            is_kiosk=settings.role == "kiosk",
        )
        return _later(make_response(html, 503))

    return pages


def _not_recorded(key: UUID) -> Answer:
    return Answer(key, Decision.REFER, [finding_as_dict(reasons.not_recorded("disk"))])


def _program_told() -> ResponseReturnValue:
    said = errors.answer(503, "out_of_service", "The appliance cannot use its storage. Nothing was decided; try later.")
    return _later(make_response(said))


def _later(response: Response) -> Response:
    response.headers["Retry-After"] = RETRY_AFTER
    return response


def _page_of_error(error: HTTPException) -> ResponseReturnValue:
    status = error.code or 500
    return errors.answer(status, error.name.lower().replace(" ", "_"), "This is not to be had while out of service.")


class _Metrics(Collector):
    def __init__(self, look: Callable[[], list[HealthCheck]]) -> None:
        self._look = look

    def collect(self) -> list[GaugeMetricFamily]:
        return [operation.gauge(self._look())]
