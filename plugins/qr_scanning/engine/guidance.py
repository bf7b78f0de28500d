"""What to tell a person whose code cannot be read yet. Cheap hints as stable codes; words belong to the screen."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

import cv2
import numpy as np

from hardware.cameras.reduced import REDUCTION
from plugins.qr_scanning.engine.decoder import Grey, Polygon, longest_edge
from plugins.qr_scanning.engine.filters import percentiles
from plugins.qr_scanning.engine.locator import likely_code

DARK_LEVEL = 40  # where even the brightest twentieth of the picture stays below this, light is what is missing
SATURATED = 250
TOO_FAR_SHARE = 0.22  # an unread code whose side is a smaller share of the picture's shorter side is far away
TOO_CLOSE_SHARE = 0.9
GLARE_SHARE = 0.08  # of a code's cells burnt out together
OVERALL_GLARE_SHARE = 0.12  # of the whole picture's


class Hint(StrEnum):
    """Stable codes of the hints."""

    TOO_FAR = "too_far"
    TOO_CLOSE = "too_close"
    HOLD_STILL = "hold_still"
    TOO_DARK = "too_dark"
    GLARE = "glare"


def advise(picture: Grey, small: Grey, located: Sequence[Polygon], moving: bool) -> Hint | None:
    """The one thing to change first, or None where nothing is known to be wrong. Takes 2 to 3 ms at 720p.

    ``small`` is ``picture`` at an eighth of its size, ``located`` the outlines of codes that the decoder found and did not
    read, ``moving`` whether the scene has not come to rest yet.
    """
    if percentiles(small, 95)[0] < DARK_LEVEL:
        return Hint.TOO_DARK
    outline = likely_code(picture) or max(located, key=longest_edge, default=None)
    if outline is not None:
        return _advise_on_code(picture, small, outline)
    if _burnt_share(small) > OVERALL_GLARE_SHARE:
        return Hint.GLARE
    return Hint.HOLD_STILL if moving else None


def _advise_on_code(picture: Grey, small: Grey, outline: Polygon) -> Hint:
    share = longest_edge(outline) / min(picture.shape)
    corners = np.asarray(outline, float) / REDUCTION
    left, top = np.maximum(corners.min(axis=0).astype(int), 0)
    right, bottom = corners.max(axis=0).astype(int) + 1
    if share > TOO_CLOSE_SHARE:
        return Hint.TOO_CLOSE
    if _burnt_share(small[top:bottom, left:right]) > GLARE_SHARE:
        return Hint.GLARE
    if share < TOO_FAR_SHARE:
        return Hint.TOO_FAR
    return Hint.HOLD_STILL


def _burnt_share(cells: Grey) -> float:
    """Which share of cells is burnt out together with all neighbours: single white modules do not count."""
    if cells.size == 0:
        return 0.0
    burnt = cv2.erode((cells >= SATURATED).astype(np.uint8), np.ones((3, 3), np.uint8), borderValue=0)
    return float(np.count_nonzero(burnt)) / cells.size
