"""The platform's word to devices: drafts appended to an audience's journal (docs/protocol.md), in one transaction with the tables.

What is said is composed under the journal's lock, so that several processes of a platform say it once.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session
from uuid6 import uuid7

from kiosk.domain import Draft, Record
from kiosk.journal.append import Entry, build, ensure_head, insert_records
from kiosk.journal.project import ProjectionFailed

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal

LONGEST = 32  # characters of a writer's name


def site_audience(site: str) -> str:
    """The journal for one site, named as the protocol says: a long id is cut and given a hash."""
    name = f"site:{site}"
    return name if len(name) <= LONGEST else f"{name[:21]}~{hashlib.sha256(site.encode()).hexdigest()[:10]}"


def say(journal: Journal, writer: str, compose: Callable[[Session], Sequence[Draft]]) -> list[Record]:
    """Append what ``compose`` returns, which may be nothing. A plugin that cannot fold it is noted as behind."""
    skip: frozenset[str] = frozenset()
    while True:
        try:
            with journal.database.writing() as session:
                head = ensure_head(session, writer, own=True)
                now, trusted = journal.clock.now(), journal.clock.trusted()
                entries = [Entry(UUID(int=uuid7().int), draft, now, trusted) for draft in compose(session)]
                records = build(head, writer, journal.site, journal.identity.pseudonym_key, journal.kinds, entries)
                insert_records(session, records)
                journal.projector.project(records, session, skip)
            return records
        except ProjectionFailed as failed:
            if failed.fault.plugin in skip:
                raise
            skip |= {failed.fault.plugin}
