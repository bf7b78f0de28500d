"""Every hook, in the order of the story. A hook takes frozen values and returns values; none gets the app.

A plugin is a class: its ``Settings`` attribute (a ``PluginSettings`` subclass) is its section of the profile, and it is
built once per appliance with a ``PluginContext``. The host calls implementations one at a time and contains what they
raise, so an implementation may simply fail: the encounter then goes to a person, and the technician sees why.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import pluggy

from kiosk.domain import (
    CitizenLink,
    Credential,
    Draft,
    Encounter,
    Figure,
    Finding,
    HealthCheck,
    LastingCount,
    Malformed,
    NavigationItem,
    PrintOutcome,
    Question,
    Receipt,
    ReceiptSection,
    Record,
    Scan,
)

if TYPE_CHECKING:
    import click
    from flask import Blueprint
    from pydantic import BaseModel
    from sqlalchemy.orm import Session

    from kiosk.plugin import DecodedCode, JournalSource, ScanSource

hookspec = pluggy.HookspecMarker("kiosk")


class KioskSpec:
    """The contract between the core and its plugins."""

    # --- from a device to a credential

    @hookspec
    def scan_sources(self) -> Iterable[ScanSource]:
        """Devices that yield scans. The core starts them after start-up and stops them at shutdown."""

    @hookspec(firstresult=True)
    def decode_image(self, image: bytes) -> Sequence[DecodedCode] | None:
        """Read the codes in one still image (PNG, JPEG, WebP …). An unreadable file raises ``ValueError``."""

    @hookspec(firstresult=True)
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        """Recognise a payload. None: not a format of this plugin. Malformed: this format, but broken.

        Several people's scans may be read before the first of them is judged: what ``judge`` needs to know goes into the credential,
        not into the plugin.
        """

    @hookspec(firstresult=True)
    def verify_credential(self, scan: Scan, trust: tuple[bytes, ...]) -> Credential | Malformed | None:
        """Read a payload by the keys in ``trust`` alone, as of ``scan.scanned_at``, whatever this site believes. ``trust``: contents of
        files (certificates, JWK sets …). Pure: touches no table. None: not a format of this plugin, or one that nobody signs.

        A credential that failed says where in the claim ``failed_step``, a malformed one by the last part of its code.
        """

    # --- from a credential to a decision

    @hookspec
    def questions(self, encounter: Encounter) -> Iterable[Question]:
        """What must still be asked before this encounter can be judged. Answered questions are not asked again."""

    @hookspec
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        """Reasons for or against. Must not change anything: it may run again for the same encounter."""

    # --- from a decision to a record

    @hookspec
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        """Record kinds this plugin owns: ``"<plugin>.<what>"`` -> the body's pydantic model."""

    @hookspec(firstresult=True)
    def record_encounter(self, encounter: Encounter, session: Session) -> Draft | None:
        """Turn the decided encounter into this plugin's record, inside the transaction that appends it.

        Called for decisions other than ``ask``, one at a time, so numbers may be assigned here. Without a plugin that
        claims it the core records the encounter itself.
        """

    @hookspec
    def further_records(self, encounter: Encounter, session: Session) -> Iterable[Draft]:
        """What else this encounter tells that a slice must keep, whoever records the encounter itself: such as the words on the
        card where only that slice needs them. Appended after that record, in the same transaction; at most eight."""

    @hookspec
    def project(self, records: Sequence[Record], session: Session) -> None:
        """Fold a batch of records, in ``seq`` order per writer, into this plugin's tables. The same function serves a device
        (one record), the platform (thousands) and a replay; its result must not depend on how writers interleave."""

    @hookspec
    def lasting_counts(self, records: Sequence[Record]) -> Iterable[LastingCount]:
        """What these records, whose bodies are erased next, added to this plugin's counters. It is kept in the record of the
        erasure, so that a replay counts as the live tables do; it must follow from the records alone and name nobody."""

    @hookspec
    def encounter_recorded(self, encounter: Encounter, record: Record) -> None:
        """After commit: lamps, gates, screens. Too late to change the answer."""

    # --- paper

    @hookspec
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        """This plugin's part of the receipt, in ``language`` ("vi" or "en")."""

    @hookspec(firstresult=True)
    def print_receipt(self, receipt: Receipt) -> PrintOutcome | None:
        """Print. Blocks until the paper is out or the printer's own time-outs end it."""

    # --- pages and commands

    @hookspec(firstresult=True)
    def camera_preview(self) -> str | None:
        """The path where the citizen's screen finds the live picture (MJPEG). None: this plugin has no camera."""

    @hookspec
    def citizen_links(self) -> Iterable[CitizenLink]:
        """Pages of this plugin that the citizen's screen offers while it waits, in the profile's order; two or three have room."""

    @hookspec
    def blueprint(self) -> Blueprint:
        """Pages, mounted below ``/<plugin name>``; the endpoint name is the plugin's name."""

    @hookspec
    def navigation(self) -> Iterable[NavigationItem]:
        """Menu entries for staff."""

    @hookspec
    def commands(self) -> Iterable[click.Command]:
        """Commands below ``kiosk``."""

    @hookspec
    def figures(self, site: str | None) -> Iterable[Figure]:
        """This slice's numbers for dashboards: of one site, or of all (None)."""

    # --- journals of others, and for others

    @hookspec
    def announcements(self, audience: str, session: Session) -> Iterable[Draft]:
        """On a platform: what this plugin still has to tell ``audience`` (see ``kiosk.journal.audiences``), asked before a device of
        that audience is answered. Must not change anything, and must follow from the tables alone: it is asked in a reading
        session first, and where that yields something once more inside the transaction that appends it, in which the audience's
        journal is locked and all that was told before can be seen. So of several processes one tells a thing, once."""

    @hookspec(firstresult=True)
    def journal_source(self, writer: str) -> JournalSource | None:
        """Whose signature counts for the journal of ``writer`` when a file carries it in. None: not known to this plugin."""

    # --- operation

    @hookspec
    def health_checks(self) -> Iterable[HealthCheck]:
        """The state of what this plugin depends on, with advice. Must answer at once, from memory."""

    @hookspec
    def startup(self) -> None:
        """Begin long-running work. Called once, after the tables are in place."""

    @hookspec
    def shutdown(self) -> None:
        """End it, within a few seconds."""
