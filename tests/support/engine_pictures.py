"""Pictures for the engine's tests: QR codes drawn by segno on plain ground. No tests in here."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import segno


def qr(text: str, scale: int = 6, border: int = 4, error: str = "m") -> Any:
    """A clean QR code, ``scale`` pixels a module, as grey ``uint8``."""
    code = segno.make(text, error=error, micro=False, boost_error=False)
    modules = np.array(code.matrix, np.uint8)
    picture = np.where(np.pad(modules, border) > 0, 0, 255).astype(np.uint8)
    return cv2.resize(picture, None, fx=scale, fy=scale, interpolation=cv2.INTER_NEAREST)


def frame_with(
    *codes: Any, size: tuple[int, int] = (800, 450), ground: int = 110, at: tuple[int, int] = (80, 60)
) -> Any:
    """A frame with codes side by side, the first one's corner at ``at`` (x, y)."""
    frame = np.full((size[1], size[0]), ground, np.uint8)
    x, y = at
    for code in codes:
        height, width = code.shape
        frame[y : y + height, x : x + width] = code
        x += width + 60
    return frame


def noisy(frame: Any, seed: int, sigma: float = 2.0) -> Any:
    """The frame as a sensor gives it."""
    noise = np.random.default_rng(seed).standard_normal(frame.shape, np.float32) * sigma
    return np.clip(frame.astype(np.float32) + noise, 0, 255).astype(np.uint8)


def defocused(frame: Any, sigma: float) -> Any:
    """Gaussian blur, ``sigma`` in pixels."""
    return cv2.GaussianBlur(frame, (0, 0), sigma)
