"""Pure: a record's wire line, its digest, its place in the hash chain.

Wire line (one JSON array, no spaces):
``[seq, id, occurred_at_ms, clock_trusted, kind, schema, site, citizen, operator, body]``, with an eleventh element, the
body's digest, where the body was erased (``null``). ``id`` is 22 characters of base64url.

``hash = SHA-256(previous hash || writer || header || body digest)``. The header is the line's first nine elements as a
JSON array; the body digest is BLAKE2b-256 of the body's exact JSON text under the pseudonym key. So the body can be erased and the
chain still verifies, and a guess at an erased body cannot be confirmed without the key. The first previous hash is SHA-256 of the writer.
"""

from __future__ import annotations

import base64
import hashlib
from uuid import UUID

import msgspec

from kiosk.domain import Record

_encode = msgspec.json.encode


class WireRecord(msgspec.Struct, array_like=True, forbid_unknown_fields=True):
    """One line as it travels. ``body`` keeps its exact bytes."""

    seq: int
    id: str
    occurred_at_ms: int
    clock_trusted: bool
    kind: str
    schema: int
    site: str
    citizen: str | None
    operator: str | None
    body: msgspec.Raw
    erased_digest: str | None = None


_decoder = msgspec.json.Decoder(WireRecord)


def pack_id(identifier: UUID) -> str:
    return base64.urlsafe_b64encode(identifier.bytes).decode("ascii")[:22]


def genesis(writer: str) -> bytes:
    return hashlib.sha256(writer.encode()).digest()


def body_digest(body: bytes, key: bytes) -> bytes:
    return hashlib.blake2b(body, key=key, digest_size=32).digest()


def header_bytes(
    seq: int,
    packed_id: str,
    occurred_at_ms: int,
    clock_trusted: bool,
    kind: str,
    schema: int,
    site: str,
    citizen: str | None,
    operator: str | None,
) -> bytes:
    return _encode((seq, packed_id, occurred_at_ms, clock_trusted, kind, schema, site, citizen, operator))


def next_hash(previous: bytes, writer: str, header: bytes, digest: bytes) -> bytes:
    return hashlib.sha256(previous + writer.encode() + header + digest).digest()


def encode_line(record: Record) -> bytes:
    """One record as its wire line, without the line end."""
    header = header_bytes(
        record.seq,
        pack_id(record.id),
        record.occurred_at_ms,
        record.clock_trusted,
        record.kind,
        record.schema,
        record.site,
        record.citizen,
        record.operator,
    )
    if record.body is None:
        digest = base64.b64encode(record.body_digest).decode("ascii")
        return header[:-1] + b',null,"' + digest.encode("ascii") + b'"]'
    return header[:-1] + b"," + record.body.encode() + b"]"


def decode_line(line: bytes) -> WireRecord:
    """Raises ``ValueError`` (msgspec's own is one) where the line is not a record."""
    wire = _decoder.decode(line)
    if wire.seq < 1 or wire.seq >= 2**62 or not 0 <= wire.occurred_at_ms < 2**53:
        raise ValueError("seq or time out of range")
    if len(wire.id) != 22 or len(wire.kind) > 64 or len(wire.site) > 64 or not 0 <= wire.schema < 32_768:
        raise ValueError("id, kind, schema or site out of range")
    if (wire.citizen and len(wire.citizen) > 64) or (wire.operator and len(wire.operator) > 64):
        raise ValueError("citizen or operator out of range")
    return wire


def wire_header(wire: WireRecord) -> bytes:
    """The header of a received line, encoded afresh (so that white space in the line changes nothing)."""
    return header_bytes(
        wire.seq,
        wire.id,
        wire.occurred_at_ms,
        wire.clock_trusted,
        wire.kind,
        wire.schema,
        wire.site,
        wire.citizen,
        wire.operator,
    )


def wire_digest(wire: WireRecord, key: bytes) -> bytes:
    """The body's digest, or the one carried along where the body was erased."""
    if wire.erased_digest is not None:
        return base64.b64decode(wire.erased_digest, validate=True)
    return body_digest(bytes(wire.body), key)
