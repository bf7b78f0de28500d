"""Who is in the observation room, and for how long still. Nothing is kept in memory: it is what the records say, so that it is
the same after a restart. Reads, never writes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from sqlalchemy import and_, exists, select
from sqlalchemy.orm import Session, aliased

from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.storage.lookups import Rows, Values, given, several
from plugins.vaccination import lookups
from plugins.vaccination.models import ArrivalRow, DoseRow, LeftRow, ReactionRow
from plugins.vaccination.observation.timing import MINUTE, Steps, minutes_left
from plugins.vaccination.site import Site

LONG_GONE_MS = (
    3 * 60 * MINUTE
)  # so long after the end nobody sits there any more: they went without showing their ticket
LATEST = 100  # doses that are looked at whatever date they bear: the clock may have been wrong


@dataclass(frozen=True, slots=True)
class Watched:
    """One person under observation. ``dose``: the first record of the dose, which times and reactions go by; ``record``: the one
    that counts now. ``ends_ms``: in this device's present time. ``unsure``: the clock was not trusted when the dose was recorded,
    or the dose bears a time that is still to come."""

    dose: str
    record: str
    citizen: str
    ticket: str
    name: str  # masked
    product: str
    lot: str
    number: int
    total: int
    minutes: int
    age_ms: int
    ends_ms: int
    unsure: bool
    grade: int | None = None  # of an open reaction
    reaction: str = ""  # the first record of the newest reaction that is not over

    @property
    def minutes_left(self) -> int:
        return minutes_left(self.age_ms, self.minutes)

    @property
    def is_done(self) -> bool:
        return self.minutes_left == 0 and not self.unsure

    @property
    def is_long_gone(self) -> bool:
        return not self.unsure and not self.reaction and self.age_ms > self.minutes * MINUTE + LONG_GONE_MS


def watched(session: Session, site: Site, steps: Steps) -> list[Watched]:
    """Everybody who had a dose and has not left, by the end of their time; of people with an open reaction first."""
    steps.note(site.now_ms(), last_seq(session, site))
    # of a corrected dose the earlier record may be the one that somebody left under; all others are asked for in one
    rows = [row for row in _candidates(session, site) if not row.amends or not has_left(session, row)]
    found = _watched(session, site, steps, rows)
    return sorted(found, key=lambda one: (not one.reaction, one.ends_ms, one.ticket))


def one(session: Session, site: Site, steps: Steps, dose: str) -> Watched | None:
    """The person who had this dose, in the room or not; None where no dose counts under this record."""
    row = counting(session, dose)
    if row is None:
        return None
    steps.note(site.now_ms(), last_seq(session, site))
    return _watched(session, site, steps, [row])[0]


def counting(session: Session, dose: str) -> DoseRow | None:
    """The record of this dose that counts: itself or its last correction; None where there is none, or it was taken back."""
    row = _DOSE.first(session, record=dose)
    for _ in range(50):  # longer chains of corrections there are not
        if row is None:
            return None
        later = _CORRECTIONS.all(session, record=row.record)
        if not later:
            return None if row.void else row
        row = later[-1]
    return None


def chain(session: Session, row: DoseRow) -> list[DoseRow]:
    """This record of a dose and what it corrects, the first of all last."""
    found = [row]
    while found[-1].amends and len(found) < 50:
        before = _DOSE.first(session, record=found[-1].amends)
        if before is None:
            break
        found.append(before)
    return found


def has_left(session: Session, row: DoseRow) -> bool:
    """Whether somebody said that this person went."""
    names = [one.record for one in chain(session, row)] if row.amends else [row.record]
    return _LEFT.one(session, doses=names) is not None


def last_seq(session: Session, site: Site) -> int:
    """The own journal's newest record."""
    writer = site.context.services.journal.identity.writer
    return _LAST_SEQ.one(session, writer=writer) or 0


def _candidates(session: Session, site: Site) -> list[DoseRow]:
    later = aliased(DoseRow)
    counts = and_(
        DoseRow.site == site.id,
        DoseRow.void.is_(False),
        ~exists().where(later.amends == DoseRow.record, later.amends != ""),
        ~exists().where(LeftRow.dose == DoseRow.record),
    )
    today = date.fromisoformat(site.today_text())
    days = [int(f"{day:%Y%m%d}") for day in (today, today - timedelta(days=1))]
    of_today = session.scalars(select(DoseRow).where(counts, DoseRow.day.in_(days))).all()
    of_late = session.scalars(select(DoseRow).where(counts).order_by(DoseRow.seq.desc()).limit(LATEST)).all()
    return list({row.record: row for row in (*of_today, *of_late)}.values())


def _watched(session: Session, site: Site, steps: Steps, rows: Sequence[DoseRow]) -> list[Watched]:
    now = site.now_ms()
    firsts = {row.record: chain(session, row)[-1] if row.amends else row for row in rows}
    tickets = _tickets(session, site, rows)
    trusted = _trusted(session, firsts.values())
    reactions = _open_reactions(session, [row.record for row in firsts.values()])
    found = []
    for row in rows:
        first = firsts[row.record]
        age = steps.age_ms(first.occurred_at_ms, first.seq, now)
        came = tickets.get(row.record)
        reaction = reactions.get(first.record)
        found.append(
            Watched(
                dose=first.record,
                record=row.record,
                citizen=row.citizen or "",
                ticket=came.ticket if came else "",
                name=came.name if came else "",
                product=row.product,
                lot=row.lot,
                number=row.number,
                total=row.total,
                minutes=row.observation_minutes,
                age_ms=age,
                ends_ms=now - age + row.observation_minutes * MINUTE,
                unsure=age < -MINUTE or (first.writer, first.seq) not in trusted,
                grade=reaction.grade if reaction else None,
                reaction=(reaction.amends or reaction.record) if reaction else "",
            )
        )
    return found


def _trusted(session: Session, rows: Iterable[DoseRow]) -> set[tuple[str, int]]:
    """Those of some records that were made under a trusted clock."""
    return {
        (writer, seq)
        for writer, seqs in _by_writer(rows).items()
        for seq in _TRUSTED.all(session, writer=writer, seqs=seqs)
    }


def _by_writer(rows: Iterable[DoseRow]) -> Mapping[str, list[int]]:
    found: dict[str, list[int]] = {}
    for row in rows:
        found.setdefault(row.writer, []).append(row.seq)
    return found


def _tickets(session: Session, site: Site, rows: Sequence[DoseRow]) -> dict[str, ArrivalRow]:
    """Record of a dose -> the arrival of that day, under whichever name the person came."""
    citizens = {row.citizen for row in rows if row.citizen}
    came = {(one.citizen, one.day): one for one in _CAME.all(session, site=site.id, citizens=citizens)}
    found: dict[str, ArrivalRow] = {}
    for row in rows:
        of_day = came.get((row.citizen, row.day))
        if of_day is None and row.citizen:
            of_day = lookups.arrival_today(session, site.id, row.day, lookups.named(session, row.citizen))
        if of_day is not None:
            found[row.record] = of_day
    return found


def _open_reactions(session: Session, doses: Sequence[str]) -> dict[str, ReactionRow]:
    """Dose -> the newest word on its newest reaction, where that is not over."""
    newest: dict[str, ReactionRow] = {}
    for row in _REACTIONS.all(session, doses=doses):
        newest[row.amends or row.record] = row
    return {row.dose: row for row in newest.values() if row.state in ("observed", "treated")}


_DOSE = Rows(select(DoseRow).where(DoseRow.record == given("record")).limit(1))
_CORRECTIONS = Rows(
    select(DoseRow)
    .where(DoseRow.amends == given("record"), lookups.amending(DoseRow))
    .order_by(DoseRow.occurred_at_ms, DoseRow.seq)
)
_LEFT = Values(select(LeftRow.record).where(LeftRow.dose.in_(several("doses"))).limit(1))
_LAST_SEQ = Values(select(JournalHead.seq).where(JournalHead.writer == given("writer")))
_TRUSTED = Values(
    select(JournalRecord.seq).where(
        JournalRecord.writer == given("writer"), JournalRecord.seq.in_(several("seqs")), JournalRecord.clock_trusted
    )
)
_CAME = Rows(
    select(ArrivalRow)
    .where(ArrivalRow.site == given("site"), ArrivalRow.citizen.in_(several("citizens")))
    .order_by(ArrivalRow.seq.desc())
)
_REACTIONS = Rows(
    select(ReactionRow)
    .where(ReactionRow.dose.in_(several("doses")))
    .order_by(ReactionRow.occurred_at_ms, ReactionRow.writer, ReactionRow.seq)
)
