"""The platform's five requests as methods. Each returns a checked answer or raises a ``SyncFault``; it changes nothing here."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import zstandard

from kiosk import __version__
from kiosk.identity import Identity
from kiosk.plugin import Clock
from plugins.upstream_sync import answers, assertion
from plugins.upstream_sync.faults import NotUnderstood
from plugins.upstream_sync.messages import Batch, Reply, Timed
from plugins.upstream_sync.transport import Transport

API = "/national_platform/api/v1"
LONGEST_CURSOR = 4000
MOST_PULLED_BYTES = 16 * 1024 * 1024  # compressed
MOST_PULLED_LINES_BYTES = 64 * 1024 * 1024  # decompressed
COMPRESSION = 6  # measured on 2,000 visits: 47 bytes each, as at level 9 in half the time; 49 at level 3


@dataclass(frozen=True, slots=True)
class Pulled:
    """The rest of the platform's journals, or a part of it. ``signature``: a JWS over the heads after these lines."""

    lines: bytes
    cursor: str
    more: bool
    signature: str


class PlatformClient:
    """Talks to one platform as one device. For one thread; ``transport.abort`` ends it from another."""

    def __init__(self, address: str, identity: Identity, clock: Clock, transport: Transport) -> None:
        self.address = address
        self.transport = transport
        self.timed: Timed | None = None  # from the last answer that carried the time
        self._identity = identity
        self._clock = clock

    def enrol(self, request: Mapping[str, Any]) -> answers.Enrolled:
        """Signed by the very key that ``request`` brings: nobody enrols with a key that is not theirs."""
        body = json.dumps(request).encode()
        reply = self._signed("POST", "/enrol", {"Content-Type": "application/json"}, body, {})
        enrolled = answers.read(reply, answers.Enrolled, (200, 201))
        self._note_time(enrolled.server_time_ms, reply)
        return enrolled

    def send(self, batch: Batch) -> answers.BatchTaken:
        """Raises ``Gap``, ``Fork``, ``TooLarge``, ``MalformedLine`` and the other faults."""
        body = zstandard.ZstdCompressor(level=COMPRESSION).compress(batch.lines)
        now_ms, trusted = self._now_ms(), self._clock.trusted()
        head = batch.head.hex()
        claims = {
            "writer": batch.writer,
            "first": batch.first,
            "head": head,
            "clock_ms": now_ms,
            "clock_trusted": trusted,
            "app_version": __version__,
        }
        headers = {
            "Content-Type": "application/x-ndjson",
            "Content-Encoding": "zstd",
            "X-Journal-Writer": batch.writer,
            "X-Journal-First": str(batch.first),
            "X-Journal-Head": head,
            "X-Clock": f"{now_ms};{int(trusted)}",
        }
        reply = self._signed("POST", "/batches", headers, body, claims)
        taken = answers.read(reply, answers.BatchTaken)
        if taken.writer != batch.writer:
            raise NotUnderstood("garbage", "an answer about another journal")
        self._note_time(taken.server_time_ms, reply)
        return taken

    def retry_parked(self, writer: str, seqs: list[int]) -> tuple[answers.Parked, ...]:
        """What is still parked of ``seqs``."""
        body = json.dumps({"writer": writer, "seqs": seqs}).encode()
        reply = self._signed("POST", "/parked/retry", {"Content-Type": "application/json"}, body, {})
        return answers.read(reply, answers.StillParked).parked

    def journals(self, cursor: str) -> Pulled:
        """What the platform has written for this device since ``cursor`` (empty: everything)."""
        reply = self._signed(
            "GET", "/journals", {"Accept-Encoding": "zstd"}, None, {}, {"cursor": cursor}, MOST_PULLED_BYTES
        )
        if reply.status != 200:
            raise answers.fault_of(reply)
        headers = reply.headers
        if len(headers.get("x-cursor", "")) not in range(1, LONGEST_CURSOR + 1) or headers.get("x-more") not in (
            "0",
            "1",
        ):
            raise NotUnderstood("garbage", "journals without a cursor")
        return Pulled(
            _decompressed(reply.body),
            headers["x-cursor"],
            headers["x-more"] == "1",
            headers.get("x-head-signature", ""),
        )

    def time(self) -> Timed:
        """How far the clocks are apart."""
        reply = self.transport.exchange("GET", f"{self.address}{API}/time")
        return self._note_time(answers.read(reply, answers.ServerTime).server_time_ms, reply)

    def _signed(
        self,
        method: str,
        path: str,
        headers: dict[str, str],
        body: bytes | None,
        claims: Mapping[str, Any],
        query: Mapping[str, str] | None = None,
        most_bytes: int = 1024 * 1024,
    ) -> Reply:
        token = assertion.sign(self._identity, method, API + path, body, self._now_ms() // 1000, claims)
        address = f"{self.address}{API}{path}"
        if query:
            address += "?" + urlencode(query)
        return self.transport.exchange(
            method, address, {"Authorization": f"Bearer {token}", **headers}, body, most_bytes
        )

    def _now_ms(self) -> int:
        return int(self._clock.now().timestamp() * 1000)

    def _note_time(self, server_time_ms: int, reply: Reply) -> Timed:
        half_ms = int(reply.took * 500)
        self.timed = Timed(self._now_ms() - half_ms - server_time_ms, half_ms)
        return self.timed


def _decompressed(body: bytes) -> bytes:
    """zstd, all frames, bounded. An empty body is no line. Raises ``NotUnderstood``."""
    if not body:
        return b""
    pieces, size = [], 0
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(body, read_across_frames=True) as reader:
            while piece := reader.read(256 * 1024):
                size += len(piece)
                if size > MOST_PULLED_LINES_BYTES:
                    raise NotUnderstood("garbage", "journals of more than 64 MB")
                pieces.append(piece)
    except zstandard.ZstdError:
        raise NotUnderstood("garbage", "journals that are not zstd") from None
    return b"".join(pieces)
