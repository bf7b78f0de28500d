"""Makes the Flask app of one appliance: security headers, languages, the core's pages, the plugins' blueprints."""

from __future__ import annotations

import logging

from flask import Flask, Request, Response, redirect, request, url_for
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface
from flask.typing import ResponseReturnValue
from flask_babel import Babel
from werkzeug.exceptions import HTTPException, MisdirectedRequest
from werkzeug.routing import BuildError

from kiosk.appliance import Appliance
from kiosk.web import access, api, errors, fonts, operation, recovery, screen, staff, staff_log, static_files
from kiosk.web.hosts import KnownHosts
from kiosk.web.scan_door import ScanDoor

log = logging.getLogger(__name__)

LANGUAGES = ("vi", "en")
LANGUAGE_COOKIE = "language"
STATIC_SECONDS = (
    60  # a style or script is not asked for again with every step of a form; an update is seen after a minute
)
UPLOAD_BYTES = 12 * 1024 * 1024  # a phone's photograph; longer requests are refused before they are read

HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; img-src 'self' data: blob:; object-src 'none'; base-uri 'none'; "
        "form-action 'self'; frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with no-referrer a browser sends "Origin: null" along with our own forms
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(self), microphone=(), geolocation=()",
}
JSON_HEADERS = [("X-Content-Type-Options", "nosniff"), ("Cache-Control", "no-store")]


def create_app(appliance: Appliance, bound: str | None = None) -> Flask:
    """The app of an opened appliance. It may be created before or after ``appliance.start``.

    ``bound``: the address that is listened on; default: the profile's.
    """
    server = appliance.settings.server
    app = Flask("kiosk.web", template_folder="templates", static_folder="static")
    app.config.update(
        SECRET_KEY=appliance.identity.session_key,
        SQLALCHEMY_DATABASE_URI=str(appliance.database.engine.url),
        MAX_CONTENT_LENGTH=UPLOAD_BYTES,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Strict",
        SESSION_COOKIE_SECURE=server.behind_tls,
        SESSION_COOKIE_NAME=f"kiosk_{appliance.settings.role}",
        BABEL_DEFAULT_LOCALE="vi",
    )
    appliance.database.flask_extension().init_app(app)
    Babel(app, locale_selector=lambda: chosen_language(appliance.settings.site.language))
    app.session_interface = PageSessions()
    known = KnownHosts(server.host if bound is None else bound, server.allowed_hosts)
    harden(app, known)
    app.after_request(static_files.of_static)
    access.init_app(app, appliance)
    staff_log.init_app(app)
    app.register_error_handler(HTTPException, errors.page)
    app.register_error_handler(Exception, errors.unexpected)
    app.register_blueprint(api.make_blueprint(appliance))
    app.register_blueprint(operation.make_blueprint(appliance))
    app.register_blueprint(fonts.make_blueprint())
    app.register_blueprint(staff.make_blueprint(appliance))
    app.register_blueprint(recovery.make_blueprint(appliance))
    if appliance.settings.role == "kiosk":
        app.register_blueprint(screen.make_blueprint(appliance))
        app.wsgi_app = ScanDoor(app.wsgi_app, appliance, known, JSON_HEADERS, UPLOAD_BYTES)  # type: ignore[method-assign]
    _register_plugins(app, appliance)
    if appliance.settings.role != "kiosk":  # a kiosk's first page is the citizen's screen
        app.add_url_rule("/", "home", lambda: _home(appliance))
    return app


class PageSessions(SecureCookieSessionInterface):
    """Sessions for pages only: a program's interface takes no cookie, so none can be used against it."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if request.path.startswith("/api/"):
            return self.make_null_session(app)
        return super().open_session(app, request)


def chosen_language(default: str) -> str:
    """The language of this request: the reader's choice (cookie), else the site's."""
    chosen = request.args.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
    return chosen if chosen in LANGUAGES else default


def harden(app: Flask, known: KnownHosts) -> None:
    """Own names only, own pages only, and the security headers."""

    @app.before_request
    def known_hosts_only() -> ResponseReturnValue | None:
        """A name that somebody else let point here is not ours, whatever origin its page then seems to have."""
        if request.headers.get("Host", "") in known:
            return None
        log.warning("a request under a name that is not this appliance's was refused; see server.allowed_hosts")
        if "/api/" in request.path:
            return errors.answer(421, "misdirected_request", errors.MISDIRECTED)
        return errors.page(MisdirectedRequest())

    @app.before_request
    def same_origin_only() -> ResponseReturnValue | None:
        """A page of another origin may not make this device's browser act here."""
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return None
        origin = request.headers.get("Origin")
        if origin and origin != "null" and origin.rstrip("/") == request.host_url.rstrip("/"):
            return None
        if origin is None and request.headers.get("Sec-Fetch-Site", "same-origin") in ("same-origin", "none"):
            return None
        log.warning("a request from another origin was refused")
        return errors.answer(403, "cross_origin", "Requests from other origins are refused.")

    @app.after_request
    def headers(response: Response) -> Response:
        if response.mimetype == "application/json":  # a program reads it: no page, nothing to frame
            response.headers.extend(JSON_HEADERS)
            return response
        for name, value in HEADERS.items():
            response.headers.setdefault(name, value)
        if not request.path.startswith(("/static/", "/fonts/")):
            response.headers.setdefault("Cache-Control", "no-store")
        return response


def _register_plugins(app: Flask, appliance: Appliance) -> None:
    for plugin, blueprint in appliance.blueprints():
        try:
            app.register_blueprint(blueprint, url_prefix=f"/{plugin}", name=plugin)
        except Exception as error:  # noqa: BLE001 - a plugin's pages must not keep the core's from being served
            log.error("the pages of plugin %s cannot be mounted: %s", plugin, type(error).__name__)
            appliance.host.mark(plugin, "broken", f"blueprint: {type(error).__name__}")


def _home(appliance: Appliance) -> ResponseReturnValue:
    for item in appliance.guarded("navigation").flat():
        try:
            return redirect(url_for(item.endpoint))
        except BuildError:
            log.error("a menu entry leads to %r, where no page is", item.endpoint)
    return redirect("/health")
