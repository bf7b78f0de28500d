"""Finds people at the desk by what they can say: name, ticket number, or the last digits of their document. Reads, never writes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.text.names import plain
from plugins.vaccination import lookups
from plugins.vaccination.models import ArrivalRow, ExpectedRow, PersonRow
from plugins.vaccination.site import Site

MOST = 20
_TICKET = re.compile(r"[A-Z]{0,3}\d{1,5}", re.ASCII)
_ID = re.compile(r"\d{12}", re.ASCII)
_TAIL = re.compile(r"\d{4,6}", re.ASCII)


def find(session: Session, site: Site, text: str) -> list[str]:
    """The keyed hashes of whom the words may mean, today's arrivals first, each person once; at most ``MOST``."""
    words = " ".join(text.split())[:120]
    compact = words.replace(" ", "").upper()
    found: list[str | None] = []
    if _ID.fullmatch(compact):
        found.append(site.context.services.pseudonym(compact))
    found += [row.citizen for row in of_number(session, site, compact)]
    if _TAIL.fullmatch(compact):
        query = select(PersonRow.citizen).where(PersonRow.document.endswith(compact[-4:]))
        found += session.scalars(query.limit(200))
    folded = plain(words)
    if len(folded) >= 2 and not folded.isdigit():
        found += _by_name(session, site, folded)
    return _once(session, site, found)


def is_id(text: str) -> bool:
    """Whether the words are the twelve digits of an ID card."""
    return bool(_ID.fullmatch(text))


def of_number(session: Session, site: Site, text: str) -> list[ArrivalRow]:
    """Today's arrivals that a number as it is printed may mean: ``A012``, ``12`` and ``A12`` are the same. Empty for other words."""
    ticket = text.replace(" ", "").upper()
    if not _TICKET.fullmatch(ticket):
        return []
    query = select(ArrivalRow).where(ArrivalRow.site == site.id, ArrivalRow.day == site.today())
    prefix, number = ticket.rstrip("0123456789"), int(ticket.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
    rows = session.scalars(query.where(ArrivalRow.number == number).limit(MOST)).all()
    return [row for row in rows if row.ticket.startswith(prefix)]


def _by_name(session: Session, site: Site, folded: str) -> Iterable[str | None]:
    """Every word of the name, in this order, anywhere in it. Accents do not matter."""
    pattern = "%" + "%".join(folded.split()) + "%"
    query = (
        select(PersonRow.citizen).where(PersonRow.folded_name.like(pattern)).order_by(PersonRow.occurred_at_ms.desc())
    )
    yield from session.scalars(query.limit(200))
    expected = select(ExpectedRow.citizen, ExpectedRow.name).where(
        ExpectedRow.site == site.id, ExpectedRow.day == site.today_text(), ExpectedRow.booked
    )
    for citizen, name in session.execute(expected):
        place = 0
        theirs = plain(name)
        for word in folded.split():
            place = theirs.find(word, place) + 1
            if not place:
                break
        else:
            yield citizen


def _once(session: Session, site: Site, citizens: Iterable[str | None]) -> list[str]:
    found: dict[str, bool] = {}  # who -> whether they are here today
    for citizen in dict.fromkeys(filter(None, citizens)):
        theirs = lookups.named(session, citizen)
        if theirs[0] not in found:
            found[theirs[0]] = lookups.arrival_today(session, site.id, site.today(), theirs) is not None
        if len(found) >= MOST * 2:
            break
    return sorted(found, key=lambda citizen: not found[citizen])[:MOST]
