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


def soften(picture: Grey, sigma: float) -> Grey:
    """Gaussian blur, ``sigma`` in pixels: noise, dots of a printer, moiré of a screen."""
    return cv2.GaussianBlur(picture, (0, 0), sigma)


def threshold_locally(picture: Grey, window: float, offset: int) -> Grey:
    """Black where darker than the mean around it less ``offset``; ``window`` is a share of the shorter side."""
    side = max(11, int(min(picture.shape) * window) | 1)
    return cv2.adaptiveThreshold(picture, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY, side, offset)


def threshold_at(picture: Grey, level: int) -> Grey:
    """White above ``level``, else black: codes under a bright spot differ only near the top of the range."""
    return cv2.threshold(picture, level, 255, cv2.THRESH_BINARY)[1]


def flatten_light(picture: Grey, window: float) -> Grey:
    """Divide by the brightness around each place: shadows and uneven light. ``window`` as in threshold_locally."""
    side = max(15, int(min(picture.shape) * window) | 1)
    return cv2.divide(picture, cv2.blur(picture, (side, side)), scale=160)


def stretch(picture: Grey, low: float = 1.0, high: float = 99.0) -> Grey:
    """Spread the tones between two percentiles over the whole range: very dark or very flat pictures."""
    bottom, top = np.percentile(picture[::4, ::4], (low, high))
    gain = 255.0 / max(1.0, float(top - bottom))
    return cv2.convertScaleAbs(cv2.subtract(picture, float(bottom)), alpha=gain)


def equalise_locally(picture: Grey, limit: float, tiles: int) -> Grey:
    """Contrast-limited adaptive histogram equalisation over ``tiles`` x ``tiles`` fields."""
    return cv2.createCLAHE(limit, (tiles, tiles)).apply(picture)


def grow_dark(picture: Grey, side: int) -> Grey:
    """Erode: dark modules grow by ``side`` // 2 pixels; closes gaps in thin or dotted print."""
    return cv2.erode(picture, np.ones((side, side), np.uint8))


def grow_light(picture: Grey, side: int) -> Grey:
    """Dilate: light modules grow; opens print that bled, and wipes thin dark scratches."""
    return cv2.dilate(picture, np.ones((side, side), np.uint8))


def close_gaps(picture: Grey, side: int) -> Grey:
    """Morphological closing: removes dark specks smaller than ``side`` pixels."""
    return cv2.morphologyEx(picture, cv2.MORPH_CLOSE, np.ones((side, side), np.uint8))
