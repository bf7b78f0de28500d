"""What every camera is: the frame, the protocol, and the watch for pictures that stopped changing."""

from __future__ import annotations

import zlib
from functools import cached_property
from typing import Protocol

import numpy as np

from hardware.cameras.reduced import Grey, eighth

HD = (1280, 720)


class Frame:
    """One picture: ``grey`` is uint8, height x width, ``small`` the same at an eighth of its size (``reduced.eighth``).
    ``taken_at`` is in seconds of the monotonic clock. A camera may unpack either when it is first asked for."""

    def __init__(self, grey: Grey, taken_at: float) -> None:
        self.grey = grey
        self.taken_at = taken_at

    @cached_property
    def small(self) -> Grey:
        return eighth(self.grey)


class Camera(Protocol):
    """A source of frames, used by one thread. Raises ``TemporaryFault`` (unplugged, no frame) or ``PermanentFault``."""

    name: str
    size: tuple[int, int]  # width, height asked for; a camera may give another
    fps: float

    def open(self) -> None:
        """Take the device. Opening an open camera opens it anew."""

    def read(self) -> Frame:
        """The next frame; blocks until there is one or the device's own time-out ends it."""

    def glance(self) -> Frame:
        """The same for a loop that needs ``small`` of most frames and ``grey`` of few: a compressed picture stays so until
        then."""

    def skip(self) -> None:
        """Let one frame pass without decoding it: what an idle loop does most of the time."""

    def close(self) -> None:
        """Give the device back. Never raises; closing a closed camera does nothing."""


class FrozenWatch:
    """Notices a camera that repeats its last picture for ever, as some do after being unplugged.

    Two pictures of a real sensor are never equal in every pixel. A picture of one single shade is not counted: a
    covered lens compresses to exactly that, and opening the camera anew would not help.
    """

    def __init__(self, limit: float = 3.0, least: int = 8) -> None:
        """Frozen: the same picture for ``limit`` seconds and at least ``least`` frames."""
        self._limit = limit
        self._least = least
        self.reset()

    def reset(self) -> None:
        self._small: int | None = None
        self._whole: int | None = None
        self._since = 0.0
        self._count = 0

    def frozen(self, frame: Frame) -> bool:
        """Feed each frame read; True when the picture is frozen. The whole picture is looked at only where the small one
        is the same as before."""
        small = zlib.crc32(np.ascontiguousarray(frame.small).data)
        if small != self._small:
            self._begin(frame, small, None)
            return False
        sample = np.ascontiguousarray(frame.grey[::16, ::8])
        whole = zlib.crc32(sample.data)
        if self._whole not in (None, whole) or np.ptp(sample) == 0:
            self._begin(frame, small, whole)
            return False
        self._whole = whole
        self._count += 1
        return self._count >= self._least and frame.taken_at - self._since >= self._limit

    def _begin(self, frame: Frame, small: int, whole: int | None) -> None:
        self._small, self._whole, self._since, self._count = small, whole, frame.taken_at, 1
