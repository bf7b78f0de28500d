"""Conflicts across sites that stand and nobody has settled; settling one, with a reason that the sites hear."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, redirect, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.journal.append import Entry, entries_of
from kiosk.journal.audiences import site_audience
from kiosk.journal.project import ProjectionFailed
from kiosk.journal.saying import say
from kiosk.web.access import note_access, require_role
from plugins.vaccination.models import ConflictRow, FindingRow
from plugins.vaccination.nation.comparing import Conflict
from plugins.vaccination.nation.frame import ROLE, Form, operator_id, page, tell
from plugins.vaccination.nation.standing import Person, people, standing
from plugins.vaccination.nation.telling import finding, pair_of
from plugins.vaccination.site import Site

SHOWN = 200

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Open:
    """A conflict that stands, and the person it is of."""

    person: Person
    conflict: Conflict


def add_routes(blueprint: Blueprint, site: Site) -> None:
    """``/vaccination/nation/conflicts``."""

    @blueprint.get("/nation/conflicts", endpoint="nation_conflicts")
    @require_role(ROLE)
    def conflicts() -> ResponseReturnValue:
        with site.context.services.session() as session:
            found = open_conflicts(session, site)
        if found:
            shown = sorted({one.person.citizen for one in found})
            note_access("vaccination.conflicts_shown", subject=str(len(found)), citizens=shown)
        return page(site, "conflicts", found=found[:SHOWN], more=len(found) >= SHOWN, shown=SHOWN)

    @blueprint.post("/nation/conflicts/settle", endpoint="nation_settle")
    @require_role(ROLE)
    def settle() -> ResponseReturnValue:
        form = Form()
        first, second, reason = form.text("first", 36), form.text("second", 36), form.text("reason", 200)
        done = not form.wrong and settle_one(site, first, second, reason, operator_id())
        tell(*(("settled",) if done else ("not_settled", "warning")))
        return redirect(url_for(".nation_conflicts"), 303)


def open_conflicts(session: Session, site: Site) -> list[Open]:
    """The newest first; what turned out to be none, or was settled by somebody, is left out."""
    by_hand = exists().where(
        FindingRow.first == ConflictRow.first_record,
        FindingRow.second == ConflictRow.second_record,
        FindingRow.settled,
        FindingRow.reason != "",
    )
    order = (ConflictRow.day.desc(), ConflictRow.first_writer, ConflictRow.first_seq, ConflictRow.second_seq)
    rows = session.scalars(select(ConflictRow).where(~by_hand).order_by(*order).limit(SHOWN * 2)).all()
    return _standing(session, site, rows)[:SHOWN]


def settle_one(site: Site, first: str, second: str, reason: str, operator: str) -> bool:
    """Say to every site concerned that somebody has looked into it. False where it is no conflict, or was settled before."""
    clock = site.context.clock
    with site.context.services.session() as session:
        found = _one(session, site, first, second)
    if found is None:
        return False
    said = 0
    for at in sorted({found.conflict.first.site, found.conflict.second.site}):
        audience = site_audience(at)

        def compose(inner: Session, audience: str = audience) -> list[Entry]:
            still = _one(inner, site, first, second)
            if still is None or _settled(inner, audience, first, second):
                return []
            draft = finding(still.person.citizen, still.conflict, still.person.doses, reason)
            return entries_of([draft], clock.now(), clock.trusted(), operator)

        try:
            said += len(say(site.context.services.journal, audience, compose, only_folded=True))
        except ProjectionFailed as failed:  # what is in no table would stay on the page, though the site was told
            log.error("a conflict could not be settled: %s", failed)
            return False
    return said > 0


def _one(session: Session, site: Site, first: str, second: str) -> Open | None:
    query = select(ConflictRow).where(ConflictRow.first_record == first, ConflictRow.second_record == second)
    return next(iter(_standing(session, site, session.scalars(query).all())), None)


def _settled(session: Session, writer: str, first: str, second: str) -> bool:
    query = select(FindingRow.seq).where(
        FindingRow.writer == writer, FindingRow.first == first, FindingRow.second == second, FindingRow.reason != ""
    )
    return session.execute(query.limit(1)).first() is not None


def _standing(session: Session, site: Site, rows: Any) -> list[Open]:
    persons = people(session, {row.citizen for row in rows} | {row.other for row in rows})
    stand = standing(site.comparing, persons.values())
    return [Open(persons[row.citizen], stand[pair_of(row)]) for row in rows if pair_of(row) in stand]
