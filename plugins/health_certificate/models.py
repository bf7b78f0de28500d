"""Tables folded from trust records. Rows belong to the journal that said so; a key is believed where any of them says it still is."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected

LONGEST_ID = 512  # characters of a key's id; DIDs may be long


class _Said:
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)


class KeyRow(_Said, Projected):
    """One trusted key under one of its ids. ``fingerprint`` is the key's own, however it came."""

    __tablename__ = "health_certificate_keys"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    fingerprint: Mapped[str] = mapped_column(String(32), primary_key=True)
    key_id: Mapped[str] = mapped_column(String(LONGEST_ID), primary_key=True)
    material: Mapped[str] = mapped_column(Text)
    issuer: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_health_certificate_keys_key_id", "key_id"),)


class RevokedRow(_Said, Projected):
    """One hash of a revocation list."""

    __tablename__ = "health_certificate_revoked"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    hash: Mapped[str] = mapped_column(String(204), primary_key=True)
    active: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        Index("ix_health_certificate_revoked_hash", "hash"),
        Index("ix_health_certificate_revoked_said", "said_at_ms"),  # the newest is asked for, and there may be many
    )


class ListRow(_Said, Projected):
    """The newest word on one source's list."""

    __tablename__ = "health_certificate_lists"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    source: Mapped[str] = mapped_column(String(80), primary_key=True)
    keys: Mapped[int] = mapped_column(Integer)
