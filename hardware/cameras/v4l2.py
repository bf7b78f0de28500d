"""USB cameras through OpenCV's V4L2 backend, decoded straight to grey. Not for CSI cameras: see picamera2.py."""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import cv2
import numpy as np

from hardware.cameras.base import HD, Frame
from hardware.cameras.reduced import REDUCTION, Grey, eighth_of_jpeg
from hardware.supervise import TemporaryFault

BY_ID = Path("/dev/v4l/by-id")
BAD_FRAMES = 10  # in a row before the camera is opened anew: cheap cables spoil single frames


def first_by_id(folder: Path = BY_ID) -> Path:
    """The first camera by its stable name; index 0 is the picture, others are metadata. ``TemporaryFault`` if none."""
    try:
        found = sorted(folder.glob("*-video-index0"))
    except OSError:
        found = []
    if not found:
        raise TemporaryFault("unplugged", "no USB camera is connected")
    return found[0]


def to_grey(raw: Any, size: tuple[int, int]) -> Grey | None:
    """Grey picture from what the backend gives with conversion off; None when it is spoilt or of an unknown layout.

    ``raw``: MJPG as bytes (1 x n), YUYV (height x width x 2), GREY or NV12/YU12 (one plane, grey first) or, from
    drivers that convert anyway, BGR. ``size``: (width, height) that the device says it delivers.
    """
    if not isinstance(raw, np.ndarray) or raw.dtype != np.uint8 or raw.size == 0:
        return None
    width, height = size
    flat = raw.reshape(-1)
    if _is_jpeg(raw):
        return _from_jpeg(flat)
    if raw.ndim == 3 and raw.shape[2] == 3:
        return np.asarray(cv2.cvtColor(raw, cv2.COLOR_BGR2GRAY), dtype=np.uint8)
    if flat.size == height * width * 2 and height * width:  # YUYV: every other byte is luma
        return np.ascontiguousarray(flat.reshape(height, width, 2)[:, :, 0])
    if flat.size in (height * width, height * width * 3 // 2) and height * width:
        return np.ascontiguousarray(flat[: height * width].reshape(height, width))
    return None


def _is_jpeg(raw: Any) -> bool:
    if not isinstance(raw, np.ndarray) or raw.dtype != np.uint8 or (raw.ndim > 1 and 1 not in raw.shape[:2]):
        return False
    return raw.size > 3 and bool(raw.flat[0] == 0xFF and raw.flat[1] == 0xD8)


def _from_jpeg(data: Grey) -> Grey | None:
    try:
        picture = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    except cv2.error:
        return None
    return None if picture is None else np.asarray(picture, dtype=np.uint8)


class PackedFrame(Frame):
    """A frame that is still a JPEG; it is unpacked by whoever needs the whole picture, if anybody does."""

    def __init__(self, data: Grey, small: Grey, taken_at: float) -> None:
        self._data = data
        self.small = small
        self.taken_at = taken_at

    @cached_property
    def grey(self) -> Grey:  # type: ignore[override]
        whole = _from_jpeg(self._data)
        if whole is not None:
            return whole
        # what spoils a JPEG shows already in the small picture, so this is for a decoder that thinks otherwise
        return np.asarray(cv2.resize(self.small, None, fx=REDUCTION, fy=REDUCTION), dtype=np.uint8)


class V4l2Camera:
    """A UVC camera named by its stable path below ``/dev/v4l/by-id`` (None: the first one there is)."""

    def __init__(
        self,
        name: str,
        path: Path | None = None,
        *,
        size: tuple[int, int] = HD,
        fps: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
        capture: Callable[..., Any] = cv2.VideoCapture,
    ) -> None:
        self.name = name
        self.size = size
        self.fps = fps
        self._path = path
        self._clock = clock
        self._make_capture = capture
        self._capture: Any = None
        self._delivered = size
        self._shown: tuple[int, int] | None = None  # width, height of the last picture, whatever the device had said
        self._node: Path | None = None
        self._looked = 0.0

    def open(self) -> None:
        self.close()
        self._node = self._path or first_by_id()
        if not self._node.exists():
            raise TemporaryFault("unplugged")
        # The number behind the stable name may differ after each plugging, so it is looked up at each opening.
        capture = self._make_capture(str(self._node.resolve()), cv2.CAP_V4L2)
        if not capture.isOpened():
            capture.release()
            raise TemporaryFault("busy", "the camera is there but cannot be opened; another program may hold it")
        capture.set(cv2.CAP_PROP_FOURCC, cv2.VideoWriter.fourcc(*"MJPG"))
        capture.set(cv2.CAP_PROP_FRAME_WIDTH, self.size[0])
        capture.set(cv2.CAP_PROP_FRAME_HEIGHT, self.size[1])
        capture.set(cv2.CAP_PROP_FPS, self.fps)
        capture.set(cv2.CAP_PROP_BUFFERSIZE, 2)  # a short queue: what is decided on must be what stands there now
        capture.set(cv2.CAP_PROP_CONVERT_RGB, 0)
        self._delivered = (int(capture.get(cv2.CAP_PROP_FRAME_WIDTH)), int(capture.get(cv2.CAP_PROP_FRAME_HEIGHT)))
        self._capture = capture
        self._looked = self._clock()

    def read(self) -> Frame:
        return self._next(self._whole)

    def glance(self) -> Frame:
        return self._next(self._packed)

    def _next(self, made: Callable[[Any, float], Frame | None]) -> Frame:
        for _ in range(BAD_FRAMES):
            self._grab()
            taken_at = self._clock()
            retrieved, raw = self._capture.retrieve()
            frame = made(raw, taken_at) if retrieved else None
            if frame is not None:
                return frame
        raise TemporaryFault("no_picture", "the camera answers with pictures that cannot be decoded")

    def _whole(self, raw: Any, taken_at: float) -> Frame | None:
        grey = to_grey(raw, self._delivered)
        if grey is None:
            return None
        self._shown = (grey.shape[1], grey.shape[0])
        return Frame(grey, taken_at)

    def _packed(self, raw: Any, taken_at: float) -> Frame | None:
        if self._shown is not None and _is_jpeg(raw):
            data = raw.reshape(-1)
            small = eighth_of_jpeg(data, self._shown)
            if small is not None:
                return PackedFrame(data, small, taken_at)
        return self._whole(raw, taken_at)

    def skip(self) -> None:
        self._grab()

    def close(self) -> None:
        if self._capture is not None:
            self._capture.release()
            self._capture = None

    def _grab(self) -> None:
        if self._capture is None:
            raise TemporaryFault("not_open")
        now = self._clock()
        if now - self._looked >= 1.0:  # some drivers go on repeating the last picture after the plug is out
            self._looked = now
            if self._node is not None and not self._node.exists():
                raise TemporaryFault("unplugged")
        if not self._capture.grab():
            raise TemporaryFault("no_frame", "the camera stopped sending")
