"""Frames in a row for the engine's tests, fed as a camera does. No tests in here."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from plugins.qr_scanning.engine import FrameReader, FrameReading
from tests.support import engine_pictures as pictures

FPS = 15
EMPTY = pictures.frame_with()
SHOWN = pictures.frame_with(pictures.qr("hello"))


def ticking(step: float) -> Callable[[], float]:
    """A clock on which every look takes ``step`` seconds."""
    now = 0.0

    def clock() -> float:
        nonlocal now
        now += step
        return now

    return clock


def show(reader: FrameReader, frames: Sequence[Any], begin: float = 0.0) -> list[FrameReading]:
    """Feed frames with fresh sensor noise at 15 a second."""
    return [reader.feed(pictures.noisy(frame, seed=index), begin + index / FPS) for index, frame in enumerate(frames)]


def delivered(readings: Sequence[FrameReading]) -> list[str]:
    return [code.text for reading in readings for code in reading.new]
