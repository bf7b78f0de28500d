"""The routes of the citizen's screen: the page, and its event stream with polling behind it.

Decides nothing and records nothing: scans go to ``POST /api/v1/scans``.
"""

from __future__ import annotations

import json
import logging
from dataclasses import asdict, dataclass
from typing import Any

from flask import Blueprint, Response, abort, jsonify, redirect, render_template, request, url_for
from werkzeug.routing import BuildError
from werkzeug.wrappers import Response as WerkzeugResponse

from kiosk.domain import CitizenLink
from kiosk.events import EventHub, TooManySubscribersError
from kiosk.web import access
from kiosk.web.hosts import is_this_machine
from kiosk.web.screen_status import status_of
from kiosk.web.screen_words import words_in_both_languages

log = logging.getLogger(__name__)

PAGES = frozenset({"screen.root", "screen.page"})
LISTENING = frozenset({"screen.events", "screen.poll"})


@dataclass(frozen=True, slots=True)
class ScreenSettings:
    """What the page must know. Times are seconds.

    ``idle_seconds`` without a touch bring the warning, ``warning_seconds`` more bring the reset; WCAG 2.2.1 wants at
    least 20 of the latter. ``answer_seconds``: after this the page sends the person to staff. ``status_seconds``:
    between two looks at the devices. ``next_person_seconds`` after a person was let in, the language that they chose is no longer
    that of whoever comes next. ``prints``: whether any plugin takes receipts; without one the page promises no
    paper. ``wedge_prefix``: the character that the keyboard-wedge scanner puts before each code, empty where it has
    none; ``wedge_gap_ms``: the longest pause between two of its characters. ``payload_length`` in characters; the
    default is the most digits that one QR code holds (ISO/IEC 18004, version 40-L). ``links``: pages of plugins that are
    offered while the screen waits. ``from_network``: another device may be the screen.
    """

    language: str = "vi"
    site_name: str = ""
    lane: str = ""
    time_zone: str = "Asia/Ho_Chi_Minh"
    preview: str | None = None
    prints: bool = True
    idle_seconds: float = 30.0
    warning_seconds: float = 20.0
    answer_seconds: float = 5.0
    status_seconds: float = 10.0
    next_person_seconds: float = 4.0
    wedge_prefix: str = ""
    wedge_gap_ms: int = 50
    payload_length: int = 7089
    links: tuple[CitizenLink, ...] = ()
    from_network: bool = False


def make_blueprint(appliance: Any, settings: ScreenSettings | None = None) -> Blueprint:
    """The screen's pages for one appliance: ``/``, ``/kiosk``, ``/kiosk/events``, ``/kiosk/poll``, ``/kiosk/status``,
    ``/kiosk/language``, ``/kiosk/forget``.

    Uses ``events``, ``screen_language``, ``host``, ``health``, ``guarded``, ``guarded_first`` and ``settings`` of the appliance;
    ``settings`` here overrides its own.

    What the screen hears is about the person before it. So other devices are led to the staff's pages and refused the rest, but for
    how the devices are; a signed-in operator's page hears the events too.
    """
    pages = Blueprint("screen", __name__)
    hub: EventHub = appliance.events
    from_network = settings.from_network if settings else appliance.settings.server.screen_from_network

    @pages.before_request
    def for_whom_it_is_meant() -> WerkzeugResponse | None:
        if from_network or is_this_machine(request.remote_addr) or request.endpoint == "screen.status":
            return None
        if request.endpoint in LISTENING and access.somebody_is_signed_in():
            return None
        if request.endpoint not in PAGES:
            abort(403)
        return redirect(url_for("staff.home"), 303)

    @pages.get("/")
    def root() -> WerkzeugResponse:
        return redirect(url_for("screen.page"))

    @pages.get("/kiosk")
    def page() -> Response:
        current = settings or settings_of(appliance)
        newest, _ = hub.poll(0)
        links = _links(current)
        words = words_in_both_languages()
        for language, sentences in words.items():
            sentences |= {key: link.label.in_language(language) for key, _, link in links}
        data = {
            "settings": asdict(current),
            "words": words,
            "after": newest,
            "status": _status(appliance),
            "urls": {
                "scans": "/api/v1/scans",
                "events": url_for("screen.events"),
                "poll": url_for("screen.poll"),
                "forget": url_for("screen.forget"),
                "language": url_for("screen.language"),
                "status": url_for("screen.status"),
                "marks": url_for("static", filename="img/marks.svg"),
            },
        }
        html = render_template(
            "kiosk/page.html",
            data=data,
            words=words[current.language],
            screen=current,
            language=current.language,
            links=[(key, href) for key, href, _ in links],
        )
        return _fresh(Response(html, mimetype="text/html"))

    @pages.get("/kiosk/events")
    def events() -> Response:
        seen = request.headers.get("Last-Event-ID") or request.args.get("after")
        try:
            stream = hub.stream(_number(seen) if seen else None)
        except TooManySubscribersError:
            full = Response("all places are taken; poll instead\n", status=503, mimetype="text/plain")
            full.headers["Retry-After"] = "15"
            return _fresh(full)
        response = Response(stream, mimetype="text/event-stream", direct_passthrough=True)
        response.headers["X-Accel-Buffering"] = "no"  # a proxy in front must not collect the events
        return _fresh(response)

    @pages.get("/kiosk/poll")
    def poll() -> Response:
        newest, found = hub.poll(_number(request.args.get("after", "0")))
        return _fresh(
            jsonify(
                last=newest,
                events=[{"id": event.number, "event": event.name, "data": json.loads(event.body)} for event in found],
            )
        )

    @pages.get("/kiosk/status")
    def status() -> Response:
        """How the devices are; the page asks now and then, so that nothing runs while no screen is on."""
        return _fresh(jsonify(_status(appliance)))

    @pages.post("/kiosk/language")
    def language() -> tuple[str, int]:
        """The screen shows this language from now on: tickets of codes that devices read are printed in it."""
        said: Any = request.get_json(silent=True)
        try:
            appliance.screen_language.say(said["language"])
        except (TypeError, LookupError, ValueError):
            abort(400)
        return "", 204

    @pages.post("/kiosk/forget")
    def forget() -> tuple[str, int]:
        """The person has gone: what the hub still knows of the answer goes as well."""
        appliance.forget_person()
        return "", 204

    return pages


def settings_of(appliance: Any) -> ScreenSettings:
    """The screen's settings from the site's profile; the preview's path from whichever plugin has a camera."""
    core = appliance.settings
    return ScreenSettings(
        language=core.site.language,
        site_name=core.site.name,
        lane=core.site.lane,
        time_zone=core.site.time_zone,
        preview=appliance.guarded_first("camera_preview").value,
        prints=bool(appliance.host.implementations("print_receipt")),
        idle_seconds=core.limits.idle_reset_seconds,
        links=tuple(appliance.guarded("citizen_links").flat()),
        from_network=core.server.screen_from_network,
    )


def _links(settings: ScreenSettings) -> list[tuple[str, str, CitizenLink]]:
    """For each page that there is: the key of its words, its path, and the link itself."""
    found = []
    for number, link in enumerate(settings.links):
        try:
            found.append((f"link_{number}", url_for(link.endpoint), link))
        except BuildError:
            log.error("a link of the citizen's screen leads to %r, where no page is", link.endpoint)
    return found


def _status(appliance: Any) -> dict[str, Any]:
    """How the devices are. A fault in asking them must not take the screen from the people before it."""
    try:
        return status_of(appliance.health())
    except Exception as error:  # noqa: BLE001 - whatever it is, people go on being served
        log.error("the devices' state is not known: %s", type(error).__name__)
        return status_of(())


def _number(text: str) -> int:
    """An event number from outside; anything else counts as having seen nothing."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 16 else 0


def _fresh(response: Response) -> Response:
    response.headers["Cache-Control"] = "no-store"  # it may speak of a person
    return response
