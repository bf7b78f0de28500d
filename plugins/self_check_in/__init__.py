"""Self check-in: a citizen shows a code, is recognised, and walks off with a number."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from pydantic import BaseModel, Field
from sqlalchemy.orm import Session

from kiosk.domain import (
    Credential,
    Draft,
    Encounter,
    Figure,
    Finding,
    LastingCount,
    Malformed,
    Question,
    ReceiptSection,
    Record,
    Scan,
)
from kiosk.plugin import PluginContext, PluginSettings, hookimpl
from plugins.self_check_in import any_code, figures, judging, projecting, receipt, recording, ticket_code
from plugins.self_check_in.records import Appointment, DenyEntry, Visit


class SelfCheckInSettings(PluginSettings):
    """``[plugin.self_check_in]``."""

    ticket_prefix: str = Field(default="", max_length=3, description="before the number; empty: the site's lane")
    same_visit_minutes: int = Field(default=120, ge=0, description="who returns within this time keeps the number")
    ask_birth_date: bool = Field(
        default=True, description="a typed id number must be confirmed by the birth date, in two tries"
    )
    minimum_confidence: float = Field(default=0.6, ge=0, le=1, description="below it, a person looks at the card")
    any_code_checks_in: bool = Field(
        default=False, description="whoever shows a code that nobody knows gets a number too, without a name"
    )
    next_step_vi: str = Field(default="Mời bạn chờ gọi số ở khu vực chờ.", max_length=120)
    next_step_en: str = Field(default="Please wait in the waiting area for your number.", max_length=120)


class SelfCheckIn:
    """The slice: visits, appointments and the deny list, on a kiosk and on the platform."""

    Settings = SelfCheckInSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._settings: SelfCheckInSettings = context.settings
        self._numbers = recording.Numbers()

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        found = ticket_code.read(scan)
        if found is None and self._settings.any_code_checks_in:
            return any_code.read(scan)
        return found

    @hookimpl
    def questions(self, encounter: Encounter) -> Iterable[Question]:
        return judging.questions(encounter, self._settings.ask_birth_date)

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        with self._context.services.session() as session:
            return judging.judge(encounter, session, self._settings, self._context.time_zone)

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return {
            "self_check_in.visit": Visit,
            "self_check_in.appointment": Appointment,
            "self_check_in.deny_entry": DenyEntry,
        }

    @hookimpl
    def record_encounter(self, encounter: Encounter, session: Session) -> Draft | None:
        return recording.draft(encounter, session, self._settings, self._context, self._numbers)

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        device = self._context.services.journal.identity.device
        projecting.project(records, session, self._context.time_zone, device)

    @hookimpl
    def lasting_counts(self, records: Sequence[Record]) -> Iterable[LastingCount]:
        return projecting.lasting_counts(records)

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        return receipt.sections(record, language, self._settings)

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        with self._context.services.session() as session:
            return figures.today(session, site, self._context.clock.now(), self._context.time_zone)
