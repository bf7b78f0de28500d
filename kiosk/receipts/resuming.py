"""At the start: tickets that an earlier life of this process did not get out are printed while they are of use; staff hear of the
others. Decides nothing about visits: those are recorded.
"""

from __future__ import annotations

import logging
from dataclasses import replace
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

from kiosk.domain import Record
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.receipts.composing import MISSED, UNSURE
from kiosk.receipts.due import Unfinished

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

log = logging.getLogger(__name__)


def take_up_tickets(appliance: Appliance) -> None:
    """Print, or leave to staff, what ``kiosk.receipts.due`` still knows. A card that fails is no reason not to start."""
    now_ms = int(appliance.clock.now().timestamp() * 1000)
    try:
        unfinished = appliance.due.take_up(now_ms, appliance.settings.limits.late_ticket_minutes * 60_000)
        records = [(one, _record(appliance, one)) for one in unfinished]
    except (SQLAlchemyError, OSError) as error:
        log.error("tickets of before the start could not be taken up: %s", type(error).__name__)
        return
    printed = 0
    for one, record in records:
        if one.again and record is not None:
            appliance.afterwards.print_again(record, appliance.station, one.language)
            printed += 1
        else:
            reason = UNSURE if one.problem == UNSURE.problem else replace(MISSED, problem=one.problem or MISSED.problem)
            appliance.prints.leave(one.key, reason)
    if records:
        log.info("tickets of before the start: %d printed now, %d left to staff", printed, len(records) - printed)


def _record(appliance: Appliance, one: Unfinished) -> Record | None:
    """The visit, where its content is not erased."""
    with appliance.database.reading() as session:
        row = session.scalars(
            select(JournalRecord).where(JournalRecord.writer == one.writer, JournalRecord.seq == one.seq)
        ).one_or_none()
        return record_of_row(row, appliance.kinds) if row is not None and row.body is not None else None
