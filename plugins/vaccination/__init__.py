"""Vaccination: arrival, screening and consent, injection, observation, certificate; and what the platform makes of all sites."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.domain import Draft, Encounter, Figure, LastingCount, NavigationItem, Record, Text
from kiosk.plugin import PluginContext, hookimpl
from plugins.vaccination import folding
from plugins.vaccination.arrival import remembering
from plugins.vaccination.nation import figures, telling
from plugins.vaccination.records import KINDS
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

    # --- the story at the kiosk

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

    # --- the platform

    @hookimpl
    def announcements(self, audience: str, session: Session) -> Iterable[Draft]:
        return telling.drafts(audience, session, self.site.comparing) if self.site.is_platform else []

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        with self._context.services.session() as session:
            return figures.today(session, site, self.site.today())

    # --- pages and commands

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        if not self.site.is_platform:
            return []
        return [
            NavigationItem("vaccination.nation_appointments", Text("Tiêm chủng", "Vaccination"), ("administrator",))
        ]

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.vaccination.commands import command

        return [command()]

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.vaccination import views

        return views.make_blueprint(self.site)
