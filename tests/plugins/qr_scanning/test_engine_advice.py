"""What the engine advises a person whose code cannot be read, and where it believes the code to be."""

from __future__ import annotations

from typing import Any

import cv2
import numpy as np
import pytest

from plugins.qr_scanning.engine import FrameReader, Hint
from plugins.qr_scanning.engine.locator import likely_code
from tests.support import engine_pictures as pictures
from tests.support.engine_streams import EMPTY, FPS, SHOWN, show, ticking


def hints(frame: Any, seconds: float = 1.5) -> set[Hint | None]:
    readings = show(FrameReader(clock=ticking(10.0)), [frame] * int(seconds * FPS))
    return {reading.hint for reading in readings[int(0.8 * FPS) :]}


def test_nobody_is_advised_before_having_had_a_moment() -> None:
    readings = show(FrameReader(), [EMPTY] * int(0.5 * FPS))
    assert {reading.hint for reading in readings} == {None}


def test_darkness_asks_for_light() -> None:
    assert hints((SHOWN * 0.01).astype(np.uint8)) == {Hint.TOO_DARK}


def test_a_scene_that_never_rests_asks_to_hold_still() -> None:
    stripes = np.kron(np.random.default_rng(1).integers(0, 220, (1, 16)), np.ones((450, 50))).astype(np.uint8)
    moving = [np.roll(stripes, 37 * index, axis=1) for index in range(2 * FPS)]
    readings = show(FrameReader(clock=ticking(10.0)), moving)
    assert readings[-1].hint is Hint.HOLD_STILL


def test_a_code_too_small_to_read_is_asked_closer() -> None:
    far = cv2.resize(pictures.qr("hello, " * 40, scale=4), (60, 60), interpolation=cv2.INTER_AREA)
    assert hints(pictures.frame_with(far, size=(1280, 720))) == {Hint.TOO_FAR}


def test_a_code_that_overfills_the_picture_is_asked_back() -> None:
    close = pictures.qr("hello, " * 40, scale=16)
    assert min(close.shape) > 720
    assert hints(np.ascontiguousarray(close[160:880, 40:1320])) == {Hint.TOO_CLOSE}


def test_a_smeared_code_of_good_size_asks_to_hold_still() -> None:
    sharp = pictures.frame_with(pictures.qr("hello, " * 40, scale=3))
    assert hints(cv2.blur(sharp, (9, 9))) == {Hint.HOLD_STILL}


def test_light_that_burns_the_code_out_is_glare() -> None:
    code = pictures.qr("hello, " * 40, scale=4)
    spot = np.zeros(code.shape, np.float32)
    cv2.circle(spot, (code.shape[1] // 2, code.shape[0] // 2), code.shape[0] // 4, 1.0, -1)
    frame = pictures.frame_with(np.maximum(code, (spot * 255).astype(np.uint8)))
    assert hints(frame) == {Hint.GLARE}


@pytest.mark.parametrize("side", [100, 200, 300])
def test_the_locator_finds_a_blurred_code_where_it_is(side: int) -> None:
    code = cv2.resize(pictures.qr("hello, " * 40, scale=8, border=0), (side, side), interpolation=cv2.INTER_AREA)
    frame = pictures.defocused(pictures.frame_with(code, at=(300, 90)), 1.5)
    outline = likely_code(pictures.noisy(frame, seed=1))
    assert outline is not None
    assert (
        np.abs(np.array(outline) - [(300, 90), (300 + side, 90), (300 + side, 90 + side), (300, 90 + side)]).max() < 16
    )


def test_a_code_that_is_read_needs_no_advice() -> None:
    assert hints(SHOWN) == {None}


def test_an_empty_desk_gets_no_advice() -> None:
    assert hints(EMPTY, seconds=4) == {None}
