"""Two computers of one post that know each other, each served on a port of this machine."""

from __future__ import annotations

import base64
import socket
from typing import Any

from kiosk.appliance import Appliance
from kiosk.identity import load_identity
from kiosk.plugin import Clock
from kiosk.web.app import create_app
from tests.support.appliance import Workshop
from tests.support.checkpoint_post import gate
from tests.support.served import Served

NATION = b"n" * 32  # the key for pseudonyms that enrolment at one platform would give both


class Lanes:
    """``appliances`` and ``ports`` by name: north and south."""

    def __init__(self, workshop: Workshop, clock: Clock | None = None, settings: str = "peer_seconds = 0.1") -> None:
        self.ports = {"north": free_port(), "south": free_port()}
        identities = {}
        for name in self.ports:
            folder = workshop.folder / name
            (folder / "identity").mkdir(parents=True)
            (folder / "identity" / "pseudonym.key").write_bytes(NATION)
            identities[name] = load_identity(folder)
        self.appliances: dict[str, Appliance] = {}
        for name, other in (("north", "south"), ("south", "north")):
            entry = peer_entry(identities[other], f"http://127.0.0.1:{self.ports[other]}")
            self.appliances[name] = gate(workshop, settings, tail=entry, data=name, name=name, clock=clock)
        self._served = [
            Served(create_app(appliance, "127.0.0.1"), self.ports[name], threads=4)
            for name, appliance in self.appliances.items()
        ]

    def close(self) -> None:
        for appliance in self.appliances.values():
            appliance.host.plugin("checkpoint").peers.stop()
        for served in self._served:
            served.close()


def peer_entry(identity: Any, address: str) -> str:
    """What ``kiosk checkpoint peer`` prints."""
    raw = base64.b64encode(identity.signing_key.public_key().public_bytes_raw()).decode()
    return f'[[plugin.checkpoint.peers]]\ndevice = "{identity.device}"\naddress = "{address}"\npublic_key = "{raw}"\n'


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
