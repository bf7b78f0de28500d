"""What a site is told of doses it gave from a lot that is recalled: each dose once for each recall, and once more when the recall is
lifted or the dose is corrected. Like ``telling``, it reads what was told from the site's own journal."""

from __future__ import annotations

from typing import Literal

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kiosk.domain import Draft
from kiosk.journal.audiences import LONGEST, site_audience
from plugins.vaccination.folding.conflicts import GIVEN
from plugins.vaccination.models import DoseRow, FindingRow, RecallRow
from plugins.vaccination.nation.comparing import Given
from plugins.vaccination.nation.telling import KIND, amended, known
from plugins.vaccination.records import Finding
from plugins.vaccination.rules.gs1 import lot_key

CODE: Literal["recalled_lot"] = "recalled_lot"
ALIKE = 16  # letters of a site's name that are left where it is cut
AT_ONCE = 500  # doses an answer; the rest is told with the next


def recalled(session: Session) -> list[RecallRow]:
    """The newest word on each lot, where it is a recall."""
    newest: dict[tuple[str, str], RecallRow] = {}
    for row in session.scalars(select(RecallRow).order_by(RecallRow.occurred_at_ms, RecallRow.writer, RecallRow.seq)):
        newest[row.product, lot_key(row.lot)] = row
    return [row for row in newest.values() if not row.lifted]


def drafts(audience: str, session: Session) -> list[Draft]:
    """What this site must still be told; empty for a province and the nation. ``first`` is the dose, ``second`` the recall."""
    if not audience.startswith("site:"):
        return []
    recalls = recalled(session)
    told = [draft for recall in recalls for draft in _not_told(session, audience, recall)]
    return [*told[:AT_ONCE], *_no_longer(session, audience, [recall.record for recall in recalls])]


def _not_told(session: Session, audience: str, recall: RecallRow) -> list[Draft]:
    before = exists().where(
        FindingRow.writer == audience, FindingRow.first == DoseRow.record, FindingRow.second == recall.record
    )
    of_lot = DoseRow.lot.in_({recall.lot, lot_key(recall.lot)})
    query = (
        select(*GIVEN)
        .where(of_lot, DoseRow.site.in_(_sites(session, audience, of_lot)), DoseRow.product == recall.product)
        .where(DoseRow.void.is_(False), ~amended(DoseRow.record), ~before)
        .order_by(DoseRow.occurred_at_ms, DoseRow.writer, DoseRow.seq)
        .limit(AT_ONCE)
    )
    return [_finding(Given(*tuple(row)), recall.record) for row in session.execute(query)]


def _no_longer(session: Session, audience: str, recalls: list[str]) -> list[Draft]:
    """Told, and the recall does not stand any more, or the dose was corrected."""
    later = aliased(FindingRow)
    newer = exists().where(
        later.writer == audience,
        later.seq > FindingRow.seq,
        later.first == FindingRow.first,
        later.second == FindingRow.second,
    )
    query = (
        select(FindingRow)
        .where(FindingRow.writer == audience, FindingRow.code == CODE, FindingRow.settled.is_(False), ~newer)
        .where(or_(FindingRow.second.not_in(recalls), amended(FindingRow.first)))
        .order_by(FindingRow.seq)
        .limit(AT_ONCE)
    )
    return [
        Draft(KIND, Finding(code=CODE, first=row.first, second=row.second, settled=True), row.citizen)
        for row in session.scalars(query)
    ]


def _finding(dose: Given, recall: str) -> Draft:
    body = Finding(code=CODE, first=dose.record, second=recall, sites=[dose.site], doses=[known(dose)])
    return Draft(KIND, body, dose.citizen)


def _sites(session: Session, audience: str, of_lot: ColumnElement[bool]) -> list[str]:
    """The site of this audience. Where its long name is cut in the journal's, it is found among those that begin alike."""
    name = audience.removeprefix("site:")
    if len(audience) < LONGEST:
        return [name]
    alike = select(DoseRow.site).where(of_lot, DoseRow.site.startswith(name[:ALIKE], autoescape=True)).distinct()
    return [site for site in session.scalars(alike) if site_audience(site) == audience]
