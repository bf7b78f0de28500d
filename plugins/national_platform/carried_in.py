"""How a device's journal is proved when a file carries it in: by the key it was enrolled with. Otherwise as if pushed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.plugin import JournalSource, PluginContext
from plugins.national_platform import alarms, ingest, parked
from plugins.national_platform.models import Device

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from kiosk.journal.receive import Received


def source(context: PluginContext, writer: str) -> JournalSource | None:
    """None: no such device is enrolled here. A revoked one's signature proves nothing more; what it sent before is still
    checked under its own key."""
    journal = context.services.journal
    now_ms = int(context.clock.now().timestamp() * 1000)
    with journal.database.reading() as session:
        device = session.get(Device, writer.rpartition(".")[0])
        if device is None:
            return None
        pems = [] if device.revoked_at_ms is not None else [device.public_key_pem]
        if pems and device.previous_key_pem and now_ms < device.previous_until_ms:
            pems.append(device.previous_key_pem)
        key = ingest.digest_key(session, writer) or journal.identity.pseudonym_key

    def received(session: Session, batch: Received) -> None:
        parked.note(session, batch.writer, batch.parked, now_ms)

    def forked(seq: int) -> None:
        with journal.database.writing() as session:
            alarms.raise_fork(session, writer, seq, now_ms)

    return JournalSource(tuple(pems), key, received, forked)
