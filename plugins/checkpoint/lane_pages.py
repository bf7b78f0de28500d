"""The officer's two pages: choosing a lane, and the lane itself. What the lane's page then asks for is in ``lane_api``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_wtf.csrf import generate_csrf  # type: ignore[import-untyped]

from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import PluginContext
from kiosk.web.access import current_operator, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.checkpoint import posts
from plugins.checkpoint.actions import Actions
from plugins.checkpoint.travellers import Desk
from plugins.checkpoint.words import ACTIONS, PAGE, both

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.checkpoint import Checkpoint

ROLE = "officer"
PAYLOAD = 7089  # characters; the most digits that one QR code holds (ISO/IEC 18004, version 40-L)


def add_routes(blueprint: Blueprint, context: PluginContext, plugin: Checkpoint, appliance: Appliance) -> None:
    """``/checkpoint/`` and ``/checkpoint/lane/<post>/<lane>``."""
    actions = Actions(context, plugin.desks)

    @blueprint.get("/", endpoint="lanes")
    @require_role(ROLE)
    def lanes() -> ResponseReturnValue:
        desks = {(post.id, lane): plugin.desks.desk(post.id, lane) for post in plugin.posts for lane in post.lanes}
        return render_template(
            "checkpoint/lanes.html", posts=plugin.posts, desks=desks, words=PAGE, **page_frame(appliance)
        )

    @blueprint.post("/take")
    @require_role(ROLE)
    def take() -> ResponseReturnValue:
        desk = known_desk(plugin, request.form.get("post", ""), request.form.get("lane", ""))
        direction = request.form.get("direction", "in")
        if direction not in ("in", "out"):
            abort(400)
        operator = current_operator()
        assert operator is not None  # require_role saw to it
        try:
            actions.take(desk, direction, operator.id)
        except NotRecorded:
            flash(ACTIONS["not_recorded"].in_language(language()), "fault")
            return redirect(url_for(".lanes"), 303)
        return redirect(url_for(".lane", post=desk.post, lane=desk.lane), 303)

    @blueprint.post("/leave/<post>/<lane>")
    @require_role(ROLE)
    def leave(post: str, lane: str) -> ResponseReturnValue:
        desk = known_desk(plugin, post, lane)
        operator = current_operator()
        assert operator is not None
        try:
            actions.leave(desk, operator.id)
        except NotRecorded:
            flash(ACTIONS["not_recorded"].in_language(language()), "fault")
        return redirect(url_for(".lanes"), 303)

    @blueprint.get("/lane/<post>/<lane>", endpoint="lane")
    @require_role(ROLE)
    def lane_page(post: str, lane: str) -> ResponseReturnValue:
        desk = known_desk(plugin, post, lane)
        operator = current_operator()
        assert operator is not None
        if desk.operator != operator.id:  # somebody else took it meanwhile, or nobody did
            return redirect(url_for(".lanes"), 303)
        return _lane(desk, plugin, appliance)


def known_desk(plugin: Checkpoint, post: str, lane: str) -> Desk:
    """The desk of a lane that the profile has; 404 for any other."""
    found = posts.named(plugin.posts, post)
    if found is None or lane not in found.lanes:
        abort(404)
    return plugin.desks.desk(post, lane)


def _lane(desk: Desk, plugin: Checkpoint, appliance: Appliance) -> str:
    post = posts.named(plugin.posts, desk.post)
    assert post is not None
    newest, _ = appliance.events.poll(0)
    own = appliance.station.lane if appliance.station.lane in plugin.posts[0].lanes else plugin.posts[0].lanes[0]
    vehicles = plugin.policies.facts.get("vehicle_class")
    data = {
        "words": both(PAGE),
        "language": language(),
        "csrf": generate_csrf(),
        "after": newest,
        "hears_scanners": desk.post == plugin.posts[0].id and desk.lane == own,
        "payload_length": PAYLOAD,
        "undo_seconds": plugin.settings.undo_seconds,
        "urls": {
            **{name: url_for(f".{name}", post=desk.post, lane=desk.lane) for name in ACTION_NAMES},
            "events": url_for("screen.events"),
            "poll": url_for("screen.poll"),
            "lanes": url_for(".lanes"),
            "sign_in": url_for("staff.sign_in_page", next=url_for(".lane", post=desk.post, lane=desk.lane)),
        },
    }
    return render_template(
        "checkpoint/lane.html",
        data=data,
        desk=desk,
        post=post,
        words=PAGE,
        vehicle_classes=vehicles.choices if vehicles else (),
        surge_minutes=plugin.settings.surge_minutes,
        **page_frame(appliance),
    )


ACTION_NAMES = (
    "scan", "frame", "state", "next", "undo", "settle", "vehicle", "people", "vehicle_left", "surge", "count", "handover",
    "search", "reveal", "reprint",
)  # fmt: skip
