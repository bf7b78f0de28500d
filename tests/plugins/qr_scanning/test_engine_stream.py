"""A stream of frames: one delivery per showing, retries spread over frames, rest when nothing moves."""

from __future__ import annotations

import importlib.util
import os
from pathlib import Path
from types import ModuleType
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.cameras.reduced import eighth
from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine import FrameReader, FrameReaderOptions, FrameReading
from plugins.qr_scanning.engine.cascade import in_order
from plugins.qr_scanning.engine.filters import percentiles
from plugins.qr_scanning.engine.hold import HoldDown
from plugins.qr_scanning.engine.motion import MotionGate
from plugins.qr_scanning.engine.symbologies import LIVE_DEFAULT
from tests.support import engine_pictures as pictures
from tests.support.engine_streams import EMPTY, FPS, SHOWN, delivered, show, ticking

# Nobody reads this one without a retry.
BLURRED = pictures.defocused(pictures.frame_with(pictures.qr("hello, " * 12, scale=3)), 1.8)


def test_a_held_code_is_delivered_once() -> None:
    readings = show(FrameReader(), [SHOWN] * 60)
    assert delivered(readings) == ["hello"]
    assert all(reading.visible for reading in readings)


def test_a_code_that_returns_after_the_release_time_is_new() -> None:
    reader = FrameReader(FrameReaderOptions(release_s=1.5))
    assert delivered(show(reader, [SHOWN] * 5)) == ["hello"]
    assert delivered(show(reader, [EMPTY] * 30 + [SHOWN] * 5, begin=5 / FPS)) == ["hello"]


def test_a_code_that_is_gone_for_a_moment_is_not_new() -> None:
    reader = FrameReader(FrameReaderOptions(release_s=1.5))
    assert delivered(show(reader, [SHOWN] * 5 + [EMPTY] * 10 + [SHOWN] * 5)) == ["hello"]


def test_a_code_left_lying_for_long_is_delivered_once() -> None:
    assert delivered(show(FrameReader(), [SHOWN] * 100)) == ["hello"]


def test_a_code_left_lying_is_not_new_where_looks_are_rarer_than_the_release_time() -> None:
    reader = FrameReader(FrameReaderOptions(release_s=0.5, forced_every_s=2.0))
    readings = show(reader, [SHOWN] * (5 * FPS))
    assert sum(reading.looked for reading in readings[2 * FPS :]) >= 1
    assert delivered(readings) == ["hello"]


def test_another_code_is_delivered_at_once() -> None:
    other = pictures.frame_with(pictures.qr("other"))
    assert delivered(show(FrameReader(), [SHOWN] * 5 + [other] * 5)) == ["hello", "other"]


def test_two_codes_in_view_are_both_delivered_once() -> None:
    both = pictures.frame_with(pictures.qr("one"), pictures.qr("two"))
    assert sorted(delivered(show(FrameReader(), [both] * 30))) == ["one", "two"]


def test_a_static_scene_is_passed_over_but_for_forced_looks() -> None:
    reader = FrameReader(FrameReaderOptions(settle_s=1.0, forced_every_s=1.0))
    readings = show(reader, [EMPTY] * (10 * FPS))
    assert all(reading.looked for reading in readings[:FPS])
    assert sum(reading.looked for reading in readings[2 * FPS :]) == 8


def test_the_longer_nothing_moves_the_more_frames_may_pass() -> None:
    reader = FrameReader(FrameReaderOptions(settle_s=1.0))
    skipped = []
    for second in range(8):
        show(reader, [EMPTY] * FPS, begin=second)
        skipped.append(reader.frames_to_skip)
    assert skipped == [0, 2, 2, 2, 2, 4, 4, 4]
    show(reader, [SHOWN], begin=8)
    assert reader.frames_to_skip == 0


def test_a_code_after_a_long_rest_is_read_in_its_first_frame() -> None:
    reader = FrameReader()
    show(reader, [EMPTY] * 100)
    [reading] = show(reader, [SHOWN], begin=100 / FPS)
    assert delivered([reading]) == ["hello"]


def test_a_hard_code_is_delivered_once_though_seldom_read() -> None:
    readings = show(FrameReader(), [BLURRED] * 90)
    assert delivered(readings) == ["hello, " * 12]


def test_a_slow_device_does_one_retry_a_frame_and_gets_there() -> None:
    options = FrameReaderOptions(budget_s=0.02, settle_s=60.0)
    readings = show(FrameReader(options, clock=ticking(10.0)), [BLURRED] * 30)
    assert delivered(readings) == ["hello, " * 12]
    turn = len(in_order(LIVE_DEFAULT, qr_located=False))
    first = next(index for index, reading in enumerate(readings) if reading.new)
    assert 0 < first < turn


def test_a_retry_that_worked_once_does_not_starve_the_others() -> None:
    options = FrameReaderOptions(settle_s=60.0)
    reader = FrameReader(options, clock=ticking(10.0))
    assert delivered(show(reader, [BLURRED] * 20)) == ["hello, " * 12]
    dark = (pictures.frame_with(pictures.qr("in the dark, " * 6, scale=3)) * 0.06).astype(np.uint8)
    assert delivered(show(reader, [dark] * 20, begin=20 / FPS)) == ["in the dark, " * 6]


def test_a_fast_device_gets_there_in_the_first_frame() -> None:
    assert delivered(show(FrameReader(clock=ticking(0.0)), [BLURRED])) == ["hello, " * 12]


def test_other_symbologies_wait_for_their_turn_and_come() -> None:
    import zxingcpp

    barcode = zxingcpp.create_barcode("12345", zxingcpp.BarcodeFormat.DataMatrix)
    code = np.array(barcode.to_image(scale=6, add_quiet_zones=True))
    readings = show(FrameReader(clock=ticking(10.0)), [pictures.frame_with(code)] * 20)
    assert delivered(readings) == ["12345"]


def test_frames_larger_than_the_working_size_get_retries_too() -> None:
    wide = pictures.defocused(pictures.frame_with(pictures.qr("hello, " * 12, scale=5), size=(1920, 1080)), 3.0)
    assert delivered(show(FrameReader(clock=ticking(0.0)), [wide])) == ["hello, " * 12]


def test_a_clock_that_jumps_back_stops_nothing() -> None:
    reader = FrameReader()
    assert delivered(show(reader, [SHOWN] * 3, begin=1e6)) == ["hello"]
    assert delivered(show(reader, [EMPTY] * 40 + [SHOWN] * 3, begin=0.0)) == ["hello"]


def test_an_unknown_symbology_is_named_at_once() -> None:
    with pytest.raises(ValueError, match="QuickCode"):
        FrameReader(FrameReaderOptions(symbologies=("QRCode", "QuickCode")))


@given(st.lists(st.tuples(st.integers(1, 90), st.integers(1, 90)), min_size=1, max_size=6), st.integers(0, 99))
@settings(max_examples=25, deadline=None)
def test_frames_of_any_size_do_no_harm(sizes: list[tuple[int, int]], seed: int) -> None:
    random = np.random.default_rng(seed)
    reader = FrameReader()
    for index, size in enumerate(sizes):
        assert reader.feed(random.integers(0, 256, size, np.uint8), index / FPS).new == ()


# --- the motion gate


@pytest.mark.parametrize(("sigma", "light"), [(0.0, 1.0), (2.0, 1.0), (6.0, 1.0), (10.0, 1.0), (2.0, 0.06)])
def test_sensor_noise_is_no_motion(sigma: float, light: float) -> None:
    gate = MotionGate()
    scene = (SHOWN * light).astype(np.uint8)
    changed = [gate.changed(eighth(pictures.noisy(scene, seed, sigma))) for seed in range(60)]
    assert changed[0]
    assert not any(changed[30:])


@pytest.mark.parametrize("light", [1.0, 0.06])
def test_a_small_code_that_comes_is_motion(light: float) -> None:
    gate = MotionGate()
    frames = [pictures.frame_with(), pictures.frame_with(pictures.qr("x", scale=2))]
    before, after = ((frame * light).astype(np.uint8) for frame in frames)
    for seed in range(30):
        gate.changed(eighth(pictures.noisy(before, seed, 1.0)))
    assert gate.changed(eighth(pictures.noisy(after, 31, 1.0)))


def test_daylight_that_changes_slowly_is_no_motion() -> None:
    gate = MotionGate()
    changed = []
    for minute in range(60):
        small = eighth(np.full((360, 640), 80 + minute, np.uint8))
        changed.append(gate.changed(small))
        gate.accept(small)
    assert not any(changed[1:])


# --- hold-down


CODES = st.sampled_from([DecodedCode(text, text.encode(), "QRCode") for text in "abc"])


@given(st.lists(st.tuples(st.floats(0.0, 3.0), st.lists(CODES, max_size=3)), max_size=30))
def test_a_code_is_new_exactly_when_unseen_for_the_release_time(shown: list[tuple[float, list[DecodedCode]]]) -> None:
    hold = HoldDown(release_s=1.5)
    last: dict[str, float] = {}
    now = 0.0
    for pause, codes in shown:
        now += pause
        expected = []
        for code in codes:
            if code.text not in last or now - last[code.text] > 1.5:
                expected.append(code.text)
            last[code.text] = now
        assert [code.text for code in hold.new(codes, now)] == expected


# --- real frames


def kiosk_frames() -> ModuleType:
    """The generator of camera frames that comes with the test data."""
    data = Path(os.environ.get("KIOSK_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
    tool = data.parent / "tools" / "kiosk_frames.py"
    if not tool.is_file():
        pytest.skip(f"test data not beside the project: {tool}")
    spec = importlib.util.spec_from_file_location(tool.stem, tool)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.shared
@pytest.mark.parametrize(
    "conditions",
    [{"defocus": 1.8}, {"light": 0.06}, {"tilt": 35, "defocus": 1.2, "glare": 0.5, "light": 0.3, "noise": 3.0}],
    ids=["defocus", "dark", "combo"],
)
def test_a_phone_held_for_ten_frames_is_read_once(conditions: dict[str, float]) -> None:
    frame, text, _ = kiosk_frames().frame(7, **conditions)
    grey = np.ascontiguousarray(frame[..., 1])
    reader = FrameReader()
    assert delivered([reader.feed(grey, index / FPS) for index in range(10)]) == [text]


def test_an_unchanged_scene_is_studied_by_every_retry_and_then_seldom() -> None:
    reader = FrameReader(FrameReaderOptions(settle_s=1.0, forced_every_s=1.0))
    turn = len(in_order(LIVE_DEFAULT, qr_located=False))
    show(reader, [EMPTY] * ((turn + 2) * FPS))
    studied = reader._turn
    assert studied >= turn
    show(reader, [EMPTY] * (12 * FPS), begin=turn + 2)
    assert 2 <= reader._turn - studied <= 4


def test_what_the_motion_gate_is_blind_for_begins_a_new_turn_of_retries() -> None:
    gate = MotionGate()
    before = np.full((90, 160), 100, np.uint8)
    after = before.copy()
    after[40:48, 80:84] += 9  # less than motion, more than noise
    assert gate.changed(before)
    assert not gate.changed(after)
    assert gate.same(before, before + 3)
    assert not gate.same(before, after)
    assert not gate.same(before, after[:-1])


def test_a_picture_at_rest_is_not_unpacked_until_it_changes() -> None:
    unpacked: list[int] = []

    def feed(picture: Any, index: int) -> FrameReading:
        noisy = pictures.noisy(picture, seed=index)
        return reader.feed_small(eighth(noisy), lambda: unpacked.append(index) or noisy, index / FPS)

    reader = FrameReader(FrameReaderOptions(settle_s=1.0, forced_every_s=1.0))
    at = 10 * FPS + 5
    for index in range(at):
        feed(EMPTY, index)
    assert len([index for index in unpacked if 2 * FPS <= index < 10 * FPS]) == 8
    assert not reader.due(at / FPS)
    assert reader.due(at / FPS + 1.0)
    assert delivered([feed(SHOWN, at)]) == ["hello"]
    assert unpacked[-1] == at
    assert reader.due(at / FPS)


@given(
    picture=st.integers(1, 40).flatmap(
        lambda rows: st.binary(min_size=rows * 7, max_size=rows * 7).map(
            lambda data: np.frombuffer(data, np.uint8).reshape(rows, 7)
        )
    ),
    share=st.floats(0, 100),
)
def test_percentiles_are_numpys(picture: Any, share: float) -> None:
    assert percentiles(picture, share, 50) == pytest.approx(np.percentile(picture, (share, 50)), abs=1e-9)
