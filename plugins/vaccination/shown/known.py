"""The shown doses of a person that count: not taken back, each once, and none that is known from its own record. Reads, never writes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.domain import Text
from kiosk.storage.lookups import Rows, several
from plugins.vaccination.certificate.proof_claims import KIND as PROOF
from plugins.vaccination.models import DoseRow, ShownRow, ShownWithdrawnRow
from plugins.vaccination.records.shown import BASES
from plugins.vaccination.rules.course import PastDose

Said = tuple[int, str]  # yyyymmdd and product: by these two are doses the same, whoever tells of them
TOLD = {
    "verified": Text(
        "theo giấy chứng nhận đã xem ngày {day}, nơi cấp {issuer}",
        "from a certificate seen on {day}, issued by {issuer}",
    ),
    "slip": Text("theo phiếu tiêm của điểm {place}, đã xem ngày {day}", "from the slip of site {place}, seen on {day}"),
    "compared": Text(
        "theo giấy chứng nhận của {issuer}, nhân viên {operator} đối chiếu giấy gốc ngày {day}",
        "from a certificate of {issuer}; {operator} compared the paper on {day}",
    ),
    "typed": Text(
        "theo giấy, nhân viên {operator} ghi ngày {day} ({place})",
        "from paper, typed by {operator} on {day} ({place})",
    ),
}
TOLD_BY_PLATFORM = Text(
    "theo giấy tờ đã xem ở điểm {site}, nền tảng báo", "from a document shown at site {site}, as the platform tells"
)
NOBODY = "?"


def standing(session: Session, citizens: Sequence[str]) -> list[ShownRow]:
    """Every one that was not taken back, oldest dose first; the same dose may be among them several times."""
    return sorted(
        _STANDING.all(session, citizens=citizens), key=lambda row: (row.given_on, row.product, *_strength(row))
    )


def adding(session: Session, citizens: Sequence[str], known: Collection[Said]) -> list[ShownRow]:
    """Those that tell of a dose which is not ``known``: each once, by the strongest word on it. Where a document names the record
    of its dose and that is here, the record counts, also where it says by now that there was no such dose."""
    rows = standing(session, citizens)
    if not rows:
        return []
    here = _here(session, rows)
    found: dict[Said, ShownRow] = {}
    for row in rows:  # the strongest comes first
        if row.dose not in here and said(row) not in known:
            found.setdefault(said(row), row)
    return list(found.values())


def proven(session: Session, citizens: Sequence[str]) -> list[ShownRow]:
    """Those of many people that a verified signature speaks for, and that are not known from the record which they name."""
    rows = [row for row in standing(session, citizens) if row.basis == "verified"]
    here = _here(session, rows)
    return [row for row in rows if row.dose not in here]


def said(row: ShownRow) -> Said:
    """What makes two of them one dose."""
    return row.given_on, row.product


def as_number(day: date) -> int:
    """``yyyymmdd``."""
    return day.year * 10_000 + day.month * 100 + day.day


def past_dose(row: ShownRow) -> PastDose:
    """As the rules take it. ``record`` is the record of the showing."""
    on = date(row.given_on // 10_000, row.given_on // 100 % 100, row.given_on % 100)
    sure = row.basis == "verified"
    return PastDose(row.product, on, row.lot, row.place, row.record, row.number, told(row), sure)


def told(row: ShownRow) -> Text:
    """From where the dose is known, for staff."""
    words = TOLD["slip" if row.document == PROOF and row.basis == "verified" else row.basis]
    day = f"{row.day % 100:02d}/{row.day // 100 % 100:02d}/{row.day // 10_000}"
    return words.format(
        day=day, issuer=row.issuer or NOBODY, place=row.place or NOBODY, operator=row.operator or NOBODY
    )


def _here(session: Session, rows: Sequence[ShownRow]) -> set[str]:
    """The records of doses that these name and that this appliance has."""
    named = {row.dose for row in rows if row.dose}
    return set(session.scalars(select(DoseRow.record).where(DoseRow.record.in_(named)))) if named else set()


def _strength(row: ShownRow) -> tuple[int, bool, int, str, int]:
    return BASES.index(row.basis), not row.number, row.occurred_at_ms, row.writer, row.seq


_STANDING = Rows(
    select(ShownRow).where(
        ShownRow.citizen.in_(several("citizens")), ~exists().where(ShownWithdrawnRow.shown == ShownRow.record)
    )
)
