"""Tables folded from a checkpoint's records. Keyed ``(writer, seq)`` wherever a row tells of a person, so that erasure finds it."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected

# few passages are refused or of a vehicle: an index of those alone is no page to write for all the others
REFUSED = text("decision = 'refuse'")
IN_VEHICLE = text("group_id != ''")


class PassageRow(Projected):
    """One record of a passage. Of several with the same ``passage`` the last counts: the others are ``superseded``."""

    __tablename__ = "checkpoint_passages"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    record: Mapped[str] = mapped_column(String(36))
    passage: Mapped[str] = mapped_column(String(36))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(8))
    decision: Mapped[str] = mapped_column(String(8))
    citizen: Mapped[str | None] = mapped_column(String(64))
    name: Mapped[str] = mapped_column(String(200))  # masked
    keys: Mapped[str] = mapped_column(String(340))  # " key key … ", to be searched among one post's latest rows
    group_id: Mapped[str] = mapped_column(String(36))
    plate: Mapped[str] = mapped_column(String(16))  # masked
    plate_key: Mapped[str] = mapped_column(String(22))
    vehicle_class: Mapped[str] = mapped_column(String(40))
    origin: Mapped[str] = mapped_column(String(10))
    destination: Mapped[str] = mapped_column(String(10))
    reason: Mapped[str] = mapped_column(String(80))  # the weightiest finding's code
    policy: Mapped[str] = mapped_column(String(64))
    surge: Mapped[bool] = mapped_column(Boolean)
    people: Mapped[int] = mapped_column(Integer)
    milliseconds: Mapped[int] = mapped_column(BigInteger)
    operator: Mapped[str | None] = mapped_column(String(64))
    ticket: Mapped[str] = mapped_column(String(16))
    superseded: Mapped[bool] = mapped_column(Boolean)
    undone: Mapped[bool] = mapped_column(Boolean)
    settled: Mapped[bool] = mapped_column(Boolean)

    @property
    def is_count(self) -> bool:
        """Whether surge mode only counted heads here: nobody is named, by whatever."""
        return self.surge and not (self.citizen or self.name or self.keys.strip())

    __table_args__ = (
        Index("ix_checkpoint_passages_passage", "passage"),
        Index("ix_checkpoint_passages_citizen", "citizen", "occurred_at_ms"),
        Index("ix_checkpoint_passages_place", "site", "post", "occurred_at_ms"),
        Index("ix_checkpoint_passages_time", "occurred_at_ms"),
        Index("ix_checkpoint_passages_refused", "occurred_at_ms", sqlite_where=REFUSED, postgresql_where=REFUSED),
        Index("ix_checkpoint_passages_vehicle", "group_id", sqlite_where=IN_VEHICLE, postgresql_where=IN_VEHICLE),
    )


class GroupRow(Projected):
    """One word on a vehicle; the last counts."""

    __tablename__ = "checkpoint_groups"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    group_id: Mapped[str] = mapped_column(String(36))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(20))
    plate: Mapped[str] = mapped_column(String(16))
    plate_key: Mapped[str] = mapped_column(String(22))
    vehicle_class: Mapped[str] = mapped_column(String(40))
    expected: Mapped[int] = mapped_column(Integer)
    closed: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_checkpoint_groups_group_id", "group_id"),)


class SurgeRow(Projected):
    """One switch of surge mode; the last of a writer and post counts, while its time lasts."""

    __tablename__ = "checkpoint_surges"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(40))
    is_on: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))
    until_ms: Mapped[int] = mapped_column(BigInteger)
    operator: Mapped[str | None] = mapped_column(String(64))


class HandoverRow(Projected):
    """One note between shifts."""

    __tablename__ = "checkpoint_handovers"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(40))
    text: Mapped[str] = mapped_column(Text)
    operator: Mapped[str | None] = mapped_column(String(64))


class DutyRow(Projected):
    """An officer took a lane or left it; the last word on a lane counts."""

    __tablename__ = "checkpoint_duties"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    site: Mapped[str] = mapped_column(String(64))
    post: Mapped[str] = mapped_column(String(40))
    lane: Mapped[str] = mapped_column(String(20))
    direction: Mapped[str] = mapped_column(String(8))
    operator: Mapped[str | None] = mapped_column(String(64))
    is_on: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_checkpoint_duties_time", "writer", "occurred_at_ms"),)


class LaterRow(Projected):
    """A passage of surge mode of which ``missing`` facts were not known; ``done`` once a later record stands for it, or it was
    undone."""

    __tablename__ = "checkpoint_later"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    passage: Mapped[str] = mapped_column(String(36))
    occurred_at_ms: Mapped[int] = mapped_column(BigInteger)
    missing: Mapped[int] = mapped_column(Integer)
    done: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (
        Index("ix_checkpoint_later_writer", "writer", "done", "occurred_at_ms"),
        Index("ix_checkpoint_later_passage", "passage"),
    )


class ListBucket(Projected):
    """The hashes of one list, said by one journal, that begin with the same two bytes: the rest of each, sorted, end to end.

    A million of them in 65,536 rows take a third of what a row each would take.
    """

    __tablename__ = "checkpoint_lists"
    bucket: Mapped[int] = mapped_column(Integer, primary_key=True, autoincrement=False)
    list_name: Mapped[str] = mapped_column(String(16), primary_key=True)
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    entries: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = {"sqlite_with_rowid": False}  # noqa: RUF012 - how SQLAlchemy declares it
