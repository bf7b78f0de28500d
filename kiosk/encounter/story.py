"""The whole product on one page: a scan becomes a credential, findings, a decision, a record and what follows.

Nobody is admitted by a fault: whatever fails on the way adds a finding that refers the person to staff. What was answered
(other than a question) is in the journal, on the card, before it is answered.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from uuid import UUID, uuid5

from sqlalchemy.exc import SQLAlchemyError

from kiosk import reasons
from kiosk.core_slice import CORE, EncounterBody, encounter_body
from kiosk.decide import decide
from kiosk.domain import Credential, Decision, Draft, Encounter, Finding, Malformed, Record, Scan, Station
from kiosk.encounter import answers
from kiosk.encounter.answers import Answer, RecentAnswers
from kiosk.encounter.asked import AskedScans
from kiosk.identity import Identity, citizen_of
from kiosk.journal.append import Entry
from kiosk.journal.jobs import Companion, NotRecorded, Turn
from kiosk.journal.writer import Journal
from kiosk.plugin import Clock
from kiosk.plugin_host.host import HookFailed, PluginHost
from kiosk.receipts.tickets import encode_ticket
from kiosk.settings.profile import LimitSettings
from kiosk.storage.database import Database
from kiosk.storage.faults import is_storage_fault
from kiosk.text.names import mask_name

FURTHER = 8  # records that one slice may add to an encounter's own
Recorded = Callable[[Encounter, Record, Answer], None]
PaperDue = Callable[[Encounter, Record], Sequence[Companion]]


class Encounters:
    """Runs the story for one appliance. Safe from any thread.

    The story runs inside the journal's transaction: what it judges by cannot change before it is recorded, several
    people's stories share one commit, and a plugin that blocks is taken out there (see ``kiosk.journal.writer``). What all of
    them showed is read before the first of them is judged.
    """

    def __init__(
        self,
        host: PluginHost,
        journal: Journal,
        database: Database,
        identity: Identity,
        station: Station,
        clock: Clock,
        limits: LimitSettings,
        name_masking: str,
        recorded: Recorded,
        paper_due: PaperDue,
    ) -> None:
        self._host = host
        self._journal = journal
        self._database = database
        self._identity = identity
        self._station = station
        self._clock = clock
        self._limits = limits
        self._masking = name_masking
        self._recorded = recorded
        self._paper_due = paper_due
        self._recent = RecentAnswers()
        self._asked = AskedScans()

    def forget_asked(self) -> None:
        """The person went away without answering: what they showed goes too."""
        self._asked.forget()

    def handle(self, scan: Scan, given: Mapping[str, str] | None = None, operator: str | None = None) -> Answer:
        """The answer to one scan. The same key gives the same answer; a question is answered by repeating the key."""
        return self.begin(scan, given, operator).answer()

    def answered(self, key: UUID) -> Answer | None:
        """The answer that this key got before, where it is kept; a question is none. None too where the database is in trouble."""
        known = self._recent.get(key)
        if known is None:
            with suppress(SQLAlchemyError), self._database.reading() as session:
                known = answers.recall(session, key)
        return known

    def begin(self, scan: Scan, given: Mapping[str, str] | None = None, operator: str | None = None) -> Begun:
        """Queue one scan's story, and do not wait for its end."""
        known = self._recent.get(scan.key)
        if known is not None:
            return Begun(lambda: known, lambda: True)
        scan = self._asked.complete(scan)
        begun = Encounter(
            scan=scan,
            station=self._station,
            answers=given or {},
            clock_trusted=self._clock.trusted(),
            operator=operator,
        )
        # the transaction may run the story more than once, and a thread that was given up may still be in it:
        # what counts is the run that made the records which were committed
        here = threading.local()  # what the latest run of the thread that asks came to, from step to step
        ended: list[tuple[Sequence[Record], _Run]] = []

        def prepare() -> None:
            here.read = self._read(begun)

        def compose(turn: Turn) -> Sequence[Entry]:
            run = here.run = _Run(self._evaluate(here.read, turn))
            if run.encounter.decision is Decision.ASK:
                run.answer = answers.recall(turn.session, scan.key) or self._answer(run.encounter, None)
                return ()
            run.encounter, draft = self._draft(run.encounter, turn)
            drafts = {scan.key: draft, **self._further(run.encounter, turn)}
            now = self._clock.now()
            return [Entry(key, one, now, run.encounter.clock_trusted, operator) for key, one in drafts.items()]

        def finish(records: Sequence[Record]) -> Sequence[Companion]:
            run: _Run = here.run
            ended.append((records, run))
            if not records:
                return ()
            run.answer = self._answer(run.encounter, records[0])
            return [
                answers.row_of(run.answer, records[0].occurred_at_ms),
                *self._paper_due(run.encounter, records[0]),
            ]

        def answer() -> Answer:
            try:
                records = self._journal.outcome(job)
            except NotRecorded as failure:
                return self._not_recorded(begun, failure.reason)
            run = next(run for made, run in ended if made is records)
            assert run.answer is not None  # compose or finish made it
            if records:
                self._recent.put(run.answer)
                self._recorded(run.encounter, records[0], run.answer)
            elif run.answer.questions:
                self._asked.keep(scan)
            return run.answer

        try:
            job = self._journal.begin(compose, finish, prepare)
        except NotRecorded as failure:
            refused = self._not_recorded(begun, failure.reason)
            return Begun(lambda: refused, lambda: True)
        return Begun(answer, lambda: job.finished)

    def _not_recorded(self, encounter: Encounter, reason: str) -> Answer:
        """A key that was answered before (by an earlier life of this process) keeps its answer; else nobody is admitted."""
        if reason == "duplicate":
            with self._database.reading() as session:
                known = answers.recall(session, encounter.scan.key)
            if known is not None:
                return known
        return self._answer(self._decided(encounter, [reasons.not_recorded(reason)]), None)

    # --- scan -> credential -> findings -> decision

    def _evaluate(self, encounter: Encounter, turn: Turn) -> Encounter:
        """``encounter``: as it was read."""
        findings = [reasons.plugin_fault(turn.fault)] if turn.fault else []
        if self._host.absent:
            findings.append(reasons.plugins_absent(self._host.absent))
        if findings:
            encounter = encounter.changed(findings=(*findings, *encounter.findings))
        if encounter.credential is None:
            return self._decided(encounter, encounter.findings)
        if encounter.citizen is not None:
            turn.seen(encounter.citizen)
        return self._judge(encounter)

    def _read(self, encounter: Encounter) -> Encounter:
        scan = encounter.scan
        if not scan.payload.strip():
            return encounter.changed(findings=(reasons.EMPTY,))
        if max(len(scan.payload), len(scan.raw)) > self._limits.payload_bytes:
            return encounter.changed(findings=(reasons.too_long(self._limits.payload_bytes),))
        first = self._host.first("read_credential", scan=scan)
        findings = list(map(reasons.plugin_fault, first.faults))
        found = first.value
        if isinstance(found, Malformed):
            return encounter.changed(malformed=found, findings=(*findings, reasons.malformed(found)))
        if not isinstance(found, Credential):
            return encounter.changed(findings=(*findings, reasons.UNKNOWN))
        citizen = citizen_of(found, self._identity.pseudonym)
        return encounter.changed(credential=found, citizen=citizen, findings=tuple(findings))

    def _judge(self, encounter: Encounter) -> Encounter:
        asked = self._host.collect("questions", encounter=encounter)
        open_questions = tuple(question for question in asked.flat() if question.id not in encounter.answers)
        if open_questions:
            encounter = encounter.changed(questions=open_questions)
        judged = self._host.collect("judge", encounter=encounter)
        findings = [*encounter.findings, *judged.flat()]
        findings += [reasons.plugin_fault(fault) for fault in (*asked.faults, *judged.faults)]
        return self._decided(encounter, findings)

    def _decided(self, encounter: Encounter, findings: Sequence[Finding]) -> Encounter:
        decision, ordered = decide(findings, encounter.questions)
        questions = encounter.questions if decision is Decision.ASK else ()
        return encounter.changed(decision=decision, findings=ordered, questions=questions)

    # --- decision -> record -> answer

    def _draft(self, encounter: Encounter, turn: Turn) -> tuple[Encounter, Draft]:
        """The plugin's record where one claims the encounter, else the core's; after a fault always the core's."""
        if turn.fault is None:
            first = self._host.first("record_encounter", encounter=encounter, session=turn.session)
            if first.faults:
                raise HookFailed(first.faults[0])  # it may have written by halves
            if first.value is not None:
                self._check_draft(first.plugin, first.value, turn)
                return encounter, first.value
        return encounter, Draft(
            f"{CORE}.encounter", encounter_body(encounter, self._masking, EncounterBody), encounter.citizen
        )

    def _further(self, encounter: Encounter, turn: Turn) -> dict[UUID, Draft]:
        """What other slices keep of this encounter, each under a key that follows from the scan's; after a fault nothing."""
        if turn.fault is not None:
            return {}
        told = self._host.collect("further_records", encounter=encounter, session=turn.session)
        if told.faults:
            raise HookFailed(told.faults[0])
        drafts: dict[UUID, Draft] = {}
        for plugin, said in told.results:
            if len(said) > FURTHER:
                raise HookFailed(self._host.blame(plugin, "further_records", ValueError("too many records")))
            for place, draft in enumerate(said):
                self._check_draft(plugin, draft, turn, "further_records")
                drafts[uuid5(encounter.scan.key, f"{plugin}:{place}")] = draft
        return drafts

    def _check_draft(self, plugin: str, draft: Draft, turn: Turn, hook: str = "record_encounter") -> None:
        """A draft that no kind allows, or rows that do not fit, are the plugin's fault. Raises ``HookFailed``."""
        try:
            self._journal.kinds.of_model(draft.kind, draft.body)
            turn.session.flush()
        except Exception as error:
            if is_storage_fault(error):
                raise
            raise HookFailed(self._host.blame(plugin, hook, error)) from None

    def _answer(self, encounter: Encounter, record: Record | None) -> Answer:
        ticket = getattr(record.data, "ticket", "") if record else ""
        if not isinstance(ticket, str):
            ticket = ""  # another plugin's field that happens to have this name
        name = encounter.credential.value("name") if encounter.credential else None
        return Answer(
            key=encounter.scan.key,
            decision=encounter.decision,
            findings=[answers.finding_as_dict(finding) for finding in encounter.findings],
            questions=[answers.question_as_dict(question) for question in encounter.questions],
            citizen={"name": mask_name(name, self._masking) if name else None} if encounter.credential else None,
            record={"writer": record.writer, "seq": record.seq} if record else None,
            ticket={"number": ticket, "payload": encode_ticket(record.id)} if record and ticket else None,
        )


class Begun:
    """One scan's story under way. Whoever began it must ask for the answer: a plugin that blocks is noticed by those who wait."""

    def __init__(self, answer: Callable[[], Answer], ended: Callable[[], bool]) -> None:
        self._wait = answer
        self._answer: Answer | None = None
        self._failure: Exception | None = None
        self.ended = ended  # whether ``answer`` returns at once

    def answer(self) -> Answer:
        """Waits for the end, and does what follows an answer, once. Raises a fault of ours each time. For one thread."""
        if self._failure is not None:
            raise self._failure
        if self._answer is None:
            try:
                self._answer = self._wait()
            except Exception as failure:
                self._failure = failure
                raise
        return self._answer


@dataclass(slots=True)
class _Run:
    """What one run of the story came to."""

    encounter: Encounter
    answer: Answer | None = None
