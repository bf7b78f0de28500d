"""One transaction's worth of records, written in as few statements as the encounters allow."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from sqlalchemy import Table
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.append import Entry, Head, build, insert_records
from kiosk.journal.copying import insert_mappings
from kiosk.journal.jobs import Job, Turn
from kiosk.plugin_host.host import PluginFault

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal


class Page:
    """One transaction's worth of records, written in as few statements as the encounters allow.

    Each step is taken for all encounters before the next one: what a step needs is then still in the processor's cache.
    """

    def __init__(self, journal: Journal, session: Session, head: Head) -> None:
        self.head = head
        self.results: list[list[Record]] = []  # of each job that is flushed, in the order of writing
        self._journal = journal
        self._session = session
        self._composed: list[tuple[Job, Sequence[Entry]]] = []
        self._citizens: set[str] = set()
        self._skip: frozenset[str] = frozenset()

    def compose(self, job: Job, fault: PluginFault | None, skip: frozenset[str]) -> None:
        """Have the job say what to record. It is inserted by ``flush``."""
        if skip != self._skip:
            self.flush()
            self._skip = skip
        entries = job.compose(Turn(self._session, fault, self._seen, self.flush))
        self._composed.append((job, entries))
        self._citizens.update(entry.draft.citizen for entry in entries if entry.draft.citizen)

    def _seen(self, citizen: str) -> None:
        if citizen in self._citizens:
            self.flush()

    def flush(self) -> None:
        """Build, insert and project what is waiting."""
        composed, self._composed = self._composed, []
        self._citizens.clear()
        records = self._built(composed)
        companions = self._finished(composed, records)
        insert_records(self._session, records)
        self._journal.projector.project(records, self._session, self._skip)
        for table, rows in companions.items():
            insert_mappings(self._session, table, rows)

    def _built(self, composed: Sequence[tuple[Job, Sequence[Entry]]]) -> list[Record]:
        journal = self._journal
        entries = [entry for _, those in composed for entry in those]
        records = build(self.head, journal.writer, journal.site, journal.identity.pseudonym_key, journal.kinds, entries)
        if records:
            self.head = Head(records[-1].seq, records[-1].hash)
        return records

    def _finished(
        self, composed: Sequence[tuple[Job, Sequence[Entry]]], records: Sequence[Record]
    ) -> dict[Table, list[dict[str, Any]]]:
        """Tell each job its records. Returns the rows that are to be written with them."""
        companions: dict[Table, list[dict[str, Any]]] = {}
        following = iter(records)
        for job, entries in composed:
            own = [next(following) for _ in entries]
            self.results.append(own)
            for table, row in job.finish(own) if job.finish else ():
                companions.setdefault(table, []).append(row)
        return companions
