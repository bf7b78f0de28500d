"""Checkpoint: a traveller's codes become go, ask or stop with the reason; and what officers do about it, on record."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, cast

from pydantic import BaseModel
from sqlalchemy.orm import Session

from kiosk.domain import (
    Credential,
    Draft,
    Encounter,
    Figure,
    Finding,
    HealthCheck,
    Malformed,
    NavigationItem,
    Question,
    ReceiptSection,
    Record,
    Scan,
    Text,
)
from kiosk.plugin import JournalSource, PluginContext, hookimpl
from plugins.checkpoint import by_hand, duty, figures, judging, posts, projecting, receipt, recording
from plugins.checkpoint.cases import Cases
from plugins.checkpoint.peers import Peers
from plugins.checkpoint.policies import Policies
from plugins.checkpoint.records import KINDS
from plugins.checkpoint.settings import CheckpointSettings
from plugins.checkpoint.travellers import Desks

if TYPE_CHECKING:
    import click
    from flask import Blueprint

    from kiosk.appliance import Appliance

OFFICERS = ("officer",)
TRACERS = ("administrator",)


class Checkpoint:
    """The slice: lanes and verdicts at a post; flow and tracing on the platform."""

    Settings = CheckpointSettings

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        self.settings: CheckpointSettings = context.settings
        self.posts = posts.of(self.settings, context.station)
        self.desks = Desks(self.settings.traveller_seconds)
        self.policies = Policies(self.settings.policies)
        self.peers = Peers(context)
        self._cases = Cases(context, self.desks, self.posts, self.policies)

    # --- the story

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        return by_hand.read(scan)

    @hookimpl
    def questions(self, encounter: Encounter) -> Iterable[Question]:
        if encounter.credential is None:
            return []
        with self._context.services.session() as session:
            return judging.questions(self._cases.of(encounter, session))

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        if encounter.credential is None:
            return []
        with self._context.services.session() as session:
            case = self._cases.of(encounter, session)
        return judging.findings(case, encounter, self.settings.minimum_confidence, self._context.time_zone)

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return KINDS

    @hookimpl
    def record_encounter(self, encounter: Encounter, session: Session) -> Draft | None:
        if encounter.credential is None:
            return None
        case = self._cases.of(encounter, session)
        return recording.draft(encounter, case, self._context, self.desks, self.settings.slips)

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        projecting.project(records, session, self._context.services.journal.identity.device)

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        post = posts.named(self.posts, getattr(record.data, "post", ""))
        return receipt.sections(record, language, post, self._context.time_zone)

    # --- pages, commands, figures

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.checkpoint import views

        return views.make_blueprint(self._context, self)

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return [
            NavigationItem("checkpoint.lanes", Text("Chốt kiểm soát", "Checkpoint"), OFFICERS),
            NavigationItem("checkpoint.later", Text("Bổ sung sau xả chốt", "Complete after surge"), OFFICERS),
            NavigationItem("checkpoint.flow", Text("Lưu lượng qua chốt", "Flow at posts"), TRACERS),
            NavigationItem("checkpoint.tracing", Text("Truy vết tại chốt", "Tracing at posts"), TRACERS),
        ]

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.checkpoint import list_command, policy_command

        return [list_command.checkpoint, *policy_command.commands()]

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        with self._context.services.session() as session:
            return figures.today(session, site, self._context.clock.now(), self._context.time_zone)

    # --- operation

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        if cast("Appliance", self._context.services).settings.role != "kiosk":
            return []  # nobody stands before a platform
        wanted = posts.policies_of(self.posts, self.settings.policy)
        return [*self.policies.health(wanted, self._context.clock.now()), *self.peers.health()]

    @hookimpl
    def startup(self) -> None:
        """Read the policy packs, so that a broken one shows now and not before the first traveller; who had a lane has it still."""
        self.policies.load()
        duty.resume(self._context, self.desks, self.posts)
        self.peers.start()

    @hookimpl
    def shutdown(self) -> None:
        self.peers.stop()

    @hookimpl
    def journal_source(self, writer: str) -> JournalSource | None:
        return self.peers.source(writer)
