"""Who came, who they are, and whose temporary id turned out to be whose."""

from __future__ import annotations

from sqlalchemy import Boolean, Index, Integer, String
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfAPerson


class ArrivalRow(OfAPerson, Projected):
    """Somebody was admitted at this site and got a ticket: any plugin's record of an encounter."""

    __tablename__ = "vaccination_arrivals"
    ticket: Mapped[str] = mapped_column(String(16))
    number: Mapped[int] = mapped_column(Integer)  # 0: came again with the number they had
    name: Mapped[str] = mapped_column(String(200))  # masked

    __table_args__ = (
        Index("ix_vaccination_arrivals_day", "site", "day", "number"),
        Index("ix_vaccination_arrivals_citizen", "citizen"),
        Index("ix_vaccination_arrivals_record", "record"),
    )


class PersonRow(OfAPerson, Projected):
    """One word on a person's own data."""

    __tablename__ = "vaccination_people"
    name: Mapped[str] = mapped_column(String(120))
    folded_name: Mapped[str] = mapped_column(String(120))  # without accents, upper case: to be searched
    birth_date: Mapped[str] = mapped_column(String(10))
    sex: Mapped[str] = mapped_column(String(8))
    phone: Mapped[str] = mapped_column(String(20))
    address: Mapped[str] = mapped_column(String(160))
    document: Mapped[str] = mapped_column(String(24))
    priority_group: Mapped[str] = mapped_column(String(24))
    guardian: Mapped[str] = mapped_column(String(120))
    source: Mapped[str] = mapped_column(String(16))
    temporary: Mapped[bool] = mapped_column(Boolean)
    temporary_code: Mapped[str] = mapped_column(String(26))

    __table_args__ = (
        Index("ix_vaccination_people_citizen", "citizen"),
        Index("ix_vaccination_people_name", "folded_name", "birth_date"),
    )


class MergeRow(OfAPerson, Projected):
    """``temporary`` is ``citizen``, which is itself where a merge was undone; of several words the last counts."""

    __tablename__ = "vaccination_merges"
    temporary: Mapped[str] = mapped_column(String(64))

    __table_args__ = (
        Index("ix_vaccination_merges_temporary", "temporary"),
        Index("ix_vaccination_merges_citizen", "citizen"),
    )
