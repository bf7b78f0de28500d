"""What several rooms ask of the tables: a person, a merged person's names, the doses that count. Reads, never writes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, UnaryExpression, exists, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from plugins.vaccination.models import ArrivalRow, DoseRow, MergeRow, PersonRow, SignerKeyRow

SAID_BY_SEVERAL = ("sex", "phone", "address", "document", "priority_group", "guardian", "temporary_code")


def named(session: Session, citizen: str) -> list[str]:
    """Every keyed hash that stands for this person: their own first, then the temporary ids that turned out to be theirs."""
    own = session.scalar(select(MergeRow.citizen).where(MergeRow.temporary == citizen).order_by(*_last(MergeRow)))
    own = own or citizen
    temporary = session.scalars(select(MergeRow.temporary).where(MergeRow.citizen == own).distinct())
    return [own, *sorted(set(temporary) - {own})]


def person(session: Session, citizens: Sequence[str]) -> PersonRow | None:
    """The newest word on who this is: of a real id where there is one, else of a temporary. What the newest leaves empty (a
    card knows of no telephone) is what an earlier one said. The row is nobody's but the caller's: no session keeps it."""
    rows = session.scalars(select(PersonRow).where(PersonRow.citizen.in_(citizens)).order_by(*_last(PersonRow))).all()
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
    query = select(DoseRow).where(DoseRow.citizen.in_(citizens), *counting())
    return sorted(session.scalars(query), key=lambda row: (row.given_on, row.occurred_at_ms, row.writer, row.seq))


def counting() -> tuple[ColumnElement[bool], ...]:
    """What makes a row of a dose one that counts, for a query of your own."""
    return _COUNTING


def doses_of_lot(session: Session, site: str, product: str, lot: str) -> int:
    """How many doses of a lot count at a site."""
    query = select(func.count()).select_from(DoseRow).where(DoseRow.lot == lot, DoseRow.site == site)
    return int(session.scalar(query.where(DoseRow.product == product, *counting())) or 0)


def arrival(session: Session, record: str) -> ArrivalRow | None:
    """The arrival that this record told of."""
    return session.scalars(select(ArrivalRow).where(ArrivalRow.record == record)).first()


def numbered(session: Session, row: ArrivalRow) -> ArrivalRow:
    """The arrival that gave this one its number: who shows their card again gets the same number on another ticket."""
    if row.number:
        return row
    query = select(ArrivalRow).where(
        ArrivalRow.site == row.site, ArrivalRow.day == row.day, ArrivalRow.ticket == row.ticket, ArrivalRow.number > 0
    )
    return session.scalars(query.order_by(ArrivalRow.occurred_at_ms.desc())).first() or row


def arrival_today(session: Session, site: str, day: int, citizens: Sequence[str]) -> ArrivalRow | None:
    """The arrival that gave this person the number they are called by: the day's last."""
    query = select(ArrivalRow).where(ArrivalRow.site == site, ArrivalRow.day == day, ArrivalRow.citizen.in_(citizens))
    rows = session.scalars(query).all()
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
)  # written out and not bound: else PostgreSQL does not see that the partial index serves
_COUNTING = (DoseRow.void.is_(False), ~exists().where(_LATER.amends == DoseRow.record, _LATER.amends != _NO_ID))
