"""One transaction's worth of records, written in as few statements as the encounters allow."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import Head, build, insert_records
from kiosk.journal.copying import insert_mappings
from kiosk.journal.jobs import Job, Turn
from kiosk.plugin_host.host import PluginFault

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal


class Page:
    """One transaction's worth of records, written in as few statements as the encounters allow."""

    def __init__(self, journal: Journal, session: Session, head: Head) -> None:
        self.head = head
        self._journal = journal
        self._session = session
        self._records: list[Record] = []
        self._companions: dict[Table, list[dict[str, Any]]] = {}
        self._citizens: set[str] = set()
        self._skip: frozenset[str] = frozenset()

    def write(self, job: Job, fault: PluginFault | None, skip: frozenset[str]) -> list[Record]:
        if skip != self._skip:
            self.flush()
            self._skip = skip
        entries = job.compose(Turn(self._session, fault, self._seen, self.flush))
        journal = self._journal
        records = build(self.head, journal.writer, journal.site, journal.identity.pseudonym_key, journal.kinds, entries)
        if records:
            self.head = Head(records[-1].seq, records[-1].hash)
            self._records += records
            self._citizens.update(record.citizen for record in records if record.citizen)
        for table, row in job.finish(records) if job.finish else ():
            self._companions.setdefault(table, []).append(row)
        return records

    def _seen(self, citizen: str) -> None:
        if citizen in self._citizens:
            self.flush()

    def flush(self) -> None:
        """Insert and project what is waiting."""
        records, self._records = self._records, []
        companions, self._companions = self._companions, {}
        self._citizens.clear()
        insert_records(self._session, records)
        self._journal.projector.project(records, self._session, self._skip)
        for table, rows in companions.items():
            insert_mappings(self._session, table, rows)
