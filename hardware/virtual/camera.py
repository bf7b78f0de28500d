"""The camera's twin: shows pictures from a folder, a video, or a folder into which pictures are dropped while it runs.

Paces itself like a real camera, adds sensor noise so that an idle load is honest, and can be unplugged and frozen.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from pathlib import Path
from random import Random
from statistics import NormalDist

import cv2
import numpy as np

from hardware.cameras.base import HD, Frame, Grey
from hardware.supervise import TemporaryFault
from hardware.virtual.pictures import LiveFolder, PictureFolder, PictureSource, Video


class VirtualCamera:
    """A camera without a camera. ``unplug``, ``replug``, ``freeze`` and ``thaw`` may be called from any thread."""

    def __init__(
        self,
        name: str,
        source: Path | None,
        *,
        live: bool = False,
        size: tuple[int, int] = HD,
        fps: float = 15.0,
        seconds_per_picture: float = 4.0,
        noise: float = 2.0,
        seed: int = 1,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """``source``: a folder of pictures, a video or numbered sequence (``shot%03d.png``), or None for an empty desk.
        ``live``: the folder is watched; each picture dropped in is shown once for ``seconds_per_picture``.
        ``noise``: standard deviation of the sensor noise in grey levels, 0 for none."""
        self.name = name
        self.size = size
        self.fps = fps
        self._source = source
        self._live = live
        self._seconds = seconds_per_picture
        self._clock = clock
        self._sleep = sleep
        self._noise = _NoiseBank(size, noise, seed) if noise > 0 else None
        self._pictures: PictureSource | None = None
        self._open = False
        self._due = 0.0
        self._unplugged = threading.Event()
        self._frozen = threading.Event()
        self._last: Grey | None = None
        self._live_folder: LiveFolder | None = None  # outlives a re-opening: what was shown stays shown

    # --- what a test or the demo does to it

    def unplug(self) -> None:
        self._unplugged.set()

    def replug(self) -> None:
        self._unplugged.clear()

    def freeze(self) -> None:
        """Repeat the last picture exactly, as a camera does whose driver lost it."""
        self._frozen.set()

    def thaw(self) -> None:
        self._frozen.clear()

    # --- the camera

    def open(self) -> None:
        self.close()
        self._present()
        self._pictures = self._open_source()
        self._due = self._clock()
        self._open = True

    def read(self) -> Frame:
        self._pace()
        now = self._clock()
        if self._frozen.is_set() and self._last is not None:
            return Frame(self._last, now)
        assert self._pictures is not None
        picture = self._pictures.at(now)
        self._last = self._noise.over(picture) if self._noise else picture
        return Frame(self._last, now)

    def glance(self) -> Frame:
        return self.read()  # not compressed

    def skip(self) -> None:
        self._pace()
        assert self._pictures is not None
        self._pictures.skip()

    def close(self) -> None:
        self._open = False
        if self._pictures is not None:
            self._pictures.close()
            self._pictures = None

    def _present(self) -> None:
        if self._unplugged.is_set():
            raise TemporaryFault("unplugged")
        if self._source is not None and "%" not in self._source.name and not self._source.exists():
            raise TemporaryFault("unplugged", "the picture folder or video is not there")

    def _open_source(self) -> PictureSource:
        if self._source is None:
            return PictureFolder(None, self.size, self._seconds)
        if self._live:
            self._live_folder = self._live_folder or LiveFolder(self._source, self.size, self._seconds)
            return self._live_folder
        if self._source.is_dir():
            return PictureFolder(self._source, self.size, self._seconds)
        return Video(self._source, self.size)

    def _pace(self) -> None:
        """Wait until the next frame is due. A loop that was late goes on from now, as a camera's short queue does."""
        if not self._open:
            raise TemporaryFault("not_open")
        self._present()
        now = self._clock()
        if self._due > now:
            self._sleep(self._due - now)
            self._due += 1.0 / self.fps
        else:
            self._due = now + 1.0 / self.fps


class _NoiseBank:
    """Sensor noise: one large pair of noise pictures, a new random cut of it for each frame (about 0.1 ms at 720p)."""

    _MARGIN = 96

    def __init__(self, size: tuple[int, int], sigma: float, seed: int) -> None:
        self._width, self._height = size
        self._random = Random(seed)
        # Evenly spread bytes, each for one 256th of the normal distribution: numpy's own generator would cost a small
        # computer 2.5 MB of code for this one use.
        shape = (self._height + self._MARGIN, self._width + self._MARGIN)
        even = np.frombuffer(self._random.randbytes(shape[0] * shape[1]), np.uint8).reshape(shape)
        levels = np.array([NormalDist(0.0, sigma).inv_cdf((part + 0.5) / 256) for part in range(256)])
        self._brighter = np.asarray(cv2.LUT(even, np.clip(np.rint(levels), 0, 255).astype(np.uint8)), np.uint8)
        self._darker = np.asarray(cv2.LUT(even, np.clip(np.rint(-levels), 0, 255).astype(np.uint8)), np.uint8)

    def over(self, picture: Grey) -> Grey:
        bright, dark = self._cut(self._brighter), self._cut(self._darker)
        lifted = cv2.add(picture, bright)
        return np.asarray(cv2.subtract(lifted, dark, dst=lifted), dtype=np.uint8)

    def _cut(self, field: Grey) -> Grey:
        top, left = self._random.randrange(self._MARGIN), self._random.randrange(self._MARGIN)
        return field[top : top + self._height, left : left + self._width]
