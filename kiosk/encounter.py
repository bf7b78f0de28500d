"""The whole product on one page: a scan becomes a credential, findings, a decision, a record and what follows.

Nobody is admitted by a fault: whatever fails on the way adds a finding that refers the person to staff. What was answered
(other than a question) is in the journal, on the card, before it is answered.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from kiosk import answers, reasons
from kiosk.answers import Answer, RecentAnswers
from kiosk.core_slice import CORE, EncounterBody, encounter_body
from kiosk.database import Database
from kiosk.decide import decide
from kiosk.domain import Credential, Decision, Draft, Encounter, Finding, Malformed, Record, Scan, Station
from kiosk.identity import Identity
from kiosk.journal.append import Entry
from kiosk.journal.writer import Companion, Journal, NotRecorded, Turn
from kiosk.names import mask_name
from kiosk.plugin import Clock
from kiosk.plugin_host import PluginHost
from kiosk.settings import LimitSettings
from kiosk.tickets import encode_ticket

Recorded = Callable[[Encounter, Record, Answer], None]


class Encounters:
    """Runs the story for one appliance. Safe from any thread.

    The story runs inside the journal's transaction: what it judges by cannot change before it is recorded, several
    people's stories share one commit, and a plugin that blocks is taken out there (see ``kiosk.journal.writer``).
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
        self._recent = RecentAnswers()

    def handle(self, scan: Scan, given: Mapping[str, str] | None = None, operator: str | None = None) -> Answer:
        """The answer to one scan. The same key gives the same answer; a question is answered by repeating the key."""
        known = self._recent.get(scan.key)
        if known is not None:
            return known
        begun = Encounter(
            scan=scan,
            station=self._station,
            answers=given or {},
            clock_trusted=self._clock.trusted(),
            operator=operator,
        )
        story = _Story(begun)

        def compose(turn: Turn) -> Sequence[Entry]:
            encounter = self._evaluate(begun, turn)
            if encounter.decision is Decision.ASK:
                story.answer = answers.recall(turn.session, scan.key) or self._answer(encounter, None)
                return ()
            story.encounter, draft = self._draft(encounter, turn)
            return [Entry(scan.key, draft, self._clock.now(), encounter.clock_trusted, operator)]

        def finish(records: Sequence[Record]) -> Sequence[Companion]:
            if not records:
                return ()
            story.answer = self._answer(story.encounter, records[0])
            return [answers.row_of(story.answer, records[0].occurred_at_ms)]

        try:
            records = self._journal.append(compose, finish)
        except NotRecorded as failure:
            return self._not_recorded(begun, failure.reason)
        assert story.answer is not None  # an append that returns has run compose and finish
        if records:
            self._recent.put(story.answer)
            self._recorded(story.encounter, records[0], story.answer)
        return story.answer

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
        encounter = self._read(encounter, [reasons.plugin_fault(turn.fault)] if turn.fault else [])
        if encounter.credential is None:
            return self._decided(encounter, encounter.findings)
        if encounter.citizen is not None:
            turn.seen(encounter.citizen)
        return self._judge(encounter)

    def _read(self, encounter: Encounter, findings: list[Finding]) -> Encounter:
        scan = encounter.scan
        if not scan.payload.strip():
            return replace(encounter, findings=(*findings, reasons.EMPTY))
        if max(len(scan.payload), len(scan.raw)) > self._limits.payload_bytes:
            return replace(encounter, findings=(*findings, reasons.too_long(self._limits.payload_bytes)))
        first = self._host.first("read_credential", scan=scan)
        findings += map(reasons.plugin_fault, first.faults)
        found = first.value
        if isinstance(found, Malformed):
            return replace(encounter, malformed=found, findings=(*findings, reasons.malformed(found)))
        if not isinstance(found, Credential):
            return replace(encounter, findings=(*findings, reasons.UNKNOWN))
        return replace(encounter, credential=found, citizen=self._citizen(found), findings=tuple(findings))

    def _citizen(self, credential: Credential) -> str | None:
        """The keyed hash of who this is: of the national id, else of the document that stands for it."""
        number = credential.value("national_id")
        if number is None:
            insured, document = credential.value("insurance_number"), credential.value("document_number")
            if insured:
                number = f"bhyt:{insured}"
            elif document:
                number = f"document:{credential.issuer}:{document}"
        return self._identity.pseudonym(number) if number else None

    def _judge(self, encounter: Encounter) -> Encounter:
        asked = self._host.collect("questions", encounter=encounter)
        open_questions = tuple(question for question in asked.flat() if question.id not in encounter.answers)
        if open_questions:
            encounter = replace(encounter, questions=open_questions)
        judged = self._host.collect("judge", encounter=encounter)
        findings = [*encounter.findings, *judged.flat()]
        findings += [reasons.plugin_fault(fault) for fault in (*asked.faults, *judged.faults)]
        return self._decided(encounter, findings)

    def _decided(self, encounter: Encounter, findings: Sequence[Finding]) -> Encounter:
        decision, ordered = decide(findings, encounter.questions)
        questions = encounter.questions if decision is Decision.ASK else ()
        return replace(encounter, decision=decision, findings=ordered, questions=questions)

    # --- decision -> record -> answer

    def _draft(self, encounter: Encounter, turn: Turn) -> tuple[Encounter, Draft]:
        """The plugin's record where one claims the encounter, else the core's; after a fault always the core's."""
        faults = []
        if turn.fault is None:
            first = self._host.first("record_encounter", encounter=encounter, session=turn.session)
            faults = first.faults
            if not faults and isinstance(first.value, Draft):
                return encounter, first.value
        if faults:
            encounter = self._decided(encounter, [*encounter.findings, *map(reasons.plugin_fault, faults)])
        return encounter, Draft(
            f"{CORE}.encounter", encounter_body(encounter, self._masking, EncounterBody), encounter.citizen
        )

    def _answer(self, encounter: Encounter, record: Record | None) -> Answer:
        ticket = getattr(record.data, "ticket", "") if record else ""
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


class _Story:
    """What one run of the story came to; the transaction may run it more than once."""

    def __init__(self, encounter: Encounter) -> None:
        self.encounter = encounter
        self.answer: Answer | None = None
