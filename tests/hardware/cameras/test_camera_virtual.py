"""The virtual camera: pictures in turn, pictures dropped in, videos, noise, unplugging and freezing."""

from __future__ import annotations

import os
from pathlib import Path

import cv2
import numpy as np
import pytest

from hardware.cameras.base import Camera
from hardware.supervise import TemporaryFault
from hardware.virtual.camera import VirtualCamera
from hardware.virtual.pictures import desk, load, on_desk

SIZE = (160, 90)


class Time:
    """A clock that sleeping moves on: no test waits."""

    def __init__(self) -> None:
        self.now = 100.0
        self.slept: list[float] = []

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


@pytest.fixture
def time() -> Time:
    return Time()


def shade(level: int) -> np.ndarray:
    return np.full((SIZE[1], SIZE[0]), level, np.uint8)


def put(folder: Path, name: str, level: int, age: int = 0) -> Path:
    path = folder / name
    cv2.imwrite(str(path), shade(level))
    os.utime(path, (1_000_000 - age, 1_000_000 - age))
    return path


def make(source: Path | None, time: Time, **options: object) -> VirtualCamera:
    options = {"noise": 0.0, "fps": 10.0, "seconds_per_picture": 1.0, **options}
    camera = VirtualCamera("front", source, size=SIZE, clock=time.clock, sleep=time.sleep, **options)
    camera.open()
    return camera


def levels(camera: Camera, frames: int) -> list[int]:
    return [int(camera.read().grey.mean()) for _ in range(frames)]


def test_a_folder_is_shown_picture_by_picture_for_ever(tmp_path: Path, time: Time) -> None:
    put(tmp_path, "a.png", 10)
    put(tmp_path, "b.jpg", 200)
    (tmp_path / "notes.txt").write_text("no picture")
    seen = levels(make(tmp_path, time), 30)
    assert [seen[5], seen[15], seen[25]] == [10, 200, 10]


def test_it_paces_itself_like_a_camera_and_skips_at_the_same_pace(time: Time) -> None:
    camera = make(None, time)
    began = time.now
    for _ in range(10):
        camera.read()
        camera.skip()
    assert time.now - began == pytest.approx(1.9)
    time.now += 60  # a loop that was busy for a minute does not get a minute of old frames
    camera.read()
    before = len(time.slept)
    camera.read()
    assert time.slept[before:] == [pytest.approx(0.1)]


def test_without_a_picture_there_is_a_desk(tmp_path: Path, time: Time) -> None:
    assert np.array_equal(make(None, time).read().grey, desk(SIZE))
    assert np.array_equal(make(tmp_path, time).read().grey, desk(SIZE))


def test_a_dropped_picture_is_shown_once_oldest_first_with_a_pause_between(tmp_path: Path, time: Time) -> None:
    camera = make(tmp_path, time, live=True)
    empty = int(desk(SIZE).mean())
    assert set(levels(camera, 5)) == {empty}
    put(tmp_path, "later.png", 20)
    put(tmp_path, "first.png", 240, age=50)
    seen = levels(camera, 80)
    changes = [level for at, level in enumerate(seen) if at == 0 or seen[at - 1] != level]
    assert changes[changes.index(240) :] == [240, empty, 20, empty]


def test_a_picture_taken_away_is_gone_and_shown_pictures_stay_shown_over_a_replug(tmp_path: Path, time: Time) -> None:
    camera = make(tmp_path, time, live=True, seconds_per_picture=500.0)
    put(tmp_path, "other.png", 77)
    held = put(tmp_path, "held.png", 240, age=50)
    assert 240 in levels(camera, 5)
    held.unlink()
    empty = int(desk(SIZE).mean())
    assert levels(camera, 5)[-1] == empty
    assert levels(camera, 40)[-1] == 77
    camera.open()
    (tmp_path / "other.png").unlink()
    assert levels(camera, 60)[-1] == empty


def test_a_file_that_is_still_being_written_is_tried_again_and_rubbish_is_passed_over(
    tmp_path: Path, time: Time
) -> None:
    camera = make(tmp_path, time, live=True)
    whole = put(tmp_path, "half.png", 240, age=100).read_bytes()
    (tmp_path / "half.png").write_bytes(whole[: len(whole) // 2])
    os.utime(tmp_path / "half.png", (1_000, 1_000))
    assert 240 not in levels(camera, 5)
    (tmp_path / "half.png").write_bytes(whole)
    assert 240 in levels(camera, 8)
    (tmp_path / "rubbish.png").write_bytes(b"rubbish")
    put(tmp_path, "after.png", 13)
    assert 13 in levels(camera, 80)


def test_a_video_runs_and_begins_again(tmp_path: Path, time: Time) -> None:
    for number, level in enumerate((10, 120, 240)):
        put(tmp_path, f"shot{number:03}.png", level)
    seen = levels(make(tmp_path / "shot%03d.png", time), 7)
    assert seen == [10, 120, 240, 10, 120, 240, 10]


def test_a_source_that_is_no_video_is_a_fault(tmp_path: Path, time: Time) -> None:
    (tmp_path / "film.avi").write_bytes(b"no film")
    with pytest.raises(TemporaryFault, match="no_frame"):
        make(tmp_path / "film.avi", time)


def test_noise_makes_every_frame_another_and_stays_small(time: Time) -> None:
    camera = make(None, time, noise=2.0)
    first, second = camera.read().grey, camera.read().grey
    assert not np.array_equal(first, second)
    error = first.astype(float) - desk(SIZE)
    assert abs(error.mean()) < 0.5
    assert 1.5 < error.std() < 2.5


def test_unplugged_it_fails_and_replugged_it_opens(time: Time) -> None:
    camera = make(None, time)
    camera.unplug()
    with pytest.raises(TemporaryFault, match="unplugged"):
        camera.read()
    with pytest.raises(TemporaryFault, match="unplugged"):
        camera.open()
    camera.replug()
    with pytest.raises(TemporaryFault, match="not_open"):
        camera.read()
    camera.open()
    assert camera.read().grey.shape == (90, 160)


def test_a_folder_that_goes_away_is_an_unplugged_camera(tmp_path: Path, time: Time) -> None:
    folder = tmp_path / "card"
    folder.mkdir()
    camera = make(folder, time, live=True)
    camera.read()
    folder.rmdir()
    with pytest.raises(TemporaryFault, match="unplugged"):
        camera.read()
    folder.mkdir()
    camera.open()
    assert camera.read()


def test_frozen_it_repeats_its_last_picture_exactly(time: Time) -> None:
    camera = make(None, time, noise=2.0)
    last = camera.read().grey
    camera.freeze()
    assert all(np.array_equal(camera.read().grey, last) for _ in range(5))
    camera.thaw()
    assert not np.array_equal(camera.read().grey, last)


@pytest.mark.parametrize("shape", [(720, 1280), (3000, 4000), (4000, 300), (33, 33), (1, 1), (700, 1280)])
def test_any_picture_is_fitted_into_the_frame(shape: tuple[int, int]) -> None:
    picture = np.zeros(shape, np.uint8)
    placed = on_desk(picture, (1280, 720))
    assert placed.shape == (720, 1280)
    assert (placed == 0).any()


def test_small_pictures_grow_by_whole_factors() -> None:
    modules = np.indices((30, 30)).sum(axis=0) % 2 * 255
    placed = on_desk(modules.astype(np.uint8), (1280, 720))
    black = np.argwhere(placed == 0)
    top, left = black.min(axis=0)
    assert set(np.unique(placed[top : top + 19, left : left + 19])) == {0}  # one module is 19 x 19 pixels


def test_files_that_are_no_pictures_are_none(tmp_path: Path) -> None:
    assert load(tmp_path / "missing.png") is None
    (tmp_path / "empty.png").touch()
    assert load(tmp_path / "empty.png") is None
