"""What every camera is: the frame, the protocol, and the watch for pictures that stopped changing."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np

Grey = np.ndarray[Any, np.dtype[np.uint8]]

HD = (1280, 720)


@dataclass(frozen=True, slots=True)
class Frame:
    """One picture: ``grey`` is uint8, height x width; ``taken_at`` is in seconds of the monotonic clock."""

    grey: Grey
    taken_at: float


class Camera(Protocol):
    """A source of frames, used by one thread. Raises ``TemporaryFault`` (unplugged, no frame) or ``PermanentFault``."""

    name: str
    size: tuple[int, int]  # width, height asked for; a camera may give another
    fps: float

    def open(self) -> None:
        """Take the device. Opening an open camera opens it anew."""

    def read(self) -> Frame:
        """The next frame; blocks until there is one or the device's own time-out ends it."""

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
        self._digest: int | None = None
        self._since = 0.0
        self._count = 0

    def frozen(self, frame: Frame) -> bool:
        """Feed each frame read; True when the picture is frozen."""
        sample = np.ascontiguousarray(frame.grey[::16, ::8])
        digest = zlib.crc32(sample.data)
        if digest != self._digest or np.ptp(sample) == 0:
            self._digest, self._since, self._count = digest, frame.taken_at, 1
            return False
        self._count += 1
        return self._count >= self._least and frame.taken_at - self._since >= self._limit
