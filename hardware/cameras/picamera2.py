"""Raspberry Pi CSI cameras through picamera2 (a system package, imported only when such a camera is opened).

OpenCV opens these under libcamera but gets no frames from them. Takes the luma plane as it is; converts no colour.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from hardware.cameras.base import HD, Frame, Grey
from hardware.supervise import PermanentFault, TemporaryFault

ANSWER_WITHIN = 3.0  # seconds for one frame


def luma(yuv420: Any, size: tuple[int, int]) -> Grey:
    """The grey picture in a planar YUV 4:2:0 buffer: its first ``height`` rows, cut to ``width`` (rows may be padded).

    A buffer smaller than ``size`` raises ``TemporaryFault("no_picture")``.
    """
    width, height = size
    if getattr(yuv420, "ndim", 0) != 2 or yuv420.shape[0] < height or yuv420.shape[1] < width:
        raise TemporaryFault("no_picture", "the camera gave a buffer of another shape")
    return np.ascontiguousarray(yuv420[:height, :width], dtype=np.uint8)


def _load_picamera2() -> Any:
    try:
        from picamera2 import Picamera2
    except ImportError as error:
        raise PermanentFault(
            "library_missing", "install python3-picamera2 and give the virtual environment the system's packages"
        ) from error
    return Picamera2


class PiCamera:
    """The ``index``-th camera on the board's own connector."""

    def __init__(
        self,
        name: str,
        index: int = 0,
        *,
        size: tuple[int, int] = HD,
        fps: float = 15.0,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        library: Callable[[], Any] = _load_picamera2,
    ) -> None:
        self.name = name
        self.size = size
        self.fps = fps
        self._index = index
        self._clock = clock
        self._sleep = sleep
        self._library = library
        self._camera: Any = None

    def open(self) -> None:
        self.close()
        make = self._library()
        try:
            camera = make(self._index)
        except (IndexError, RuntimeError) as error:
            raise TemporaryFault("unplugged", "no camera answers on the connector") from error
        self._camera = camera
        try:
            camera.configure(
                camera.create_video_configuration(
                    main={"size": self.size, "format": "YUV420"}, controls={"FrameRate": self.fps}, buffer_count=3
                )
            )
            camera.start()
        except RuntimeError as error:
            self.close()
            raise TemporaryFault("busy", "the camera is there but does not start") from error

    def read(self) -> Frame:
        if self._camera is None:
            raise TemporaryFault("not_open")
        try:
            job = self._camera.capture_array("main", wait=False)
            buffer = self._camera.wait(job, timeout=ANSWER_WITHIN)
        except (TimeoutError, RuntimeError) as error:
            raise TemporaryFault("no_frame", "the camera stopped sending") from error
        return Frame(luma(buffer, self.size), self._clock())

    def glance(self) -> Frame:
        return self.read()  # not compressed

    def skip(self) -> None:
        """libcamera drops what nobody takes, so letting a frame pass is waiting for its time."""
        self._sleep(1.0 / self.fps)

    def close(self) -> None:
        camera, self._camera = self._camera, None
        if camera is None:
            return
        for end in (camera.stop, camera.close):
            try:
                end()
            except Exception:  # noqa: BLE001, S112 - giving up a broken camera must not fail
                continue
