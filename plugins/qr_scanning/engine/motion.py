"""Says whether the picture changed since the last look, at an eighth of its size. Does not say what changed."""

from __future__ import annotations

import cv2
import numpy as np

from plugins.qr_scanning.engine.decoder import Grey

NORMAL_LIGHT = 80.0  # mean grey level from which the full step applies
SAME_LEVELS = 3.0  # a cell's mean of 64 pixels stays within it in a scene where nothing happens


class MotionGate:
    """Compares pictures at an eighth of their size with the one of the last accepted look.

    ``step`` is the difference in grey levels from which a cell counts as changed, ``share`` the share of cells that
    must have changed. The step shrinks with the light, because in the dark everything differs by less, and grows with
    the sensor's own noise, so that noise does not keep the decoder awake.
    """

    def __init__(self, step: float = 10.0, share: float = 0.001) -> None:
        self._step = step
        self._share = share
        self._reference: Grey | None = None
        self._noise = 0.0

    def changed(self, small: Grey) -> bool:
        """Whether ``small`` differs from the reference; a change makes it the new reference."""
        if self._reference is None or self._reference.shape != small.shape:
            self._reference = small
            return True
        reached = np.bincount(cv2.absdiff(small, self._reference).ravel(), minlength=256).cumsum()
        # The median cell shows noise and nothing else as long as less than half the picture moves.
        noise = float(np.searchsorted(reached, small.size / 2))
        self._noise += 0.1 * (min(noise, self._step) - self._noise)
        light = min(1.0, max(0.3, cv2.mean(small)[0] / NORMAL_LIGHT))
        limit = min(255, int(self._step * light + 6.0 * self._noise))
        if small.size - reached[limit] <= self._share * small.size:
            return False
        self._reference = small
        return True

    def accept(self, small: Grey) -> None:
        """Take ``small`` as the reference without a change, so that slow daylight does not add up to motion."""
        self._reference = small

    def same(self, small: Grey, other: Grey) -> bool:
        """Whether the two show the very same: no cell differs by more than noise does. Stricter than ``changed``."""
        limit = SAME_LEVELS + 6.0 * self._noise
        return small.shape == other.shape and cv2.minMaxLoc(cv2.absdiff(small, other))[1] <= limit
