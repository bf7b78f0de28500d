"""The call board for a television: which number goes to which table, how many wait and about how long. Numbers only, never names;
nobody signs in at a television, so nothing is here that a passer-by may not see."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.web.json_reply import reply
from kiosk.web.staff_language import language
from plugins.vaccination.arrival import pace, queue
from plugins.vaccination.arrival.words import BOARD, both
from plugins.vaccination.models import CallRow
from plugins.vaccination.site import Site

FRESH_SECONDS = 1.0  # many televisions ask every two seconds: they share an answer
SHOWN, RECENT = 8, 16
ASK_SECONDS = 2


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/board`` and what it asks every two seconds."""
    board = Board(site)

    @blueprint.get("/board", endpoint="board")
    def page() -> ResponseReturnValue:
        data = {
            "words": both(BOARD),
            "language": language(),
            "seconds": ASK_SECONDS,
            "time_zone": site.context.time_zone,
            "urls": {"state": url_for(".board_state"), "voice": url_for(".static", filename="voice/")},
        }
        return render_template(
            "vaccination/board.html",
            data=data,
            words=BOARD,
            language=language(),
            site_name=site.appliance.settings.site.name,
        )

    @blueprint.get("/board/state", endpoint="board_state")
    def state() -> ResponseReturnValue:
        return reply(board.state())


class Board:
    """What the televisions of a site show. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self._lock = threading.Lock()
        self._state: dict[str, Any] = {}
        self._until = 0.0

    def state(self) -> dict[str, Any]:
        """At most a second old."""
        with self._lock:
            if monotonic() >= self._until:
                with self._site.context.services.session() as session:
                    self._state = compose(session, self._site)
                self._until = monotonic() + FRESH_SECONDS
            return self._state


def compose(session: Session, site: Site) -> dict[str, Any]:
    """``called``: numbers before tables, newest first; ``recent``: calls, newest first, each with the id of its record; ``steps``:
    how many wait, and ``minutes`` (None where too little was measured)."""
    day, now = site.today(), site.now_ms()
    called = [row for step in queue.STEPS for row in queue.open_calls(session, site.id, day, step)]
    called.sort(key=lambda row: (row.occurred_at_ms, row.seq), reverse=True)
    last = select(CallRow).where(CallRow.site == site.id, CallRow.day == day, CallRow.state == "called")
    recent = session.scalars(last.order_by(CallRow.occurred_at_ms.desc(), CallRow.seq.desc()).limit(RECENT)).all()
    return {
        "called": [_call(row) for row in called[:SHOWN]],
        "recent": [_call(row) for row in recent],
        "steps": {step: _step(session, site, day, step, now) for step in queue.STEPS},
        "now_ms": now,
        "clock_trusted": site.context.clock.trusted(),
    }


def _call(row: CallRow) -> dict[str, Any]:
    return {
        "id": row.record,
        "ticket": row.ticket,
        "table": row.table_name,
        "step": row.step,
        "at_ms": row.occurred_at_ms,
    }


def _step(session: Session, site: Site, day: int, step: queue.Step, now: int) -> dict[str, Any]:
    waiting = queue.count(session, site.id, day, step)
    calls = queue.first_calls(session, site.id, day, step, now - pace.WINDOW_MS)
    return {"waiting": waiting, "minutes": pace.minutes(calls, waiting, now)}
