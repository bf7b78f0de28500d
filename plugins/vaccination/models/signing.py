"""What the signer remembers of its own work, in the platform's database. No journal says it: a signer that has forgotten it looks
at everybody again, and issues nothing twice."""

from __future__ import annotations

from sqlalchemy import BigInteger, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Base


class SignerCursor(Base):
    """How far the signer has looked through a journal."""

    __tablename__ = "vaccination_signer_cursors"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger)


class SignerWaiting(Base):
    """Somebody to be looked at again from a day (yyyymmdd): their certificate ends, or a dose is dated in the future."""

    __tablename__ = "vaccination_signer_waiting"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_vaccination_signer_waiting_day", "day"),)


class SignerBlocked(Base):
    """Somebody who has doses and no certificate for them, and why: see ``certificate.deciding``."""

    __tablename__ = "vaccination_signer_blocked"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    reason: Mapped[str] = mapped_column(String(16))
