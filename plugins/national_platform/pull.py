"""What the platform has written for a device since its last pull: the rest of a few journals, signed."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING

import jwt
import msgspec
import zstandard
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.journal import chain, reading
from kiosk.journal.audiences import audiences_of
from kiosk.journal.models import JournalHead, JournalRecord

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal

COMPRESSION = 6
PLAIN_BYTES = 16 * 1024 * 1024  # an answer is closed after the batch that passes this


class BadCursor(ValueError):
    """A cursor that this platform did not give."""


@dataclass(frozen=True, slots=True)
class Answer:
    """``body`` is zstd; ``signature`` a JWS whose claims are {writer: hex hash after its last line here}."""

    body: bytes
    cursor: str
    more: bool
    signature: str


_cursor_decoder = msgspec.json.Decoder(dict[str, int])


def read_cursor(text: str) -> dict[str, int]:
    """Empty text is the beginning. Raises ``BadCursor``."""
    if not text:
        return {}
    if len(text) > 500:
        raise BadCursor("too long")
    try:
        found = _cursor_decoder.decode(base64.urlsafe_b64decode(text.encode("ascii") + b"=="))
    except (ValueError, msgspec.DecodeError, RecursionError):
        raise BadCursor("not a cursor of this platform") from None
    if any(not 0 <= seq < 2**62 for seq in found.values()):
        raise BadCursor("not a cursor of this platform")
    return found


def write_cursor(seqs: dict[str, int]) -> str:
    return base64.urlsafe_b64encode(msgspec.json.encode(seqs, order="sorted")).rstrip(b"=").decode("ascii")


def journals_for(journal: Journal, session: Session, site: str, province: str, cursor: str, most_lines: int) -> Answer:
    """The next part of the journals for one site. Raises ``BadCursor``."""
    came = read_cursor(cursor)
    seqs = {writer: came.get(writer, 0) for writer in audiences_of(site, province)}
    heads = {
        row.writer: row.seq
        for row in session.execute(
            select(JournalHead.writer, JournalHead.seq).where(JournalHead.writer.in_(list(seqs)), JournalHead.own)
        )
    }
    if any(heads.get(writer, 0) < seq for writer, seq in seqs.items()):
        raise BadCursor("beyond a journal's end")  # this platform was restored from a backup
    pieces: list[bytes] = []
    ends: dict[str, str] = {}
    left, size = most_lines, 0
    for writer, after in seqs.items():
        if left <= 0 or size > PLAIN_BYTES or heads.get(writer, 0) <= after:
            continue
        previous = _hash_at(session, writer, after)
        pieces.append(msgspec.json.encode({"writer": writer, "previous_seq": after, "previous_hash": previous.hex()}))
        for batch in reading.batches(session, writer, journal.kinds, after, min(1000, left), heads[writer]):
            lines = [chain.encode_line(record) for record in batch]
            pieces += lines
            size += sum(map(len, lines))
            left -= len(batch)
            seqs[writer] = batch[-1].seq
            ends[writer] = batch[-1].hash.hex()
            if left <= 0 or size > PLAIN_BYTES:
                break
    more = any(heads.get(writer, 0) > seq for writer, seq in seqs.items())
    body = b"".join(piece + b"\n" for piece in pieces)
    return Answer(
        body=zstandard.ZstdCompressor(level=COMPRESSION).compress(body),
        cursor=write_cursor(seqs),
        more=more,
        signature=jwt.encode(ends, journal.identity.signing_key, algorithm="EdDSA"),
    )


def _hash_at(session: Session, writer: str, seq: int) -> bytes:
    if seq == 0:
        return chain.genesis(writer)
    query = select(JournalRecord.hash).where(JournalRecord.writer == writer, JournalRecord.seq == seq)
    return session.execute(query).scalar_one()
