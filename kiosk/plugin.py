"""What a plugin is given: markers, settings base, the context it is built with, and the services it may call."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Protocol
from uuid import UUID

import pluggy
from pydantic import BaseModel, ConfigDict

from kiosk.domain import Draft, Record, Scan, Station

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kiosk.delegation.signing import Signing
    from kiosk.journal.jobs import Companion
    from kiosk.journal.receive import Received
    from kiosk.journal.writer import Journal

hookimpl = pluggy.HookimplMarker("kiosk")


class PluginSettings(BaseModel):
    """Base of a plugin's section of the profile: unknown keys are errors, values do not change."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class RecordBody(BaseModel):
    """Base of a record kind's body. Raise ``schema_version`` when its meaning changes; readers accept older ones."""

    schema_version: ClassVar[int] = 1
    on_paper: ClassVar[bool] = False  # no visit with a ticket, and yet a paper of its own, printed when it is asked for

    model_config = ConfigDict(extra="forbid", frozen=True)


@dataclass(frozen=True, slots=True)
class DecodedCode:
    """One code found in an image. ``polygon``: four (x, y) corners in pixels, clockwise from the code's top left."""

    text: str
    raw: bytes
    symbology: str
    polygon: tuple[tuple[int, int], ...] = ()


class ScanSource(Protocol):
    """A device that delivers scans from a thread of its own, from ``start`` until ``stop``."""

    name: str

    def start(self, deliver: Callable[[DecodedCode], None]) -> None:
        """Begin; call ``deliver`` once per code shown (not once per frame)."""

    def stop(self) -> None:
        """End within a few seconds."""


@dataclass(frozen=True, slots=True)
class JournalSource:
    """How a journal that is carried in is proved and received. ``received`` runs in the transaction that stores a part;
    ``forked`` is told where another record is here under a number."""

    public_key_pems: tuple[str, ...]  # Ed25519; any of them may have signed
    digest_key: bytes  # under which its bodies were digested
    received: Callable[[Session, Received], None] | None = None
    forked: Callable[[int], None] | None = None


class Clock(Protocol):
    """Time as the appliance knows it."""

    def now(self) -> datetime:
        """Aware, UTC."""

    def trusted(self) -> bool:
        """Whether the time was synchronised since boot."""


class Services(Protocol):
    """What the core does for plugins. Everything here is safe to call from any thread."""

    journal: Journal
    signing: Signing  # for codes that every post reads without a network

    def handle(self, scan: Scan, answers: Mapping[str, str] | None = None, operator: str | None = None) -> Any:
        """Run the story for one scan; the same key gives the same ``kiosk.encounter.story.Answer``."""

    def record(self, drafts: Sequence[Draft], operator: str | None = None) -> list[Record]:
        """Append what happened outside an encounter (a staff action, an acknowledgement), durable on return."""

    def session(self) -> AbstractContextManager[Session]:
        """A database session for reading; rolled back at the end."""

    def pseudonym(self, national_id: str) -> str:
        """The keyed hash under which records name a citizen: 22 characters of base64url."""

    def show(self, event: str, data: Mapping[str, Any]) -> None:
        """Tell the citizen's screen (server-sent events) something; ``data`` is JSON and holds no personal data."""

    def reprint(self, record_id: UUID) -> bool:
        """Queue a recorded visit's receipt again; False where there is no such record here."""

    def papers_due(self, records: Sequence[Record]) -> Sequence[Companion]:
        """For ``finish`` of ``journal.append``: the rows that remember, from the records' own transaction on, that the papers of
        those with ``on_paper`` are to be printed, even if the power ends before. Then call ``print_due``."""

    def print_due(self, record: Record) -> None:
        """Queue the paper of a record that ``papers_due`` was asked for. Returns at once; the record stands without paper, too."""


@dataclass(frozen=True, slots=True)
class PluginContext:
    """Built by the host, one per plugin."""

    name: str
    settings: Any  # an instance of the plugin's own Settings
    station: Station
    language: str  # the site's first language, "vi" or "en"
    time_zone: str  # IANA name: a site's day begins at its own midnight
    name_masking: str  # see kiosk.text.names
    data_dir: Path
    clock: Clock
    services: Services
