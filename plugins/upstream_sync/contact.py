"""Where this device stands with its platform: the pull's cursor, the last contact, the drift of the clocks."""

from __future__ import annotations

from sqlalchemy.orm import Session

from plugins.upstream_sync.messages import Timed
from plugins.upstream_sync.models import Contact

WRITE_EVERY_MS = 60_000  # the card wears: what is only shown is written once a minute
DRIFT_WORTH_MS = 1000


def read(session: Session, device: str) -> Contact | None:
    return session.get(Contact, device)


def cursor(session: Session, device: str, platform: str) -> str:
    """Where the next pull begins; empty: at the beginning, also after the platform changed."""
    known = session.get(Contact, device)
    return known.cursor if known and known.platform == platform else ""


def is_stale(known: Contact | None, platform: str, now_ms: int, timed: Timed | None) -> bool:
    """Whether what is stored is old enough to be worth a write."""
    if known is None or known.platform != platform or abs(now_ms - known.last_contact_ms) >= WRITE_EVERY_MS:
        return True
    return timed is not None and abs(timed.drift_ms - known.drift_ms) >= DRIFT_WORTH_MS


def note(session: Session, device: str, platform: str, now_ms: int, timed: Timed | None) -> None:
    """A contact took place."""
    known = _of(session, device, platform)
    known.last_contact_ms = now_ms
    if timed:
        known.drift_ms, known.drift_uncertain_ms = timed.drift_ms, timed.uncertain_ms
    session.flush()


def move_cursor(session: Session, device: str, platform: str, value: str) -> None:
    """In the transaction that stores what was pulled."""
    _of(session, device, platform).cursor = value
    session.flush()


def _of(session: Session, device: str, platform: str) -> Contact:
    known = session.get(Contact, device)
    if known is None:
        known = Contact(
            writer=device, platform=platform, cursor="", last_contact_ms=0, drift_ms=0, drift_uncertain_ms=0
        )
        session.add(known)
    elif known.platform != platform:
        known.platform, known.cursor = platform, ""
    return known
