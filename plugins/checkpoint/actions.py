"""What officers do at a lane, each a record: undo, settle, vehicle, surge mode, heads counted, notes, duty. Serves no page."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Literal
from uuid import UUID

from uuid6 import uuid7

from kiosk.domain import Decision, Draft, Record
from kiosk.plugin import PluginContext
from plugins.checkpoint import duty, lookups, plates
from plugins.checkpoint.records import Duty, Group, Handover, Passage, Settled, Surge, Undone
from plugins.checkpoint.travellers import Desk, Desks, Vehicle

if TYPE_CHECKING:
    from plugins.checkpoint.models import PassageRow
    from plugins.checkpoint.settings import CheckpointSettings


class Refusal(Exception):
    """The action cannot be done. ``code`` is a key of ``words.ACTIONS``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Actions:
    """One appliance's. Every method raises ``NotRecorded`` where the journal cannot be written, and then nothing has changed."""

    def __init__(self, context: PluginContext, desks: Desks) -> None:
        self._context = context
        self._settings: CheckpointSettings = context.settings
        self._desks = desks

    # --- the lane

    def take(self, desk: Desk, direction: str, operator: str) -> Desk:
        """An officer takes the lane in this direction. A vehicle that stands there still is taken up again; who crossed the other
        way before is another passage, if they show a code again."""
        if desk.operator == operator and desk.direction == direction:
            return desk
        self._record("checkpoint.duty", Duty(post=desk.post, lane=desk.lane, direction=_way(direction)), operator)
        if desk.direction != direction:
            self._desks.next(desk)
        vehicle = desk.vehicle or duty.vehicle_before_restart(self._context, desk.post, desk.lane)
        return self._desks.change(desk.post, desk.lane, direction=direction, operator=operator, vehicle=vehicle)

    def leave(self, desk: Desk, operator: str) -> None:
        """The lane is left; who stood there is forgotten."""
        body = Duty(post=desk.post, lane=desk.lane, direction=_way(desk.direction), on=False)
        self._record("checkpoint.duty", body, operator)
        self._desks.next(desk)
        self._desks.change(desk.post, desk.lane, operator=None)

    # --- passages

    def undo(self, passage: str, reason: str, operator: str) -> PassageRow:
        """Take a passage back, within the time that the post allows. Raises ``Refusal``."""
        row = self._own(passage)
        if row.undone:
            raise Refusal("undone_before")
        if self._now_ms() - row.occurred_at_ms > self._settings.undo_seconds * 1000:
            raise Refusal("undo_too_late")
        self._record("checkpoint.undone", Undone(passage=passage, reason=_reason(reason)), operator, row.citizen)
        desk = self._desks.desk(row.post, row.lane)
        if desk.traveller and str(desk.traveller) == passage:
            self._desks.next(desk)
        if desk.vehicle is not None:
            self._desks.change(row.post, row.lane, vehicle=desk.vehicle.without(UUID(row.passage)))
        return row

    def settle(self, passage: str, admit: bool, reason: str, operator: str) -> PassageRow:
        """Decide on a traveller who was referred to the officer. Raises ``Refusal``."""
        row = self._own(passage)
        if row.undone or row.settled or row.decision != Decision.REFER:
            raise Refusal("nothing_to_settle")
        decided: Literal[Decision.ADMIT, Decision.REFUSE] = Decision.ADMIT if admit else Decision.REFUSE
        body = Settled(passage=passage, decision=decided, reason=_reason(reason))
        self._record("checkpoint.settled", body, operator, row.citizen)
        current = self._desks.current(self._desks.desk(row.post, row.lane), self._context.clock.now())
        if current is not None and str(current.id) == passage:
            self._desks.keep(replace(current, decision=decided), None)
        return row

    def count(self, desk: Desk, people: int, operator: str) -> Record:
        """In surge mode: so many went by, of whom nothing is read. Raises ``Refusal`` while surge mode is off."""
        with self._context.services.session() as session:
            surge = lookups.surge(session, self._writer(), desk.post, self._now_ms())
        if surge is None:
            raise Refusal("surge_is_off")
        vehicle = desk.vehicle
        body = Passage(
            decision=Decision.ADMIT,
            reasons=["checkpoint.surge"],
            credential="none",
            source="officer",
            direction=_way(desk.direction),
            passage=str(UUID(int=uuid7().int)),
            post=desk.post,
            lane=desk.lane,
            group=vehicle.id if vehicle else "",
            plate=vehicle.shown if vehicle else "",
            plate_key=vehicle.plate_key if vehicle else "",
            people=people,
            surge=True,
        )
        return self._record("checkpoint.passage", body, operator)

    # --- vehicles

    def vehicle(self, desk: Desk, plate: str, vehicle_class: str, expected: int, operator: str) -> Desk:
        """The vehicle before the lane: plate and class once, for all its people. With the same plate it is the same vehicle."""
        known, plain = desk.vehicle, plates.normal(plate)
        key = plates.key(plain, self._context.services.pseudonym)
        same = known is not None and (not plain or known.plate_key in ("", key))
        group = known.id if known and same else str(UUID(int=uuid7().int))
        if known and same and not plain:
            vehicle = replace(known, vehicle_class=vehicle_class, expected=expected)
        else:
            vehicle = Vehicle(group, plain, vehicle_class, expected, plate_key=key)
        self._record("checkpoint.group", self._group(desk, vehicle), operator)
        return self._desks.change(desk.post, desk.lane, vehicle=vehicle)

    def vehicle_left(self, desk: Desk, operator: str) -> Desk:
        """The vehicle is done with; the next code begins anew."""
        if desk.vehicle is not None:
            body = self._group(desk, desk.vehicle).model_copy(update={"closed": True})
            self._record("checkpoint.group", body, operator)
        self._desks.next(desk)
        return self._desks.change(desk.post, desk.lane, vehicle=None)

    def _group(self, desk: Desk, vehicle: Vehicle) -> Group:
        return Group(
            group=vehicle.id,
            post=desk.post,
            lane=desk.lane,
            plate=vehicle.shown,
            plate_key=vehicle.plate_key if vehicle else "",
            vehicle_class=vehicle.vehicle_class,
            expected=vehicle.expected,
        )

    # --- the post

    def surge(self, post: str, on: bool, reason: str, minutes: int, operator: str) -> None:
        """Switch surge mode. It ends by itself, after the longest time that the post allows at the latest."""
        lasts = min(max(1, minutes), self._settings.surge_minutes)
        until = self._context.clock.now() + timedelta(minutes=lasts)
        body = Surge(post=post, on=on, reason=_reason(reason), until_ms=_ms(until) if on else 0)
        self._record("checkpoint.surge", body, operator)

    def hand_over(self, post: str, text: str, operator: str) -> None:
        """A note for the next shift. Raises ``Refusal`` where nothing is in it."""
        text = text.strip()[:2000]
        if not text:
            raise Refusal("empty_note")
        self._record("checkpoint.handover", Handover(post=post, text=text), operator)

    # --- small things

    def _own(self, passage: str) -> PassageRow:
        with self._context.services.session() as session:
            row = lookups.by_passage(session, passage[:36])
        if row is None or row.writer != self._writer():
            raise Refusal("not_here")
        return row

    def _record(self, kind: str, body: object, operator: str, citizen: str | None = None) -> Record:
        return self._context.services.record([Draft(kind, body, citizen)], operator)[0]

    def _writer(self) -> str:
        return self._context.services.journal.identity.writer

    def _now_ms(self) -> int:
        return _ms(self._context.clock.now())


def _ms(at: datetime) -> int:
    return int(at.timestamp() * 1000)


def _way(direction: str) -> Literal["in", "out"]:
    return "out" if direction == "out" else "in"


def _reason(text: str) -> str:
    """Raises ``Refusal`` where none is given."""
    text = " ".join(text.split())[:200]
    if not text:
        raise Refusal("no_reason")
    return text
