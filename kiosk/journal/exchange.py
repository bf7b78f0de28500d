"""The file in which journals travel without a network: carry-out on USB, exchange on a LAN, backup. Only the format.

zstd of NDJSON, in sections of at most ``SECTION`` records of one writer, each a frame by itself: a header
``{"format", "writer", "first", "previous_hash", "key_id"}``, the wire lines, and a seal
``{"head_seq", "head_hash", "last", "signature", "public_key_pem"}``. The Ed25519 signature covers the header's bytes and
the seal's first three values, and through the chain every line between them. ``last`` is false where more follows, so that
a file that was cut off shows it, and every section before the cut is still whole. Files may be joined end to end.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import msgspec
import zstandard
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.explained import Explained
from kiosk.identity import Identity
from kiosk.journal import chain
from kiosk.journal.models import JournalHead, JournalRecord

FORMAT = "kiosk-journal/1"
SECTION = 1000  # records a section: what is lost, at most, where a file is cut off
COMPRESSION = 9
LONGEST_LINE = 4 * 1024 * 1024
MOST_LINES = 20_000  # of a section that somebody else made
MOST_BYTES = 64 * 1024 * 1024


class Damaged(Exception):
    """The file cannot be read further. ``reason``: ``cut_off`` or ``not_a_journal_file``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Header(msgspec.Struct, forbid_unknown_fields=False):
    """Where a section goes on from. ``key_id`` names the key that signs it."""

    format: str
    writer: str
    first: int
    previous_hash: str
    key_id: str = ""


class Seal(msgspec.Struct, forbid_unknown_fields=False):
    """Where a section ends, and who says so."""

    head_seq: int
    head_hash: str
    last: bool
    signature: str
    public_key_pem: str


@dataclass(frozen=True, slots=True)
class Section:
    """A section as it was read: complete, not yet believed."""

    header: Header
    header_line: bytes
    lines: Sequence[bytes]
    seal: Seal

    def signed_by(self, keys: Sequence[Ed25519PublicKey]) -> bool:
        """Whether one of ``keys`` signed it."""
        try:
            signature = bytes.fromhex(self.seal.signature)
        except ValueError:
            return False
        message = _message(self.header_line, self.seal.head_seq, self.seal.head_hash, self.seal.last)
        for key in keys:
            with contextlib.suppress(InvalidSignature):
                key.verify(signature, message)
                return True
        return False


@dataclass(frozen=True, slots=True)
class Wanted:
    """A part of one journal: after ``since`` up to ``until``."""

    writer: str
    since: int
    until: int


def key_id(key: Ed25519PublicKey) -> str:
    """The first 16 hex digits of the raw key's SHA-256."""
    raw = key.public_bytes(serialization.Encoding.Raw, serialization.PublicFormat.Raw)
    return hashlib.sha256(raw).hexdigest()[:16]


def wanted(session: Session, writers: Sequence[str] = (), since: int = 0, unacknowledged: bool = False) -> list[Wanted]:
    """What to export: ``writers``, or every journal that this appliance writes. Raises ``ValueError`` for an unknown one."""
    heads = {head.writer: head for head in session.scalars(select(JournalHead))}
    unknown = [writer for writer in writers if writer not in heads]
    if unknown:
        raise Explained(
            f"không có sổ nhật ký nào tên {unknown[0]!r}; ở đây có: {', '.join(sorted(heads)) or 'không sổ nào'}",
            f"no journal is called {unknown[0]!r}; here are: {', '.join(sorted(heads)) or 'none'}",
        )
    chosen = writers or [writer for writer, head in sorted(heads.items()) if head.own]
    parts = [
        Wanted(writer, max(since, heads[writer].acknowledged if unacknowledged else 0), heads[writer].seq)
        for writer in chosen
    ]
    return [part for part in parts if part.until > part.since]


def write(session: Session, identity: Identity, out: BinaryIO, parts: Sequence[Wanted]) -> int:
    """Write the parts, signed by this appliance. Returns the number of records. Raises ``ValueError`` on a hole."""
    compressor = zstandard.ZstdCompressor(level=COMPRESSION)
    count = 0
    pem, signing_id = identity.public_key_pem(), key_id(identity.signing_key.public_key())
    with compressor.stream_writer(out, closefd=False) as stream:
        for number, part in enumerate(parts, 1):
            after = part.since
            while after < part.until:
                records = _records(session, part.writer, after, min(part.until, after + SECTION))
                header = msgspec.json.encode(
                    Header(FORMAT, part.writer, after + 1, _hash_at(session, part.writer, after).hex(), signing_id)
                )
                head = records[-1]
                last = number == len(parts) and head.seq == part.until
                message = _message(header, head.seq, head.hash.hex(), last)
                seal = Seal(head.seq, head.hash.hex(), last, identity.signing_key.sign(message).hex(), pem)
                lines = [header, *(chain.encode_line(record) for record in records), msgspec.json.encode(seal)]
                stream.write(b"\n".join(lines) + b"\n")
                stream.flush(zstandard.FLUSH_FRAME)
                count += len(records)
                after = head.seq
    return count


def write_file(session: Session, identity: Identity, path: Path, parts: Sequence[Wanted]) -> int:
    """The same to a file that appears whole or not at all, on the medium when this returns. Raises ``OSError``."""
    draft = path.with_name(path.name + ".part")
    try:
        descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "wb") as out:
            count = write(session, identity, out, parts)
            out.flush()
            os.fsync(out.fileno())
        draft.replace(path)
    except BaseException:
        draft.unlink(missing_ok=True)
        raise
    with contextlib.suppress(OSError):  # some file systems of USB sticks cannot sync a folder
        folder = os.open(path.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)
    return count


def read(source: BinaryIO) -> Iterator[Section]:
    """The sections of a file, one in memory at a time. Raises ``Damaged`` after the last whole one."""
    magic = source.read(len(zstandard.FRAME_HEADER))
    if magic != zstandard.FRAME_HEADER:
        raise Damaged("not_a_journal_file")
    header: Header | None = None
    header_line, size, complete = b"", 0, True
    lines: list[bytes] = []
    for line in _lines(_Begun(magic, source)):
        if header is None:
            header, header_line, lines, size = _header(line), line, [], 0
        elif line.startswith(b"["):
            lines.append(line)
            size += len(line)
            if len(lines) > MOST_LINES or size > MOST_BYTES:
                raise Damaged("not_a_journal_file")
        else:
            seal = _seal(line)
            if not lines:
                raise Damaged("not_a_journal_file")
            complete = seal.last
            yield Section(header, header_line, tuple(lines), seal)
            header = None
    if header is not None or not complete or not header_line:
        raise Damaged("cut_off")


def _message(header_line: bytes, seq: int, head_hash: str, last: bool) -> bytes:
    return b"\n".join((header_line, str(seq).encode(), head_hash.encode(), b"1" if last else b"0"))


def _header(line: bytes) -> Header:
    try:
        header = msgspec.json.decode(line, type=Header)
        bytes.fromhex(header.previous_hash)
    except (ValueError, RecursionError):
        raise Damaged("not_a_journal_file") from None
    if header.format != FORMAT or header.first < 1 or not 0 < len(header.writer) <= 32:
        raise Damaged("not_a_journal_file")
    return header


def _seal(line: bytes) -> Seal:
    try:
        seal = msgspec.json.decode(line, type=Seal)
        bytes.fromhex(seal.head_hash)
    except (ValueError, RecursionError):
        raise Damaged("not_a_journal_file") from None
    return seal


class _Begun:
    """A source of which the first bytes were read already."""

    def __init__(self, first: bytes, source: BinaryIO) -> None:
        self._first = first
        self._source = source

    def read(self, size: int = -1) -> bytes:
        first, self._first = self._first, b""
        return first or self._source.read(size)


def _lines(source: _Begun) -> Iterator[bytes]:
    """Lines of the decompressed text; one without an end is left out: it was cut."""
    rest = b""
    try:
        with zstandard.ZstdDecompressor(max_window_size=2**27).stream_reader(
            source,  # type: ignore[arg-type]  # anything with read() does
            read_across_frames=True,
            closefd=False,
        ) as reader:
            while piece := reader.read(256 * 1024):
                *whole, rest = (rest + piece).split(b"\n")
                yield from whole
                if len(rest) > LONGEST_LINE:
                    raise Damaged("not_a_journal_file")
    except zstandard.ZstdError:
        return  # bits flipped: what came before is whole, and `read` says that something is lacking


def _records(session: Session, writer: str, after: int, until: int) -> list[Record]:
    rows = session.execute(
        select(*JournalRecord.__table__.columns)
        .where(JournalRecord.writer == writer, JournalRecord.seq > after, JournalRecord.seq <= until)
        .order_by(JournalRecord.seq)
    )
    records = [Record(**row._mapping, data=None) for row in rows]
    if [record.seq for record in records] != list(range(after + 1, until + 1)):
        raise Explained(
            f"sổ nhật ký {writer} bị khuyết giữa {after + 1} và {until}; hãy chạy 'kiosk journal verify'",
            f"journal {writer} has a hole between {after + 1} and {until}; run 'kiosk journal verify'",
        )
    return records


def _hash_at(session: Session, writer: str, seq: int) -> bytes:
    if seq == 0:
        return chain.genesis(writer)
    return session.execute(
        select(JournalRecord.hash).where(JournalRecord.writer == writer, JournalRecord.seq == seq)
    ).scalar_one()
