"""What stands before the virtual camera: an empty desk, pictures in turn, pictures as they are dropped in, a video.

Each source gives grey pictures of exactly the camera's size. No pacing, no noise.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Protocol

import cv2
import numpy as np

from hardware.cameras.base import Grey
from hardware.supervise import TemporaryFault

log = logging.getLogger(__name__)

SUFFIXES = frozenset({".png", ".jpg", ".jpeg", ".webp", ".bmp", ".tif", ".tiff", ".pgm", ".gif"})
LARGEST_FILE = 64 * 1024 * 1024  # bytes


class PictureSource(Protocol):
    def at(self, now: float) -> Grey:
        """The picture at monotonic time ``now`` (seconds)."""

    def skip(self) -> None:
        """A frame passed unseen."""

    def close(self) -> None: ...


def desk(size: tuple[int, int]) -> Grey:
    """A plain surface in uneven light: what a camera sees while nobody is there."""
    width, height = size
    across = np.linspace(118.0, 146.0, width, dtype=np.float32)[None, :]
    down = np.linspace(10.0, -14.0, height, dtype=np.float32)[:, None]
    return np.asarray(across + down, dtype=np.uint8)


def on_desk(picture: Grey, size: tuple[int, int]) -> Grey:
    """``picture`` as the camera would see it: as it is when it has the frame's size, else fitted, centred on the desk.

    Small pictures (a code saved from a screen) are enlarged by a whole factor, so that modules stay square.
    """
    width, height = size
    rows, columns = picture.shape
    if (columns, rows) == size:
        return picture
    if columns > width or rows > height:
        scale = min(width / columns, height / rows)
        fitted = cv2.resize(
            picture, (max(1, int(columns * scale)), max(1, int(rows * scale))), interpolation=cv2.INTER_AREA
        )
    else:
        factor = max(1, int(min(width * 0.8 / columns, height * 0.8 / rows)))
        fitted = cv2.resize(picture, (columns * factor, rows * factor), interpolation=cv2.INTER_NEAREST)
    whole = desk(size)
    rows, columns = fitted.shape
    top, left = (height - rows) // 2, (width - columns) // 2
    whole[top : top + rows, left : left + columns] = fitted
    return whole


def load(path: Path) -> Grey | None:
    """A picture file in grey; None when it cannot be read (or not yet: it may still be being written)."""
    try:
        if path.stat().st_size > LARGEST_FILE:
            return None
        data = np.fromfile(path, dtype=np.uint8)
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE) if data.size else None
    except (OSError, cv2.error):
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


def _is_picture(path: Path) -> bool:
    return path.suffix.lower() in SUFFIXES and not path.name.startswith(".")


class PictureFolder:
    """The pictures of a folder one after another, by name, for ever; without a folder, or an empty one, the desk."""

    def __init__(self, folder: Path | None, size: tuple[int, int], seconds: float) -> None:
        self._size = size
        self._seconds = seconds
        self._paths = sorted(p for p in folder.iterdir() if _is_picture(p)) if folder else []
        self._started: float | None = None
        self._shown = -1
        self._picture = desk(size)

    def at(self, now: float) -> Grey:
        if self._started is None:
            self._started = now
        turn = int((now - self._started) / self._seconds)
        if self._paths and turn != self._shown:
            self._shown = turn
            loaded = load(self._paths[turn % len(self._paths)])
            self._picture = desk(self._size) if loaded is None else on_desk(loaded, self._size)
        return self._picture

    def skip(self) -> None:
        pass

    def close(self) -> None:
        self._started, self._shown = None, -1


class LiveFolder:
    """Each picture dropped into the folder is shown once, oldest first, for ``seconds``; then the desk for ``pause``.

    The pause is long enough for a reader to see that the code has gone, so that one shown twice counts twice.

    A file that is removed while it is shown is taken away at once. A file that cannot be read is tried again for
    ``_PATIENCE`` seconds (it may still be being copied), then passed over.
    """

    _LOOK_EVERY = 0.2  # seconds between looks at the folder
    _PATIENCE = 3.0

    def __init__(self, folder: Path, size: tuple[int, int], seconds: float, pause: float = 2.0) -> None:
        self._folder = folder
        self._size = size
        self._seconds = seconds
        self._pause = pause
        self._desk = desk(size)
        self._picture = self._desk
        self._current: Path | None = None
        self._until = 0.0
        self._looked = float("-inf")
        self._seen: set[tuple[str, int, int]] = set()
        self._first_tried: dict[Path, float] = {}

    def at(self, now: float) -> Grey:
        if now - self._looked >= self._LOOK_EVERY:
            self._looked = now
            if self._current and (now >= self._until or not self._current.exists()):
                self._current, self._picture, self._until = None, self._desk, now + self._pause
            if self._current is None and now >= self._until:
                self._show_next(now)
        return self._picture

    def skip(self) -> None:
        pass

    def close(self) -> None:
        pass

    def _show_next(self, now: float) -> None:
        for path, identity in self._waiting():
            loaded = load(path)
            if loaded is not None:
                self._seen.add(identity)
                self._first_tried.pop(path, None)
                self._picture, self._current, self._until = on_desk(loaded, self._size), path, now + self._seconds
                return
            if now - self._first_tried.setdefault(path, now) > self._PATIENCE:
                log.warning("a dropped picture could not be read and is passed over")
                self._seen.add(identity)
                self._first_tried.pop(path, None)

    def _waiting(self) -> list[tuple[Path, tuple[str, int, int]]]:
        found = []
        try:
            for path in self._folder.iterdir():
                if _is_picture(path):
                    state = path.stat()
                    identity = (path.name, state.st_mtime_ns, state.st_size)
                    if identity not in self._seen:
                        found.append((state.st_mtime_ns, path.name, path, identity))
        except OSError:
            return []  # the folder or a file vanished while we looked; the camera notices a missing folder itself
        return [(path, identity) for _, _, path, identity in sorted(found)]


class Video:
    """A video file or a numbered picture sequence, frame by frame, for ever."""

    def __init__(self, path: Path, size: tuple[int, int]) -> None:
        self._path = path
        self._size = size
        self._capture = self._opened()

    def at(self, now: float) -> Grey:
        taken, picture = self._capture.read()
        if not taken:
            self._capture.release()
            self._capture = self._opened()
            taken, picture = self._capture.read()
            if not taken:
                raise TemporaryFault("no_frame", "the video has no picture that can be read")
        grey = picture if picture.ndim == 2 else cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY)
        return on_desk(np.asarray(grey, dtype=np.uint8), self._size)

    def skip(self) -> None:
        self._capture.grab()

    def close(self) -> None:
        self._capture.release()

    def _opened(self) -> cv2.VideoCapture:
        capture = cv2.VideoCapture(str(self._path))
        if not capture.isOpened():
            raise TemporaryFault("no_frame", "not a video or picture sequence")
        return capture
