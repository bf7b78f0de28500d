"""Who has which lane and which vehicle stands there, taken up again after a restart from what is on record. Records nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from plugins.checkpoint import lookups, posts
from plugins.checkpoint.travellers import Desks, Vehicle

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.settings import PostSettings

SHIFT_HOURS = 12  # who took a lane longer ago has gone home without saying so
VEHICLE_HOURS = 1  # a vehicle that stood at a lane before a restart still stands there for so long


def resume(context: PluginContext, desks: Desks, known: Sequence[PostSettings]) -> None:
    """Give the lanes back to the officers who had them when the process ended. Whether they are signed in still is the session's
    business, and the session's alone."""
    now_ms = int(context.clock.now().timestamp() * 1000)
    since = now_ms - SHIFT_HOURS * lookups.HOUR_MS
    with context.services.session() as session:
        rows = lookups.on_duty(session, context.services.journal.identity.writer, since)
    for row in rows:
        post = posts.named(known, row.post)
        if post is not None and row.lane in post.lanes:  # the profile may have changed meanwhile
            vehicle = vehicle_before_restart(context, row.post, row.lane)
            desks.change(row.post, row.lane, direction=row.direction, operator=row.operator, vehicle=vehicle)


def vehicle_before_restart(context: PluginContext, post: str, lane: str) -> Vehicle | None:
    """The vehicle that stood at a lane and has not left; its plate masked, as it is on record."""
    since = int(context.clock.now().timestamp() * 1000) - VEHICLE_HOURS * lookups.HOUR_MS
    with context.services.session() as session:
        row = lookups.last_group(session, context.services.journal.identity.writer, post, lane, since)
    if row is None:
        return None
    return Vehicle(row.group_id, row.plate, row.vehicle_class, row.expected, masked=True, plate_key=row.plate_key)
