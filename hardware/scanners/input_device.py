"""Events of one of Linux's input devices, exclusively if wanted. Knows no scanner and no layout.

Written here because the package evdev has no wheel for arm64: a Raspberry Pi would have to compile it. Source: Linux,
``include/uapi/linux/input.h`` and ``Documentation/input/input.rst``.
"""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import struct
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3  # among EV_SYN: the reader was too slow, and events before this one are lost
_EVIOCGRAB = 0x40044590
_EVIOCSMASK = 0x40104593
_MASK = struct.Struct("@IIQ")  # struct input_mask: type (0: the bits are types), bytes of the bits, where they are
_EVENT = struct.Struct("@llHHi")  # struct input_event: time (two longs), type, code, value
_AT_ONCE = 64  # the kernel's own buffer
_MOST = 512


class InputEvent(NamedTuple):
    """``value`` of a key: 1 pressed, 0 released, 2 repeated by the kernel."""

    type: int
    code: int
    value: int


class InputDevice:
    """An open ``/dev/input/event*``. Every method raises ``OSError`` as the kernel does; ENODEV: the plug is out."""

    def __init__(self, path: str | Path) -> None:
        self.fd = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)

    def grab(self) -> None:
        """From now on nobody else hears this device. EBUSY where another program holds it so."""
        fcntl.ioctl(self.fd, _EVIOCGRAB, 1)

    def keys_alone(self) -> None:
        """Have the kernel keep the other events of each key (its scan code) to itself. It holds 64 for a reader, who else has to
        come back within ten characters. ``OSError`` before Linux 4.4."""
        bits = ctypes.create_string_buffer((1 << EV_SYN | 1 << EV_KEY).to_bytes(4, "little"), 4)
        fcntl.ioctl(self.fd, _EVIOCSMASK, _MASK.pack(0, len(bits), ctypes.addressof(bits)))

    def ungrab(self) -> None:
        fcntl.ioctl(self.fd, _EVIOCGRAB, 0)

    def readable(self, wait: float) -> bool:
        """Whether there is something to read, waiting up to ``wait`` seconds for it."""
        return bool(select.select([self.fd], [], [], wait)[0])

    def read(self) -> list[InputEvent]:
        """The events that wait, at most some hundreds. ``BlockingIOError`` where none does."""
        data = os.read(self.fd, _AT_ONCE * _EVENT.size)
        with suppress(BlockingIOError):  # first empty the kernel's buffer, then take the time to look at what was in it
            while len(data) < _MOST * _EVENT.size and (more := os.read(self.fd, _AT_ONCE * _EVENT.size)):
                data += more
        whole = len(data) - len(data) % _EVENT.size  # the kernel gives whole ones only
        return [InputEvent(*fields) for _, _, *fields in _EVENT.iter_unpack(data[:whole])]

    def close(self) -> None:
        os.close(self.fd)
