"""What happened, as a journal keeps it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Draft:
    """What a plugin wants recorded. ``body`` is an instance of the kind's pydantic model."""

    kind: str
    body: Any
    citizen: str | None = None


class Record(NamedTuple):
    """What happened: one line of one writer's journal. A tuple, because a platform makes millions a day of them.

    ``body`` is the JSON text exactly as it was hashed (None after erasure); ``data`` the same, parsed and valid.
    ``occurred_at_ms`` is Unix time in milliseconds by the writer's own clock.
    """

    writer: str
    seq: int
    id: UUID
    kind: str
    schema: int
    occurred_at_ms: int
    clock_trusted: bool
    site: str
    citizen: str | None
    operator: str | None
    body: str | None
    data: Any
    body_digest: bytes
    hash: bytes


@dataclass(frozen=True, slots=True)
class LastingCount:
    """What some records had added to one counter of a projection, told when their bodies are erased. Never about one person."""

    table: str
    key: tuple[str | int, ...]  # the primary key's values, in the table's order
    column: str  # the counter
    count: int
