"""What to tell a person whose code cannot be read yet. Cheap hints as stable codes; words belong to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import cv2
import numpy as np

from plugins.qr_scanning.engine.decoder import Grey, Polygon, longest_edge
from plugins.qr_scanning.engine.motion import REDUCTION

DARK_LEVEL = 40  # where even the brightest twentieth of the picture stays below this, light is what is missing
SATURATED = 250
TOO_FAR_SHARE = 0.16  # a located code whose side is a smaller share of the picture's shorter side is far away
TOO_CLOSE_SHARE = 0.9


class Hint(StrEnum):
    """Stable codes of the hints."""

    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    HOLD_STILL = "hold_still"
    TOO_DARK = "too_dark"
    GLARE = "glare"


def advise(picture: Grey, small: Grey, located: Sequence[Polygon], moving: bool) -> Hint | None:
    """The one thing to change first, or None where nothing is known to be wrong.

    ``small`` is the thumbnail of ``picture``, ``located`` the outlines of codes that were found and not read,
    ``moving`` whether the scene has not come to rest for a while.
    """
    if np.percentile(small, 95) < DARK_LEVEL:
        return Hint.TOO_DARK
    if located:
        outline = max(located, key=longest_edge)
        return _advise_on_code(picture, small, outline)
    return Hint.HOLD_STILL if moving else None


def _advise_on_code(picture: Grey, small: Grey, outline: Polygon) -> Hint:
    share = longest_edge(outline) / min(picture.shape)
    if share > TOO_CLOSE_SHARE:
        return Hint.TOO_CLOSE
    if _glare_share(small, outline) > 0.08:
        return Hint.GLARE
    if share < TOO_FAR_SHARE:
        return Hint.TOO_FAR
    return Hint.HOLD_STILL


def _glare_share(small: Grey, outline: Polygon) -> float:
    """Which share of the code's cells is burnt out together with all its neighbours: single white modules are not."""
    corners = np.asarray(outline, float) / REDUCTION
    left, top = np.maximum(corners.min(axis=0).astype(int), 0)
    right, bottom = corners.max(axis=0).astype(int) + 1
    cells = small[top:bottom, left:right]
    if cells.size == 0:
        return 0.0
    burnt = cv2.erode((cells >= SATURATED).astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0)
    return float(np.count_nonzero(burnt)) / cells.size
