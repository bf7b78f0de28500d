"""Calling numbers to tables: next, again, out of turn, absent, back, served. Every call is a record; each check runs inside the
journal's transaction, so that two tables never call the same number."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from plugins.vaccination import lookups
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import queue
from plugins.vaccination.arrival.queue import Step
from plugins.vaccination.models import ArrivalRow, CallRow
from plugins.vaccination.records import Called
from plugins.vaccination.site import Site


def _refusal(code: str, text: Text, step: Text) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, text, step)


NOBODY = _refusal(
    "nobody_waits",
    Text("Chưa có ai chờ bước này.", "Nobody waits for this step."),
    Text("Chờ rồi gọi lại.", "Wait, and call again."),
)
SOMEBODY = _refusal(
    "table_has_somebody",
    Text("Bàn này đang có số {ticket}.", "Number {ticket} is at this table."),
    Text(
        "Lưu kết quả, hoặc bấm “Vắng mặt”, rồi gọi số tiếp.", "Save the result, or press “Absent”, then call the next."
    ),
)
ELSEWHERE = _refusal(
    "called_elsewhere",
    Text("Số {ticket} đã được bàn {table} gọi.", "Number {ticket} was called to table {table}."),
    Text("Gọi số khác, hoặc hỏi bàn đó.", "Call another number, or ask that table."),
)
NOT_CALLED = _refusal(
    "not_called",
    Text("Số này không còn ở bàn này.", "This number is no longer at this table."),
    Text("Tải lại trang.", "Reload the page."),
)
NO_VISIT = _refusal(
    "unknown_visit",
    Text("Không có lượt đến nào như vậy ở điểm này.", "There is no such arrival at this site."),
    Text(
        "Quét lại phiếu, hoặc đưa người đó tới bàn đón tiếp.",
        "Scan the ticket again, or send them to the reception desk.",
    ),
)
OTHER_DAY = _refusal(
    "ticket_of_another_day",
    Text("Phiếu này ghi ngày {day}, không phải hôm nay.", "This ticket is of {day}, not of today."),
    Text(
        "Nếu đồng hồ của máy vừa được chỉnh, quét lại thẻ ở bàn đón tiếp để lấy số của hôm nay.",
        "If the clock was just put right, scan the card at the reception desk for a number of today.",
    ),
)
NOT_WAITING = _refusal(
    "not_absent",
    Text("Số {ticket} không ở danh sách vắng mặt.", "Number {ticket} is not among those who were absent."),
    Text("Tải lại trang.", "Reload the page."),
)


class Calls:
    """What tables do with numbers. ``key``: minted by the page for one intended action; see ``acting``."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def next(self, key: UUID, step: Step, table: str, operator: str) -> Done:
        """Call whoever is first in the queue. Raises ``Refusal``, ``NotRecorded``."""

        def check(session: Session) -> Sequence[Draft]:
            self._table_is_free(session, step, table)
            line = queue.waiting(session, self._site.id, self._site.today(), step, self._site.priorities)
            if not line:
                raise Refusal([NOBODY])
            return [_draft(line[0].visit, line[0].ticket, line[0].citizen, step, table, "called")]

        return self._site.actions.act(key, check, operator)

    def take(self, key: UUID, step: Step, table: str, visit: str, operator: str) -> Done:
        """Call one number out of turn, such as of somebody who stands at the table with the ticket in hand."""

        def check(session: Session) -> Sequence[Draft]:
            came = arrival_of_today(session, self._site, visit)
            call = queue.last_call(session, visit, step)
            if call is not None and call.state == "called":
                if call.table_name == table:
                    return []
                raise Refusal([called_elsewhere(call)])
            self._table_is_free(session, step, table)
            return [_draft(visit, came.ticket, own_citizen(session, came), step, table, "called")]

        return self._site.actions.act(key, check, operator)

    def again(self, key: UUID, step: Step, table: str, visit: str, operator: str) -> Done:
        """Call the number that is at this table once more."""
        return self._at_table(key, step, table, visit, operator, "called")

    def absent(self, key: UUID, step: Step, table: str, visit: str, operator: str) -> Done:
        """Nobody came: the turn passes."""
        return self._at_table(key, step, table, visit, operator, "absent")

    def served(self, key: UUID, step: Step, table: str, visit: str, operator: str) -> Done:
        """The table is done with this number."""
        return self._at_table(key, step, table, visit, operator, "served")

    def back(self, key: UUID, step: Step, visit: str, operator: str) -> Done:
        """Somebody whose turn passed has come: into the queue again, at the place that their number has."""

        def check(session: Session) -> Sequence[Draft]:
            came = arrival_of_today(session, self._site, visit)
            call = queue.last_call(session, visit, step)
            if call is None or call.state != "absent":
                raise Refusal([_filled(NOT_WAITING, ticket=came.ticket)])
            return [_draft(visit, call.ticket, call.citizen or "", step, call.table_name, "waiting")]

        return self._site.actions.act(key, check, operator)

    def _at_table(self, key: UUID, step: Step, table: str, visit: str, operator: str, state: str) -> Done:
        def check(session: Session) -> Sequence[Draft]:
            call = queue.open_call(session, self._site.id, self._site.today(), step, table)
            if call is None or call.visit != visit:
                raise Refusal([NOT_CALLED])
            return [_draft(visit, call.ticket, call.citizen or "", step, table, state)]

        return self._site.actions.act(key, check, operator)

    def _table_is_free(self, session: Session, step: Step, table: str) -> None:
        call = queue.open_call(session, self._site.id, self._site.today(), step, table)
        if call is not None:
            raise Refusal([_filled(SOMEBODY, ticket=call.ticket)])


def served_draft(session: Session, visit: str, step: Step, table: str) -> list[Draft]:
    """For a room that records what a table did: the call's end in the same transaction. Empty where nobody had been called, and
    the queue must not offer the number again for other reasons."""
    call = queue.last_call(session, visit, step)
    if call is None or call.state == "served":
        return []
    return [_draft(visit, call.ticket, call.citizen or "", step, table or call.table_name, "served")]


def out_of_line_draft(session: Session, visit: str, ticket: str, citizen: str, step: Step, table: str) -> list[Draft]:
    """The same for somebody who came to the table without being called, and is not to be called for this step today."""
    call = queue.last_call(session, visit, step)
    return (
        [] if call is not None and call.state == "served" else [_draft(visit, ticket, citizen, step, table, "served")]
    )


def back_in_line_draft(session: Session, visit: str, step: Step) -> list[Draft]:
    """What had sent a number away from a step is settled: it waits again. Empty where it was not sent away."""
    call = queue.last_call(session, visit, step)
    if call is None or call.state != "served":
        return []
    return [_draft(visit, call.ticket, call.citizen or "", step, call.table_name, "waiting")]


def called_elsewhere(call: CallRow) -> Finding:
    """Why a table may not go on with a number that stands at another."""
    return _filled(ELSEWHERE, ticket=call.ticket, table=call.table_name)


def arrival_of_today(session: Session, site: Site, visit: str) -> ArrivalRow:
    """The arrival behind a ticket; of somebody who showed their card again, the one that gave them the number. Raises
    ``Refusal`` for one that is not of this site and this day."""
    row = lookups.arrival(session, visit)
    if row is None or row.site != site.id:
        raise Refusal([NO_VISIT])
    if row.day != site.today():
        day = f"{row.day % 100:02d}/{row.day // 100 % 100:02d}/{row.day // 10_000}"
        raise Refusal([_filled(OTHER_DAY, day=day)])
    return lookups.numbered(session, row)


def own_citizen(session: Session, came: ArrivalRow) -> str:
    """The keyed hash that records about this visitor name."""
    return lookups.named(session, came.citizen)[0] if came.citizen else ""


def _filled(finding: Finding, **values: object) -> Finding:
    return Finding(
        finding.code, finding.severity, finding.text.format(**values), finding.next_step, finding.legal_basis
    )


def _draft(visit: str, ticket: str, citizen: str, step: Step, table: str, state: str) -> Draft:
    body = Called(visit=visit, ticket=ticket, step=step, table=table, state=state)  # type: ignore[arg-type]
    return Draft("vaccination.called", body, citizen or None)
