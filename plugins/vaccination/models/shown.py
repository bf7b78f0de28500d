"""Doses of elsewhere that somebody showed a document about, and those that were taken back."""

from __future__ import annotations

from sqlalchemy import Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfAPerson


class ShownRow(OfAPerson, Projected):
    """One dose that a document told of. It counts unless a ``ShownWithdrawnRow`` names it (asked, not stored: that may arrive first).
    ``day``: when it was shown."""

    __tablename__ = "vaccination_shown_doses"
    product: Mapped[str] = mapped_column(String(60))
    given_on: Mapped[int] = mapped_column(Integer)  # yyyymmdd
    number: Mapped[int] = mapped_column(Integer)  # 0: not said
    total: Mapped[int] = mapped_column(Integer)
    lot: Mapped[str] = mapped_column(String(40))
    place: Mapped[str] = mapped_column(String(80))
    basis: Mapped[str] = mapped_column(String(12))
    document: Mapped[str] = mapped_column(String(32))
    issuer: Mapped[str] = mapped_column(String(120))
    dose: Mapped[str] = mapped_column(String(36))

    __table_args__ = (Index("ix_vaccination_shown_doses_citizen", "citizen"),)


class ShownWithdrawnRow(OfAPerson, Projected):
    """``shown``: id of the record that counts no longer."""

    __tablename__ = "vaccination_shown_withdrawn"
    shown: Mapped[str] = mapped_column(String(36))

    __table_args__ = (Index("ix_vaccination_shown_withdrawn_shown", "shown"),)
