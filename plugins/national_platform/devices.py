"""What the platform knows of its devices: lists, counts, revoking. Enrolment is elsewhere."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from kiosk.journal.models import JournalHead
from plugins.national_platform.heard import without_journal
from plugins.national_platform.models import Contact, Device


@dataclass(frozen=True, slots=True)
class DeviceLine:
    """One device as staff see it. Times are Unix milliseconds; 0: never. ``drift_ms`` is None until a batch told its clock."""

    device: str
    site: str
    province: str
    name: str
    role: str
    enrolled_at_ms: int
    revoked_at_ms: int | None
    revoked_reason: str
    last_contact_ms: int
    drift_ms: int | None
    clock_trusted: bool
    app_version: str
    records: int


def device_lines(session: Session, most: int = 1000) -> list[DeviceLine]:
    """Every device, the one longest not heard of first."""
    contacts: dict[str, Contact] = {}  # with the device's clock
    heard: dict[str, int] = {}
    records: dict[str, int] = {}
    for contact, seq in session.execute(
        select(Contact, JournalHead.seq).outerjoin(JournalHead, JournalHead.writer == Contact.writer)
    ):
        latest = contacts.get(contact.device)
        heard[contact.device] = max(heard.get(contact.device, 0), contact.last_contact_ms)
        told_clock = contact.last_contact_ms > 0 and contact.writer != without_journal(contact.device)
        if told_clock and (latest is None or contact.last_contact_ms > latest.last_contact_ms):
            contacts[contact.device] = contact
        records[contact.device] = records.get(contact.device, 0) + (seq or 0)
    lines = [
        DeviceLine(
            device=row.device,
            site=row.site,
            province=row.province,
            name=row.name,
            role=row.role,
            enrolled_at_ms=row.enrolled_at_ms,
            revoked_at_ms=row.revoked_at_ms,
            revoked_reason=row.revoked_reason,
            last_contact_ms=heard.get(row.device, 0),
            drift_ms=contact.drift_ms if contact else None,
            clock_trusted=contact.clock_trusted if contact else False,
            app_version=contact.app_version if contact else "",
            records=records.get(row.device, 0),
        )
        for row in session.scalars(select(Device))
        for contact in (contacts.get(row.device),)
    ]
    return sorted(lines, key=lambda line: (line.revoked_at_ms is not None, line.last_contact_ms, line.device))[:most]


def counts(session: Session, since_ms: int) -> tuple[int, int]:
    """Devices that may send, and how many of them were heard of since."""
    enrolled = session.scalar(select(func.count()).select_from(Device).where(Device.revoked_at_ms.is_(None))) or 0
    online = (
        session.scalar(select(func.count(Contact.device.distinct())).where(Contact.last_contact_ms >= since_ms)) or 0
    )
    return enrolled, online


def revoke(session: Session, device: str, reason: str, now_ms: int) -> bool:
    """From now on nothing of this device is taken. False: no such device, or revoked before."""
    done = session.execute(
        update(Device)
        .where(Device.device == device, Device.revoked_at_ms.is_(None))
        .values(revoked_at_ms=now_ms, revoked_reason=reason[:200])
    )
    return done.rowcount == 1  # type: ignore[attr-defined]
