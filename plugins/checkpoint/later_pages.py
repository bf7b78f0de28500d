"""The officers' list of passages that surge mode left unfinished, and the pages on which one is completed, or one of the heads that
were only counted gets its name. Work without scripts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from uuid6 import uuid7

from kiosk.domain import Credential, Malformed, Record, Text
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import DecodedCode, PluginContext
from kiosk.site_days import local_time
from kiosk.web.access import current_operator, require_role
from kiosk.web.staff import page_frame
from kiosk.web.staff_language import language
from plugins.checkpoint import lookups
from plugins.checkpoint.actions import Refusal
from plugins.checkpoint.by_hand import OFFICER
from plugins.checkpoint.completing import Completing, Unfinished, passed_at
from plugins.checkpoint.lane_pages import PAYLOAD, ROLE
from plugins.checkpoint.naming_heads import NamingHeads
from plugins.checkpoint.records import PASSAGE_ID
from plugins.checkpoint.words import ACTIONS, KINDS, LATER, PAGE

if TYPE_CHECKING:
    from kiosk.appliance import Appliance
    from plugins.checkpoint import Checkpoint

READ_SECONDS = 5.0


class Unreadable(Exception):
    """What was scanned is nobody's document. ``text`` says so."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def add_routes(blueprint: Blueprint, context: PluginContext, plugin: Checkpoint, appliance: Appliance) -> None:
    """``/checkpoint/later``, ``/checkpoint/later/<passage>`` and ``/checkpoint/later/heads/<passage>``."""
    completing = Completing(context, plugin.posts, plugin.policies)
    heads = NamingHeads(context, plugin.posts, completing)

    def page(name: str, status: int = 200, **more: Any) -> ResponseReturnValue:
        def when(at_ms: int) -> str:
            return local_time(at_ms, context.time_zone, "%H:%M %d/%m")

        return render_template(
            f"checkpoint/{name}.html", words=LATER, when=when, **page_frame(appliance), **more
        ), status

    def one(found: Unfinished, status: int = 200, problem: Text | None = None) -> ResponseReturnValue:
        return page("complete", status, found=found, problem=problem, verdicts=PAGE, kinds=KINDS)

    def read(text: str, at: datetime) -> Credential:
        """The document whose code this is, examined as of ``at``. Raises ``Unreadable``."""
        scan = appliance.new_scan(DecodedCode(text, text.encode("utf-8", "replace"), "wedge"), f"{OFFICER}later")
        result = appliance.guarded_first("read_credential", READ_SECONDS, scan=replace(scan, scanned_at=at)).value
        if isinstance(result, Malformed):
            raise Unreadable(result.text)
        if not isinstance(result, Credential):
            raise Unreadable(ACTIONS["unknown_code"])
        return result

    @blueprint.get("/later", endpoint="later")
    @require_role(ROLE)
    def later() -> ResponseReturnValue:
        return page("later", rows=completing.waiting(), heads=heads.waiting(), most=lookups.LATER_SHOWN)

    @blueprint.get("/later/<passage>", endpoint="complete")
    @require_role(ROLE)
    def complete(passage: str) -> ResponseReturnValue:
        try:
            return one(completing.of(passage))
        except Refusal as refusal:
            return _to_list(ACTIONS[refusal.code], "warning")

    @blueprint.post("/later/<passage>", endpoint="completed")
    @require_role(ROLE)
    def completed(passage: str) -> ResponseReturnValue:
        """The code and answers by POST, so that they stand in no address and no log."""
        operator = current_operator()
        assert operator is not None  # require_role saw to it
        code = request.form.get("code", "").strip()[:PAYLOAD]
        answers = {
            name: value.strip()[:200] for name, value in request.form.items() if value.strip() and name != "code"
        }
        try:
            found = completing.of(passage)
        except Refusal as refusal:
            return _to_list(ACTIONS[refusal.code], "warning")
        try:
            document = read(code, found.passed_at) if code else None
            found = completing.complete(passage, document, answers, operator.id)
        except Refusal as refusal:
            return one(found, 409, ACTIONS[refusal.code])
        except Unreadable as unreadable:
            return one(found, 422, unreadable.text)
        except NotRecorded:
            return one(found, 503, ACTIONS["not_recorded"])
        flash(LATER["saved"].in_language(language()), "ok")
        return redirect(url_for(".complete", passage=passage), 303)

    def counted(record: Record, key: str, status: int = 200, problem: Text | None = None) -> ResponseReturnValue:
        return page("heads", status, record=record, key=key, problem=problem)

    @blueprint.get("/later/heads/<passage>", endpoint="heads")
    @require_role(ROLE)
    def heads_of(passage: str) -> ResponseReturnValue:
        try:
            return counted(heads.of(passage), str(uuid7()))
        except Refusal as refusal:
            return _to_list(ACTIONS[refusal.code], "warning")

    @blueprint.post("/later/heads/<passage>", endpoint="named")
    @require_role(ROLE)
    def named(passage: str) -> ResponseReturnValue:
        """One of them has come back, and shows who they are. A form that is sent twice names one person."""
        operator = current_operator()
        assert operator is not None  # require_role saw to it
        code, key = request.form.get("code", "").strip()[:PAYLOAD], request.form.get("key", "")
        if not PASSAGE_ID.fullmatch(key):
            key = str(uuid7())
        try:
            record = heads.of(passage)
        except Refusal as refusal:
            return _to_list(ACTIONS[refusal.code], "warning")
        try:
            if not code:
                raise Unreadable(ACTIONS["scan_first"])
            person = heads.name(passage, key, read(code, passed_at(record)), operator.id)
        except Refusal as refusal:
            if refusal.code == "names_nobody":
                return counted(record, key, 409, ACTIONS[refusal.code])
            return _to_list(ACTIONS[refusal.code], "warning")
        except Unreadable as unreadable:
            return counted(record, key, 422, unreadable.text)
        except NotRecorded:
            return counted(record, key, 503, ACTIONS["not_recorded"])
        flash(LATER["saved"].in_language(language()), "ok")
        return redirect(url_for(".complete", passage=person), 303)

    def _to_list(words: Text, level: str) -> ResponseReturnValue:
        flash(words.in_language(language()), level)
        return redirect(url_for(".later"), 303)
