"""Vaccine: what was announced, what moved, what is open, what is recalled."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Float, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfADay, OfOneRecord


class AllocationRow(OfOneRecord, Projected):
    """One announcement of a lot to ``to_site``; the newest of a consignment and lot counts."""

    __tablename__ = "vaccination_allocations"
    consignment: Mapped[str] = mapped_column(String(40))
    to_site: Mapped[str] = mapped_column(String(64))
    product: Mapped[str] = mapped_column(String(60))
    gtin: Mapped[str] = mapped_column(String(14))
    lot: Mapped[str] = mapped_column(String(20))
    expiry: Mapped[str] = mapped_column(String(10))
    vials: Mapped[int] = mapped_column(Integer)
    doses_per_vial: Mapped[int] = mapped_column(Integer)

    __table_args__ = (Index("ix_vaccination_allocations_to_site", "to_site", "lot"),)


class MovementRow(OfADay, Projected):
    """Stock that came, went or was counted. ``kind``: received, transferred, wasted, counted. ``doses`` is what the movement
    means in doses (negative where they left); ``counted`` says what is there and moves nothing."""

    __tablename__ = "vaccination_movements"
    kind: Mapped[str] = mapped_column(String(16))
    product: Mapped[str] = mapped_column(String(60))
    gtin: Mapped[str] = mapped_column(String(14))
    lot: Mapped[str] = mapped_column(String(20))
    expiry: Mapped[str] = mapped_column(String(10))
    vial: Mapped[str] = mapped_column(String(40))
    vials: Mapped[int] = mapped_column(Integer)
    doses: Mapped[int] = mapped_column(Integer)
    doses_per_vial: Mapped[int] = mapped_column(Integer)
    reason: Mapped[str] = mapped_column(String(20))
    consignment: Mapped[str] = mapped_column(String(40))
    to_site: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_vaccination_movements_lot", "site", "lot"),
        Index("ix_vaccination_movements_day", "site", "day"),
    )


class VialRow(OfADay, Projected):
    """One opened vial."""

    __tablename__ = "vaccination_vials"
    vial: Mapped[str] = mapped_column(String(40))
    product: Mapped[str] = mapped_column(String(60))
    gtin: Mapped[str] = mapped_column(String(14))
    lot: Mapped[str] = mapped_column(String(20))
    expiry: Mapped[str] = mapped_column(String(10))
    doses: Mapped[int] = mapped_column(Integer)
    use_by_ms: Mapped[int] = mapped_column(BigInteger)
    table_name: Mapped[str] = mapped_column(String(20))

    __table_args__ = (
        Index("ix_vaccination_vials_vial", "site", "vial"),
        Index("ix_vaccination_vials_lot", "site", "lot"),
        Index("ix_vaccination_vials_day", "site", "day", "table_name"),
    )


class TemperatureRow(OfADay, Projected):
    """One reading."""

    __tablename__ = "vaccination_temperatures"
    store: Mapped[str] = mapped_column(String(40))
    celsius: Mapped[float] = mapped_column(Float)
    within: Mapped[bool] = mapped_column(Boolean)
    note: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_vaccination_temperatures_day", "site", "day"),)


class ClockRow(OfADay, Projected):
    """One confirmation of the date."""

    __tablename__ = "vaccination_clock_confirmed"
    confirmed_day: Mapped[int] = mapped_column(Integer)  # yyyymmdd
    boot: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_vaccination_clock_confirmed_day", "site", "confirmed_day"),)


class RecallRow(OfOneRecord, Projected):
    """One word on a lot; the newest counts."""

    __tablename__ = "vaccination_recalls"
    product: Mapped[str] = mapped_column(String(60))
    lot: Mapped[str] = mapped_column(String(20))
    lifted: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))

    __table_args__ = (Index("ix_vaccination_recalls_lot", "lot"),)


class DayClosedRow(OfADay, Projected):
    """One closing of a day."""

    __tablename__ = "vaccination_days_closed"
    closed_day: Mapped[int] = mapped_column(Integer)  # yyyymmdd
    digest: Mapped[str] = mapped_column(String(64))
    report: Mapped[str] = mapped_column(Text)

    __table_args__ = (Index("ix_vaccination_days_closed_day", "site", "closed_day"),)
