"""Tables folded from the records of signing keys. One row a record."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected


class SigningKeyRow(Projected):
    """A device asked to be delegated."""

    __tablename__ = "core_signing_keys"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(String(64))
    point: Mapped[bytes] = mapped_column(LargeBinary(33))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)


class DelegationRow(Projected):
    """The platform's answers, from its own journals only."""

    __tablename__ = "core_delegations"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(String(24))
    token: Mapped[bytes] = mapped_column(LargeBinary(300))
    not_after: Mapped[int] = mapped_column(BigInteger)
    asked_by: Mapped[str] = mapped_column(String(32))
    asked_seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (
        Index("ix_core_delegations_device", "device", "not_after"),
        Index("ix_core_delegations_asked", "asked_by", "asked_seq"),
    )


class IssuerKeyRow(Projected):
    """The platform's public keys, from its own journal for the nation only."""

    __tablename__ = "core_issuer_keys"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    point: Mapped[bytes] = mapped_column(LargeBinary(33))
    revoked: Mapped[bool] = mapped_column(Boolean)


class BarredRow(Projected):
    """Devices whose tokens count no longer, or again: the platform's latest word stands."""

    __tablename__ = "core_barred_devices"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    device: Mapped[str] = mapped_column(String(24))
    barred: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_core_barred_devices_device", "device", "seq"),)
