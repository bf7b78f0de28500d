"""Synthetic devices that enrol and push real journals over HTTP: the load generator. Everything in them is invented.

A device here has what a real one has on the wire: an Ed25519 key, a hash-chained journal, signed requests, zstd NDJSON.
"""

from __future__ import annotations

import base64
import hashlib
import json
import time
import uuid
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import islice
from pathlib import Path
from random import Random
from types import MappingProxyType
from typing import Any

import jwt
import requests
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain import Decision, Draft
from kiosk.identity import Identity
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.record_kinds import RecordKinds
from kiosk.synthetic import Citizen, citizens
from kiosk.text.names import mask_name
from plugins.national_platform.assertion import AUDIENCE, LONGEST_SPAN

API = "/national_platform/api/v1"
COMPRESSION = 9
VISIT, ENCOUNTER = "self_check_in.visit", "core.encounter"
ALPHABET = "abcdefghijklmnopqrstuvwxyz234567"
TRIES = 20


class FleetFailed(Exception):
    """The platform refused, or stayed away: what it said."""


@dataclass(frozen=True, slots=True)
class Load:
    """One batch, ready to send."""

    writer: str
    first: int
    last: int
    head: bytes
    body: bytes

    @property
    def records(self) -> int:
        return self.last - self.first + 1


@dataclass(slots=True)
class Sent:
    """What a run came to. ``seconds`` is the time of pushing alone: journals are made before."""

    records: int = 0
    bytes_on_the_wire: int = 0
    batches: int = 0
    parked: int = 0
    duplicates: int = 0
    retries: int = 0
    seconds: float = 0.0
    latencies: list[float] = field(default_factory=list)

    def add(self, other: Sent) -> None:
        for name in ("records", "bytes_on_the_wire", "batches", "parked", "duplicates", "retries"):
            setattr(self, name, getattr(self, name) + getattr(other, name))
        self.latencies += other.latencies


class SyntheticDevice:
    """One device. Not for several threads at once."""

    def __init__(self, platform: str, rng: Random, number: int, site: str) -> None:
        self.site = site
        self._platform = platform.rstrip("/")
        self._rng = rng
        self._number = number
        self._identity = Identity(
            folder=Path(),  # it lives in memory only
            device="".join(rng.choice(ALPHABET) for _ in range(12)),
            epoch=2,  # the first journal begins before enrolment; this device had nothing to say then
            signing_key=Ed25519PrivateKey.from_private_bytes(rng.randbytes(32)),
            pseudonym_key=b"",
            session_key=b"",
        )
        self._http = requests.Session()
        self._http.trust_env = False

    @property
    def device(self) -> str:
        return self._identity.device

    @property
    def writer(self) -> str:
        return self._identity.writer

    def enrol(self, code: str) -> None:
        """Raises ``FleetFailed`` where the platform refuses, is not reached, or is none."""
        asked = {
            "code": code,
            "device": self.device,
            "public_key_pem": self._identity.public_key_pem(),
            "site": self.site,
            "name": f"synthetic {self._number}",
            "role": "kiosk",
        }
        body, path = json.dumps(asked).encode(), f"{API}/enrol"
        headers = {"Authorization": f"Bearer {self.assertion('POST', path, body)}", "Content-Type": "application/json"}
        try:
            answer = self._http.post(self._platform + path, data=body, headers=headers, timeout=30)
        except (requests.RequestException, ValueError) as error:  # ValueError: some addresses that are none
            raise FleetFailed(f"{self._platform}: {type(error).__name__}") from None
        if answer.status_code != 201:
            raise FleetFailed(f"enrolment: {answer.status_code} {answer.text[:200]}")
        self._identity = replace(self._identity, pseudonym_key=base64.b64decode(answer.json()["pseudonym_key"]))

    def journal(
        self, kinds: RecordKinds, people: Sequence[Citizen], records: int, size: int, now: datetime
    ) -> list[Load]:
        """A day's journal in batches of ``size``: one visit every few seconds, ending now."""
        loads: list[Load] = []
        head = Head(0, chain.genesis(self.writer))
        entries = self._entries(kinds, people, records, now)
        compressor = zstandard.ZstdCompressor(level=COMPRESSION)
        while part := list(islice(entries, size)):
            made = build(head, self.writer, self.site, self._identity.pseudonym_key, kinds, part)
            head = Head(made[-1].seq, made[-1].hash)
            lines = b"".join(chain.encode_line(record) + b"\n" for record in made)
            loads.append(Load(self.writer, made[0].seq, head.seq, head.hash, compressor.compress(lines)))
        return loads

    def push(self, loads: Sequence[Load], to: str = "") -> Sent:
        """Send batches one after another, to ``to`` or where it enrolled; waits and tries again where the platform is
        busy or away. Raises ``FleetFailed``."""
        sent = Sent()
        for load in loads:
            began = time.perf_counter()
            answer = self._send(to or self._platform, load, sent)
            sent.latencies.append(time.perf_counter() - began)
            if answer["acknowledged"] < load.last:
                raise FleetFailed(f"acknowledged {answer['acknowledged']} of {load.last}")
            sent.records += load.records
            sent.bytes_on_the_wire += len(load.body)
            sent.batches += 1
            sent.parked += len(answer["parked"])
            sent.duplicates += answer["duplicates"]
        return sent

    def _send(self, platform: str, load: Load, sent: Sent) -> dict[str, Any]:
        path = f"{API}/batches"
        for attempt in range(TRIES):
            headers = {
                "Authorization": f"Bearer {self.assertion('POST', path, load.body, self._claims(load))}",
                "Content-Type": "application/x-ndjson",
                "Content-Encoding": "zstd",
            }
            try:
                answer = self._http.post(platform + path, data=load.body, headers=headers, timeout=60)
            except requests.RequestException as error:
                wait, told = min(2.0**attempt / 10, 5.0), type(error).__name__
            else:
                if answer.status_code == 200:
                    found: dict[str, Any] = answer.json()
                    return found
                told = f"{answer.status_code} {answer.text[:200]}"
                if answer.status_code not in (429, 500, 502, 503, 504):
                    raise FleetFailed(told)
                wait = float(answer.headers.get("Retry-After", 1))
            sent.retries += 1
            time.sleep(wait * self._rng.uniform(0.5, 1.0))
        raise FleetFailed(f"no success after {TRIES} tries: {told}")

    def assertion(self, method: str, path: str, body: bytes, more: Mapping[str, Any] = MappingProxyType({})) -> str:
        """The token of one request; ``more`` claims are a batch's own."""
        now = int(time.time())
        claims = {
            "iss": self.device,
            "sub": self.device,
            "aud": AUDIENCE,
            "iat": now,
            "exp": now + LONGEST_SPAN,
            "jti": str(uuid.uuid4()),
            "htm": method,
            "htu": path,
            "digest": base64.urlsafe_b64encode(hashlib.sha256(body).digest()).rstrip(b"=").decode("ascii"),
            **more,
        }
        return jwt.encode(claims, self._identity.signing_key, algorithm="EdDSA")

    @staticmethod
    def _claims(load: Load) -> dict[str, Any]:
        return {
            "writer": load.writer,
            "first": load.first,
            "head": load.head.hex(),
            "clock_ms": int(time.time() * 1000),
            "clock_trusted": True,
        }

    def _entries(self, kinds: RecordKinds, people: Sequence[Citizen], records: int, now: datetime) -> Iterator[Entry]:
        kind = kinds.get(VISIT) or kinds.get(ENCOUNTER)
        assert kind is not None
        rng, lane = self._rng, "ABCDEF"[self._number % 6]
        at = now - timedelta(seconds=8 * records)
        for number in range(1, records + 1):
            at += timedelta(seconds=rng.uniform(4, 12))
            citizen = rng.choice(people)
            admitted = rng.random() < 0.96
            numbered = {"number": number % 100_000} if kind.name == VISIT and admitted else {}
            body = kind.model(
                decision=Decision.ADMIT if admitted else Decision.REFER,
                reasons=["self_check_in.welcome" if admitted else "self_check_in.unsure_reading"],
                credential=rng.choice(("cccd_2021", "cccd_2021", "cccd_2024", "bhyt")),
                source="camera:front",
                name=mask_name(citizen.name, "initials"),
                ticket=f"{lane}{number:03d}" if admitted else "",
                **numbered,
            )
            yield Entry(
                id=_uuid7(at, rng),
                draft=Draft(kind.name, body, self._identity.pseudonym(citizen.national_id)),
                occurred_at=at,
                clock_trusted=True,
            )


def _uuid7(at: datetime, rng: Random) -> uuid.UUID:
    """RFC 9562 version 7 from a seed, so that a run can be repeated."""
    value = int(at.timestamp() * 1000) << 80 | rng.getrandbits(80)
    return uuid.UUID(int=value & ~(0xF << 76) & ~(0x3 << 62) | 0x7 << 76 | 0x2 << 62)


def run_fleet(
    platform: str,
    codes: Sequence[str],
    records: int,
    size: int,
    threads: int,
    kinds: RecordKinds,
    seed: int,
    tell: Callable[[str], None],
    sites: int = 0,
) -> Sent:
    """Enrol one device per code, make ``records`` each, push them ``threads`` at a time. Raises ``FleetFailed``."""
    rng = Random(seed)
    people = list(islice(citizens(rng), min(20_000, max(100, len(codes) * records // 3))))
    devices = [
        SyntheticDevice(platform, Random(rng.getrandbits(64)), number, f"fleet-{number % (sites or len(codes)):04d}")
        for number in range(len(codes))
    ]
    for device, code in zip(devices, codes, strict=True):
        device.enrol(code)
    tell(f"{len(devices)} devices enrolled")
    now = datetime.now(UTC)
    loads = [device.journal(kinds, people, records, size, now) for device in devices]
    tell(f"{len(devices) * records} records made and signed for")
    total = Sent()
    began = time.perf_counter()
    with ThreadPoolExecutor(threads) as pool:
        for sent in pool.map(lambda pair: pair[0].push(pair[1]), zip(devices, loads, strict=True)):
            total.add(sent)
    total.seconds = time.perf_counter() - began
    return total
