"""Preprocessing for pictures that a plain read fails on: small pure functions, grey ``uint8`` in, a new one out.

Geometry is kept but for scale, so that outlines map back by the ratio of the sizes alone. Nothing here decodes.
"""

from __future__ import annotations

from functools import lru_cache

import cv2
import numpy as np

from plugins.qr_scanning.engine.decoder import Grey


@lru_cache(maxsize=16)
def _gamma_table(exponent: float) -> Grey:
    return np.round(255.0 * (np.arange(256) / 255.0) ** exponent).astype(np.uint8)


def percentiles(picture: Grey, *shares: float) -> tuple[float, ...]:
    """Grey levels below which the given shares (per cent) of the picture lie, interpolated as ``numpy.percentile`` does.

    By counting: that is quick with bytes, and spares a small computer the megabyte of code that numpy loads for it.
    """
    reached = cv2.calcHist([np.ascontiguousarray(picture)], [0], None, [256], [0, 256]).ravel().cumsum(dtype=np.int64)
    ranks = [(picture.size - 1) * share / 100 for share in shares]
    lower = np.searchsorted(reached, [int(rank) for rank in ranks], side="right")
    upper = np.searchsorted(reached, [min(int(rank) + 1, picture.size - 1) for rank in ranks], side="right")
    return tuple(
        float(low + (rank - int(rank)) * (high - low)) for rank, low, high in zip(ranks, lower, upper, strict=True)
    )


def gamma(picture: Grey, exponent: float) -> Grey:
    """Bend the tone curve: above 1 opens washed-out highlights (glare, lamps), below 1 opens shadows."""
    return cv2.LUT(picture, _gamma_table(exponent))


def scale(picture: Grey, across: float, down: float) -> Grey:
    """Resize by two factors. Unequal ones undo foreshortening; small ones average out noise and moiré."""
    height, width = picture.shape
    size = (max(8, round(width * across)), max(8, round(height * down)))
    shrinking = across <= 1 and down <= 1
    return cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinking else cv2.INTER_LINEAR)


def sharpen(picture: Grey, sigma: float, amount: float) -> Grey:
    """Unsharp mask: ``sigma`` in pixels of the blur that is subtracted ``amount`` times. Undoes defocus."""
    blurred = cv2.GaussianBlur(picture, (0, 0), sigma)
    return cv2.addWeighted(picture, 1 + amount, blurred, -amount, 0)


def threshold_locally(picture: Grey, window: float, offset: int) -> Grey:
    """Black where darker than the mean around it less ``offset``; ``window`` is a share of the shorter side."""
    side = max(11, int(min(picture.shape) * window) | 1)
    return cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, offset)


def stretch(picture: Grey, low: float = 1.0, high: float = 99.0) -> Grey:
    """Spread the tones between two percentiles over the whole range: very dark or very flat pictures."""
    bottom, top = percentiles(picture[::4, ::4], low, high)
    table = (np.arange(256) - bottom) * (255.0 / max(1.0, top - bottom))
    return cv2.LUT(picture, np.clip(np.round(table), 0, 255).astype(np.uint8))


def grow_dark(picture: Grey, side: int) -> Grey:
    """Erode: dark modules grow by ``side`` // 2 pixels; closes gaps in thin or dotted print."""
    return cv2.erode(picture, np.ones((side, side), np.uint8))


def dark_details(picture: Grey, window: float) -> Grey:
    """Keep only what is darker than its surroundings (black hat): a code without quiet zone on a dark ground.

    ``window`` is a share of the shorter side and should exceed the code's largest dark part.
    """
    side = max(15, int(min(picture.shape) * window) | 1)
    hat = cv2.morphologyEx(picture, cv2.MORPH_BLACKHAT, np.ones((side, side), np.uint8))
    return cv2.bitwise_not(cv2.normalize(hat, None, 0, 255, cv2.NORM_MINMAX))
