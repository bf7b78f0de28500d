"""The live picture for the citizen's screen: 640 x 360 grey JPEG, encoded once for all who watch, kept in memory only.

Costs nothing while nobody watches. Serves no web requests itself (views.py does).
"""

from __future__ import annotations

import threading
from collections.abc import Iterator
from types import TracebackType

import cv2
import numpy as np

from hardware.cameras.base import Frame, Grey

SIZE = (640, 360)  # width, height
QUALITY = 70  # JPEG
NEWS_WITHIN = 5.0  # seconds; then the last picture is sent again, so that a viewer who left is noticed
BOUNDARY = "picture"


class TooManyViewers(Exception):
    """The cap on viewers is reached."""


class Preview:
    """The latest frame of one camera, and its JPEG once somebody asks."""

    def __init__(self, *, viewers: int = 4, mirror: bool = True) -> None:
        self._limit = viewers
        self._mirror = mirror
        self._news = threading.Condition()
        self._encoding = threading.Lock()
        self._frame: Frame | None = None
        self._number = 0
        self._encoded: tuple[int, bytes] = (-1, b"")
        self._viewers = 0
        self._closed = False

    @property
    def watched(self) -> bool:
        return self._viewers > 0

    def offer(self, frame: Frame | None) -> None:
        """The camera's newest frame, or None when it has none any more. Only kept: encoding is the viewers' time."""
        with self._news:
            self._frame = frame
            self._number += 1
            if self._viewers:
                self._news.notify_all()

    def open(self) -> None:
        """Take viewers (again)."""
        with self._news:
            self._closed = False

    def close(self) -> None:
        """End all streams and forget the picture."""
        with self._news:
            self._closed = True
            self._frame, self._encoded = None, (-1, b"")
            self._news.notify_all()

    def watch(self) -> Stream:
        """A viewer's stream. Raises ``TooManyViewers`` beyond the cap; the stream must be closed."""
        with self._news:
            if self._viewers >= self._limit or self._closed:
                raise TooManyViewers
            self._viewers += 1
        return Stream(self)

    def jpeg(self) -> bytes:
        """The picture now: the latest frame, or a drawing that says that there is none."""
        with self._encoding:  # the first who asks encodes, the others wait and get the same bytes
            with self._news:
                frame, number = self._frame, self._number
            if self._encoded[0] != number:
                self._encoded = (number, encode(frame.grey if frame else no_picture(), mirror=self._mirror))
            return self._encoded[1]

    def next_after(self, number: int, wait: float) -> int | None:
        """Wait up to ``wait`` seconds for a picture newer than ``number``; the number now, None when closed."""
        with self._news:
            self._news.wait_for(lambda: self._closed or self._number != number, wait)
            return None if self._closed else self._number

    def leave(self) -> None:
        with self._news:
            self._viewers -= 1


class Stream(Iterator[bytes]):
    """One viewer's multipart stream (``multipart/x-mixed-replace; boundary=picture``).

    A class and not a generator: a server may close a stream that it never began to read, and that viewer too must be
    counted off.
    """

    def __init__(self, preview: Preview) -> None:
        self._preview = preview
        self._number = -1
        self._left = threading.Event()

    def __next__(self) -> bytes:
        number = None if self._left.is_set() else self._preview.next_after(self._number, NEWS_WITHIN)
        if number is None:
            self.close()
            raise StopIteration
        self._number = number
        picture = self._preview.jpeg()
        head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        return head.encode() + picture + b"\r\n"

    def close(self) -> None:
        """Called by the server when the viewer has gone; again is harmless."""
        if not self._left.is_set():
            self._left.set()
            self._preview.leave()

    def __enter__(self) -> Stream:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def encode(grey: Grey, *, mirror: bool) -> bytes:
    """A grey picture as the preview's JPEG: fitted into 640 x 360 with its proportions kept."""
    height, width = grey.shape
    scale = min(SIZE[0] / width, SIZE[1] / height)
    fitted = (max(1, round(width * scale)), max(1, round(height * scale)))
    small = cv2.resize(grey, fitted, interpolation=cv2.INTER_AREA)
    if fitted != SIZE:
        whole = np.zeros((SIZE[1], SIZE[0]), np.uint8)
        left, top = (SIZE[0] - fitted[0]) // 2, (SIZE[1] - fitted[1]) // 2
        whole[top : top + fitted[1], left : left + fitted[0]] = small
        small = whole
    if mirror:
        small = cv2.flip(small, 1)
    done, data = cv2.imencode(".jpg", small, [cv2.IMWRITE_JPEG_QUALITY, QUALITY])
    assert done
    return data.tobytes()


def no_picture() -> Grey:
    """A drawing of a crossed-out camera: told by shape, in no language."""
    picture = np.full((SIZE[1], SIZE[0]), 40, np.uint8)
    cv2.rectangle(picture, (220, 130), (420, 250), 170, 6, cv2.LINE_AA)
    cv2.rectangle(picture, (270, 108), (330, 130), 170, -1, cv2.LINE_AA)
    cv2.circle(picture, (320, 190), 38, 170, 6, cv2.LINE_AA)
    cv2.line(picture, (225, 285), (415, 95), 40, 22, cv2.LINE_AA)
    cv2.line(picture, (225, 285), (415, 95), 230, 10, cv2.LINE_AA)
    return picture
