"""Pure: what a pull brought, taken apart and proved to be the platform's before anything is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from kiosk.journal.batch import Batch, MalformedLine, read_batch
from kiosk.record_kinds import RecordKinds
from plugins.upstream_sync.faults import SyncFault

AUDIENCE_JOURNAL = re.compile(r"^(nation|(site|province):[^\x00-\x1f\x7f]{1,27})$")


class _Header(msgspec.Struct):
    """The line before each journal's records: where they go on from."""

    writer: str
    previous_seq: int
    previous_hash: str


@dataclass(frozen=True, slots=True)
class Part:
    """One journal's new records. ``head``: the hash after the last, as the platform signed it."""

    writer: str
    previous_seq: int
    previous_hash: bytes
    lines: tuple[bytes, ...]
    head: bytes


def signed_heads(signature: str, key: Ed25519PublicKey) -> dict[str, bytes]:
    """Journal -> hash of its last record, from the platform's JWS. Raises ``SyncFault`` where it is not the platform's."""
    try:
        claims: dict[str, Any] = jwt.decode(
            signature,
            key,
            algorithms=["EdDSA"],
            # a device's clock may be years off: the signature says who, the chain says what comes after what
            options={"verify_aud": False, "verify_exp": False, "verify_iat": False, "verify_nbf": False},
        )
        return {writer: bytes.fromhex(value) for writer, value in claims.items() if isinstance(value, str)}
    except (jwt.PyJWTError, ValueError) as error:
        raise SyncFault("signature", type(error).__name__) from None


def take_apart(lines: bytes, heads: dict[str, bytes]) -> list[Part]:
    """The journals in an answer. Raises ``SyncFault`` where one is of a foreign writer or is not signed for."""
    parts: list[tuple[_Header, list[bytes]]] = []
    try:
        for line in lines.splitlines():
            if line.startswith(b"{"):
                parts.append((msgspec.json.decode(line, type=_Header), []))
            elif parts:
                parts[-1][1].append(line)
            else:
                raise SyncFault("chain", "records of no journal")
        found = [_part(header, records, heads) for header, records in parts if records]
    except ValueError as error:
        raise SyncFault("chain", type(error).__name__) from None
    if {part.writer for part in found} != set(heads):
        # an answer that was cut at a line's end looks whole, and its cursor would skip the rest
        raise SyncFault("signature", "not every journal that was signed for is there")
    return found


def _part(header: _Header, lines: Sequence[bytes], heads: dict[str, bytes]) -> Part:
    if not AUDIENCE_JOURNAL.match(header.writer):
        raise SyncFault("chain", "a journal that is not the platform's")
    head = heads.get(header.writer)
    if head is None:
        raise SyncFault("signature", "a journal without a signed head")
    previous = bytes.fromhex(header.previous_hash)
    return Part(header.writer, header.previous_seq, previous, tuple(lines), head)


def verified_batches(part: Part, kinds: RecordKinds, digest_key: bytes, size: int) -> list[Batch]:
    """The part in batches of ``size``, after its whole chain was computed up to the signed head."""
    try:
        batches = [
            read_batch(part.writer, part.lines[start : start + size], kinds, digest_key)
            for start in range(0, len(part.lines), size)
        ]
    except MalformedLine as malformed:
        raise SyncFault("chain", f"{part.writer}: {malformed}") from None
    expected, previous = part.previous_seq + 1, part.previous_hash
    for batch in batches:
        if batch.first != expected:
            raise SyncFault("chain", f"{part.writer}: {expected} is missing")
        previous, expected = batch.chain_after(previous)[-1], batch.last + 1
    if previous != part.head:
        raise SyncFault("signature", f"{part.writer}: its end is not the one that was signed")
    return batches
