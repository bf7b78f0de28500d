"""The core's own tables besides the journal: operators and notices (projected), sign-in limits and staff sessions (local)."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Base, Projected


class OperatorRow(Projected):
    """One journal's newest word on one operator. Kept per writer, so that no device overwrites what the platform said."""

    __tablename__ = "core_operators"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    operator: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(80))
    roles: Mapped[str] = mapped_column(String(120))  # JSON array
    pin_hash: Mapped[str] = mapped_column(String(200))
    active: Mapped[bool] = mapped_column(Boolean)
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_core_operators_operator", "operator"),)


class NoticeRow(Projected):
    """Words from the platform to the staff of a site."""

    __tablename__ = "core_notices"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    title: Mapped[str] = mapped_column(String(120))
    text: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_core_notices_occurred_at_ms", "occurred_at_ms"),)


class SignInLimit(Base):
    """How often sign-in failed lately for one operator id or from one device. ``subject`` is a keyed hash: people also type
    their PIN or id number where the operator id belongs."""

    __tablename__ = "core_sign_in_limits"
    subject: Mapped[str] = mapped_column(String(48), primary_key=True)
    failures: Mapped[int] = mapped_column(Integer)
    failed_at_ms: Mapped[int] = mapped_column(BigInteger)


class StaffSession(Base):
    """One signed-in browser. The cookie's token is kept as a hash only; ``pin_mark`` ends the session when the PIN changes."""

    __tablename__ = "core_staff_sessions"
    token_hash: Mapped[bytes] = mapped_column(LargeBinary(32), primary_key=True)
    operator: Mapped[str] = mapped_column(String(32))
    pin_mark: Mapped[bytes] = mapped_column(LargeBinary(16))
    began_at_ms: Mapped[int] = mapped_column(BigInteger)
    seen_at_ms: Mapped[int] = mapped_column(BigInteger)
