"""Hand-written plugins: a witness that does everything well, and one that misbehaves in a hook of the test's choice."""

from __future__ import annotations

import inspect
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import click
from flask import Blueprint
from pydantic import BaseModel
from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, Session, mapped_column

from kiosk.core_slice import EncounterBody, encounter_body
from kiosk.domain import (
    BigNumber,
    CitizenLink,
    Claim,
    Credential,
    Draft,
    Encounter,
    Figure,
    Finding,
    HealthCheck,
    HealthLevel,
    NavigationItem,
    PrintOutcome,
    Question,
    Receipt,
    ReceiptSection,
    Record,
    Scan,
    Severity,
    Text,
)
from kiosk.hookspecs import KioskSpec
from kiosk.journal.bulk import insert_rows
from kiosk.plugin import DecodedCode, hookimpl
from kiosk.storage.database import Projected
from tests.support.appliance import Probe

PREFIX = "W:"
WELCOME = Finding("witness.welcome", Severity.GROUND, Text("Mời vào.", "Welcome."))


class WitnessVisit(EncounterBody):
    """The witness's own record."""

    note: str = ""


class WitnessRow(Projected):
    """One visit."""

    __tablename__ = "witness_visits"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    ticket: Mapped[str] = mapped_column(String(40))


class QuietSource:
    """A device that delivers what the test pushes."""

    name = "witness:source"

    def __init__(self) -> None:
        self.deliver: Callable[[DecodedCode], None] | None = None

    def start(self, deliver: Callable[[DecodedCode], None]) -> None:
        self.deliver = deliver

    def stop(self) -> None:
        self.deliver = None


class Witness(Probe):
    """Reads ``W:<12 digits>``, vouches for everybody, records, prints, and remembers what it was asked for."""

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.called: list[str] = []
        self.printed: list[Receipt] = []
        self.source = QuietSource()

    @hookimpl
    def scan_sources(self) -> Iterable[QuietSource]:
        self.called.append("scan_sources")
        return [self.source]

    @hookimpl
    def decode_image(self, image: bytes) -> Sequence[DecodedCode] | None:
        return [DecodedCode(PREFIX + "001099012345", b"", "QRCode")] if image.startswith(b"\x89PNG") else None

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | None:
        if not scan.payload.startswith(PREFIX):
            return None
        claims = {"national_id": Claim(scan.payload[len(PREFIX) :]), "name": Claim("Nguyễn Văn Thử")}
        return Credential("witness", claims)

    @hookimpl
    def questions(self, encounter: Encounter) -> Iterable[Question]:
        self.called.append("questions")
        return []

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        self.called.append("judge")
        return [WELCOME]

    @hookimpl
    def record_kinds(self) -> Mapping[str, type[BaseModel]]:
        return {"witness.visit": WitnessVisit}

    @hookimpl
    def record_encounter(self, encounter: Encounter, session: Session) -> Draft | None:
        ticket = f"W{encounter.scan.payload[-3:]}" if encounter.credential else ""
        return Draft(
            "witness.visit", encounter_body(encounter, "initials", WitnessVisit, ticket=ticket), encounter.citizen
        )

    @hookimpl
    def project(self, records: Sequence[Record], session: Session) -> None:
        rows = [
            {"writer": one.writer, "seq": one.seq, "ticket": one.data.ticket}
            for one in records
            if isinstance(one.data, WitnessVisit)
        ]
        insert_rows(session, WitnessRow, rows)

    @hookimpl
    def encounter_recorded(self, encounter: Encounter, record: Record) -> None:
        self.called.append("encounter_recorded")

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        return (
            [ReceiptSection(50, (BigNumber("SỐ", record.data.ticket),))]
            if isinstance(record.data, WitnessVisit)
            else []
        )

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome | None:
        self.printed.append(receipt)
        return PrintOutcome()

    @hookimpl
    def camera_preview(self) -> str | None:
        return "/witness/preview"

    @hookimpl
    def citizen_links(self) -> Iterable[CitizenLink]:
        return [
            CitizenLink("witness.hello", Text("Chào máy", "Say hello")),
            CitizenLink("witness.nowhere", Text("?", "?")),
        ]

    @hookimpl
    def blueprint(self) -> Blueprint:
        pages = Blueprint("witness", __name__)
        pages.add_url_rule("/hello", "hello", lambda: "hello")
        return pages

    @hookimpl
    def navigation(self) -> Iterable[NavigationItem]:
        return [NavigationItem("witness.hello", Text("Chào", "Hello"), ("technician",))]

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        return [click.Command("witness-says")]

    @hookimpl
    def figures(self, site: str | None) -> Iterable[Figure]:
        return [Figure("witness.seen", Text("Đã thấy", "Seen"), 7)]

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        return [HealthCheck("witness", HealthLevel.OK, Text("Tốt.", "Well."))]

    @hookimpl
    def startup(self) -> None:
        self.called.append("startup")

    @hookimpl
    def shutdown(self) -> None:
        self.called.append("shutdown")


class Misbehaviour:
    """What a faulty plugin does each time its hook is called. ``release`` ends one that blocks."""

    def __init__(self, act: Callable[[], Any]) -> None:
        self._act = act
        self._open = threading.Event()
        self.calls = 0

    def __call__(self) -> Any:
        self.calls += 1
        return self._act()

    def block(self) -> None:
        self._open.wait(120)

    def release(self) -> None:
        self._open.set()


def faulty(hook: str, act: Callable[[], Any]) -> type:
    """A plugin class that implements one hook with its exact parameters, and calls ``act`` in it."""
    names = list(inspect.signature(getattr(KioskSpec, hook)).parameters)
    space: dict[str, Any] = {"act": act}
    exec(f"def {hook}({', '.join(names)}): return act()", space)
    return type("Faulty", (Probe,), {hook: hookimpl(space[hook]), "__module__": __name__})
