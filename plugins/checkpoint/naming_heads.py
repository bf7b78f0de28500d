"""Heads that surge mode only counted: one of them comes back with a document, and gets a passage of their own.

How many passed does not change: the count goes down by the one who is named. Serves no page.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Draft, Record
from kiosk.identity import citizen_of
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from plugins.checkpoint import lookups, posts
from plugins.checkpoint.actions import Refusal
from plugins.checkpoint.completing import KEPT_HOURS, Completing, passed_at
from plugins.checkpoint.models import PassageRow
from plugins.checkpoint.records import Passage

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.settings import PostSettings

KIND = "checkpoint.passage"


class NamingHeads:
    """One appliance's, of its own passages. Safe from any thread: of two officers one comes first."""

    def __init__(self, context: PluginContext, known: Sequence[PostSettings], completing: Completing) -> None:
        self._context = context
        self._posts = known
        self._completing = completing
        self._lock = threading.Lock()

    def waiting(self) -> Sequence[PassageRow]:
        """The counts of the last days, the oldest first."""
        since = self._context.clock.now() - timedelta(hours=KEPT_HOURS)
        with self._context.services.session() as session:
            return lookups.heads(session, self._writer(), int(since.timestamp() * 1000))

    def of(self, passage: str) -> Record:
        """The record of such a count. Raises ``Refusal`` where it is not here, or is none (any longer)."""
        with self._context.services.session() as session:
            return self._record(session, passage)

    def name(self, passage: str, key: str, credential: Credential, operator: str) -> str:
        """Record whose head one of them was. ``key``: the id of the person's passage, made with the form; given again it names
        nobody a second time. Returns the person's passage. Raises ``Refusal`` and ``NotRecorded``."""
        with self._lock:
            with self._context.services.session() as session:
                if (known := lookups.by_passage(session, key)) is not None and known.writer == self._writer():
                    return key
                record = self._record(session, passage)
                person, citizen = self._person(session, record, key, credential)
            drafts = [Draft(KIND, person, citizen)]
            body: Passage = record.data
            if body.people > 1:
                fewer = {"people": body.people - 1, "replaces": str(record.id), "passed_at_ms": person.passed_at_ms}
                drafts.append(Draft(KIND, body.model_copy(update=fewer), None))
            self._context.services.record(drafts, operator)
            return person.passage

    def _person(self, session: Session, record: Record, key: str, credential: Credential) -> tuple[Passage, str | None]:
        before: Passage = record.data
        citizen = citizen_of(credential, self._context.services.pseudonym)
        if citizen is None and not credential.value("name"):
            raise Refusal("names_nobody")
        known = self._completing.facts_of(session, record, credential, {}, citizen)
        is_last = before.people == 1  # the count itself becomes the person
        body = before.model_copy(
            update={
                "passage": before.passage if is_last else key,
                "replaces": str(record.id) if is_last else "",
                "people": 1,
                "passed_at_ms": int(passed_at(record).timestamp() * 1000),
                "policy": self._policy(before),
                "facts": known,
                "credential": credential.kind[:40],
                "trust": credential.trust.value,
                **self._completing.shown(before, credential),
            }
        )
        found = self._completing.judged(session, record, body, citizen)
        missing = list(found.outcome.missing[:40]) if found.outcome else []
        return body.model_copy(update={"missing": missing, "reasons": self._completing.reasons(found)}), citizen

    def _policy(self, before: Passage) -> str:
        """The one by which they would have been examined."""
        post = posts.named(self._posts, before.post) or self._posts[0]
        return post.policy_out if before.direction == "out" else post.policy or self._context.settings.policy

    def _record(self, session: Session, passage: str) -> Record:
        row = lookups.by_passage(session, passage[:36])
        if row is None or row.writer != self._writer():
            raise Refusal("not_here")
        if row.undone or not row.is_count:
            raise Refusal("nothing_to_complete")
        stored = session.get(JournalRecord, (row.writer, row.seq))
        record = record_of_row(stored, self._context.services.journal.kinds) if stored is not None else None
        if record is None or not isinstance(record.data, Passage):
            raise Refusal("not_here")  # its content was erased
        return record

    def _writer(self) -> str:
        return self._context.services.journal.identity.writer
