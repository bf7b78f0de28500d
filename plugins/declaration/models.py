"""Tables folded from declarations and withdrawals. One row a record, so that erasing the record erases the row; and counts."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected


class DeclaredRow(Projected):
    """One declaration, as far as tracing and the pass page look for it; the rest stays in the record."""

    __tablename__ = "declaration_declared"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pass_id: Mapped[str] = mapped_column(String(16))
    link_hash: Mapped[str] = mapped_column(String(64))
    citizen: Mapped[str | None] = mapped_column(String(64))
    site: Mapped[str] = mapped_column(String(64))
    kind: Mapped[str] = mapped_column(String(8))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)  # Unix seconds
    symptoms: Mapped[bool] = mapped_column(Boolean)
    contact: Mapped[bool] = mapped_column(Boolean)
    origin: Mapped[str] = mapped_column(String(12))  # province.district.ward
    destination: Mapped[str] = mapped_column(String(12))
    vehicle: Mapped[str] = mapped_column(String(16))
    plate: Mapped[str] = mapped_column(String(12))
    companions: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_declaration_declared_pass_id", "pass_id"),
        Index("ix_declaration_declared_citizen", "citizen", "occurred_at_ms"),
        Index("ix_declaration_declared_origin", "origin", "destination", "occurred_at_ms"),
    )


class WithdrawnRow(Projected):
    """Somebody's word that a pass counts no longer; whose word counts is asked in ``withdrawals``."""

    __tablename__ = "declaration_withdrawn"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    pass_id: Mapped[str] = mapped_column(String(16))
    reason: Mapped[str] = mapped_column(String(12))

    __table_args__ = (Index("ix_declaration_withdrawn_pass_id", "pass_id", "writer"),)


class DeclaredHour(Projected):
    """How many declarations one journal has in one hour (Unix hours), by site, kind and whether symptoms were named."""

    __tablename__ = "declaration_hours"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    kind: Mapped[str] = mapped_column(String(8), primary_key=True)
    symptoms: Mapped[bool] = mapped_column(Boolean, primary_key=True)
    declared: Mapped[int] = mapped_column(Integer)
