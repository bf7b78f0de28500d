"""Wire lines of one writer become a checked batch: pure, before any lock is taken. Stores nothing."""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import msgspec
from pydantic import ValidationError

from kiosk.domain import Record
from kiosk.journal import chain
from kiosk.record_kinds import Kind, RecordKinds

END_OF_TIME_MS = 253_402_300_800_000  # year 10000: calendars, and hours in 32 bits, end there

# 22 characters of base64url whose last four bits are nought, so that one id has one spelling
_PACKED_ID = re.compile(r"[A-Za-z0-9_-]{21}[AQgw]").fullmatch
_CONTROLS = re.compile(r"[\x00-\x1f\x7f]").search


class ReceiveError(Exception):
    """A batch that was not taken. Nothing of it was stored."""


class Gap(ReceiveError):
    """Records before the batch are missing here. ``expected``: the seq to send next."""

    def __init__(self, expected: int) -> None:
        super().__init__(f"send from record {expected} on")
        self.expected = expected


class Fork(ReceiveError):
    """Another record is here under the same writer and ``seq``, or the chains end differently: a copied card."""

    def __init__(self, seq: int) -> None:
        super().__init__(f"record {seq} is not the one that is here")
        self.seq = seq


class MalformedLine(ReceiveError):
    """``line`` (1 is the first; 0 the batch as a whole) is no record that can follow."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line = line
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Parked:
    """A record that is stored, so that its journal goes on, and not projected. ``reason`` starts with a stable word:
    ``unknown_kind``, ``newer_schema``, ``time``, ``invalid_body``."""

    seq: int
    kind: str
    reason: str


class Batch:
    """Consecutive lines of one writer. Bodies are validated; the chain is computed once its beginning is known."""

    def __init__(
        self,
        writer: str,
        wires: Sequence[chain.WireRecord],
        headers: Sequence[bytes],
        digests: Sequence[bytes],
        bodies: Sequence[str | None],
        data: Sequence[Any],
        parked: Sequence[Parked],
    ) -> None:
        self.writer = writer
        self.first = wires[0].seq
        self.last = wires[-1].seq
        self.parked = parked
        self._wires = wires
        self._headers = headers
        self._digests = digests
        self._bodies = bodies
        self._data = data
        self._ids: list[UUID] = []

    def __len__(self) -> int:
        return len(self._wires)

    def ids(self) -> list[UUID]:
        if not self._ids:
            # 22 characters are 16 bytes and four bits of nought: filled up to 24 they decode all in one go
            together = "AA".join([wire.id for wire in self._wires]) + "AA"
            decoded = base64.urlsafe_b64decode(together)
            read = int.from_bytes
            self._ids = [UUID(int=read(decoded[at : at + 16], "big")) for at in range(0, len(decoded), 18)]
        return self._ids

    def chain_after(self, previous: bytes) -> list[bytes]:
        """Every line's hash, the one before the first being ``previous``."""
        hashes = []
        for header, digest in zip(self._headers, self._digests, strict=True):
            previous = chain.next_hash(previous, self.writer, header, digest)
            hashes.append(previous)
        return hashes

    def columns(self, hashes: Sequence[bytes], start: int) -> dict[str, Sequence[Any]]:
        """Rows of ``journal_records`` from line index ``start`` on, as columns."""
        wires = self._wires[start:]
        return {
            "writer": [self.writer] * len(wires),
            "seq": [wire.seq for wire in wires],
            "id": self.ids()[start:],
            "kind": [wire.kind for wire in wires],
            "schema": [wire.schema for wire in wires],
            "occurred_at_ms": [wire.occurred_at_ms for wire in wires],
            "clock_trusted": [wire.clock_trusted for wire in wires],
            "site": [wire.site for wire in wires],
            "citizen": [wire.citizen for wire in wires],
            "operator": [wire.operator for wire in wires],
            "body": self._bodies[start:],
            "body_digest": self._digests[start:],
            "hash": hashes[start:],
        }

    def records(self, hashes: Sequence[bytes], start: int) -> list[Record]:
        """What plugins fold, from line index ``start`` on: all but the parked ones."""
        skipped = {one.seq for one in self.parked}
        rows = zip(
            self._wires[start:],
            self.ids()[start:],
            self._bodies[start:],
            self._data[start:],
            self._digests[start:],
            hashes[start:],
            strict=True,
        )
        return [
            Record(
                self.writer, wire.seq, identifier, wire.kind, wire.schema, wire.occurred_at_ms, wire.clock_trusted,
                wire.site, wire.citizen, wire.operator, body, data, digest, own,
            )
            for wire, identifier, body, data, digest, own in rows
            if wire.seq not in skipped
        ]  # fmt: skip


def read_batch(writer: str, lines: bytes | Iterable[bytes], kinds: RecordKinds, digest_key: bytes) -> Batch:
    """Parse and check wire lines: NDJSON, or one line each. ``digest_key``: under which the writer digested its bodies.

    Raises ``MalformedLine``. A body that does not fit its kind, or a kind unknown here, is parked, not refused.
    """
    split = lines.splitlines() if isinstance(lines, bytes) else list(lines)
    if not split:
        raise MalformedLine(0, "there is no line in it")
    wires: list[chain.WireRecord] = []
    headers: list[bytes] = []
    digests: list[bytes] = []
    bodies: list[str | None] = []
    data: list[Any] = []
    parked: list[Parked] = []
    seen: set[str] = set()
    for number, line in enumerate(split, 1):
        try:
            wire = chain.decode_line(line)
            raw = bytes(wire.body)
            text = raw.decode()
            header = chain.wire_header(wire)
            _check(wire, raw, header)
            digest = chain.wire_digest(wire, digest_key)
        except (ValueError, RecursionError) as error:
            raise MalformedLine(number, _without_values(error)) from None
        if wires and wire.seq != wires[-1].seq + 1:
            raise MalformedLine(number, f"its seq does not follow {wires[-1].seq}")
        if wire.id in seen:
            raise MalformedLine(number, "another line has its id")
        seen.add(wire.id)
        erased = wire.erased_digest is not None
        value: Any = None
        if not erased:
            value, reason = validate(kinds.get(wire.kind), wire.schema, wire.occurred_at_ms, raw)
            if reason:
                parked.append(Parked(wire.seq, wire.kind, reason))
        wires.append(wire)
        headers.append(header)
        digests.append(digest)
        bodies.append(None if erased else text)
        data.append(value)
    return Batch(writer, wires, headers, digests, bodies, data, parked)


def validate(kind: Kind | None, schema: int, occurred_at_ms: int, body: bytes | str) -> tuple[Any, str]:
    """The body as its kind's model, or the reason why the record must be parked (never with a value of the body)."""
    if kind is None:
        return None, "unknown_kind"
    if schema > kind.schema:
        return None, "newer_schema"
    if occurred_at_ms >= END_OF_TIME_MS:
        return None, "time"
    try:
        # what model_validate_json does, without its look at options that are not given
        value = kind.model.__pydantic_validator__.validate_json(body)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False, include_context=False)[0]
        where = ".".join(str(part) for part in first["loc"] if isinstance(part, int) or part in kind.model.model_fields)
        return None, f"invalid_body {where} {first['type']}"[:120]
    except (ValueError, RecursionError):
        return None, "invalid_body"
    escape = b"\\u0000" if isinstance(body, bytes) else "\\u0000"
    if escape in body and _holds_nul(msgspec.json.decode(body)):  # type: ignore[operator]
        return None, "invalid_body NUL"  # PostgreSQL keeps no such text
    return value, ""


def _check(wire: chain.WireRecord, raw: bytes, header: bytes) -> None:
    """What ``decode_line`` leaves open. Raises ``ValueError``."""
    if not _PACKED_ID(wire.id):
        raise ValueError("id is not 16 bytes of base64url")
    # the header was encoded afresh, so a control character in it shows as a backslash
    if b"\\" in header and _CONTROLS(wire.kind + wire.site + (wire.citizen or "") + (wire.operator or "")):
        raise ValueError("control characters")
    if wire.erased_digest is not None and (raw != b"null" or len(base64.b64decode(wire.erased_digest)) != 32):
        raise ValueError("an erased record has no body and a digest of 32 bytes")


def _holds_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any(_holds_nul(key) or _holds_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(_holds_nul(item) for item in value)


def _without_values(error: Exception) -> str:
    """Our own words and msgspec's name positions and types; the others' may quote the line."""
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    if isinstance(error, RecursionError):
        return "nested too deeply"
    return str(error)[:120]
