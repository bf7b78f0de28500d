"""Folds the records of vaccination into its tables. The same batch functions serve a site, the platform and a replay.

Nothing here looks at the order in which journals arrive: what a later word means for an earlier one is asked when it is read.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kiosk.domain import LastingCount, Record
from plugins.vaccination.folding import after, care, conflicts, nation, people, shown, stock
from plugins.vaccination.folding.rows import by_body
from plugins.vaccination.nation.comparing import Comparing


def project(
    records: Sequence[Record], session: Session, time_zone: str, device: str, comparing: Comparing | None = None
) -> None:
    """``device``: this appliance's own, whose word on whom to expect counts below the platform's. ``comparing``: where doses of
    several sites meet, so that they are held against each other."""
    bodies, own = by_body(records), f"{device}."
    people.project(bodies, session, time_zone)
    care.project(bodies, session, time_zone)
    after.project(bodies, session, time_zone)
    shown.project(bodies, session, time_zone)
    stock.project(bodies, session, time_zone, own)
    nation.project(bodies, session, own)
    if comparing is not None:  # last: what it locks others wait for
        conflicts.project(records, session, comparing)


def lasting_counts(records: Sequence[Record]) -> list[LastingCount]:
    """What doses that are erased next had added to the days' counts."""
    return care.lasting_counts(records)
