"""Tables folded from visits, appointments and deny entries. Keys begin with the column they would be distributed by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected


class VisitRow(Projected):
    """One visit."""

    __tablename__ = "self_check_in_visits"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    site: Mapped[str] = mapped_column(String(64))
    day: Mapped[int] = mapped_column(Integer)  # yyyymmdd at the site
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    citizen: Mapped[str | None] = mapped_column(String(64))
    direction: Mapped[str] = mapped_column(String(8))
    decision: Mapped[str] = mapped_column(String(8))
    ticket: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_self_check_in_visits_day_number", "day", "number"),
        Index("ix_self_check_in_visits_citizen", "citizen", "occurred_at_ms"),
    )


class VisitHour(Projected):
    """How many visits one journal has in one hour (Unix hours), by site, direction and decision; those the core recorded too."""

    __tablename__ = "self_check_in_hours"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    hour: Mapped[int] = mapped_column(Integer, primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    direction: Mapped[str] = mapped_column(String(8), primary_key=True)
    decision: Mapped[str] = mapped_column(String(8), primary_key=True)
    visits: Mapped[int] = mapped_column(Integer)


class AppointmentRow(Projected):
    """The newest word on one citizen's appointment. ``said_*`` order what several journals say of it."""

    __tablename__ = "self_check_in_appointments"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20))
    purpose: Mapped[str] = mapped_column(String(80))
    booked: Mapped[bool] = mapped_column(Boolean)
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)


class DenyRow(Projected):
    """The newest word on one citizen and list."""

    __tablename__ = "self_check_in_deny"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    list_name: Mapped[str] = mapped_column(String(40), primary_key=True)
    active: Mapped[bool] = mapped_column(Boolean)
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)
