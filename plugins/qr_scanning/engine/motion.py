"""Says whether the picture changed since the last look, at an eighth of its size. Does not say what changed."""

from __future__ import annotations

import cv2
import numpy as np

from plugins.qr_scanning.engine.decoder import Grey

NORMAL_LIGHT = 80.0  # mean grey level from which the full step applies
REDUCTION = 8  # one cell stands for 8 x 8 pixels


def thumbnail(picture: Grey) -> Grey:
    """The picture at 1/8 of its size. Bilinear, so that four pixels of each cell are averaged: enough against noise."""
    height, width = picture.shape
    size = (max(1, width // REDUCTION), max(1, height // REDUCTION))
    return cv2.resize(picture, size, interpolation=cv2.INTER_LINEAR)


class MotionGate:
    """Compares thumbnails with the one of the last accepted look.

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
        difference = cv2.absdiff(small, self._reference)
        # The median cell shows noise and nothing else as long as less than half the picture moves.
        noise = float(np.median(difference[::4, ::4]))
        self._noise += 0.1 * (min(noise, self._step) - self._noise)
        light = min(1.0, max(0.3, float(np.mean(small[::4, ::4])) / NORMAL_LIGHT))
        limit = self._step * light + 6.0 * self._noise
        moved = cv2.countNonZero(cv2.threshold(difference, limit, 255, cv2.THRESH_BINARY)[1])
        if moved <= self._share * small.size:
            return False
        self._reference = small
        return True

    def accept(self, small: Grey) -> None:
        """Take ``small`` as the reference without a change, so that slow daylight does not add up to motion."""
        self._reference = small
