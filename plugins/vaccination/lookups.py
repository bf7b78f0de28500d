"""What several rooms ask of the tables: a person, a merged person's names, the doses that count. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, UnaryExpression, exists, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from kiosk.storage.lookups import Rows, Values, given, several
from plugins.vaccination import merges
from plugins.vaccination.models import ArrivalRow, DoseRow, MergeRow, PersonRow, SignerKeyRow

R = TypeVar("R", bound=Any)

SAID_BY_SEVERAL = ("sex", "phone", "address", "document", "priority_group", "guardian", "temporary_code")


def named(session: Session, citizen: str) -> list[str]:
    """Every keyed hash that stands for this person: their own first, then the temporary ids that turned out to be theirs."""
    own = _end(session, citizen)
    return [own, *merged_into(session, own)]


def merged_into(session: Session, citizen: str) -> list[str]:
    """The temporary ids that are this person's by the last word on each: not those whose merge was undone."""
    said: set[str] = set()
    new = {citizen}
    for _ in range(merges.LONGEST):  # a temporary id may have been merged with another one first: see ``merges``
        new = {one for name in new for one in _TEMPORARY.all(session, citizen=name)} - said - {citizen}
        if not new:
            break
        said |= new
    return sorted(one for one in said if _end(session, one) == citizen)


def _end(session: Session, citizen: str) -> str:
    return merges.end_of(citizen, lambda one: _OWN.one(session, temporary=one) or None)


def merge_of(session: Session, temporary: str) -> MergeRow | None:
    """The last word on whose a temporary id is."""
    return _MERGE.first(session, temporary=temporary)


def of_own_visits(session: Session, rows: Iterable[R], citizens: Sequence[str], known: str = "") -> list[R]:
    """Those of a day's screenings or consents that belong to a visit of this person: not those of somebody who was taken for them
    until a merge was undone. ``known``: a visit that is theirs for certain."""
    return [row for row in rows if row.visit in ("", known) or _is_own(session, row.visit, citizens)]


def _is_own(session: Session, visit: str, citizens: Sequence[str]) -> bool:
    came = arrival(session, visit)
    return came is None or not came.citizen or came.citizen in citizens


def person(session: Session, citizens: Sequence[str]) -> PersonRow | None:
    """The newest word on who this is: of a real id where there is one, else of a temporary. What the newest leaves empty (a
    card knows of no telephone) is what an earlier one said. The row is nobody's but the caller's: no session keeps it."""
    rows = _PEOPLE.all(session, citizens=citizens)
    if not rows:
        return None
    rows = sorted(rows, key=lambda row: row.temporary)  # stable: within each kind the newest stays first
    columns = [column.key for column in PersonRow.__table__.columns]
    said = {name: getattr(rows[0], name) for name in columns}
    for name in SAID_BY_SEVERAL:
        said[name] = next((getattr(row, name) for row in rows if getattr(row, name)), "")
    return PersonRow(**said)


def doses(session: Session, citizens: Sequence[str]) -> list[DoseRow]:
    """The doses that count, oldest first: neither void nor corrected by a later record."""
    rows = _DOSES.all(session, citizens=citizens)
    return sorted(rows, key=lambda row: (row.given_on, row.occurred_at_ms, row.writer, row.seq))


def counting() -> tuple[ColumnElement[bool], ...]:
    """What makes a row of a dose one that counts, for a query of your own."""
    return _COUNTING


def amending(row: type[DoseRow]) -> ColumnElement[bool]:
    """What makes a dose's row a correction, for a query of your own by ``amends``: only so is its index used."""
    return row.amends != _NO_ID


def corrected(session: Session, citizens: Sequence[str]) -> set[str]:
    """The records of these people's doses that a later one corrects; also one of another person's, where a dose had been put down to
    the wrong one."""
    return set(_CORRECTED.all(session, citizens=citizens))


def doses_of_lot(session: Session, site: str, product: str, lot: str) -> int:
    """How many doses of a lot count at a site."""
    return _DOSES_OF_LOT.one(session, site=site, product=product, lot=lot) or 0


def arrival(session: Session, record: str) -> ArrivalRow | None:
    """The arrival that this record told of."""
    return _ARRIVAL.first(session, record=record)


def numbered(session: Session, row: ArrivalRow) -> ArrivalRow:
    """The arrival that gave this one its number: who shows their card again gets the same number on another ticket."""
    if row.number:
        return row
    return _NUMBERED.first(session, site=row.site, day=row.day, ticket=row.ticket) or row


def arrival_today(session: Session, site: str, day: int, citizens: Sequence[str]) -> ArrivalRow | None:
    """The arrival that gave this person the number they are called by: the day's last."""
    rows = _ARRIVALS.all(session, site=site, day=day, citizens=citizens)
    return max(rows, key=lambda row: (row.number > 0, row.occurred_at_ms, row.seq), default=None)


def _last(model: type[MergeRow] | type[PersonRow]) -> tuple[UnaryExpression[Any], ...]:
    return model.occurred_at_ms.desc(), model.writer.desc(), model.seq.desc()


def signer_keys(session: Session) -> list[SignerKeyRow]:
    """Every document signer's key by the newest word on it, oldest first."""
    rows = session.scalars(select(SignerKeyRow))
    newest: dict[str, SignerKeyRow] = {}
    for row in sorted(rows, key=lambda one: (one.occurred_at_ms, one.writer, one.seq)):
        newest[row.kid] = row
    return sorted(newest.values(), key=lambda row: (row.not_before, row.kid))


def withdrawn_keys(session: Session) -> frozenset[str]:
    """The ids of signers' keys that count no longer."""
    return frozenset(row.kid for row in signer_keys(session) if row.withdrawn)


_LATER = aliased(DoseRow)
_NO_ID: ColumnElement[str] = literal_column(
    "''"
)  # written out and not bound: else no database sees that the partial index serves
_COUNTING = (DoseRow.void.is_(False), ~exists().where(_LATER.amends == DoseRow.record, amending(_LATER)))
_OWN = Values(
    select(MergeRow.citizen).where(MergeRow.temporary == given("temporary")).order_by(*_last(MergeRow)).limit(1)
)
_MERGE = Rows(select(MergeRow).where(MergeRow.temporary == given("temporary")).order_by(*_last(MergeRow)).limit(1))
_TEMPORARY = Values(select(MergeRow.temporary).where(MergeRow.citizen == given("citizen")).distinct())
_PEOPLE = Rows(select(PersonRow).where(PersonRow.citizen.in_(several("citizens"))).order_by(*_last(PersonRow)))
_DOSES = Rows(select(DoseRow).where(DoseRow.citizen.in_(several("citizens")), *_COUNTING))
_OF_THESE = select(DoseRow.record).where(DoseRow.citizen.in_(several("citizens")))
_CORRECTED = Values(select(DoseRow.amends).where(amending(DoseRow), DoseRow.amends.in_(_OF_THESE)))
_DOSES_OF_LOT = Values(
    select(func.count())
    .select_from(DoseRow)
    .where(DoseRow.lot == given("lot"), DoseRow.site == given("site"), DoseRow.product == given("product"), *_COUNTING)
)
_ARRIVAL = Rows(select(ArrivalRow).where(ArrivalRow.record == given("record")).limit(1))
_OF_DAY = select(ArrivalRow).where(ArrivalRow.site == given("site"), ArrivalRow.day == given("day"))
_ARRIVALS = Rows(_OF_DAY.where(ArrivalRow.citizen.in_(several("citizens"))))
_NUMBERED = Rows(
    _OF_DAY.where(ArrivalRow.ticket == given("ticket"), ArrivalRow.number > 0)
    .order_by(ArrivalRow.occurred_at_ms.desc())
    .limit(1)
)
