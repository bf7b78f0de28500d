"""The columns that every row of one record has."""

from __future__ import annotations

from sqlalchemy import BigInteger, Integer, String
from sqlalchemy.orm import Mapped, mapped_column


class OfOneRecord:
    """``record``: its id. ``day``: yyyymmdd at the site, for what happens in a site's day."""

    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record: Mapped[str] = mapped_column(String(36))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))


class OfADay(OfOneRecord):
    """One record of a site's day."""

    day: Mapped[int] = mapped_column(Integer)
    operator: Mapped[str | None] = mapped_column(String(64))


class OfAPerson(OfADay):
    """One record about one person."""

    citizen: Mapped[str | None] = mapped_column(String(64))
