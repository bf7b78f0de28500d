"""The platform's tables: who may send, what was set aside, what is wrong, and how many records each hour has.

Keys begin with ``writer``, the column that journals are distributed by. Codes and devices are small and seldom written:
on a distributed PostgreSQL they are reference tables, and say so in ``info``.
"""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Base, Projected

REFERENCE = {"info": {"reference": True}}


class EnrolmentCode(Base):
    """A single-use code, known by its keyed hash only."""

    __tablename__ = "national_platform_codes"
    code_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    site: Mapped[str] = mapped_column(String(40))  # empty: any site
    province: Mapped[str] = mapped_column(String(8))
    created_at_ms: Mapped[int] = mapped_column(BigInteger)
    expires_at_ms: Mapped[int] = mapped_column(BigInteger)
    used_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    used_by: Mapped[str | None] = mapped_column(String(24))

    __table_args__ = REFERENCE


class Device(Base):
    """An enrolled device. After a change of key the previous one counts until ``previous_until_ms``."""

    __tablename__ = "national_platform_devices"
    device: Mapped[str] = mapped_column(String(24), primary_key=True)
    public_key_pem: Mapped[str] = mapped_column(Text)
    previous_key_pem: Mapped[str | None] = mapped_column(Text)
    previous_until_ms: Mapped[int] = mapped_column(BigInteger, default=0)
    site: Mapped[str] = mapped_column(String(40))
    province: Mapped[str] = mapped_column(String(8))
    name: Mapped[str] = mapped_column(String(80))
    role: Mapped[str] = mapped_column(String(20))
    enrolled_at_ms: Mapped[int] = mapped_column(BigInteger)
    revoked_at_ms: Mapped[int | None] = mapped_column(BigInteger)
    revoked_reason: Mapped[str] = mapped_column(String(200), default="")

    __table_args__ = REFERENCE


class Contact(Base):
    """One journal of a device: when it last came, how its clock stood, and the key of its bodies' digests. What a device asks
    without a journal is noted under the epoch 0, which no journal has."""

    __tablename__ = "national_platform_contacts"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    device: Mapped[str] = mapped_column(String(24))
    digest_key: Mapped[bytes | None] = mapped_column(LargeBinary(64))  # NULL: the nation's pseudonym key
    last_contact_ms: Mapped[int] = mapped_column(BigInteger)
    drift_ms: Mapped[int] = mapped_column(BigInteger)  # platform's time less the device's
    clock_trusted: Mapped[bool] = mapped_column(Boolean)
    app_version: Mapped[str] = mapped_column(String(40), default="")


class ParkedRecord(Base):
    """A record that is in its journal and in no table, and why."""

    __tablename__ = "national_platform_parked"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    kind: Mapped[str] = mapped_column(String(64))
    reason: Mapped[str] = mapped_column(String(200))
    parked_at_ms: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = ({"info": {"parked": True}},)  # a replay leaves these out, see kiosk.journal.reading


class Alarm(Base):
    """Something that a person must look into. ``kind``: ``fork`` (two cards write one journal)."""

    __tablename__ = "national_platform_alarms"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    kind: Mapped[str] = mapped_column(String(16), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    first_at_ms: Mapped[int] = mapped_column(BigInteger)
    last_at_ms: Mapped[int] = mapped_column(BigInteger)
    times: Mapped[int] = mapped_column(Integer)
    resolved_at_ms: Mapped[int | None] = mapped_column(BigInteger)


class RecordHour(Projected):
    """How many records one journal has in one hour (Unix hours), by kind and site."""

    __tablename__ = "national_platform_hours"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    kind: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    records: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_national_platform_hours_hour", "hour"),)
