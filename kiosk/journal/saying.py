"""What a platform says: drafts appended to the journal of an audience, in one transaction with the tables. Devices pull it.

Not for a device's own journal: that has one writer and its thread (``writer.py``). Here several processes may write at once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import Entry, build, ensure_head, insert_records
from kiosk.journal.project import ProjectionFailed

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal


def say(
    journal: Journal, writer: str, compose: Callable[[Session], Sequence[Entry]], only_folded: bool = False
) -> list[Record]:
    """Append what ``compose`` returns, which may be nothing, all or none; durable on return.

    ``writer``: see ``audiences.py``. Its head is locked before ``compose`` is asked, so that numbers stay gapless and several
    processes of a platform say a thing once. A plugin that cannot fold the records is noted as behind; with ``only_folded``, for
    who reads in the tables whether a thing was said, nothing is said then: ``ProjectionFailed``. Raises ``ValueError`` for a kind
    or body that does not fit.
    """
    skip: frozenset[str] = frozenset()
    while True:
        try:
            with journal.database.writing() as session:
                head = ensure_head(session, writer, own=True)
                entries, key = compose(session), journal.identity.pseudonym_key
                records = build(head, writer, journal.site, key, journal.kinds, entries)
                insert_records(session, records)
                journal.projector.project(records, session, skip)
            return records
        except ProjectionFailed as failed:
            if only_folded or failed.fault.plugin in skip:
                raise
            skip |= {failed.fault.plugin}
