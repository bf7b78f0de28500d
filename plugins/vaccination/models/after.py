"""Reactions, and who left the observation room."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfAPerson


class ReactionRow(OfAPerson, Projected):
    """One word on a reaction."""

    __tablename__ = "vaccination_reactions"
    dose: Mapped[str] = mapped_column(String(36))
    lot: Mapped[str] = mapped_column(String(20))
    grade: Mapped[int] = mapped_column(Integer)
    signs: Mapped[str] = mapped_column(String(800))  # codes, with commas between
    state: Mapped[str] = mapped_column(String(12))
    amends: Mapped[str] = mapped_column(String(36))

    __table_args__ = (
        Index("ix_vaccination_reactions_dose", "dose"),
        Index("ix_vaccination_reactions_lot", "lot"),
        Index("ix_vaccination_reactions_day", "site", "day"),
    )


class LeftRow(OfAPerson, Projected):
    """One person left the room."""

    __tablename__ = "vaccination_left"
    dose: Mapped[str] = mapped_column(String(36))
    early: Mapped[bool] = mapped_column(Boolean)
    minutes: Mapped[int] = mapped_column(Integer)

    __table_args__ = (
        Index("ix_vaccination_left_dose", "dose"),
        Index("ix_vaccination_left_day", "site", "day"),
    )
