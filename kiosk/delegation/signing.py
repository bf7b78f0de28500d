"""What slices get of signing: the keys, and that they are kept in order while a slice needs them."""

from __future__ import annotations

from kiosk.delegation.keeper import Keeper
from kiosk.delegation.key_ring import KeyRing
from kiosk.plugin import Clock, Services


class Signing:
    """One appliance's. ``authority``: it is the platform."""

    def __init__(self, services: Services, clock: Clock, authority: bool, delegation_days: int) -> None:
        self.ring = KeyRing(services, clock, authority)
        self.keeper = Keeper(services, clock, self.ring, delegation_days)

    def keep(self) -> None:
        """A slice signs here, or reads what is signed: announce or publish the key, and answer. Asked at start-up, by several."""
        self.keeper.repeated.start()

    def stop(self) -> None:
        self.keeper.repeated.stop()
