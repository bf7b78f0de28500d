"""Deny and quarantine lists as keyed hashes in sorted buckets: who takes the device learns no names. Knows no screen.

An entry is the first ``HASH_BYTES`` of the keyed hash that stands for the citizen in records. The platform says who comes onto a
list and who leaves it; each journal's word stands by itself, and one is enough to be listed.
"""

from __future__ import annotations

import base64
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import bindparam, delete, select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from kiosk.journal.bulk import upsert
from kiosk.storage.statements import Prepared
from plugins.checkpoint.models import ListBucket
from plugins.checkpoint.records import HASH_BYTES, ListDelta, unpack

PREFIX = 2  # bytes that choose the bucket
REST = HASH_BYTES - PREFIX
AT_ONCE = 500  # rows in a statement; SQLite's limit on parameters is far above
_SAID: list[Any] = [ListBucket.list_name, ListBucket.writer, ListBucket.entries]
_FIND = Prepared(select(*_SAID).where(ListBucket.bucket == bindparam("bucket")))


def entry(citizen: str) -> bytes:
    """What stands on a list for this citizen: 12 bytes of their keyed hash (22 characters of base64url). ``ValueError`` else."""
    data = base64.urlsafe_b64decode(citizen + "=" * (-len(citizen) % 4))
    if len(data) < HASH_BYTES:
        raise ValueError("not a keyed hash")
    return data[:HASH_BYTES]


def pack(citizens: Iterable[str]) -> str:
    """The field of a delta for these citizens."""
    return base64.b64encode(b"".join(sorted(entry(citizen) for citizen in citizens))).decode("ascii")


def listed(session: Session, citizen: str) -> frozenset[str]:
    """The lists on which this citizen is."""
    try:
        wanted = entry(citizen)
    except ValueError:
        return frozenset()
    rest = wanted[PREFIX:]
    rows = _FIND.rows(session, bucket=int.from_bytes(wanted[:PREFIX], "big"))
    return frozenset(name for name, _, entries in rows if _holds(bytes(entries), rest))


def says(writer: str, own: str) -> bool:
    """Whether this journal may put people on lists: the platform's, and below them the own one. Never another post's."""
    return writer == "nation" or writer.startswith(("site:", "province:", own))


def project(records: Sequence[Record], session: Session, own: str) -> None:
    """Fold the deltas of a batch, in order, into the buckets they touch."""
    by_list: dict[tuple[str, str], list[ListDelta]] = defaultdict(list)
    for record in records:
        if isinstance(record.data, ListDelta) and says(record.writer, own):
            by_list[(record.writer, record.data.list_name)].append(record.data)
    for (writer, list_name), deltas in sorted(by_list.items()):
        _fold(session, writer, list_name, deltas)


def _fold(session: Session, writer: str, list_name: str, deltas: Sequence[ListDelta]) -> None:
    last: dict[int, dict[bytes, bool]] = defaultdict(dict)  # bucket -> rest -> whether it is on the list in the end
    for delta in deltas:
        for packed, stays in ((delta.add, True), (delta.remove, False)):
            for one in unpack(packed):
                last[int.from_bytes(one[:PREFIX], "big")][one[PREFIX:]] = stays
    buckets = sorted(last)
    for start in range(0, len(buckets), AT_ONCE):
        _write(session, writer, list_name, {bucket: last[bucket] for bucket in buckets[start : start + AT_ONCE]})


def _write(session: Session, writer: str, list_name: str, changes: dict[int, dict[bytes, bool]]) -> None:
    ours = (ListBucket.list_name == list_name, ListBucket.writer == writer, ListBucket.bucket.in_(list(changes)))
    known = {
        bucket: bytes(entries)
        for bucket, entries in session.execute(select(ListBucket.bucket, ListBucket.entries).where(*ours))
    }
    rows, empty = [], []
    for bucket, words in changes.items():
        before = known.get(bucket, b"")
        kept = {before[at : at + REST] for at in range(0, len(before), REST)}
        kept |= {rest for rest, stays in words.items() if stays}
        kept -= {rest for rest, stays in words.items() if not stays}
        if kept:
            rows.append({"bucket": bucket, "list_name": list_name, "writer": writer, "entries": b"".join(sorted(kept))})
        elif bucket in known:
            empty.append(bucket)
    if rows:
        statement = upsert(session, ListBucket)
        statement = statement.on_conflict_do_update(
            index_elements=["bucket", "list_name", "writer"], set_={"entries": statement.excluded.entries}
        )
        session.connection().execute(statement, rows)
    if empty:
        session.execute(
            delete(ListBucket).where(
                ListBucket.list_name == list_name, ListBucket.writer == writer, ListBucket.bucket.in_(empty)
            )
        )


def _holds(entries: bytes, rest: bytes) -> bool:
    """Whether ``rest`` is one of the sorted entries."""
    low, high = 0, len(entries) // REST
    while low < high:
        middle = (low + high) // 2
        found = entries[middle * REST : (middle + 1) * REST]
        if found == rest:
            return True
        if found < rest:
            low = middle + 1
        else:
            high = middle
    return False
