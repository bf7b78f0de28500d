"""Whatever layout a driver hands over, the picture comes out grey, or is refused; and a frozen picture is noticed."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from hardware.cameras.base import Frame, FrozenWatch
from hardware.cameras.picamera2 import luma
from hardware.cameras.v4l2 import to_grey
from hardware.supervise import TemporaryFault

RAMP = np.tile(np.arange(0, 256, 4, dtype=np.uint8), (48, 1))  # 48 rows, 64 columns
SIZE = (64, 48)


def _jpeg() -> np.ndarray:
    return cv2.imencode(".jpg", RAMP, [cv2.IMWRITE_JPEG_QUALITY, 95])[1]


def _yuyv() -> np.ndarray:
    return np.stack([RAMP, np.full_like(RAMP, 128)], axis=2)


@pytest.mark.parametrize(
    "raw",
    [
        _jpeg().reshape(1, -1),
        _jpeg().reshape(-1, 1),
        _jpeg().reshape(-1),
        _yuyv(),
        _yuyv().reshape(1, -1),
        RAMP,
        np.concatenate([RAMP, np.full((24, 64), 128, np.uint8)]),  # NV12, YU12: luma first
        cv2.cvtColor(RAMP, cv2.COLOR_GRAY2BGR),
    ],
    ids=["mjpg-row", "mjpg-column", "mjpg-flat", "yuyv", "yuyv-flat", "grey", "nv12", "bgr"],
)
def test_each_layout_gives_the_same_grey_picture(raw: np.ndarray) -> None:
    grey = to_grey(raw, SIZE)
    assert grey is not None
    assert grey.shape == (48, 64)
    assert np.abs(grey.astype(int) - RAMP).max() <= 6


@pytest.mark.parametrize("raw", [None, np.zeros(0, np.uint8), np.zeros((4, 4), np.uint16), "text"])
def test_what_is_no_picture_is_refused(raw: object) -> None:
    assert to_grey(raw, SIZE) is None


@given(
    arrays.arrays(np.uint8, st.one_of(st.tuples(st.just(1), st.integers(1, 400)), st.tuples(*[st.integers(1, 9)] * 3)))
)
def test_foreign_bytes_never_break_it(raw: np.ndarray) -> None:
    grey = to_grey(raw, (8, 6))
    assert grey is None or (grey.ndim == 2 and grey.dtype == np.uint8)


@given(st.integers(2, 400), st.binary(max_size=30))
def test_a_cut_or_spoilt_jpeg_is_refused_or_read(cut: int, junk: bytes) -> None:
    data = np.frombuffer(_jpeg().tobytes()[:cut] + junk, np.uint8)
    grey = to_grey(data.reshape(1, -1), SIZE)
    assert grey is None or grey.ndim == 2


def test_the_luma_plane_is_cut_out_of_a_padded_buffer() -> None:
    padded = np.full((72, 80), 99, np.uint8)
    padded[:48, :64] = RAMP
    assert np.array_equal(luma(padded, SIZE), RAMP)


@given(arrays.arrays(np.uint8, arrays.array_shapes(min_dims=1, max_dims=3, max_side=70)))
def test_a_buffer_of_another_shape_is_a_fault_and_not_a_crash(buffer: np.ndarray) -> None:
    if buffer.ndim == 2 and buffer.shape[0] >= 48 and buffer.shape[1] >= 64:
        assert luma(buffer, SIZE).shape == (48, 64)
    else:
        with pytest.raises(TemporaryFault, match="no_picture"):
            luma(buffer, SIZE)


def _noisy(seed: int) -> np.ndarray:
    return np.random.default_rng(seed).integers(80, 90, (96, 128), dtype=np.uint8)


def test_a_repeated_picture_is_frozen_only_after_the_limit() -> None:
    watch = FrozenWatch(limit=3.0, least=8)
    picture = _noisy(1)
    verdicts = [watch.frozen(Frame(picture, at / 4)) for at in range(20)]
    assert verdicts.index(True) == 12  # 3 seconds at 4 frames a second


def test_few_frames_are_no_proof_however_long_they_took() -> None:
    watch = FrozenWatch(limit=3.0, least=8)
    picture = _noisy(1)
    assert not any(watch.frozen(Frame(picture, at * 10.0)) for at in range(7))


def test_a_living_sensor_is_never_frozen() -> None:
    watch = FrozenWatch(limit=0.1, least=2)
    assert not any(watch.frozen(Frame(_noisy(at), at)) for at in range(30))


def test_a_covered_lens_is_not_called_frozen() -> None:
    watch = FrozenWatch(limit=0.1, least=2)
    black = np.zeros((96, 128), np.uint8)
    assert not any(watch.frozen(Frame(black, at)) for at in range(30))
