"""Whom to expect, what collided, what was certified. Keys begin with the column they would be distributed by."""

from __future__ import annotations

from sqlalchemy import BigInteger, Boolean, Index, Integer, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from kiosk.storage.database import Projected
from plugins.vaccination.models.columns import OfOneRecord


class RegistrationRow(Projected):
    """The newest word on one citizen's registration."""

    __tablename__ = "vaccination_registrations"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    name: Mapped[str] = mapped_column(String(120))
    birth_date: Mapped[str] = mapped_column(String(10))
    sex: Mapped[str] = mapped_column(String(8))
    phone: Mapped[str] = mapped_column(String(20))
    area: Mapped[str] = mapped_column(String(10))
    document: Mapped[str] = mapped_column(String(24))
    priority_group: Mapped[str] = mapped_column(String(24))
    round: Mapped[str] = mapped_column(String(40))
    state: Mapped[str] = mapped_column(String(12))
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_vaccination_registrations_group", "state", "priority_group", "area"),)


class ExpectedRow(Projected):
    """The newest word on whom a site expects on a day."""

    __tablename__ = "vaccination_expected"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    slot: Mapped[str] = mapped_column(String(20))
    round: Mapped[str] = mapped_column(String(40))
    booked: Mapped[bool] = mapped_column(Boolean)
    product: Mapped[str] = mapped_column(String(60))
    name: Mapped[str] = mapped_column(String(120))
    birth_date: Mapped[str] = mapped_column(String(10))
    sex: Mapped[str] = mapped_column(String(8))
    phone: Mapped[str] = mapped_column(String(20))
    priority_group: Mapped[str] = mapped_column(String(24))
    doses: Mapped[str] = mapped_column(Text)  # JSON, a list of KnownDose
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)

    __table_args__ = (Index("ix_vaccination_expected_day", "site", "day"),)


class RoundRow(Projected):
    """The newest word of one journal on a round; of several journals the newest counts."""

    __tablename__ = "vaccination_rounds"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    round: Mapped[str] = mapped_column(String(40), primary_key=True)
    product: Mapped[str] = mapped_column(String(60))
    groups: Mapped[str] = mapped_column(Text)  # ids, with commas between
    first_day: Mapped[str] = mapped_column(String(10))
    last_day: Mapped[str] = mapped_column(String(10))
    closed: Mapped[bool] = mapped_column(Boolean)
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)


class CapacityRow(Projected):
    """The newest word on one slot, in the journal for its site (``writer``)."""

    __tablename__ = "vaccination_capacities"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[str] = mapped_column(String(10), primary_key=True)
    slot: Mapped[str] = mapped_column(String(11), primary_key=True)
    site: Mapped[str] = mapped_column(String(64))
    places: Mapped[int] = mapped_column(Integer)
    said_at_ms: Mapped[int] = mapped_column(BigInteger)
    said_by: Mapped[str] = mapped_column(String(32))
    said_seq: Mapped[int] = mapped_column(BigInteger)


class ConflictRow(Projected):
    """Two doses of one citizen that may not go together, found where journals meet; the smaller (writer, seq) comes first, so
    that the row is the same whichever arrived first. Whether it is a conflict by what is known now (corrections, merges) is
    asked when it is read. ``citizen``: of the first. Of a dose beyond the course both are that dose."""

    __tablename__ = "vaccination_conflicts"
    citizen: Mapped[str] = mapped_column(String(64), primary_key=True)
    first_writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    first_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    second_writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    second_seq: Mapped[int] = mapped_column(BigInteger, primary_key=True, autoincrement=False)
    code: Mapped[str] = mapped_column(String(24))
    day: Mapped[int] = mapped_column(Integer)  # yyyymmdd of the later dose
    other: Mapped[str] = mapped_column(String(64))  # the second dose's citizen: another until a merge
    first_record: Mapped[str] = mapped_column(String(36))
    second_record: Mapped[str] = mapped_column(String(36))
    first_audience: Mapped[str] = mapped_column(String(32))  # the journal for the site of the first dose
    second_audience: Mapped[str] = mapped_column(String(32))

    __table_args__ = (
        Index("ix_vaccination_conflicts_first_audience", "first_audience"),
        Index("ix_vaccination_conflicts_second_audience", "second_audience"),
        Index("ix_vaccination_conflicts_day", "day"),
    )


class FindingRow(OfOneRecord, Projected):
    """What the platform told this site of one citizen's doses."""

    __tablename__ = "vaccination_findings"
    citizen: Mapped[str | None] = mapped_column(String(64))
    code: Mapped[str] = mapped_column(String(24))
    first: Mapped[str] = mapped_column(String(36))
    second: Mapped[str] = mapped_column(String(36))
    settled: Mapped[bool] = mapped_column(Boolean)
    reason: Mapped[str] = mapped_column(String(200))  # why a person settled it; empty: the doses' own corrections did
    doses: Mapped[str] = mapped_column(Text)  # JSON, a list of KnownDose

    __table_args__ = (
        Index("ix_vaccination_findings_citizen", "citizen"),
        Index("ix_vaccination_findings_pair", "first", "second"),
    )


class DayRow(Projected):
    """Doses of one journal by site, day, product and lot; corrections are counted out again."""

    __tablename__ = "vaccination_dose_days"
    writer: Mapped[str] = mapped_column(String(32), primary_key=True)
    day: Mapped[int] = mapped_column(Integer, primary_key=True)
    site: Mapped[str] = mapped_column(String(64), primary_key=True)
    product: Mapped[str] = mapped_column(String(60), primary_key=True)
    lot: Mapped[str] = mapped_column(String(20), primary_key=True)
    number: Mapped[int] = mapped_column(Integer, primary_key=True)
    doses: Mapped[int] = mapped_column(Integer)


class CertificateRow(OfOneRecord, Projected):
    """One issued certificate."""

    __tablename__ = "vaccination_certificates"
    citizen: Mapped[str | None] = mapped_column(String(64))
    uvci: Mapped[str] = mapped_column(String(80))
    uvci_hash: Mapped[str] = mapped_column(String(64))
    colour: Mapped[str] = mapped_column(String(8))
    kid: Mapped[str] = mapped_column(String(12))
    issued_at: Mapped[int] = mapped_column(BigInteger)
    expires_at: Mapped[int] = mapped_column(BigInteger)
    dose: Mapped[str] = mapped_column(String(36))
    number: Mapped[int] = mapped_column(Integer)
    total: Mapped[int] = mapped_column(Integer)
    payload: Mapped[str] = mapped_column(Text)

    __table_args__ = (
        Index("ix_vaccination_certificates_citizen", "citizen"),
        Index("ix_vaccination_certificates_uvci_hash", "uvci_hash"),
        Index("ix_vaccination_certificates_dose", "dose"),
    )


class RevokedRow(OfOneRecord, Projected):
    """One certificate that counts no longer."""

    __tablename__ = "vaccination_revoked"
    uvci_hash: Mapped[str] = mapped_column(String(64))

    __table_args__ = (Index("ix_vaccination_revoked_uvci_hash", "uvci_hash"),)


class SignerKeyRow(OfOneRecord, Projected):
    """One word on a document signer's key; the newest on a kid counts."""

    __tablename__ = "vaccination_signer_keys"
    kid: Mapped[str] = mapped_column(String(12))
    certificate: Mapped[str] = mapped_column(Text)
    not_before: Mapped[int] = mapped_column(BigInteger)
    signs_until: Mapped[int] = mapped_column(BigInteger)
    not_after: Mapped[int] = mapped_column(BigInteger)
    withdrawn: Mapped[bool] = mapped_column(Boolean)

    __table_args__ = (Index("ix_vaccination_signer_keys_kid", "kid"),)
