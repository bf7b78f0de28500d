"""Fetches the rest of the platform's journals and stores what is proved; the cursor moves in the last transaction.

Broken off anywhere, the same records come again and are duplicates.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.identity import Identity, epoch_key
from kiosk.journal.batch import Fork, Gap, MalformedLine
from kiosk.journal.models import JournalHead
from kiosk.journal.receive import Received, receive
from kiosk.journal.writer import Journal
from kiosk.plugin import Clock
from kiosk.storage.database import Database
from plugins.upstream_sync import contact, pulled, received_parked
from plugins.upstream_sync.faults import BadCursor, NotUnderstood, SyncFault
from plugins.upstream_sync.platform_client import PlatformClient

log = logging.getLogger(__name__)

AT_ONCE = 500  # records a transaction: while it lasts no visit can be recorded


@dataclass(slots=True)
class Puller:
    """``pull_one`` until it says False. ``epoch``: the one whose pseudonym key is the nation's."""

    database: Database
    journal: Journal
    platform: PlatformClient
    clock: Clock
    identity: Identity
    platform_key: Ed25519PublicKey
    epoch: int

    def pull_one(self) -> bool:
        """Fetch and store one answer. True: there is more. Raises ``SyncFault``; ``signature`` and ``chain`` mean that
        nothing of the answer was stored."""
        device, address = self.identity.device, self.platform.address
        with self.database.reading() as session:
            cursor = contact.cursor(session, device, address)
        try:
            answer = self.platform.journals(cursor)
        except BadCursor:
            if cursor:
                self._move(device, address, "")  # the platform was restored or replaced: what comes again is known here
            raise
        if answer.more and answer.cursor == cursor:
            raise NotUnderstood("garbage", "a cursor that does not move")
        heads = pulled.signed_heads(answer.signature, self.platform_key)
        digest_key = epoch_key(self.identity.folder, self.epoch).read_bytes()
        batches = [
            batch
            for part in pulled.take_apart(answer.lines, heads)
            for batch in pulled.verified_batches(part, self.journal.kinds, digest_key, AT_ONCE)
        ]
        self._refuse_own([batch.writer for batch in batches])
        for number, batch in enumerate(batches, 1):
            last = number == len(batches)

            def finish(session: Session, received: Received, last: bool = last) -> None:
                received_parked.note(session, received.writer, received.parked, self._now_ms())
                if last:
                    contact.move_cursor(session, device, address, answer.cursor)

            try:
                received = receive(self.database, self.journal.projector, batch, finish=finish)
            except Gap:
                # records before these are lacking here (an older copy of the card): fetch everything again
                self._move(device, address, "")
                raise SyncFault("chain", f"{batch.writer}: records are lacking; starting from the first") from None
            except (Fork, MalformedLine) as error:
                raise SyncFault("chain", f"{batch.writer}: {error}") from None
            if received.behind:
                log.error("tables behind after a pull: %s", ", ".join(received.behind))
        if not batches and answer.cursor != cursor:
            self._move(device, address, answer.cursor)
        return answer.more

    def _refuse_own(self, writers: list[str]) -> None:
        """Nobody but this device writes this device's journals."""
        with self.database.reading() as session:
            own = set(session.scalars(select(JournalHead.writer).where(JournalHead.own)))
        if own.intersection(writers):
            raise SyncFault("chain", "an own journal came back")

    def _move(self, device: str, address: str, cursor: str) -> None:
        with self.database.writing() as session:
            contact.move_cursor(session, device, address, cursor)

    def _now_ms(self) -> int:
        return int(self.clock.now().timestamp() * 1000)
