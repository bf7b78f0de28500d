"""A declaration opened by its secret link, and how it stands now."""

from __future__ import annotations

from typing import Literal

from kiosk.domain import Record
from kiosk.plugin import PluginContext
from plugins.declaration import declaring, withdrawals

State = Literal["valid", "withdrawn", "expired"]


def look(context: PluginContext, number: str, secret: str) -> tuple[Record, State] | None:
    """None: no such declaration here, another secret, or its content was erased."""
    with context.services.session() as session:
        record = declaring.find(context, session, number[:40], secret[:60])
        if record is None:
            return None
        if withdrawals.is_withdrawn(session, number, context.services.journal.identity.device):
            return record, "withdrawn"
    expired = context.clock.now().timestamp() >= record.data.expires_at
    return record, "expired" if expired else "valid"
