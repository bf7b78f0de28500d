"""What a device remembers of its dealings with the platform. Not projections: nobody could rebuild these from a journal."""

from __future__ import annotations

from sqlalchemy import BigInteger, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Base


class ParkedRecord(Base):
    """An own record that the platform stored and could not use, or one of the platform's that is not understood here."""

    __tablename__ = "upstream_sync_parked"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    reason: Mapped[str] = mapped_column(String(500))
    parked_at_ms: Mapped[int] = mapped_column(BigInteger)


class Alarm(Base):
    """A journal that is not sent any more. ``seq``: where the platform holds another record, or one that is lacking here."""

    __tablename__ = "upstream_sync_alarms"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    code: Mapped[str] = mapped_column(String(16))
    seq: Mapped[int] = mapped_column(BigInteger)
    raised_at_ms: Mapped[int] = mapped_column(BigInteger)


class Contact(Base):
    """Where this device stands with the platform. ``writer`` is the device's id; ``platform`` the address it is about."""

    __tablename__ = "upstream_sync_contact"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    platform: Mapped[str] = mapped_column(String(400))
    cursor: Mapped[str] = mapped_column(String(4000))
    last_contact_ms: Mapped[int] = mapped_column(BigInteger)
    drift_ms: Mapped[int] = mapped_column(BigInteger)
    drift_uncertain_ms: Mapped[int] = mapped_column(BigInteger)
