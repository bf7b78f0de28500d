"""Key events of one of Linux's input devices, exclusively if wanted. Knows no scanner and no layout.

Written here because the package evdev has no wheel for arm64: a Raspberry Pi would have to compile it. Source: Linux,
``include/uapi/linux/input.h`` and ``Documentation/input/input.rst``.

The kernel holds 64 events for a reader, a dozen characters, which a quick scanner types in 20 ms; a thread that waits for its turn at
the interpreter comes later than that. So ``cat`` takes them from the device and puts them into a pipe, where they wait for us.
"""

from __future__ import annotations

import ctypes
import errno
import fcntl
import os
import select
import shutil
import struct
import subprocess
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

EV_SYN, EV_KEY = 0, 1
SYN_DROPPED = 3  # among EV_SYN: the reader was too slow, and events before this one are lost
_EVIOCGRAB = 0x40044590
_EVIOCSMASK = 0x40104593
_MASK = struct.Struct("@IIQ")  # struct input_mask: type (0: the bits are types), bytes of the bits, where they are
_EVENT = struct.Struct("@llHHi")  # struct input_event: time (two longs), type, code, value
_AT_ONCE = 4096  # bytes
# the kernel ends it with us, else it would go on holding a grabbed device until the next key
_ENDED_WITH_US = ("setpriv", "--pdeathsig", "KILL")


class InputEvent(NamedTuple):
    """``value`` of a key: 1 pressed, 0 released, 2 repeated by the kernel."""

    type: int
    code: int
    value: int


class InputDevice:
    """An open ``/dev/input/event*``. Every method raises ``OSError`` as the kernel does; ENODEV: the plug is out."""

    def __init__(self, path: str | Path) -> None:
        self._device = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
        self._carrier: subprocess.Popen[bytes] | None = None
        self._pipe = -1
        self._rest = b""

    def grab(self) -> None:
        """From now on nobody else hears this device, until it is closed. EBUSY where another program holds it so."""
        fcntl.ioctl(self._device, _EVIOCGRAB, 1)

    def listen(self) -> None:
        """Begin to take events."""
        with suppress(OSError):  # before Linux 4.4; their scan codes take room in its buffer then
            self._keys_alone()
        ended_with_us = _ENDED_WITH_US if shutil.which(_ENDED_WITH_US[0]) else ()
        self._pipe, into = os.pipe()
        try:
            self._carrier = subprocess.Popen(
                [*ended_with_us, "cat"], stdin=self._device, stdout=into, stderr=subprocess.DEVNULL
            )
        finally:
            os.close(into)
        os.set_blocking(self._pipe, False)

    def readable(self, wait: float) -> bool:
        """Whether there is something to read, waiting up to ``wait`` seconds for it."""
        return bool(select.select([self._pipe], [], [], wait)[0])

    def read(self) -> list[InputEvent]:
        """The next events. ``BlockingIOError`` where none waits."""
        data = os.read(self._pipe, _AT_ONCE)
        if not data:
            raise OSError(errno.ENODEV, os.strerror(errno.ENODEV))  # what ``cat`` met
        data = self._rest + data
        whole = len(data) - len(data) % _EVENT.size
        self._rest = data[whole:]
        return [InputEvent(*fields) for _, _, *fields in _EVENT.iter_unpack(data[:whole])]

    def close(self) -> None:
        """Give the device back."""
        carrier, self._carrier = self._carrier, None
        if carrier is not None:
            carrier.kill()
            carrier.wait()
            os.close(self._pipe)
        os.close(self._device)

    def _keys_alone(self) -> None:
        """Have the kernel keep the other events of each key to itself: a third of them."""
        bits = ctypes.create_string_buffer((1 << EV_SYN | 1 << EV_KEY).to_bytes(4, "little"), 4)
        fcntl.ioctl(self._device, _EVIOCSMASK, _MASK.pack(0, len(bits), ctypes.addressof(bits)))
