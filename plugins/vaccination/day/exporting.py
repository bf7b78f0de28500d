"""What a day's exports are made of: the lines of the list of doses, and corrections that came on later days. Reads only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Record
from plugins.vaccination.day.figures import counted_doses
from plugins.vaccination.day.records_of_day import iso
from plugins.vaccination.models import DoseRow
from plugins.vaccination.observation.reactions import record
from plugins.vaccination.people import known
from plugins.vaccination.records import Dose
from plugins.vaccination.site import Site


def dose_lines(session: Session, site: Site, day: int) -> Iterator[tuple[object, ...]]:
    """One line for each dose that counts, in the order of ``words.EXPORT_HEAD``."""
    zone = ZoneInfo(site.context.time_zone)
    for row in sorted(counted_doses(session, site, day), key=lambda one: (one.occurred_at_ms, one.writer, one.seq)):
        who = known(session, row.citizen, site.id, iso(day)) if row.citizen else None
        at = datetime.fromtimestamp(row.occurred_at_ms / 1000, UTC).astimezone(zone)
        yield (
            row.record,
            at.isoformat(timespec="seconds"),
            iso(row.given_on),
            who.said("name") if who else "",
            who.said("birth_date") if who else "",
            who.person.document if who and who.person else "",
            row.product,
            row.lot,
            row.vial,
            row.number,
            row.total,
            row.table_name,
            row.next_on,
            row.operator or "",
        )


def with_later(session: Session, site: Site, records: Iterable[Record]) -> Iterator[Record]:
    """The records, and after them the corrections of their doses that were made on other days."""
    seen, doses = set(), []
    for one in records:
        seen.add(str(one.id))
        doses += [str(one.id)] if isinstance(one.data, Dose) else []
        yield one
    while doses:
        later = session.scalars(select(DoseRow).where(DoseRow.amends.in_(doses))).all()
        doses = [row.record for row in later if row.record not in seen]
        for row in later:
            found = record(session, site, row.writer, row.seq) if row.record not in seen else None
            if found is not None:
                seen.add(row.record)
                yield found


def public_key(site: Site) -> bytes:
    """This device's, 32 bytes."""
    key = site.context.services.journal.identity.signing_key.public_key()
    return key.public_bytes(Encoding.Raw, PublicFormat.Raw)
