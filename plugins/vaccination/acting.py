"""How staff's actions become records: checked and appended in one transaction, so that of two at the same instant one comes
first and the other is judged by it; and once only, however often the same request arrives."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Record
from kiosk.journal.append import Entry
from kiosk.journal.jobs import NotRecorded, Turn
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.plugin import PluginContext
from kiosk.record_kinds import RecordKinds
from kiosk.storage.lookups import Values, given

MOST_RECORDS = 64  # of one action; a consignment has a record for each of its lots


class Refusal(Exception):
    """The action cannot be done. ``findings`` say why and what to do next; the weightiest first. ``instead`` is recorded: a
    refusal is a record too."""

    def __init__(self, findings: Sequence[Finding], instead: Sequence[Draft] = ()) -> None:
        super().__init__(findings[0].code if findings else "refused")
        self.findings = tuple(findings)
        self.instead = tuple(instead)


@dataclass(frozen=True, slots=True)
class Done:
    """What came of an action: the records, and whether they had been made by an earlier request with the same key."""

    records: tuple[Record, ...]
    again: bool = False


Checked = Callable[[Session], Sequence[Draft]]


class Actions:
    """One appliance's. Safe from any thread."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def act(self, key: UUID, check: Checked, operator: str | None, with_paper: bool = False) -> Done:
        """Run ``check`` inside the journal's transaction and append what it returns. ``key``: minted by who asks, before asking;
        the same key again changes nothing and returns the first records.

        ``with_paper``: papers of the records are due from the same moment on; the caller has them printed (``print_due``).

        ``check`` may run more than once and changes nothing itself. Raises ``Refusal`` as ``check`` does, after its ``instead``
        is on record, or ``NotRecorded``.
        """
        refused: list[Refusal] = []
        now, trusted = self._context.clock.now(), self._context.clock.trusted()

        def compose(turn: Turn) -> Sequence[Entry]:
            refused.clear()
            turn.catch_up()  # what is checked is more than one person's: a vial, a lot, a table
            known = self._made(turn.session, key)
            if known:
                raise NotRecorded("duplicate")
            if turn.fault is not None:
                raise NotRecorded("fault")  # a plugin fell out meanwhile: nobody knows whether all checks were made
            try:
                drafts = check(turn.session)
            except Refusal as refusal:
                refused.append(refusal)
                drafts = refusal.instead
            ids = [key, *(uuid5(key, str(place)) for place in range(1, len(drafts)))]
            return [Entry(one, draft, now, trusted, operator) for one, draft in zip(ids, drafts, strict=False)]

        try:
            papers_due = self._context.services.papers_due if with_paper else None
            records = self._context.services.journal.append(compose, papers_due)
        except NotRecorded as failure:
            if failure.reason != "duplicate":
                raise
            with self._context.services.session() as session:
                known = self._made(session, key)
            if not known:
                raise
            return Done(tuple(known), again=True)
        if refused:
            raise refused[0]
        return Done(tuple(records))

    def _made(self, session: Session, key: UUID) -> list[Record]:
        """The records that an earlier request with this key made."""
        journal = self._context.services.journal
        # an action makes its records in one transaction and the key is the first one's id: without that one there is none
        if _KNOWN.one(session, writer=journal.writer, id=key) is None:
            return []
        ids = [key, *(uuid5(key, str(place)) for place in range(1, MOST_RECORDS))]
        query = select(JournalRecord).where(JournalRecord.writer == journal.writer, JournalRecord.id.in_(ids))
        kinds: RecordKinds = journal.kinds
        return [record_of_row(row, kinds) for row in session.scalars(query.order_by(JournalRecord.seq))]


_KNOWN = Values(
    select(JournalRecord.seq).where(JournalRecord.writer == given("writer"), JournalRecord.id == given("id"))
)
