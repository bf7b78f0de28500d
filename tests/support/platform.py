"""A platform under test, on SQLite or PostgreSQL, and devices that speak to it with real keys. Replaces nothing."""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import jwt
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from flask.testing import FlaskClient
from sqlalchemy import delete, func, inspect, select
from werkzeug.test import TestResponse

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.identity import Identity
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.journal.batch import read_batch
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.receive import Received, receive
from kiosk.storage.database import Base
from plugins.national_platform import enrolment
from plugins.self_check_in.records import Visit

API = "/national_platform/api/v1"
CITIZEN = "c" * 22
BEGIN = datetime(2021, 8, 15, 1, 0, tzinfo=UTC)
KEY = b"k" * 32


def visit(number: int = 1, **more: Any) -> Visit:
    return Visit(
        **{"decision": "admit", "number": number, "ticket": f"A{number:03d}", "source": "camera:front", **more}
    )


def make(
    appliance: Appliance,
    writer: str,
    drafts: Sequence[Draft],
    head: Head | None = None,
    key: bytes = KEY,
    site: str = "site-a",
    at: datetime = BEGIN,
    every: timedelta = timedelta(seconds=8),
) -> list[Record]:
    """Records as ``writer`` would have written them. The same arguments give other ids each time."""
    entries = [Entry(uuid.uuid4(), draft, at + every * number, True) for number, draft in enumerate(drafts)]
    return build(head or Head(0, chain.genesis(writer)), writer, site, key, appliance.kinds, entries)


def visits(appliance: Appliance, writer: str, count: int, **more: Any) -> list[Record]:
    drafts = [Draft("self_check_in.visit", visit(number), CITIZEN) for number in range(1, count + 1)]
    return make(appliance, writer, drafts, **more)


def lines_of(records: Sequence[Record]) -> bytes:
    return b"".join(chain.encode_line(record) + b"\n" for record in records)


def take(
    appliance: Appliance, writer: str, lines: bytes, head: bytes | None = None, key: bytes = KEY, **more: Any
) -> Received:
    """Receive without HTTP."""
    batch = read_batch(writer, lines, appliance.kinds, key)
    return receive(appliance.database, appliance.projector, batch, head, **more)


def chained(writer: str, lines: Sequence[bytes], key: bytes = KEY, after: bytes | None = None) -> bytes:
    """The hash after lines that were written by hand."""
    previous = after or chain.genesis(writer)
    for line in lines:
        wire = chain.decode_line(line)
        previous = chain.next_hash(previous, writer, chain.wire_header(wire), chain.wire_digest(wire, key))
    return previous


def hand_line(seq: int, body: bytes = b"{}", kind: str = "core.encounter", tail: bytes = b"", **header: Any) -> bytes:
    """A wire line by hand; ``header`` replaces named elements of it."""
    values = {
        "id": chain.pack_id(uuid.uuid4()),
        "occurred_at_ms": 1_628_989_200_000,
        "clock_trusted": True,
        "schema": 1,
        "site": "site-a",
        "citizen": None,
        "operator": None,
        **header,
    }
    made = chain.header_bytes(
        seq, values["id"], values["occurred_at_ms"], values["clock_trusted"], kind, values["schema"], values["site"],
        values["citizen"], values["operator"],
    )  # fmt: skip
    return made[:-1] + b"," + body + tail + b"]"


def stored(appliance: Appliance) -> int:
    """How many records all journals hold together."""
    with appliance.session() as session:
        return session.scalar(select(func.count()).select_from(JournalRecord)) or 0


def head_of(appliance: Appliance, writer: str) -> tuple[int, bytes] | None:
    with appliance.session() as session:
        row = session.execute(
            select(JournalHead.seq, JournalHead.hash).where(JournalHead.writer == writer)
        ).one_or_none()
        return (row.seq, row.hash) if row else None


def wipe(appliance: Appliance, keep: Sequence[str] = ()) -> None:
    """Empty every table that exists, so that one platform serves many examples."""
    emptied = ("journal_", "self_check_in_", "national_platform_", "health_certificate_")
    with appliance.database.writing() as session:
        present = set(inspect(session.connection()).get_table_names())
        for table in Base.metadata.sorted_tables:
            if table.name.startswith(emptied) and table.name in present and table.name not in keep:
                session.execute(delete(table))


@dataclass
class PlatformUnderTest:
    """The appliance, its pages, and a way to mint codes."""

    appliance: Appliance
    client: FlaskClient

    def mint(self, **more: Any) -> str:
        with self.appliance.database.writing() as session:
            given = {"hours": 1.0, "now_ms": int(time.time() * 1000), **more}
            return enrolment.mint(session, self.appliance.identity, **given).code

    def device(self, site: str = "site-a", **more: Any) -> Device:
        """An enrolled device."""
        made = Device(self, site)
        answer = made.enrol(self.mint(**more))
        assert answer.status_code == 201, answer.text
        return made


@dataclass
class Device:
    """Signs what it is told to, right or wrong."""

    platform: PlatformUnderTest
    site: str = "site-a"
    identity: Identity = field(
        default_factory=lambda: Identity(Path(), uuid.uuid4().hex[:12], 2, Ed25519PrivateKey.generate(), b"p" * 32, b"")
    )

    @property
    def writer(self) -> str:
        return self.identity.writer

    def enrolment(self, code: str) -> dict[str, Any]:
        """What it says of itself when it enrols."""
        return {
            "code": code,
            "device": self.identity.device,
            "public_key_pem": self.identity.public_key_pem(),
            "site": self.site,
            "name": "Cửa A",
            "role": "kiosk",
        }

    def enrol(self, code: str, **more: Any) -> TestResponse:
        asked = {**self.enrolment(code), **more}
        body = json.dumps(asked).encode()
        token = self.assertion("POST", f"{API}/enrol", body, iss=asked["device"], sub=asked["device"])
        answer = self.platform.client.post(
            f"{API}/enrol",
            data=body,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )
        if answer.status_code == 201:
            self.identity = replace(self.identity, pseudonym_key=base64.b64decode(answer.json["pseudonym_key"]))
        return answer

    def visits(self, count: int, **more: Any) -> list[Record]:
        return visits(
            self.platform.appliance, self.writer, count, key=self.identity.pseudonym_key, site=self.site, **more
        )

    def assertion(self, method: str, path: str, body: bytes | None = None, **claims: Any) -> str:
        """``claims`` replace or add; a value of None leaves a claim out."""
        now = int(time.time())
        content: dict[str, Any] = {
            "iss": self.identity.device,
            "sub": self.identity.device,
            "aud": "national-platform",
            "iat": now,
            "exp": now + 60,
            "jti": str(uuid.uuid4()),
            "htm": method,
            "htu": path,
        }
        if body is not None:
            content["digest"] = base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode()
        content = {name: value for name, value in {**content, **claims}.items() if value is not None}
        return jwt.encode(content, self.identity.signing_key, algorithm="EdDSA")

    def push(self, records: Sequence[Record], **claims: Any) -> TestResponse:
        """A batch as a real device sends it."""
        body = zstandard.compress(lines_of(records))
        return self.push_body(body, records[0].writer, records[0].seq, records[-1].hash, **claims)

    def push_body(
        self,
        body: bytes,
        writer: str,
        first: int,
        head: bytes,
        /,
        headers: Mapping[str, str] | None = None,
        **claims: Any,
    ) -> TestResponse:
        said = {
            "writer": writer,
            "first": first,
            "head": head.hex(),
            "clock_ms": int(time.time() * 1000),
            "clock_trusted": True,
        }
        token = self.assertion("POST", f"{API}/batches", body, **{**said, **claims})
        return self.platform.client.post(
            f"{API}/batches",
            data=body,
            headers={
                "Authorization": f"Bearer {token}",
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "zstd",
                **(headers or {}),
            },
        )

    def post(self, path: str, content: bytes, **claims: Any) -> TestResponse:
        token = self.assertion("POST", f"{API}{path}", content, **claims)
        return self.platform.client.post(
            f"{API}{path}",
            data=content,
            headers={"Authorization": f"Bearer {token}", "Content-Type": "application/json"},
        )

    def pull(self, cursor: str = "", **claims: Any) -> TestResponse:
        token = self.assertion("GET", f"{API}/journals", **claims)
        return self.platform.client.get(
            f"{API}/journals", query_string={"cursor": cursor}, headers={"Authorization": f"Bearer {token}"}
        )
