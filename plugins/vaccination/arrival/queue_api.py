"""What a table's page asks of the queue, as JSON: call, call again, absent, served. For screening and injection alike."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Blueprint, Response, abort
from flask.typing import ResponseReturnValue

from kiosk.web.access import require_role
from kiosk.web.json_reply import reply
from plugins.vaccination.arrival import queue
from plugins.vaccination.arrival.calling import Calls
from plugins.vaccination.arrival.lines import Lines
from plugins.vaccination.arrival.queue import Step
from plugins.vaccination.replies import answering, asked, key_of, operator_id, text_of
from plugins.vaccination.site import Site

ROLE = "medical_staff"
UNSIGNED, UNSIGNED_MS = 8, 3 * 3_600_000  # so many, of the last three hours


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``GET`` and ``POST`` below ``/vaccination/queue/<step>/<table>/``: ``state``, ``next``, ``take``, ``again``, ``absent``,
    ``served``. Every POST has ``key``; all but ``next`` the ``visit``. Each answers with ``state``'s JSON; that of screening also
    says who has not signed."""
    calls, lines = Calls(site), Lines(site)

    def rule(name: str, method: str, view: Callable[..., ResponseReturnValue]) -> None:
        path = f"/queue/<step>/<table>/{name}"
        blueprint.add_url_rule(path, f"queue_{name}", require_role(ROLE)(answering(view)), methods=[method])

    def state(step: str, table: str) -> Response:
        at = known_step(site, step, table)
        more = {"unsigned": _unsigned(site)} if at == "screening" else {}
        return reply({**table_state(site, lines, at, table), **more})

    def call_next(step: str, table: str) -> Response:
        at = known_step(site, step, table)
        calls.next(key_of(asked()), at, table, operator_id())
        return reply(table_state(site, lines, at, table, fresh=True))

    rule("state", "GET", state)
    rule("next", "POST", call_next)
    for name in ("take", "again", "absent", "served"):
        rule(name, "POST", _at_table(site, lines, getattr(calls, name), name))


def _at_table(site: Site, lines: Lines, do: Callable[..., Any], name: str) -> Callable[..., ResponseReturnValue]:
    def view(step: str, table: str) -> Response:
        at, said = known_step(site, step, table), asked()
        do(key_of(said), at, table, text_of(said, "visit", 36), operator_id())
        return reply(table_state(site, lines, at, table, fresh=True))

    view.__name__ = name
    return view


def _unsigned(site: Site) -> list[dict[str, str]]:
    """Who was examined and has not said yes or no: the page offers them again."""
    since = int(site.context.clock.now().timestamp() * 1000) - UNSIGNED_MS
    with site.context.services.session() as session:
        found = queue.unsigned(session, site.id, site.today(), since)
    return [{"visit": visit, "ticket": ticket} for visit, ticket in found[:UNSIGNED]]


def known_step(site: Site, step: str, table: str) -> Step:
    """The step, where the profile has this table for it; 404 for any other."""
    tables = {"screening": site.settings.screening_tables, "injection": site.settings.injection_tables}
    if table not in tables.get(step, ()):
        abort(404)
    return "screening" if step == "screening" else "injection"


def table_state(site: Site, lines: Lines, step: Step, table: str, fresh: bool = False) -> dict[str, Any]:
    """Who stands at this table (``current``: visit, ticket, times called, or None), and who comes next."""
    with site.context.services.session() as session:
        call = queue.open_call(session, site.id, site.today(), step, table)
        times = queue.times_called(session, call.visit, step) if call else 0
        current = {"visit": call.visit, "ticket": call.ticket, "calls": times} if call else None
    line = lines.of(step, fresh)
    return {
        "current": current,
        "may_pass": times >= site.settings.calls_per_number,
        "waiting": len(line),
        "next": [one.ticket for one in line[:6]],
        "clock_trusted": site.context.clock.trusted(),
        "today": site.today_text(),
    }
