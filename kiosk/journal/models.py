"""The journal's own tables. Every primary key starts with ``writer``, the column the tables would be distributed by."""

from __future__ import annotations

import uuid

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, SmallInteger, String, Text, Uuid
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Base


class JournalRecord(Base):
    """One record. ``body`` is the exact JSON text that was hashed; NULL after erasure."""

    __tablename__ = "journal_records"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    id: Mapped[uuid.UUID] = mapped_column(Uuid)
    kind: Mapped[str] = mapped_column(String(64))
    schema: Mapped[int] = mapped_column(SmallInteger)
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    clock_trusted: Mapped[bool] = mapped_column(Boolean)
    site: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str | None] = mapped_column(String(64))
    operator: Mapped[str | None] = mapped_column(String(64))
    body: Mapped[str | None] = mapped_column(Text)
    body_digest: Mapped[bytes] = mapped_column(LargeBinary(32))
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))

    # one scan key, one record: the promise behind "the same key gives the same answer"
    __table_args__ = (Index("uq_journal_records_writer_id", "writer", "id", unique=True),)


class JournalHead(Base):
    """Where each journal known here ends. ``own``: this appliance writes it."""

    __tablename__ = "journal_heads"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)
    hash: Mapped[bytes] = mapped_column(LargeBinary(32))
    own: Mapped[bool] = mapped_column(Boolean)
    acknowledged: Mapped[int] = mapped_column(BigInteger, default=0)  # the platform has all up to this seq
    erased: Mapped[int] = mapped_column(BigInteger, default=0)  # bodies are erased up to this seq


class JournalErasure(Base):
    """How far a journal was looked through, on the platform, for bodies of the kinds that are kept ``days`` days."""

    __tablename__ = "journal_erasures"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    days: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    done_to: Mapped[int] = mapped_column(BigInteger)


class ProjectionState(Base):
    """A plugin whose tables are behind the journal, and why; replay mends it and removes the row."""

    __tablename__ = "journal_projections"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    plugin: Mapped[str] = mapped_column(String(64), primary_key=True)
    behind_since_seq: Mapped[int] = mapped_column(BigInteger)
    reason: Mapped[str] = mapped_column(String(200))
