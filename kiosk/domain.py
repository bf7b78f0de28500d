"""The values that flow through the house: scan, credential, finding, decision, record, receipt.

Frozen, standard library only, no I/O. Times are aware ``datetime`` in UTC; confidences are 0.0 to 1.0.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Text:
    """Words for a person, in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in ``language`` ("vi" or "en"); anything else reads Vietnamese."""
        return self.en if language == "en" else self.vi

    def format(self, **values: object) -> Text:
        """Fill ``{placeholders}`` in both languages."""
        return Text(self.vi.format(**values), self.en.format(**values))


@dataclass(frozen=True, slots=True)
class Scan:
    """One payload that a device or a page delivered. ``key`` is minted before any I/O."""

    key: UUID
    payload: str
    raw: bytes
    symbology: str  # "QRCode", "DataMatrix", "MRZ", "typed" … as the source names it
    source: str  # which device: "camera:front", "scanner:usb-1", "page", "api"
    scanned_at: datetime


@dataclass(frozen=True, slots=True)
class Claim:
    """One statement of a credential, with how sure the reader is of it (0.0 to 1.0)."""

    value: str
    confidence: float = 1.0


_KEYED_HASH = re.compile(r"[A-Za-z0-9_-]{22}")


class Trust(StrEnum):
    """How far a credential's origin was proven."""

    VERIFIED = "verified"  # a signature was checked
    UNVERIFIED = "unverified"  # carries no signature, or none that we can check
    INVALID = "invalid"  # a check failed


@dataclass(frozen=True, slots=True)
class Credential:
    """A payload that was recognised.

    ``claims`` uses the field's names: ``national_id`` (12 digits), ``name``, ``birth_date`` (ISO 8601, may be a
    year alone), ``sex`` ("male"/"female"), ``address``, ``issued_on``, ``expires_on``, ``insurance_number``, ``citizen`` (the
    holder's keyed hash, as records name people; counts only where the origin is proven) …
    ``warnings`` are stable codes such as ``"id_number.birth_year_differs"``.
    """

    kind: str
    claims: Mapping[str, Claim]
    trust: Trust = Trust.UNVERIFIED
    issuer: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", MappingProxyType(dict(self.claims)))

    def value(self, claim: str) -> str | None:
        """The claim's value, or None where the credential does not carry it."""
        found = self.claims.get(claim)
        return found.value if found else None

    @property
    def named_citizen(self) -> str | None:
        """The keyed hash by which a proven credential names its holder; None for one that anybody could have written."""
        named = self.value("citizen") or ""
        return named if self.trust is Trust.VERIFIED and _KEYED_HASH.fullmatch(named) else None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A payload whose format was recognised and whose content breaks that format's rules."""

    kind: str
    code: str  # stable, such as "cccd.impossible_date"
    text: Text


class Severity(StrEnum):
    """What one finding means for the decision; ``decide`` documents the order."""

    GROUND = "ground"  # a positive reason to admit: without one nobody is admitted
    NOTE = "note"  # worth saying, changes nothing
    OPEN = "open"  # a fact is missing: never a pass
    CONCERN = "concern"  # a person must look
    BAR = "bar"  # not admitted


@dataclass(frozen=True, slots=True)
class Finding:
    """One reason, by code and in words, with its legal basis and the next step."""

    code: str  # stable, "<plugin>.<reason>"
    severity: Severity
    text: Text
    next_step: Text = Text("", "")
    legal_basis: str = ""


class Decision(StrEnum):
    """What the appliance answers. A fault never ends in ADMIT."""

    ADMIT = "admit"
    ASK = "ask"
    REFER = "refer"
    REFUSE = "refuse"


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that a person can pick."""

    value: str
    label: Text


@dataclass(frozen=True, slots=True)
class Question:
    """A fact still missing. ``kind`` is "choice", "date" (ISO 8601), "digits" or "text"."""

    id: str
    text: Text
    kind: str = "choice"
    choices: tuple[Choice, ...] = ()
    max_length: int = 64


@dataclass(frozen=True, slots=True)
class Station:
    """Where this appliance stands and what it is for."""

    site: str  # stable id of the site
    site_name: str
    lane: str = "1"
    direction: str = "in"  # "in" or "out"


@dataclass(frozen=True, slots=True)
class Encounter:
    """One person before one device, as far as the story has got; each step returns a fuller copy."""

    scan: Scan
    station: Station
    answers: Mapping[str, str] = field(default_factory=dict)
    credential: Credential | None = None
    malformed: Malformed | None = None
    citizen: str | None = None  # keyed hash of the national id, 22 characters of base64url
    questions: tuple[Question, ...] = ()
    findings: tuple[Finding, ...] = ()
    decision: Decision = Decision.REFER
    clock_trusted: bool = True
    operator: str | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "answers", MappingProxyType(dict(self.answers)))


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plugin wants recorded. ``body`` is an instance of the kind's pydantic model."""

    kind: str
    body: Any
    citizen: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """What happened: one line of one writer's journal.

    ``body`` is the JSON text exactly as it was hashed (None after erasure); ``data`` the same, parsed and valid.
    ``occurred_at_ms`` is Unix time in milliseconds by the writer's own clock.
    """

    writer: str
    seq: int
    id: UUID
    kind: str
    schema: int
    occurred_at_ms: int
    clock_trusted: bool
    site: str
    citizen: str | None
    operator: str | None
    body: str | None
    data: Any
    body_digest: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class LastingCount:
    """What some records had added to one counter of a projection, told when their bodies are erased. Never about one person."""

    table: str
    key: tuple[str | int, ...]  # the primary key's values, in the table's order
    column: str  # the counter
    count: int


# --- receipts -------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Heading:
    """A line in large bold type, centred."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, wrapped at word ends."""

    text: str
    centred: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class BigNumber:
    """The number a person is called by, as large as the paper allows, with a word above it."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value on one line."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code with words under it."""

    payload: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """The site's logo, where the profile names one."""


Block = Heading | Paragraph | BigNumber | Field | Rule | QrCode | Logo


@dataclass(frozen=True, slots=True)
class ReceiptSection:
    """One plugin's part of a receipt; sections are printed in ascending ``order`` (0 to 100)."""

    order: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is printed after a visit is recorded. ``key`` is the record's id."""

    key: UUID
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """What became of a receipt. ``problem`` is empty when paper came out, else a stable code:
    ``paper_out``, ``cover_open``, ``offline``, ``no_printer``, ``timeout``, ``busy``, ``fault``, ``unsure``, ``missed``.
    ``sent``: the printer took some of it all the same, so that paper may be out."""

    problem: str = ""
    text: Text = Text("", "")
    sent: bool = False

    @property
    def printed(self) -> bool:
        return not self.problem


# --- health, pages, figures -----------------------------------------------------------------------------------


class HealthLevel(StrEnum):
    OK = "ok"
    INFO = "info"
    WARNING = "warning"
    FAULT = "fault"


@dataclass(frozen=True, slots=True)
class HealthCheck:
    """One line on the technician's page: state, words, and what to do about it. No personal data."""

    name: str  # stable: "camera:front", "printer", "sync.backlog"
    level: HealthLevel
    text: Text
    advice: Text = Text("", "")


@dataclass(frozen=True, slots=True)
class NavigationItem:
    """A menu entry for staff whose role is in ``roles``."""

    endpoint: str
    label: Text
    roles: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class CitizenLink:
    """A page that the citizen's screen offers beside the reader. It asks for no sign-in, and leads back to ``/kiosk`` by itself
    when nobody touches it."""

    endpoint: str
    label: Text


@dataclass(frozen=True, slots=True)
class Figure:
    """One number for a dashboard."""

    name: str
    label: Text
    value: int | float
