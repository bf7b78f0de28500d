"""A pushed batch: from the request's bytes to durable rows and the answer. Knows nothing of HTTP but its headers."""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import zstandard
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.journal.batch import Batch, Fork, MalformedLine, read_batch
from kiosk.journal.bulk import upsert_of
from kiosk.journal.rebuilding import refuse_meanwhile
from kiosk.journal.receive import Finish, Received, receive
from plugins.national_platform import alarms, parked
from plugins.national_platform.assertion import Refused, Sender
from plugins.national_platform.models import Contact

if TYPE_CHECKING:
    from kiosk.journal.writer import Journal
    from kiosk.plugin_host.guarded import GuardedHooks

log = logging.getLogger(__name__)

COMPRESSED_BYTES = 8 * 1024 * 1024
PLAIN_BYTES = 64 * 1024 * 1024
LINES = 20_000
FOLD_SECONDS = (
    120.0  # for a batch; a plugin that is in one call for half of it, and not for want of a processor, blocks
)
WINDOW_BYTES = 8 * 1024 * 1024  # the most memory that a frame may ask of the decompressor

is_device_journal = re.compile(r"[a-z0-9]{4,24}\.[0-9]{1,6}").fullmatch  # "<device>.<epoch>"
_HASH = re.compile(r"[0-9a-f]{64}").fullmatch


class Unfinished(Exception):
    """A batch that was not taken in time. It may still be: sent again, it is recognised."""


class TooLarge(Exception):
    """More than one batch may hold."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """What the device signed about its batch."""

    writer: str
    first: int
    head: bytes
    clock_ms: int
    clock_trusted: bool


def claimed(sender: Sender) -> Claimed:
    """Read the token's claims. Raises ``Refused`` where one is missing, or the journal is not the sender's."""
    claims = sender.claims
    writer, first, head, clock = (claims.get(name) for name in ("writer", "first", "head", "clock_ms"))
    if (
        not isinstance(writer, str)
        or type(first) is not int
        or type(clock) is not int
        or not isinstance(head, str)
        or not _HASH(head)
        or not 0 <= clock < 2**53
    ):
        raise Refused("unauthorised", "The assertion must say writer, first, head and clock_ms.")
    if not is_device_journal(writer) or writer.rpartition(".")[0] != sender.device:
        raise Refused("unauthorised", "A device may send its own journals only.")
    return Claimed(writer, first, bytes.fromhex(head), clock, bool(claims.get("clock_trusted")))


def unpack(body: bytes) -> bytes:
    """Decompress within bounds. Raises ``TooLarge`` or ``MalformedLine``."""
    if len(body) > COMPRESSED_BYTES:
        raise TooLarge
    try:
        said = zstandard.get_frame_parameters(body).content_size
        if said not in (zstandard.CONTENTSIZE_UNKNOWN, zstandard.CONTENTSIZE_ERROR) and said > PLAIN_BYTES:
            raise TooLarge
        with zstandard.ZstdDecompressor(max_window_size=WINDOW_BYTES).stream_reader(body) as reader:
            plain = reader.read(PLAIN_BYTES + 1)
    except zstandard.ZstdError:
        raise MalformedLine(0, "the body is not zstd") from None
    if len(plain) > PLAIN_BYTES:
        raise TooLarge
    if said != zstandard.CONTENTSIZE_UNKNOWN and len(plain) != said:
        raise MalformedLine(0, "the body is cut short")
    if plain.count(b"\n") > LINES:
        raise TooLarge
    return plain


def ingest(journal: Journal, hooks: GuardedHooks, sender: Sender, body: bytes, now_ms: int) -> dict[str, Any]:
    """Take a batch. Raises ``Refused``, ``TooLarge``, ``Gap``, ``Fork``, ``MalformedLine``; ``Rebuilding``, or ``Unfinished`` where a
    plugin blocked it or nobody knows yet what comes of it: the device is to send it again."""
    said = claimed(sender)
    with journal.database.reading() as session:
        key = digest_key(session, said.writer) or journal.identity.pseudonym_key
    batch = read_batch(said.writer, unpack(body), journal.kinds, key)
    if batch.first != said.first:
        raise MalformedLine(1, "its seq is not the one that the assertion names")
    version = str(sender.claims.get("app_version", ""))[:40]

    def finish(session: Session, received: Received) -> None:
        parked.note(session, said.writer, received.parked, now_ms)
        note_contact(session, sender.device, said, now_ms, version if version.isprintable() else "")

    try:
        received = _received(journal, hooks, batch, said.head, finish)
    except Fork as fork:
        with journal.database.writing() as session:
            alarms.raise_fork(session, said.writer, fork.seq, now_ms)
        raise
    still: list[dict[str, Any]] = [{"seq": one.seq, "reason": one.reason} for one in received.parked]
    if received.duplicates:  # a line sent again: what was parked of it may fit by now
        still += parked.retry_range(journal, said.writer, batch.first, batch.first + received.duplicates - 1)
    if received.behind:
        log.error("tables behind after a batch: %s", ", ".join(received.behind))
    return {
        "writer": said.writer,
        "acknowledged": received.acknowledged,
        "parked": still,
        "duplicates": received.duplicates,
        "server_time_ms": now_ms,
        "drift_ms": now_ms - said.clock_ms,
    }


def _received(journal: Journal, hooks: GuardedHooks, batch: Batch, head: bytes, finish: Finish) -> Received:
    """Stored and folded in a thread that can be given up: else a plugin that blocks would hold every thread that devices are
    answered in. What that thread holds locked, the database gives free when it has said nothing for a while."""

    def call() -> tuple[Received, None]:
        return receive(journal.database, journal.projector, batch, head, finish, refuse_meanwhile), None

    received, fault = hooks.within(FOLD_SECONDS, patient=True).bounded("national_platform", "project", call)
    if not isinstance(received, Received):
        raise Unfinished(str(fault))
    return received


def digest_key(session: Session, writer: str) -> bytes | None:
    """The key of a journal that was begun before enrolment; None: the nation's."""
    return session.scalar(select(Contact.digest_key).where(Contact.writer == writer))


def note_contact(session: Session, device: str, said: Claimed, now_ms: int, version: str) -> None:
    """When the journal last came, and how the device's clock stood."""
    heard = {
        "device": device,
        "last_contact_ms": now_ms,
        "drift_ms": now_ms - said.clock_ms,
        "clock_trusted": said.clock_trusted,
        "app_version": version,
    }
    session.connection().execute(_noting(session.get_bind().dialect.name), {"writer": said.writer, **heard})


@lru_cache(maxsize=2)
def _noting(dialect: str) -> Any:
    """Kept, because every batch notes its contact."""
    statement = upsert_of(dialect, Contact)
    said_now = ("device", "last_contact_ms", "drift_ms", "clock_trusted", "app_version")
    return statement.on_conflict_do_update(
        index_elements=["writer"], set_={name: statement.excluded[name] for name in said_now}
    )
