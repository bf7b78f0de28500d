"""Medical declaration: a form for places and journeys, and a signed pass that every post reads without a network."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.delegation.given_keys import keys_in
from kiosk.delegation.signing import Signing
from kiosk.domain import (
    CitizenLink,
    Credential,
    Encounter,
    Figure,
    Finding,
    LastingCount,
    Malformed,
    NavigationItem,
    ReceiptSection,
    Record,
    Scan,
    Text,
)
from kiosk.plugin import PluginContext, hookimpl
from plugins.declaration import declaring, figures, judging, projecting, reading, receipt
from plugins.declaration.pass_token import PREFIX
from plugins.declaration.prefill import LastScan
from plugins.declaration.records import KINDS, Declared
from plugins.declaration.settings import DeclarationSettings
from plugins.declaration.telling import Teller
from plugins.declaration.validity import load

if TYPE_CHECKING:
    from flask import Blueprint

TRACERS = ("administrator",)  # on the platform alone


class Declaration:
    """The slice: form and pass, on a kiosk, at a post and on the platform."""

    Settings = DeclarationSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self._settings: DeclarationSettings = context.settings
        self._validity = load(Path(self._settings.validity)) if self._settings.validity else load()
        self._teller = Teller(context)
        self._last_scan = LastScan()

    @property
    def _signing(self) -> Signing:
        return self._context.services.signing

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        if not scan.payload.startswith(PREFIX):
            return None
        with self._context.services.session() as session:
            return reading.read(scan, session, self._signing.ring)

    @hookimpl
    def verify_credential(self, scan: Scan, trust: tuple[bytes, ...]) -> Credential | Malformed | None:
        return reading.verify(scan, keys_in(trust))

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        law = self._validity.at(encounter.scan.scanned_at, self._context.time_zone).legal_basis
        return judging.judge(encounter, self._settings.pass_admits, law)

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return KINDS

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        projecting.project(records, session)

    @hookimpl
    def lasting_counts(self, records: Sequence[Record]) -> Iterable[LastingCount]:
        return projecting.lasting_counts(records)

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        if not isinstance(record.data, Declared):
            return []
        with self._context.services.session() as session:
            text = declaring.pass_of(record, self._signing.ring, session)
        return receipt.sections(record, text, language, self._context.name_masking, self._context.time_zone)

    @hookimpl
    def encounter_recorded(self, encounter: Encounter, record: Record) -> None:
        """Somebody at this kiosk may want their card's words on the form."""
        self._last_scan.keep(encounter.credential)

    @hookimpl
    def citizen_links(self) -> Iterable[CitizenLink]:
        return [CitizenLink("declaration.choose", Text("Khai báo y tế", "Declare health"))]

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.declaration import views

        return views.make_blueprint(self._context, self._signing.ring, self._last_scan, self._validity)

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return [
            NavigationItem("declaration.tracing", Text("Tờ khai của một người", "One person's declarations"), TRACERS)
        ]

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        with self._context.services.session() as session:
            return figures.today(session, site, self._context.clock.now(), self._context.time_zone)

    @hookimpl
    def startup(self) -> None:
        self._signing.keep()
        if self._signing.ring.authority:
            self._teller.repeated.start()

    @hookimpl
    def shutdown(self) -> None:
        self._teller.repeated.stop()
