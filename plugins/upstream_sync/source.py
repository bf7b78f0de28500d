"""How the platform's journals are proved when a file carries them in: by the key that enrolment brought."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk.identity import epoch_key
from kiosk.journal.receive import Received
from kiosk.plugin import JournalSource, PluginContext
from plugins.upstream_sync import enrolment, received_parked
from plugins.upstream_sync.pulled import AUDIENCE_JOURNAL


def of_platform_journal(context: PluginContext, writer: str) -> JournalSource | None:
    """None: not a journal of the platform's, or this device is not enrolled. Raises ``OSError``, ``ValueError``."""
    if not AUDIENCE_JOURNAL.match(writer):
        return None
    known = enrolment.load(context.data_dir)
    if known is None:
        return None

    def received(session: Session, batch: Received) -> None:
        now_ms = int(context.clock.now().timestamp() * 1000)
        received_parked.note(session, batch.writer, batch.parked, now_ms)

    nation_key = epoch_key(context.data_dir / "identity", known.epoch).read_bytes()
    return JournalSource((known.platform_key_pem,), nation_key, received)
