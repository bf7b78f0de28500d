"""Takes a carried-in file of journals: proves each section, then receives it like a pushed batch, exactly once.

Who may have written what is asked of plugins (hook ``journal_source``); this appliance's own signature always counts.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import BinaryIO

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.identity import Identity
from kiosk.journal.batch import Fork, Gap, MalformedLine, read_batch
from kiosk.journal.exchange import Damaged, Section, read
from kiosk.journal.models import JournalHead
from kiosk.journal.receive import Received, receive
from kiosk.journal.writer import Journal
from kiosk.plugin import JournalSource
from kiosk.plugin_host.deadline import DeadlineRunner
from kiosk.plugin_host.guarded import GuardedHooks

PROBLEMS: dict[str, Text] = {
    "cut_off": Text(
        "Tệp bị cắt cụt hoặc hỏng: phần nguyên vẹn đã được nhận. Hãy xuất lại tệp và nhập lần nữa.",
        "The file was cut off or damaged: what is whole was taken. Export it again and import that.",
    ),
    "not_a_journal_file": Text(
        "Tệp không phải sổ nhật ký, hoặc hỏng từ đây. Hãy xuất lại.",
        "Not a journal file, or damaged from here on. Export it again.",
    ),
    "unknown_writer": Text(
        "Không biết ai ghi sổ này: hãy đăng ký máy đó (hoặc máy này) trước.",
        "Nobody here knows who writes this journal: enrol that device (or this one) first.",
    ),
    "signature": Text(
        "Chữ ký không đúng với sổ này; phần đó đã bị bỏ. Hãy hỏi người giao tệp.",
        "The signature is not right for this journal; that part was left out. Ask who brought the file.",
    ),
    "chain": Text(
        "Nội dung không khớp chuỗi băm; phần đó đã bị bỏ.",
        "The content does not fit its chain; that part was left out.",
    ),
    "gap": Text(
        "Thiếu các bản ghi trước đó; hãy nhập tệp cũ hơn trước.",
        "Earlier records are lacking; import the older file first.",
    ),
    "fork": Text(
        "Ở đây có bản ghi khác cùng số: thẻ nhớ bị sao chép? Báo người quản trị.",
        "Other records are here under these numbers: a cloned card? Tell the administrator.",
    ),
    "malformed": Text("Một dòng không phải bản ghi; phần đó đã bị bỏ.", "A line is no record; that part was left out."),
}


@dataclass(frozen=True, slots=True)
class Problem:
    """Something that was not taken. ``code`` is a key of ``PROBLEMS``; ``writer`` is empty where the file is meant."""

    code: str
    writer: str = ""
    seq: int = 0

    @property
    def text(self) -> Text:
        return PROBLEMS[self.code]


@dataclass(slots=True)
class Taken:
    """What one journal of the file came to."""

    writer: str
    first: int
    last: int = 0
    stored: int = 0
    duplicates: int = 0
    parked: list[tuple[int, str]] = field(default_factory=list)


@dataclass(slots=True)
class CarriedIn:
    """What a file came to. ``restored``: records of this device itself came back; ``closed``: ``restoring`` was called."""

    journals: dict[str, Taken] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    restored: bool = False
    closed: bool = False


def carry_in(journal: Journal, source: BinaryIO, restoring: Callable[[], object] | None = None) -> CarriedIn:
    """Take all that can be proved; the rest is said in ``problems``. Taking a file twice changes nothing.

    ``restoring`` is called once, before the first records of this device itself that are not here are stored: to close its
    journal while that is still what a power cut would leave. What it raises ends the whole.
    """
    result = CarriedIn()
    try:
        for section in read(source):
            problem = _take(journal, section, result, restoring)
            if problem:
                result.problems.append(problem)
    except Damaged as damaged:
        result.problems.append(Problem(damaged.reason))
    return result


def source_of(journal: Journal, writer: str) -> JournalSource | None:
    """Whose signature counts for a journal and under which key its bodies were digested; None: nobody knows it."""
    identity = journal.identity
    own = identity.public_key_pem()
    if is_own(identity, writer):
        return JournalSource((own,), identity.digest_key(writer))
    hooks = GuardedHooks(journal.host, DeadlineRunner(idle=0, name="journal-source"), journal.hook_seconds)
    found = hooks.first("journal_source", writer=writer).value
    if isinstance(found, JournalSource):
        return JournalSource((*found.public_key_pems, own), found.digest_key, found.received, found.forked)
    return None


def is_own(identity: Identity, writer: str) -> bool:
    """Whether this device wrote the journal, in this epoch or an earlier one."""
    return writer.rpartition(".")[0] == identity.device


def _take(
    journal: Journal, section: Section, result: CarriedIn, restoring: Callable[[], object] | None
) -> Problem | None:
    writer, first = section.header.writer, section.header.first
    source = source_of(journal, writer)
    if source is None:
        return Problem("unknown_writer", writer, first)
    if not section.signed_by([_public_key(pem) for pem in source.public_key_pems]):
        return Problem("signature", writer, first)
    own = is_own(journal.identity, writer)

    def finish(session: Session, received: Received) -> None:
        if source.received:
            source.received(session, received)
        if own:
            session.execute(update(JournalHead).where(JournalHead.writer == writer).values(own=True))

    head = bytes.fromhex(section.seal.head_hash)
    try:
        batch = read_batch(writer, section.lines, journal.kinds, source.digest_key)
        if batch.first != first or batch.last != section.seal.head_seq:
            return Problem("chain", writer, first)
        if batch.chain_after(bytes.fromhex(section.header.previous_hash))[-1] != head:
            return Problem("chain", writer, first)
        if own and restoring and not result.closed and batch.last > _length(journal, writer):
            restoring()
            result.closed = True
        received = receive(journal.database, journal.projector, batch, head, finish)
    except MalformedLine as malformed:
        return Problem("malformed", writer, first + max(0, malformed.line - 1))
    except Gap as gap:
        return Problem("gap", writer, gap.expected)
    except Fork as fork:
        if source.forked:
            source.forked(fork.seq)
        return Problem("fork", writer, fork.seq)
    taken = result.journals.setdefault(writer, Taken(writer, first))
    taken.last = batch.last
    taken.stored += received.stored
    taken.duplicates += received.duplicates
    taken.parked += [(one.seq, one.reason) for one in received.parked]
    result.restored = result.restored or (own and received.stored > 0)
    return None


def _length(journal: Journal, writer: str) -> int:
    with journal.database.reading() as session:
        return session.scalar(select(JournalHead.seq).where(JournalHead.writer == writer)) or 0


def _public_key(pem: str) -> Ed25519PublicKey:
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key
