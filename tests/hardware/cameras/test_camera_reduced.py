"""The small picture: the same from pixels and from a JPEG's blocks, of any size, and from foreign bytes."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.cameras.base import Frame, FrozenWatch
from hardware.cameras.reduced import eighth, eighth_of_jpeg
from hardware.cameras.v4l2 import PackedFrame

SIZES = st.tuples(st.integers(1, 90), st.integers(1, 90))  # width, height


def hall(size: tuple[int, int], seed: int = 1) -> np.ndarray:
    """Soft shapes between 40 and 215, so that nothing is clipped, and a sensor's noise."""
    rng = np.random.default_rng(seed)
    coarse = rng.uniform(60, 195, (4, 4)).astype(np.float32)
    smooth = cv2.resize(coarse, size, interpolation=cv2.INTER_LINEAR)
    return np.clip(smooth + rng.normal(0, 2, smooth.shape), 40, 215).astype(np.uint8)


def packed(picture: np.ndarray) -> np.ndarray:
    return cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 85])[1].reshape(-1)


@given(SIZES)
def test_a_cell_is_the_mean_of_its_pixels(size: tuple[int, int]) -> None:
    width, height = size
    picture = hall(size)
    small = eighth(picture)
    assert small.shape == (max(1, height // 8), max(1, width // 8))
    if min(size) >= 8:
        cells = picture[: height // 8 * 8, : width // 8 * 8].reshape(height // 8, 8, width // 8, 8).mean(axis=(1, 3))
        assert np.abs(small - cells).max() <= 1.5


@given(SIZES, st.booleans())
def test_a_jpeg_gives_the_same_without_being_unpacked(size: tuple[int, int], coloured: bool) -> None:
    picture = hall(size)
    data = packed(cv2.cvtColor(picture, cv2.COLOR_GRAY2BGR) if coloured else picture)
    small = eighth_of_jpeg(data, size)
    assert small is not None
    whole = cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)
    assert small.shape == eighth(whole).shape
    if min(size) >= 8:
        assert np.abs(small.astype(int) - eighth(whole)).max() <= 1


def test_a_jpeg_of_another_size_gives_none() -> None:
    assert eighth_of_jpeg(packed(hall((64, 48))), (640, 480)) is None


@given(st.integers(0, 900), st.binary(min_size=1, max_size=40))
def test_a_spoilt_jpeg_gives_none_or_a_picture_of_the_right_size(cut: int, junk: bytes) -> None:
    small = eighth_of_jpeg(np.frombuffer(packed(hall((64, 48))).tobytes()[:cut] + junk, np.uint8), (64, 48))
    assert small is None or small.shape == (6, 8)


def test_a_packed_frame_is_unpacked_when_asked_and_never_fails() -> None:
    picture = hall((64, 48))
    data = packed(picture)
    small = eighth_of_jpeg(data, (64, 48))
    assert small is not None
    frame = PackedFrame(data, small, 2.0)
    assert np.array_equal(frame.grey, cv2.imdecode(data, cv2.IMREAD_GRAYSCALE))
    assert frame.taken_at == 2.0
    assert PackedFrame(data[:20], small, 2.0).grey.shape == (48, 64)


@pytest.mark.parametrize("noise", [False, True])
def test_frozen_is_told_by_the_whole_picture_where_the_small_ones_are_alike(noise: bool) -> None:
    """Noise that no mean of 64 pixels shows is a living sensor's all the same."""
    watch = FrozenWatch(limit=1.0, least=3)
    ramp = np.tile(np.arange(64, dtype=np.uint8), (48, 1)) + 100
    verdicts = []
    for at in range(20):
        picture = ramp.copy()
        if noise:
            picture[16 * (at % 3), 8 * (at % 5)] += 1
        verdicts.append(watch.frozen(Frame(picture, at / 4)))
    assert any(verdicts) is not noise
