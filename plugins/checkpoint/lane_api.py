"""What a lane's page asks of the appliance, as JSON: scans, frames of a phone's camera, and the officer's actions.

Every reply has ``state`` (see ``lane_state``); a scan's has ``answer``, a refusal ``problem`` in both languages. Pages only:
each request needs an officer's session and the page's CSRF token.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any
from uuid import UUID

from flask import Blueprint, Response, abort, make_response, request
from flask.typing import ResponseReturnValue

from kiosk.encounter.answers import Answer
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import DecodedCode, PluginContext
from kiosk.web.access import current_operator, note_access, require_role
from kiosk.web.json_reply import reply
from kiosk.web.turns import NoRoom, Turns
from plugins.checkpoint import by_hand
from plugins.checkpoint.actions import Actions, Refusal
from plugins.checkpoint.cases import DESK
from plugins.checkpoint.finding_people import Finder
from plugins.checkpoint.lane_pages import ROLE, known_desk
from plugins.checkpoint.lane_state import LaneState
from plugins.checkpoint.travellers import Desk
from plugins.checkpoint.words import ACTIONS

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.checkpoint import Checkpoint

SYMBOLOGY = {"typed": "typed", "wedge": "wedge", "page": "QRCode"}
FRAME_SECONDS, FRAME_WAIT_SECONDS, FRAMES_AT_ONCE = 10.0, 1.0, 2
AGAIN_SECONDS = 4.0  # the same code before the camera for so long is one showing
ANSWERS = 40
Did = Mapping[str, Any] | None


def add_routes(blueprint: Blueprint, context: PluginContext, plugin: Checkpoint, appliance: Appliance) -> None:
    """Below ``/checkpoint/lane/<post>/<lane>/``."""
    lane = Lane(context, plugin, appliance)
    _add_scans(blueprint, lane)
    _add_actions(blueprint, lane)


class Lane:
    """What the routes share: the appliance behind them, and how a reply is put together."""

    def __init__(self, context: PluginContext, plugin: Checkpoint, appliance: Appliance) -> None:
        self.context = context
        self.plugin = plugin
        self.appliance = appliance
        self.actions = Actions(context, plugin.desks)
        self.states = LaneState(context, plugin.desks)
        self.finder = Finder(context)
        self.turns = Turns(FRAMES_AT_ONCE, waiting=4)
        self.held = Held()

    def desk(self, post: str, lane: str) -> Desk:
        """The lane's desk, for the officer who has it. Ends the request for anybody else: two at one lane would mix travellers."""
        found = known_desk(self.plugin, post, lane)
        if found.operator != operator_id():
            abort(self.problem(found, "not_on_duty"))
        return found

    def reply(self, desk: Desk, more: Did = None, reveal: bool = False, status: int = 200) -> Response:
        """The lane's state, with ``more``."""
        health = self.appliance.guarded("health_checks").flat()
        state = self.states.of(desk, list(health), reveal)
        return make_response(reply({**(more or {}), "state": state}), status)

    def problem(self, desk: Desk, code: str, status: int = 409) -> Response:
        words = ACTIONS[code]
        return self.reply(desk, {"problem": {"code": code, "vi": words.vi, "en": words.en}}, status=status)

    def handle(self, desk: Desk, code: DecodedCode, key: UUID | None, answers: Mapping[str, str]) -> Answer:
        scan = self.appliance.new_scan(code, f"{by_hand.OFFICER}{desk.lane}", key)
        return self.appliance.handle(scan, {**answers, DESK: desk.token}, operator_id())


class Held:
    """The code that is before a lane's camera. Knows a digest of it, for some seconds."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[bytes, float]] = {}

    def again(self, desk: Desk, raw: bytes, now: float) -> bool:
        """Whether this very code was here a moment ago."""
        digest = hashlib.blake2b(raw, digest_size=16).digest()
        known = self._seen.get((desk.post, desk.lane))
        self._seen[(desk.post, desk.lane)] = (digest, now)
        return known is not None and known[0] == digest and now - known[1] < AGAIN_SECONDS


def operator_id() -> str:
    operator = current_operator()
    assert operator is not None  # require_role saw to it
    return operator.id


def _add_scans(blueprint: Blueprint, lane: Lane) -> None:
    @blueprint.post("/lane/<post>/<lane>/scan", endpoint="scan")
    @require_role(ROLE)
    def scan(post: str, **at: str) -> ResponseReturnValue:
        """``{"payload", "key", "source", "answers"}``, or ``{"by_hand": {"name", "birth_year", "document"}, "key"}``."""
        desk = lane.desk(post, at["lane"])
        asked = _json()
        try:
            key = UUID(str(asked["key"]))
            answers = {str(name): str(value)[:200] for name, value in dict(asked.get("answers") or {}).items()}
        except (KeyError, ValueError, TypeError):
            return lane.problem(desk, "bad_request", 400)
        if len(answers) > ANSWERS or any(name.startswith("checkpoint.") for name in answers):
            return lane.problem(desk, "bad_request", 400)
        code = _code(asked)
        if isinstance(code, str):
            return lane.problem(desk, code, 400)
        answer = lane.handle(desk, code, key, answers)
        return lane.reply(desk, {"answer": answer.as_dict()})

    @blueprint.post("/lane/<post>/<lane>/frame", endpoint="frame")
    @require_role(ROLE)
    def frame(post: str, **at: str) -> ResponseReturnValue:
        """One picture of a phone's camera as the body, ``?key=`` for the code that may be in it. 204 where none is."""
        desk = lane.desk(post, at["lane"])
        try:
            key = UUID(request.args["key"])
            with lane.turns.one(FRAME_WAIT_SECONDS):
                found = lane.appliance.guarded_first(
                    "decode_image", FRAME_SECONDS, image=request.get_data(cache=False)
                ).value
        except NoRoom:
            return lane.problem(desk, "readers_busy", 503)
        except (KeyError, ValueError):
            return lane.problem(desk, "bad_request", 400)
        code = next(iter(found or ()), None)
        if code is None or not code.text:
            return "", 204
        if lane.held.again(desk, code.raw, lane.context.clock.now().timestamp()):
            return "", 204
        return lane.reply(desk, {"answer": lane.handle(desk, code, key, {}).as_dict()})


def _code(asked: Mapping[str, Any]) -> DecodedCode | str:
    """What was shown, or why it is nothing."""
    hand = asked.get("by_hand")
    if isinstance(hand, dict):
        try:
            text = by_hand.payload(
                str(hand.get("name", "")), str(hand.get("birth_year", "")), str(hand.get("document", ""))
            )
        except ValueError as error:
            return "not_a_year" if "year" in str(error) else "typed_nothing"
        return DecodedCode(text, text.encode(), by_hand.SYMBOLOGY)
    payload, source = asked.get("payload", ""), asked.get("source", "page")
    if not isinstance(payload, str) or source not in SYMBOLOGY:
        return "bad_request"
    return DecodedCode(payload, payload.encode("utf-8", "surrogatepass"), SYMBOLOGY[source])


def _json() -> dict[str, Any]:
    found = request.get_json(silent=True)
    return found if isinstance(found, dict) else {}


def _add_actions(blueprint: Blueprint, lane: Lane) -> None:
    def action(name: str) -> Callable[[Callable[[Desk, dict[str, Any]], Did]], None]:
        """A POST that does something at a lane and answers with the lane's new state."""

        def add(do: Callable[[Desk, dict[str, Any]], Did]) -> None:
            def view(post: str, **at: str) -> ResponseReturnValue:
                desk = lane.desk(post, at["lane"])
                try:
                    return lane.reply(desk, do(desk, _json()))
                except Refusal as refusal:
                    return lane.problem(desk, refusal.code)
                except NotRecorded:
                    return lane.problem(desk, "not_recorded", 503)

            blueprint.add_url_rule(
                f"/lane/<post>/<lane>/{name.replace('_', '-')}", name, require_role(ROLE)(view), methods=["POST"]
            )

        return add

    @blueprint.get("/lane/<post>/<lane>/state", endpoint="state")
    @require_role(ROLE)
    def state(post: str, **at: str) -> ResponseReturnValue:
        return lane.reply(lane.desk(post, at["lane"]))

    @action("next")
    def next_traveller(desk: Desk, _asked: dict[str, Any]) -> Did:
        lane.plugin.desks.next(desk)
        return None

    @action("undo")
    def undo(_desk: Desk, asked: dict[str, Any]) -> Did:
        lane.actions.undo(str(asked.get("passage", "")), str(asked.get("reason", "")), operator_id())
        return {"done": True}

    @action("settle")
    def settle(_desk: Desk, asked: dict[str, Any]) -> Did:
        admit = asked.get("decision") == "admit"
        if not admit and asked.get("decision") != "refuse":
            raise Refusal("bad_request")
        lane.actions.settle(str(asked.get("passage", "")), admit, str(asked.get("reason", "")), operator_id())
        return {"done": True}

    @action("vehicle")
    def vehicle(desk: Desk, asked: dict[str, Any]) -> Did:
        expected = _whole(asked.get("expected"), 0, 500)
        lane.actions.vehicle(desk, str(asked.get("plate", "")), _class(lane, asked), expected, operator_id())
        return {"done": True}

    @action("people")
    def people(desk: Desk, _asked: dict[str, Any]) -> Did:
        return {"people": lane.states.people_of(desk.vehicle) if desk.vehicle else []}

    @action("vehicle_left")
    def vehicle_left(desk: Desk, _asked: dict[str, Any]) -> Did:
        lane.actions.vehicle_left(desk, operator_id())
        return None

    @action("surge")
    def surge(desk: Desk, asked: dict[str, Any]) -> Did:
        minutes = _whole(asked.get("minutes"), 1, 720)
        lane.actions.surge(desk.post, asked.get("on") is True, str(asked.get("reason", "")), minutes, operator_id())
        return {"done": True}

    @action("count")
    def count(desk: Desk, asked: dict[str, Any]) -> Did:
        lane.actions.count(desk, _whole(asked.get("people"), 1, 500), operator_id())
        return {"done": True}

    @action("handover")
    def handover(desk: Desk, asked: dict[str, Any]) -> Did:
        lane.actions.hand_over(desk.post, str(asked.get("text", "")), operator_id())
        return {"done": True}

    @action("search")
    def search(desk: Desk, asked: dict[str, Any]) -> Did:
        rows = lane.finder.find(str(asked.get("text", ""))[:100])
        note_access("checkpoint.searched", citizens=[row.citizen for row in rows if row.citizen])
        now_ms = int(lane.context.clock.now().timestamp() * 1000)
        reasons = [{"vi": why.vi, "en": why.en} for why in lane.finder.why(rows)]
        found = [lane.states.passage(row, now_ms) for row in rows]
        return {"found": [{**one, "why": why} for one, why in zip(found, reasons, strict=True)]}

    @action("reprint")
    def reprint(_desk: Desk, asked: dict[str, Any]) -> Did:
        row = lane.finder.passage(str(asked.get("passage", "")))
        if row is None:
            raise Refusal("not_here")
        note_access("receipt_reprinted", subject=row.record, citizen=row.citizen)
        if not lane.context.services.reprint(UUID(row.record)):
            raise Refusal("not_here")
        return {"done": True}

    @blueprint.post("/lane/<post>/<lane>/reveal", endpoint="reveal")
    @require_role(ROLE)
    def reveal(post: str, **at: str) -> ResponseReturnValue:
        """Names and numbers of who stands there, in full. The look is recorded before anything is shown."""
        desk = lane.desk(post, at["lane"])
        current = lane.plugin.desks.current(desk, lane.context.clock.now())
        if current is None:
            return lane.problem(desk, "nobody")
        note_access("checkpoint.revealed", subject=str(current.id), citizen=current.citizen())
        return lane.reply(desk, reveal=True)


def _class(lane: Lane, asked: Mapping[str, Any]) -> str:
    fact = lane.plugin.policies.facts.get("vehicle_class")
    wanted = str(asked.get("vehicle_class", ""))
    return wanted if fact is not None and wanted in {choice.value for choice in fact.choices} else ""


def _whole(value: Any, least: int, most: int) -> int:
    """A whole number within bounds; anything else is the least."""
    try:
        return min(most, max(least, int(value)))
    except (TypeError, ValueError, OverflowError):
        return least
