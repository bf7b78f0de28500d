"""Keyboard-wedge scanners read as Linux input devices, grabbed so that nothing else hears their keys.

What a key types is decided in us_keys.py.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from hardware.scanners.base import GAP, LONGEST
from hardware.scanners.input_device import EV_KEY, EV_SYN, SYN_DROPPED, InputDevice, InputEvent
from hardware.scanners.stream import StreamScanner
from hardware.scanners.us_keys import UsKeys
from hardware.supervise import TemporaryFault

BY_ID = Path("/dev/input/by-id")


class EvdevScanner(StreamScanner):
    """A keyboard-like scanner at a stable path below ``/dev/input/by-id`` (``…-event-kbd``)."""

    def __init__(
        self,
        name: str,
        path: Path,
        *,
        gap: float = GAP,
        longest: int = LONGEST,
        clock: Callable[[], float] = time.monotonic,
        device: Callable[[str], InputDevice] = InputDevice,
    ) -> None:
        super().__init__(name, gap=gap, longest=longest, clock=clock)
        self._path = path
        self._open_device = device
        self._keys = UsKeys()
        self._device: InputDevice | None = None

    def open(self) -> None:
        self.close()
        if not self._path.exists():
            raise TemporaryFault("unplugged")
        try:
            device = self._open_device(str(self._path))
        except PermissionError as error:
            # Temporary: the device appears a moment before udev sets its group.
            raise TemporaryFault("not_permitted", "the service's user may not read input devices") from error
        except OSError as error:
            raise TemporaryFault("unplugged") from error
        try:
            device.grab()  # without it the scan would also be typed into whatever has the focus
            device.listen()
        except OSError as error:
            device.close()
            raise TemporaryFault("busy", "another program holds the scanner") from error
        self._device = device
        self._keys.reset()
        self._begin_anew()

    def close(self) -> None:
        device, self._device = self._device, None
        if device is not None:
            with suppress(OSError):
                device.close()

    def _receive(self, wait: float) -> bytes:
        if self._device is None:
            raise TemporaryFault("not_open")
        try:
            events = self._device.read() if self._device.readable(wait) else []
        except BlockingIOError:
            return b""
        except OSError as error:  # ENODEV: the plug is out
            raise TemporaryFault("unplugged") from error
        if any(_lost(event) for event in events):
            # what is left of the code must not pass for the whole of it
            raise TemporaryFault("overrun", "keys were lost because they were not read in time; scan again")
        return b"".join(self._keys.feed(event.code, event.value) for event in events if event.type == EV_KEY)


def _lost(event: InputEvent) -> bool:
    return event.type == EV_SYN and event.code == SYN_DROPPED
