"""A keyboard-like scanner's twin: an input device of the kernel's own, where ``/dev/uinput`` may be used. Types nothing by itself.

Source: Linux, ``include/uapi/linux/uinput.h``.
"""

from __future__ import annotations

import fcntl
import os
import struct
from pathlib import Path

from hardware.scanners.input_device import EV_KEY, EV_SYN
from hardware.supervise import TemporaryFault

UINPUT = Path("/dev/uinput")
_DEVICES = Path("/sys/devices/virtual/input")
_NAME = b"virtual-scanner"
_BUS_USB = 3
_KEYS = range(1, 128)  # those of a keyboard of 105 keys
_SET_EVENT, _SET_KEY, _SETUP, _CREATE, _DESTROY = 0x40045564, 0x40045565, 0x405C5503, 0x5501, 0x5502
_GET_SYSTEM_NAME = 0x8040552C  # of at most 64 bytes
_SETUP_FORMAT = struct.Struct("@4H80sI")  # struct uinput_setup: bus, vendor, product, version, name, force feedback
_EVENT = struct.Struct("@llHHi")


class VirtualKeyboardScanner:
    """A keyboard-wedge scanner without a scanner. Raises ``OSError`` where the system makes no input devices."""

    def __init__(self) -> None:
        self._fd: int | None = None

    @property
    def path(self) -> Path:
        """Its event device, while it is plugged."""
        if self._fd is None:
            raise TemporaryFault("unplugged")
        name = fcntl.ioctl(self._fd, _GET_SYSTEM_NAME, bytes(64)).rstrip(b"\0").decode("ascii")
        [node] = (_DEVICES / name).glob("event*")
        return Path("/dev/input") / node.name

    def plug(self) -> None:
        fd = os.open(UINPUT, os.O_WRONLY | os.O_CLOEXEC)
        fcntl.ioctl(fd, _SET_EVENT, EV_KEY)
        for key in _KEYS:
            fcntl.ioctl(fd, _SET_KEY, key)
        fcntl.ioctl(fd, _SETUP, _SETUP_FORMAT.pack(_BUS_USB, 0, 0, 0, _NAME, 0))
        fcntl.ioctl(fd, _CREATE)
        self._fd = fd

    def unplug(self) -> None:
        fd, self._fd = self._fd, None
        if fd is not None:
            fcntl.ioctl(fd, _DESTROY)
            os.close(fd)

    def press(self, keys: list[tuple[int, int]]) -> None:
        """Send key events, each ``(code, value)``, as ``hardware.scanners.us_keys`` reads them."""
        if self._fd is None:
            raise TemporaryFault("unplugged")
        for code, value in keys:
            os.write(self._fd, _EVENT.pack(0, 0, EV_KEY, code, value) + _EVENT.pack(0, 0, EV_SYN, 0, 0))
