"""Vaccination: arrival, screening and consent, injection, observation, certificate; and what the platform makes of all sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import click
from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.delegation.given_keys import keys_in
from kiosk.domain import (
    Credential,
    Draft,
    Encounter,
    Figure,
    Finding,
    HealthCheck,
    LastingCount,
    Malformed,
    NavigationItem,
    ReceiptSection,
    Record,
    Scan,
)
from kiosk.plugin import PluginContext, hookimpl
from kiosk.site_days import day_text
from plugins.vaccination import folding, menu
from plugins.vaccination.arrival import enrolment, judging, receipt, remembering, temporary
from plugins.vaccination.certificate import proof, proof_reading
from plugins.vaccination.nation import figures, recalled_doses, telling
from plugins.vaccination.observation import paper
from plugins.vaccination.records import KINDS
from plugins.vaccination.rule_health import RuleHealth
from plugins.vaccination.settings import VaccinationSettings
from plugins.vaccination.site import Site

if TYPE_CHECKING:
    import click
    from flask import Blueprint


class Vaccination:
    """The slice: the five steps at a site; registrations, conflicts and certificates on the platform."""

    Settings = VaccinationSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.site = Site(context)
        self._rules = RuleHealth(self.site)

    # --- the story at the kiosk

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        if scan.payload.startswith(proof.PREFIX):
            with self._context.services.session() as session:
                return proof_reading.read(scan, session, self._context.services.signing.ring)
        return enrolment.read(scan) or temporary.read(scan)

    @hookimpl
    def verify_credential(self, scan: Scan, trust: tuple[bytes, ...]) -> Credential | Malformed | None:
        return proof_reading.verify(scan, keys_in(trust))

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        if self.site.is_platform:
            return []
        day = day_text(encounter.scan.scanned_at, self._context.time_zone)
        with self._context.services.session() as session:
            arrived = judging.judge(encounter, session, self.site.settings, self.site.id, day)
        return [*arrived, *proof_reading.judge(encounter)]

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
        comparing = self.site.comparing if self.site.is_platform else None
        folding.project(records, session, self._context.time_zone, device, comparing)

    @hookimpl
    def lasting_counts(self, records: Sequence[Record]) -> Iterable[LastingCount]:
        return folding.lasting_counts(records)

    # --- paper

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        with self._context.services.session() as session:
            arrived = receipt.sections(record, session, self.site, language)
            return [*arrived, *paper.sections(record, session, self.site, language)]

    # --- the platform

    @hookimpl
    def announcements(self, audience: str, session: Session) -> Iterable[Draft]:
        if not self.site.is_platform:
            return []
        return [*telling.drafts(audience, session, self.site.comparing), *recalled_doses.drafts(audience, session)]

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        with self._context.services.session() as session:
            return figures.today(session, site, self.site.today())

    # --- pages and commands

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return menu.ON_THE_PLATFORM if self.site.is_platform else menu.AT_A_SITE

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.vaccination import views

        return views.make_blueprint(self.site)

    # --- operation

    @hookimpl
    def startup(self) -> None:
        """Slips are signed here, or the slips of others are read; a site reads its rules now and not before the first person."""
        self._context.services.signing.keep()
        if not self.site.is_platform:
            self._rules.load()

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        return [] if self.site.is_platform else self._rules.checks()

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.vaccination.commands import command
        from plugins.vaccination.rules_command import commands

        return [command(), *commands()]
