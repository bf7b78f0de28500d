"""Fetches the journals of the post's other computers, so that who was stopped at one lane is known at the next at once.

What comes is proved and stored exactly as a carried-in file is: whole, in order, once. It works between devices that are enrolled at
the same platform, because only those name people alike.
"""

from __future__ import annotations

import io
import logging
import threading
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import msgspec
import requests
from cryptography.hazmat.primitives import serialization
from sqlalchemy import select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.journal import redact
from kiosk.journal.carry_in import carry_in
from kiosk.journal.jobs import NotRecorded
from kiosk.journal.models import JournalHead
from kiosk.journal.receive import Received
from kiosk.plugin import JournalSource, PluginContext
from plugins.checkpoint import peer_api, peer_proof

if TYPE_CHECKING:
    from plugins.checkpoint.settings import CheckpointSettings, PeerSettings

log = logging.getLogger(__name__)
SECONDS = 3.0  # a peer that does not answer within this is not reached
LONGEST_PAUSE = 10.0
DAY_SECONDS, RETENTION_DAYS = (
    86_400.0,
    30,
)  # what a peer's journal says is kept by that peer; here it serves for the moment
LARGEST = 64 * 1024 * 1024


class Peers:
    """One thread for each peer, from ``start`` to ``stop``."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context
        settings: CheckpointSettings = context.settings
        self._settings = settings
        self._stop = threading.Event()
        self._threads: list[threading.Thread] = []
        self._problems: dict[str, str] = {}

    def start(self) -> None:
        self._stop = threading.Event()
        work: list[tuple[str, Callable[[], None]]] = [
            (f"peer-{peer.device}", partial(self._follow, peer)) for peer in self._settings.peers
        ]
        if work:
            work.append(("peer-erasure", self._erase_daily))
        self._threads = [threading.Thread(target=run, name=name, daemon=True) for name, run in work]
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        self._stop.set()
        for thread in self._threads:
            thread.join(timeout=5)

    def source(self, writer: str) -> JournalSource | None:
        """Whose signature counts for a peer's journal; None for any other."""
        device = writer.rpartition(".")[0]
        peer = next((one for one in self._settings.peers if one.device == device), None)
        if peer is None:
            return None
        pem = peer_proof.public_key(peer.public_key).public_bytes(
            serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
        )
        return JournalSource((pem.decode("ascii"),), self._context.services.journal.identity.pseudonym_key, _received)

    def health(self) -> Iterator[HealthCheck]:
        """One line a peer."""
        for peer in self._settings.peers:
            problem = self._problems.get(peer.device, "starting")
            name = f"checkpoint.peer.{peer.device}"
            if not problem:
                text = Text(f"Nhận sổ từ máy {peer.device}.", f"The journal of {peer.device} is being received.")
                yield HealthCheck(name, HealthLevel.OK, text)
                continue
            text = Text(
                f"Chưa nhận được sổ từ máy {peer.device} ({problem}).", f"No journal from {peer.device} ({problem})."
            )
            advice = Text(
                f"Kiểm tra mạng tại chốt và địa chỉ {peer.address}; mục 'peers' của hai máy phải khớp nhau.",
                f"Check the post's network and the address {peer.address}; the 'peers' of both must name each other.",
            )
            starting = problem == "starting"
            level = HealthLevel.INFO if starting else HealthLevel.WARNING
            yield HealthCheck(name, level, text, advice, pending=starting)

    # --- one peer

    def _follow(self, peer: PeerSettings) -> None:
        pause, nonce, writer = self._settings.peer_seconds, "", ""
        with requests.Session() as web:
            web.trust_env = False
            web.verify = peer.ca_file or True
            while not self._stop.wait(pause):
                try:
                    reply = self._ask(web, peer, nonce, writer)
                    nonce = reply.headers.get(peer_api.NONCE, "")
                    writer = reply.headers.get(peer_api.WRITER, writer)[:32]
                    more = reply.status_code == 401 and bool(nonce)  # it gave a nonce: sign that one, at once
                    if reply.status_code == 200:
                        self._take(peer, reply.content)
                        more = True
                    if reply.status_code not in (200, 204) and not more:
                        raise _Refused(f"HTTP {reply.status_code}")
                except (requests.RequestException, _Refused, SQLAlchemyError, OSError) as error:
                    self._problems[peer.device] = str(error) if isinstance(error, _Refused) else type(error).__name__
                    pause = min(LONGEST_PAUSE, max(pause, 0.5) * 2)
                    continue
                if reply.status_code != 401:
                    self._problems[peer.device] = ""
                pause = 0.02 if more else self._settings.peer_seconds

    def _ask(self, web: requests.Session, peer: PeerSettings, nonce: str, writer: str) -> requests.Response:
        own = self._context.services.journal.identity
        with self._context.services.session() as session:
            after = session.scalar(select(JournalHead.seq).where(JournalHead.writer == writer)) or 0
        body = msgspec.json.encode(peer_api.Asked(writer, after))
        proof = peer_proof.sign(own.signing_key, nonce, own.device, peer.device, body) if nonce else ""
        return web.post(
            f"{peer.address}/checkpoint/api/journal",
            data=body,
            headers={peer_api.ASKER: own.device, peer_api.PROOF: proof, "Content-Type": "application/octet-stream"},
            timeout=SECONDS,
            allow_redirects=False,
        )

    def _take(self, peer: PeerSettings, content: bytes) -> None:
        """Raises ``_Refused`` where anything of it cannot be proved: asked again, it would be no better."""
        if len(content) > LARGEST:
            raise _Refused("too large")
        found = carry_in(self._context.services.journal, io.BytesIO(content))
        foreign = [writer for writer in found.journals if writer.rpartition(".")[0] != peer.device]
        problems = [problem.code for problem in found.problems]
        if problems or foreign:
            raise _Refused(problems[0] if problems else "another device's journal")

    # --- what is here of others does not stay

    def _erase_daily(self) -> None:
        pause = 60.0
        while not self._stop.wait(pause):
            pause = DAY_SECONDS
            try:
                self.erase()
            except (NotRecorded, SQLAlchemyError, OSError) as error:
                log.error("journals of peers: %s", type(error).__name__)
                pause = 600.0

    def erase(self) -> int:
        """Erase bodies of the peers' records whose time here is over. Returns how many. Nothing while the clock is not trusted."""
        journal, count = self._context.services.journal, 0
        if not self._context.clock.trusted():
            return 0
        now_ms = int(self._context.clock.now().timestamp() * 1000)
        devices = [peer.device for peer in self._settings.peers]
        with self._context.services.session() as session:
            writers = session.scalars(select(JournalHead.writer).where(JournalHead.own.is_(False))).all()
            found = [
                redact.due(session, journal.kinds, writer, now_ms, RETENTION_DAYS)
                for writer in writers
                if writer.rpartition(".")[0] in devices
            ]
        for due in found:
            for start in range(0, len(due.seqs), redact.AT_ONCE):
                count += redact.erase(journal, due.writer, due.seqs[start : start + redact.AT_ONCE])
        return count


class _Refused(Exception):
    """The peer, or what it sent, is not to be used. Its text is shown to the technician and holds nobody's data."""


def _received(session: Session, received: Received) -> None:
    """What came from a peer waits for nobody's acknowledgement here: its own device sends it on."""
    session.execute(
        update(JournalHead).where(JournalHead.writer == received.writer).values(acknowledged=received.acknowledged)
    )
