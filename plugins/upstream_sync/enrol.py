"""Enrols a device with a single-use code: sends the public key, receives the nation's key, begins a new journal.

Power may go at any moment: each step is durable before the next, and doing it again ends well.
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select

from kiosk import identity as identities
from kiosk.domain import Station
from kiosk.explained import Explained
from kiosk.journal import chain
from kiosk.journal.models import JournalHead
from kiosk.plugin import Clock
from kiosk.storage.database import Database
from plugins.upstream_sync import enrolment
from plugins.upstream_sync.backlog import epoch_of
from plugins.upstream_sync.enrolment import Enrolment
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.transport import Transport

MOST_EARLIER = 32  # journals the platform hears about; a device enrolled more often than that sends the latest


@dataclass(frozen=True, slots=True)
class Enrolled:
    """What enrolling came to. ``already``: it had been done with this code before, nothing was sent."""

    enrolment: Enrolment
    writer: str
    already: bool
    drift_ms: int | None


def enrol(
    data_dir: Path,
    database: Database,
    station: Station,
    role: str,
    clock: Clock,
    transport: Transport,
    platform: str,
    code: str,
    insecure: bool = False,
) -> Enrolled:
    """Raises ``SyncFault`` where the platform cannot be reached or refuses, ``ValueError`` or ``OSError`` on bad files."""
    address = enrolment.base_address(platform, insecure)
    try:
        known = enrolment.load(data_dir)
    except ValueError:
        known = None  # a damaged file must not stand in the way of enrolling anew
    if known and known.platform == address and known.code_digest == enrolment.code_digest(code):
        return Enrolled(known, _finish(data_dir, known).writer, True, None)
    identity = identities.load_identity(data_dir)
    client = PlatformClient(address, identity, clock, transport)
    answer = client.enrol(
        {
            "code": code,
            "device": identity.device,
            "public_key_pem": identity.public_key_pem(),
            "site": station.site,
            "name": f"{station.site_name} · {station.lane}"[:80],
            "role": role,
            "earlier": _earlier(database, identity),
        }
    )
    if answer.device != identity.device:
        raise Explained(
            "nền tảng trả lời cho một máy khác; hãy chạy lại lệnh này với mã mới",
            "the platform answered for another device; run this again with a new code",
        )
    enrolment.public_key(answer.platform_key_pem)
    # the nation's key waits in the next epoch's file until writer.json names that epoch
    epoch = identity.epoch + 1
    identities.write_private(identity.folder / f"pseudonym.{epoch}.key", base64.b64decode(answer.pseudonym_key))
    fresh = Enrolment(
        platform=address,
        device=identity.device,
        site=station.site,
        platform_key_pem=answer.platform_key_pem,
        audiences=answer.audiences,
        epoch=epoch,
        enrolled_at_ms=int(clock.now().timestamp() * 1000),
        code_digest=enrolment.code_digest(code),
        insecure=insecure,
    )
    enrolment.save(data_dir, fresh)
    writer = _finish(data_dir, fresh).writer
    return Enrolled(fresh, writer, False, client.timed.drift_ms if client.timed else None)


def _finish(data_dir: Path, known: Enrolment) -> identities.Identity:
    """Begin the epoch that the enrolment names, unless that was done."""
    identity = identities.load_identity(data_dir)
    if identity.epoch >= known.epoch:
        return identity
    waiting = identities.epoch_key(identity.folder, known.epoch).read_bytes()
    return identities.begin_epoch(data_dir, waiting)


def _earlier(database: Database, identity: identities.Identity) -> list[dict[str, object]]:
    """This device's journals until now, with the keys their bodies were digested under. Also one that is still empty: an
    appliance that runs meanwhile writes to it until it is restarted."""
    with database.reading() as session:
        heads = {
            row.writer: (row.seq, row.hash)
            for row in session.execute(
                select(JournalHead.writer, JournalHead.seq, JournalHead.hash).where(JournalHead.own)
            )
        }
    heads.setdefault(identity.writer, (0, chain.genesis(identity.writer)))
    return [
        {
            "writer": writer,
            "seq": heads[writer][0],
            "hash": heads[writer][1].hex(),
            "digest_key": base64.b64encode(identity.digest_key(writer)).decode("ascii"),
        }
        for writer in sorted(heads, key=epoch_of)[-MOST_EARLIER:]
    ]
