"""Calls, screenings, consents, doses, and who was turned away."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfAPerson

_AMENDS = text("amends != ''")  # few do


class CallRow(OfAPerson, Projected):
    """One call of a number to a table."""

    __tablename__ = "vaccination_calls"
    visit: Mapped[str] = mapped_column(String(36))
    ticket: Mapped[str] = mapped_column(String(16))
    step: Mapped[str] = mapped_column(String(16))
    table_name: Mapped[str] = mapped_column(String(20))
    state: Mapped[str] = mapped_column(String(8))

    __table_args__ = (
        Index("ix_vaccination_calls_day", "site", "day", "step"),
        Index("ix_vaccination_calls_visit", "visit", "step"),
    )


class ScreeningRow(OfAPerson, Projected):
    """One examination."""

    __tablename__ = "vaccination_screenings"
    visit: Mapped[str] = mapped_column(String(36))
    pack: Mapped[str] = mapped_column(String(40))
    outcome: Mapped[str] = mapped_column(String(16))
    reasons: Mapped[str] = mapped_column(Text)  # codes, with commas between
    observation_minutes: Mapped[int] = mapped_column(Integer)
    postponed_until: Mapped[str] = mapped_column(String(10))
    table_name: Mapped[str] = mapped_column(String(20))

    __table_args__ = (
        Index("ix_vaccination_screenings_citizen", "citizen", "day"),
        Index("ix_vaccination_screenings_day", "site", "day"),
        Index("ix_vaccination_screenings_visit", "visit"),
    )


class ConsentRow(OfAPerson, Projected):
    """One word on consent."""

    __tablename__ = "vaccination_consents"
    visit: Mapped[str] = mapped_column(String(36))
    text_id: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(10))

    __table_args__ = (Index("ix_vaccination_consents_citizen", "citizen", "day"),)


class DoseRow(OfAPerson, Projected):
    """One record of a dose. It counts unless it is ``void`` or some row ``amends`` it (asked, not stored: the correction may
    arrive first)."""

    __tablename__ = "vaccination_doses"
    product: Mapped[str] = mapped_column(String(60))
    lot: Mapped[str] = mapped_column(String(20))
    vial: Mapped[str] = mapped_column(String(40))
    body_site: Mapped[str] = mapped_column(String(12))
    number: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    given_on: Mapped[int] = mapped_column(Integer)  # yyyymmdd
    table_name: Mapped[str] = mapped_column(String(20))
    next_on: Mapped[str] = mapped_column(String(10))
    observation_minutes: Mapped[int] = mapped_column(Integer)
    amends: Mapped[str] = mapped_column(String(36))
    void: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        Index("ix_vaccination_doses_citizen", "citizen"),
        Index("ix_vaccination_doses_record", "record"),
        Index("ix_vaccination_doses_lot", "lot", "site", "vial"),
        Index("ix_vaccination_doses_day", "site", "day"),
        Index("ix_vaccination_doses_amends", "amends", sqlite_where=_AMENDS, postgresql_where=_AMENDS),
    )


class NotGivenRow(OfAPerson, Projected):
    """One dose that was asked for and not given."""

    __tablename__ = "vaccination_not_given"
    visit: Mapped[str] = mapped_column(String(36))
    product: Mapped[str] = mapped_column(String(60))
    lot: Mapped[str] = mapped_column(String(20))
    reasons: Mapped[str] = mapped_column(Text)  # codes, with commas between
    table_name: Mapped[str] = mapped_column(String(20))

    __table_args__ = (Index("ix_vaccination_not_given_day", "day", "site"),)
