"""The core's own slice: the record kinds that exist without any plugin. It is what safe mode runs on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy.orm import Session

from kiosk.core_models import NoticeRow, OperatorRow
from kiosk.delegation import projecting as signing
from kiosk.delegation.records import KINDS as SIGNING_KINDS
from kiosk.domain import Decision, Encounter, Record, Scan
from kiosk.journal.bulk import insert_rows, keep_latest
from kiosk.operators.register import OPERATOR_KIND, STAFF_ACTION_KIND, OperatorRecord, StaffAction, row_of
from kiosk.plugin import RecordBody, hookimpl
from kiosk.text.names import mask_name

CORE = "core"
REASONS = 40  # a record tells at most so many
NAME_LENGTH = 200  # characters; longer ones are cut, on screens and paper they were never whole
BodyT = TypeVar("BodyT", bound="EncounterBody")


class EncounterBody(RecordBody):
    """What every record of an encounter says. A plugin's own record of an encounter extends it."""

    decision: Decision
    reasons: list[Annotated[str, Field(max_length=80)]] = Field(
        default_factory=list, max_length=REASONS, description="finding codes, weightiest first"
    )
    credential: str = Field(default="unknown", max_length=64, description="the credential's kind; never its payload")
    trust: str = Field(default="unverified", max_length=16)
    source: str = Field(default="", max_length=80, description="the device that read it")
    direction: Literal["in", "out"] = "in"
    name: str = Field(default="", max_length=NAME_LENGTH, description="masked as the site chooses")
    ticket: str = Field(default="", max_length=16, description="the number the person is called by")


class Notice(RecordBody):
    """Words from the platform to the staff of a site, such as a change of settings they must make."""

    title: str = Field(max_length=120)
    text: str = Field(max_length=2000)


class ErasedCount(BaseModel):
    """See ``kiosk.domain.LastingCount``."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    table: str
    key: list[str | bool | int]  # a bool is told from a number: PostgreSQL does not take one for the other
    column: str
    count: int


class Erasure(RecordBody):
    """Bodies of this many records of a journal were erased; their headers, digests and hashes stay, and what they had added
    to counters, so that a replay here counts them."""

    schema_version: ClassVar[int] = 2  # 1 had no counts

    journal: str
    first: int
    last: int
    records: int
    reason: str = "retention"
    counts: list[ErasedCount] = Field(default_factory=list)


def encounter_body(encounter: Encounter, masking: str, model: type[BodyT], **more: object) -> BodyT:
    """The part of a record's body that is the same for every encounter, in ``model``, with ``more`` fields."""
    credential = encounter.credential
    name = (credential.value("name") if credential else None) or ""
    return model(
        decision=encounter.decision,
        reasons=[finding.code[:80] for finding in encounter.findings[:REASONS]],
        credential=credential.kind if credential else (encounter.malformed.kind if encounter.malformed else "unknown"),
        trust=credential.trust.value if credential else "unverified",
        source=encounter.scan.source,
        direction="out" if encounter.station.direction == "out" else "in",
        name=mask_name(name, masking)[:NAME_LENGTH],
        **more,  # type: ignore[arg-type]
    )


@dataclass(frozen=True, slots=True)
class ScanSeen:
    """What a scanner test may show of a scan: never its content. ``length`` in characters."""

    symbology: str
    length: int
    source: str
    scanned_at: datetime


class CoreSlice:
    """Core: encounters that no plugin claims, notices to staff, operators and what staff do, keys that codes are signed with."""

    def __init__(self) -> None:
        self.last_scan: ScanSeen | None = None

    @hookimpl
    def read_credential(self, scan: Scan) -> None:
        """Recognises nothing; only remembers, for the technician's scanner test, that something was scanned."""
        self.last_scan = ScanSeen(scan.symbology, len(scan.payload), scan.source, scan.scanned_at)

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return {
            "core.encounter": EncounterBody,
            "core.notice": Notice,
            "core.erasure": Erasure,
            OPERATOR_KIND: OperatorRecord,
            STAFF_ACTION_KIND: StaffAction,
            **SIGNING_KINDS,
        }

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        keep_latest(session, OperatorRow, [row_of(one) for one in records if isinstance(one.data, OperatorRecord)])
        insert_rows(session, NoticeRow, [_notice_row(one) for one in records if isinstance(one.data, Notice)])
        signing.project(records, session)


def _notice_row(record: Record) -> dict[str, object]:
    return {
        "writer": record.writer,
        "seq": record.seq,
        "occurred_at_ms": record.occurred_at_ms,
        "title": record.data.title,
        "text": record.data.text,
    }
