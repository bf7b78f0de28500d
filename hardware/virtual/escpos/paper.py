"""The roll of paper: a growing field of dots. Knows no command."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image

Dots = NDArray[np.bool_]  # shape (rows, columns), True is black

ROLL = 80_000  # rows, ten metres


class Paper:
    """Paper ``width`` dots wide, with the print head at row ``y``."""

    def __init__(self, width: int) -> None:
        self.width = width
        self.y = 0
        self._dots: Dots = np.zeros((256, width), dtype=bool)

    def put(self, x: int, dots: Dots, y: int | None = None) -> None:
        """Burn ``dots`` with their top left at (x, y), without moving the paper; what lies beyond the edges is lost."""
        top = self.y if y is None else y
        rows, columns = dots.shape
        self._reach(top + rows)
        left, right = max(x, 0), min(x + columns, self.width)
        if left < right:
            self._dots[top : top + rows, left:right] |= dots[:, left - x : right - x]

    def feed(self, rows: int) -> None:
        """Move the paper by ``rows`` dots."""
        self.y += rows
        self._reach(self.y)

    def is_blank(self) -> bool:
        """Whether nothing was burnt."""
        return not self._dots.any()

    def image(self) -> Image.Image:
        """The paper so far as a picture of mode "1", black on white."""
        height = max(self.y, 1)
        return Image.fromarray(np.where(self._dots[:height], 0, 255).astype(np.uint8)).convert(
            "1", dither=Image.Dither.NONE
        )

    def _reach(self, rows: int) -> None:
        if rows > ROLL:
            raise ValueError("the roll is at its end: nothing was cut for ten metres")
        if rows > len(self._dots):
            grown = np.zeros((max(rows, 2 * len(self._dots)), self.width), dtype=bool)
            grown[: len(self._dots)] = self._dots
            self._dots = grown
