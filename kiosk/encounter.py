"""The whole product on one page: a scan becomes a credential, findings, a decision, a record and what follows.

Nobody is admitted by a fault: whatever fails on the way adds a finding that refers the person to staff. What was answered
(other than a question) is in the journal, on the card, before it is answered.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from kiosk import answers, reasons
from kiosk.answers import Answer
from kiosk.core_slice import CORE, EncounterBody, encounter_body
from kiosk.database import Database
from kiosk.deadline import DeadlineRunner, Overstayed
from kiosk.decide import decide
from kiosk.domain import Credential, Decision, Draft, Encounter, Finding, Malformed, Record, Scan, Station
from kiosk.identity import Identity
from kiosk.journal.append import Entry
from kiosk.journal.writer import Journal, NotRecorded
from kiosk.names import mask_name
from kiosk.plugin import Clock
from kiosk.plugin_host import PluginFault, PluginHost
from kiosk.settings import LimitSettings
from kiosk.tickets import encode_ticket

log = logging.getLogger(__name__)

Recorded = Callable[[Encounter, Record, Answer], None]


class Encounters:
    """Runs the story for one appliance. Safe from any thread."""

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
        runner: DeadlineRunner,
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
        self._runner = runner
        self._recorded = recorded

    def handle(self, scan: Scan, given: Mapping[str, str] | None = None, operator: str | None = None) -> Answer:
        """The answer to one scan. The same key gives the same answer; a question is answered by repeating the key."""
        known = self._recall(scan)
        if known:
            return known
        encounter = Encounter(
            scan=scan,
            station=self._station,
            answers=given or {},
            clock_trusted=self._clock.trusted(),
            operator=operator,
        )
        encounter = self._evaluate(encounter)
        if encounter.decision is Decision.ASK:
            return self._answer(encounter, None)
        return self._record(encounter)

    # --- scan -> credential -> findings -> decision

    def _evaluate(self, encounter: Encounter) -> Encounter:
        """Read and judge within the limit; a plugin that blocks is taken out and the rest is asked again."""
        faults: list[PluginFault] = []
        for _ in range(3):
            try:
                return self._runner.run(lambda: self._judge(self._read(encounter), faults), self._limits.hook_seconds)
            except Overstayed as late:
                fault = self._host.suspend_blocked(late.thread) if late.thread is not None else None
                if fault is None:
                    break
                faults.append(fault)
        return self._decided(encounter, [reasons.TOO_SLOW, *map(reasons.plugin_fault, faults)])

    def _read(self, encounter: Encounter) -> Encounter:
        scan = encounter.scan
        if not scan.payload.strip():
            return replace(encounter, findings=(reasons.EMPTY,))
        if max(len(scan.payload), len(scan.raw)) > self._limits.payload_bytes:
            return replace(encounter, findings=(reasons.too_long(self._limits.payload_bytes),))
        first = self._host.first("read_credential", scan=scan)
        findings = [reasons.plugin_fault(fault) for fault in first.faults]
        found = first.value
        if isinstance(found, Malformed):
            return replace(encounter, malformed=found, findings=(*findings, reasons.malformed(found)))
        if not isinstance(found, Credential):
            return replace(encounter, findings=(*findings, reasons.UNKNOWN))
        number = found.value("national_id")
        citizen = self._identity.pseudonym(number) if number else None
        return replace(encounter, credential=found, citizen=citizen, findings=tuple(findings))

    def _judge(self, encounter: Encounter, earlier: Sequence[PluginFault]) -> Encounter:
        findings = [*map(reasons.plugin_fault, earlier), *encounter.findings]
        if encounter.credential is None:
            return self._decided(encounter, findings)
        asked = self._host.collect("questions", encounter=encounter)
        open_questions = tuple(question for question in asked.flat() if question.id not in encounter.answers)
        encounter = replace(encounter, questions=open_questions)
        judged = self._host.collect("judge", encounter=encounter)
        findings += judged.flat()
        findings += [reasons.plugin_fault(fault) for fault in (*asked.faults, *judged.faults)]
        return self._decided(encounter, findings)

    def _decided(self, encounter: Encounter, findings: Sequence[Finding]) -> Encounter:
        decision, ordered = decide(findings, encounter.questions)
        if decision is not Decision.ASK:
            encounter = replace(encounter, questions=())
        return replace(encounter, decision=decision, findings=ordered)

    # --- decision -> record -> answer

    def _record(self, encounter: Encounter) -> Answer:
        now = self._clock.now()
        final = [encounter]  # what was recorded in the end: a fault while recording changes the decision
        answered: list[Answer] = []

        def compose(session: Session, fault: PluginFault | None) -> Sequence[Entry]:
            final[0], draft = self._draft(encounter, session, fault)
            return [Entry(encounter.scan.key, draft, now, encounter.clock_trusted, encounter.operator)]

        def finish(session: Session, records: Sequence[Record]) -> None:
            answered[:] = [self._answer(final[0], records[0])]
            answers.remember(session, answered[0], int(now.timestamp() * 1000))

        try:
            record = self._journal.append(compose, finish)[0]
        except NotRecorded as failure:
            if failure.reason == "duplicate" and (known := self._recall(encounter.scan)):
                return known
            return self._answer(self._decided(encounter, [reasons.not_recorded(failure.reason)]), None)
        self._recorded(final[0], record, answered[0])
        return answered[0]

    def _draft(self, encounter: Encounter, session: Session, fault: PluginFault | None) -> tuple[Encounter, Draft]:
        """The plugin's record where one claims the encounter, else the core's; after a fault always the core's."""
        faults = [fault] if fault else []
        if not faults:
            first = self._host.first("record_encounter", encounter=encounter, session=session)
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

    def _recall(self, scan: Scan) -> Answer | None:
        with self._database.reading() as session:
            return answers.recall(session, scan.key)
