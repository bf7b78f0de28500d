"""One camera as a source of scans: reads frames, has the engine look at them, delivers each showing once.

Supervised: a camera that goes away, stops sending or freezes is opened anew. Decodes nothing itself.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from hardware.cameras.base import Camera, Frame, FrozenWatch
from hardware.supervise import Backoff, Condition, DeviceFault, Supervised, TemporaryFault
from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine import FrameReader, FrameReaderOptions, Hint

log = logging.getLogger(__name__)

HINTS_REST = 3.0  # seconds after a code was read: who takes the phone away again must not be told to hold it still

Deliver = Callable[[DecodedCode], None]


@dataclass(frozen=True, slots=True)
class CameraFigures:
    """What a technician wants to know of a running camera. ``fps`` counts frames that passed, also undecoded ones."""

    frames: int = 0
    fps: float = 0.0
    size: tuple[int, int] = (0, 0)


class CameraSource:
    """A ``kiosk.plugin.ScanSource`` named ``camera:<name>``."""

    def __init__(
        self,
        camera: Camera,
        options: FrameReaderOptions,
        *,
        on_frame: Callable[[Frame | None], None] = lambda frame: None,
        on_hint: Callable[[Hint | None, float], None] = lambda hint, now: None,
        backoff: Backoff | None = None,
        frozen_after: float = 3.0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """``on_frame`` sees every frame that was not skipped (for the preview), and None when there are no more; ``on_hint`` what to
        tell the person. Both must be quick. ``frozen_after``: seconds of an unchanged picture after which the camera is
        opened anew."""
        self.name = f"camera:{camera.name}"
        self.camera = camera
        self.figures = CameraFigures()
        self._options = options
        self._on_frame = on_frame
        self._on_hint = on_hint
        self._frozen_after = frozen_after
        self._clock = clock
        self._deliver: Deliver | None = None
        self._size = (0, 0)
        self._read_at = float("-inf")
        # Kept when the camera is opened anew, so that a code still held up after a loose plug is not delivered again.
        self._reader: FrameReader | None = None
        # Short pauses: a person stands there and has just put the plug back.
        self._worker = Supervised(self.name, self._work, backoff=backoff or Backoff(longest=4.0), stall_after=15.0)

    def start(self, deliver: Deliver) -> None:
        self._deliver = deliver
        self._worker.start()

    def stop(self) -> None:
        self._worker.stop(2.0)

    def retry(self) -> None:
        """Try a failed camera again now."""
        self._worker.retry()

    def condition(self) -> Condition:
        return self._worker.condition()

    def _work(self, stop: threading.Event) -> None:
        reader = self._reader = self._reader or FrameReader(self._options)
        watch = FrozenWatch(self._frozen_after)
        self.camera.open()
        try:
            counted, since = 0, self._clock()
            while not stop.is_set():
                for _ in range(reader.frames_to_skip):
                    self.camera.skip()
                    counted += 1
                whole = reader.due(self._clock() + 1 / self.camera.fps)
                frame = self.camera.read() if whole else self.camera.glance()
                counted += 1
                self._worker.beat()
                if watch.frozen(frame):
                    raise TemporaryFault("frozen", "the camera repeats its last picture")
                self._on_frame(frame)
                self._look(reader, frame)
                if frame.taken_at - since >= 2.0:
                    self._count(counted, frame.taken_at - since)
                    counted, since = 0, frame.taken_at
        except DeviceFault:
            raise
        except Exception:
            self._reader = None  # whatever confused it must not do so again at once
            raise
        finally:
            self.camera.close()
            self._on_frame(None)
            self._on_hint(None, self._clock())

    def _look(self, reader: FrameReader, frame: Frame) -> None:
        reading = reader.feed_small(frame.small, lambda: frame.grey, frame.taken_at)
        for code in reading.new:
            self._hand_over(code)
        if reading.visible:
            self._read_at = frame.taken_at
        if reading.looked:
            self._size = (frame.grey.shape[1], frame.grey.shape[0])
            served = frame.taken_at - self._read_at < HINTS_REST
            self._on_hint(None if served else reading.hint, frame.taken_at)

    def _hand_over(self, code: DecodedCode) -> None:
        if self._deliver is None:
            return
        try:
            self._deliver(code)
        except Exception as error:  # noqa: BLE001 - the camera must outlive whatever becomes of one scan
            log.error("%s: a scan could not be handed over: %s", self.name, type(error).__name__)
        self._worker.beat()

    def _count(self, counted: int, seconds: float) -> None:
        self.figures = CameraFigures(self.figures.frames + counted, counted / seconds, self._size)
