"""The pass's own pages, opened by its secret link: the code, saving and printing it, changing and withdrawing the declaration."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from kiosk.delegation.key_ring import KeyRing
from kiosk.domain import Record
from kiosk.journal.jobs import NotRecorded
from kiosk.plugin import PluginContext
from plugins.declaration import codes, declaring, links
from plugins.declaration.frame import Frame


class PassPages:
    """One appliance's."""

    def __init__(self, context: PluginContext, frame: Frame, ring: KeyRing) -> None:
        self._context = context
        self._frame = frame
        self._ring = ring

    def add_to(self, blueprint: Blueprint) -> None:
        base = "/pass/<number>/<secret>"
        blueprint.add_url_rule(base, "show", self.show)
        blueprint.add_url_rule(f"{base}/code.png", "picture", self.picture)
        blueprint.add_url_rule(f"{base}/withdraw", "withdraw", self.withdraw, methods=["POST"])
        blueprint.add_url_rule(f"{base}/print", "paper", self.paper, methods=["POST"])

    def show(self, number: str, secret: str) -> ResponseReturnValue:
        record, state = self._opened(number, secret)
        text = self._text(record) if state == "valid" else ""
        body = record.data
        until = datetime.fromtimestamp(body.expires_at, UTC).astimezone(ZoneInfo(self._context.time_zone))
        return render_template(
            "declaration/pass.html",
            **self._frame.values(),
            body=body,
            state=state,
            code=codes.inline(text) if text else "",
            until=until.strftime("%H:%M, %d/%m/%Y"),
            number=number,
            secret=secret,
            clock_trusted=record.clock_trusted,
            local_only=not self._ring.authority and not self._delegated(),
            told=request.args.get("told", ""),
        )

    def picture(self, number: str, secret: str) -> ResponseReturnValue:
        record, state = self._opened(number, secret)
        if state != "valid":
            abort(404)
        response = Response(codes.picture(self._text(record)), mimetype="image/png")
        response.headers["Content-Disposition"] = f'attachment; filename="to-khai-{number[-6:]}.png"'
        return response

    def withdraw(self, number: str, secret: str) -> ResponseReturnValue:
        _, state = self._opened(number, secret)
        if state == "valid":
            try:
                declaring.withdraw(self._context, number)
            except NotRecorded:
                abort(503)
        return redirect(url_for(".show", number=number, secret=secret), 303)

    def paper(self, number: str, secret: str) -> ResponseReturnValue:
        """Print at this kiosk; only from its own screen, and only what was declared here."""
        record, state = self._opened(number, secret)
        if not self._frame.at_kiosk() or state != "valid":
            abort(404)
        done = self._context.services.reprint(record.id)
        return redirect(url_for(".show", number=number, secret=secret, told="printing" if done else "not_printed"), 303)

    def _opened(self, number: str, secret: str) -> tuple[Record, links.State]:
        """The declaration, and ``valid``, ``withdrawn`` or ``expired``. A wrong link is a page that is not there."""
        found = links.look(self._context, number, secret)
        if found is None:
            abort(404)
        return found

    def _text(self, record: Record) -> str:
        with self._context.services.session() as session:
            return declaring.pass_of(record, self._ring, session)

    def _delegated(self) -> bool:
        with self._context.services.session() as session:
            return bool(self._ring.signer(session).delegation)
