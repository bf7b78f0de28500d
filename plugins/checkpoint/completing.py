"""Passages of surge mode, completed later: a further document or an answer becomes a record that stands for the first one.

What happened is not changed by it: who was let through stays let through, at the time it was. What the policy of that time would
have said is kept with the record and told to the officer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Draft, Finding, Question, Record
from kiosk.identity import citizen_of
from kiosk.journal.models import JournalRecord
from kiosk.journal.reading import record_of_row
from kiosk.text.names import mask_name
from plugins.checkpoint import facts, judging, lists, lookups, names, posts
from plugins.checkpoint.actions import Refusal
from plugins.checkpoint.models import PassageRow
from plugins.checkpoint.policy import Outcome, Pack, evaluate
from plugins.checkpoint.policy import questions as ask
from plugins.checkpoint.records import Passage

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.policies import Policies
    from plugins.checkpoint.settings import CheckpointSettings, PostSettings

KEPT_HOURS = 72  # as long as passages are searched for
SURGE = "checkpoint.surge"


@dataclass(frozen=True, slots=True)
class Unfinished:
    """A passage as it stands: its record, the policy's answer to it (None where the post has none), and what it asks."""

    record: Record
    outcome: Outcome | None = None
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()  # why the person would have been stopped, whatever they show

    @property
    def body(self) -> Passage:
        body: Passage = self.record.data
        return body

    @property
    def passed_at(self) -> datetime:
        return passed_at(self.record)


def passed_at(record: Record) -> datetime:
    """When a passage was, whenever its record was made."""
    return datetime.fromtimestamp((record.data.passed_at_ms or record.occurred_at_ms) / 1000, UTC)


class Completing:
    """One appliance's. Only its own passages: a journal speaks of itself alone."""

    def __init__(self, context: PluginContext, known: Sequence[PostSettings], policies: Policies) -> None:
        self._context = context
        self._settings: CheckpointSettings = context.settings
        self._posts = known
        self._policies = policies

    def waiting(self) -> Sequence[tuple[PassageRow, int]]:
        """The passages that want something said of them, the oldest first, with how many facts are missing."""
        with self._context.services.session() as session:
            return lookups.later(session, self._writer(), self._since_ms())

    def of(self, passage: str) -> Unfinished:
        """The passage by its id. Raises ``Refusal`` where it is not here, was undone, or was no surge mode's."""
        with self._context.services.session() as session:
            record = self._record(session, passage)
            return self.judged(session, record, record.data, record.citizen)

    def complete(
        self, passage: str, credential: Credential | None, answers: Mapping[str, str], operator: str
    ) -> Unfinished:
        """Record what is known now. Raises ``Refusal`` (also where the document is another person's) and ``NotRecorded``."""
        given = self._policies.answers(answers)
        if credential is None and not given:
            raise Refusal("nothing_new")
        with self._context.services.session() as session:
            record = self._record(session, passage)
            before: Passage = record.data
            citizen = self._citizen(record, credential)
            known = self.facts_of(session, record, credential, given, citizen)
            found = self.judged(session, record, before.model_copy(update={"facts": known}), citizen)
        body = before.model_copy(
            update={
                "replaces": str(record.id),
                "passed_at_ms": before.passed_at_ms or record.occurred_at_ms,
                "facts": known,
                "missing": list(found.outcome.missing[:40]) if found.outcome else [],
                "reasons": self.reasons(found),
                "source": "officer",
                **(self.shown(before, credential) if credential else {}),
            }
        )
        made = self._context.services.record([Draft("checkpoint.passage", body, citizen)], operator)[0]
        return Unfinished(made, found.outcome, found.questions, found.findings)

    # --- what is known

    def _record(self, session: Session, passage: str) -> Record:
        row = lookups.by_passage(session, passage[:36])
        if row is None or row.writer != self._writer():
            raise Refusal("not_here")
        if row.undone or not row.surge or row.people != 1:
            raise Refusal("nothing_to_complete")
        stored = session.get(JournalRecord, (row.writer, row.seq))
        record = record_of_row(stored, self._context.services.journal.kinds) if stored is not None else None
        if record is None or not isinstance(record.data, Passage):
            raise Refusal("not_here")  # its content was erased
        return record

    def _citizen(self, record: Record, credential: Credential | None) -> str | None:
        """Who it is. Raises ``Refusal`` where the document is somebody else's than the passage is of."""
        if credential is None:
            return record.citizen
        pseudonym = self._context.services.pseudonym
        found = citizen_of(credential, pseudonym)
        words = set(names.find_keys(credential.value("name") or "", pseudonym))
        spoken = words & set(record.data.keys)
        if (found and record.citizen and found != record.citizen and not spoken) or (
            words and record.data.name and not spoken
        ):
            raise Refusal("another_person")
        return record.citizen or found

    def facts_of(
        self,
        session: Session,
        record: Record,
        credential: Credential | None,
        given: Mapping[str, Any],
        citizen: str | None,
    ) -> dict[str, Any]:
        """The facts of a passage, with what is said of it now, as of when it was."""
        body: Passage = record.data
        post = posts.named(self._posts, body.post) or self._posts[0]
        place = facts.Place(post.area, body.direction, dict(post.facts), self._settings.risk)
        listed = lists.listed(session, citizen) if citizen else frozenset()
        at = datetime.fromtimestamp(
            (body.passed_at_ms or record.occurred_at_ms) / 1000, ZoneInfo(self._context.time_zone)
        )
        documents = (credential,) if credential else ()
        folded = facts.fold(documents, {**body.facts, **given}, place, at, record.clock_trusted, listed)
        folded |= {name: True for name, said in body.facts.items() if name in facts.CONFESSED and said is True}
        return {name: one for name, one in self._policies.usable(folded).items() if name not in facts.NOT_RECORDED}

    def judged(self, session: Session, record: Record, body: Passage, citizen: str | None) -> Unfinished:
        """What the lists and the policy of that time say to ``body``, which stands for ``record``."""
        at = datetime.fromtimestamp((body.passed_at_ms or record.occurred_at_ms) / 1000, UTC)
        listed = lists.listed(session, citizen) if citizen else frozenset()
        findings = tuple(
            finding
            for name, finding in (("deny", judging.DENIED), ("quarantine", judging.QUARANTINED))
            if name in listed
        )
        pack = self._pack(body, at)
        if pack is None:
            return Unfinished(record, None, (), findings)
        outcome = evaluate(pack, body.facts, at)
        return Unfinished(record, outcome, ask(pack, outcome), findings)

    def _pack(self, body: Passage, at: datetime) -> Pack | None:
        return self._policies.find(body.policy, at) if body.policy else None

    # --- the record

    def shown(self, before: Passage, credential: Credential) -> dict[str, object]:
        """The fields that a document fills."""
        pseudonym = self._context.services.pseudonym
        name = mask_name(credential.value("name") or "", self._context.name_masking)[:200]
        number = names.number_of(credential.value)
        more = names.find_keys(credential.value("name") or "", pseudonym)
        more += [names.find_key("tail", number[-4:], pseudonym)] if number else []
        return {
            "name": before.name or name,
            "credentials": [*before.credentials, credential.kind[:40]][-12:],
            "keys": list(dict.fromkeys([*before.keys, *more]))[:24],
        }

    @staticmethod
    def reasons(found: Unfinished) -> list[str]:
        """Why the person was let through, and what would have been said: as surge mode itself notes it."""
        results = found.outcome.results if found.outcome else ()
        said = [judging.code_of(one.name) for one in results if one.verdict]
        return [SURGE, *(finding.code for finding in found.findings), *said][:40]

    def _writer(self) -> str:
        return self._context.services.journal.identity.writer

    def _since_ms(self) -> int:
        return int((self._context.clock.now() - timedelta(hours=KEPT_HOURS)).timestamp() * 1000)
