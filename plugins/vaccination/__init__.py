"""Vaccination: arrival, screening and consent, injection, observation, certificate; and what the platform makes of all sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.domain import (
    Credential,
    Draft,
    Encounter,
    Finding,
    LastingCount,
    Malformed,
    NavigationItem,
    Record,
    Scan,
    Text,
)
from kiosk.plugin import PluginContext, hookimpl
from plugins.vaccination import folding
from plugins.vaccination.arrival import remembering
from plugins.vaccination.certificate import proof, proof_reading
from plugins.vaccination.records import KINDS
from plugins.vaccination.settings import VaccinationSettings
from plugins.vaccination.site import Site

if TYPE_CHECKING:
    from flask import Blueprint


class Vaccination:
    """The slice: the five steps at a site; registrations, conflicts and certificates on the platform."""

    Settings = VaccinationSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.site = Site(context)

    # --- the story at the kiosk

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        if not scan.payload.startswith(proof.PREFIX):
            return None
        with self._context.services.session() as session:
            return proof_reading.read(scan, session, self._context.services.signing.ring)

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        return tuple(proof_reading.judge(encounter))

    @hookimpl
    def further_records(self, encounter: Encounter, session: Session) -> Iterable[Draft]:
        person = remembering.person_of(encounter, session)
        return [person] if person else []

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return KINDS

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        device = self._context.services.journal.identity.device
        folding.project(records, session, self._context.time_zone, device)

    @hookimpl
    def lasting_counts(self, records: Sequence[Record]) -> Iterable[LastingCount]:
        return folding.lasting_counts(records)

    # --- pages

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.vaccination import views

        return views.make_blueprint(self.site)

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        if not self.site.is_platform:
            return []
        title = Text("Chứng nhận tiêm chủng", "Certificates")
        return [NavigationItem("vaccination.certificates", title, ("administrator",))]

    # --- keys

    @hookimpl
    def startup(self) -> None:
        """Slips are signed here, or the slips of others are read."""
        self._context.services.signing.keep()

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.vaccination.commands import command

        return [command()]
