"""Keyboard-wedge scanners read as Linux input devices, grabbed so that nothing else hears their keys.

Needs the package evdev (imported only when such a scanner is opened). What a key types is decided in us_keys.py.
"""

from __future__ import annotations

import select
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from hardware.scanners.base import GAP, LONGEST
from hardware.scanners.stream import StreamScanner
from hardware.scanners.us_keys import UsKeys
from hardware.supervise import PermanentFault, TemporaryFault

BY_ID = Path("/dev/input/by-id")
_EV_KEY = 1  # Linux input-event-codes.h


def _open_device(path: str) -> Any:
    try:
        import evdev
    except ImportError as error:
        raise PermanentFault("library_missing", "install the package evdev") from error
    return evdev.InputDevice(path)


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
        device: Callable[[str], Any] = _open_device,
        wait_readable: Callable[[Any, float], bool] | None = None,
    ) -> None:
        super().__init__(name, gap=gap, longest=longest, clock=clock)
        self._path = path
        self._open_device = device
        self._wait_readable = wait_readable or _wait_readable
        self._keys = UsKeys()
        self._device: Any = None

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
        except OSError as error:
            device.close()
            raise TemporaryFault("busy", "another program holds the scanner") from error
        self._device = device
        self._keys.reset()
        self._begin_anew()

    def close(self) -> None:
        device, self._device = self._device, None
        if device is None:
            return
        for end in (device.ungrab, device.close):
            try:
                end()
            except OSError:
                continue

    def _receive(self, wait: float) -> bytes:
        if self._device is None:
            raise TemporaryFault("not_open")
        try:
            if not self._wait_readable(self._device, wait):
                return b""
            events = [(event.code, event.value) for event in self._device.read() if event.type == _EV_KEY]
        except BlockingIOError:
            return b""
        except OSError as error:  # ENODEV: the plug is out
            raise TemporaryFault("unplugged") from error
        return b"".join(self._keys.feed(code, value) for code, value in events)


def _wait_readable(device: Any, wait: float) -> bool:
    return bool(select.select([device.fd], [], [], wait)[0])
