"""The V4L2 and picamera2 drivers against stand-ins for the libraries below them: opening, faults, re-plugging."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest

from hardware.cameras import picamera2, v4l2
from hardware.supervise import PermanentFault, TemporaryFault

PICTURE = np.tile(np.arange(64, dtype=np.uint8) * 3, (48, 1))
JPEG = cv2.imencode(".jpg", PICTURE)[1].reshape(1, -1)


class Capture:
    """Stands in for cv2.VideoCapture: ``frames`` is what grab and retrieve go through, None ends it."""

    def __init__(self, frames: list[Any], *, opens: bool = True) -> None:
        self.frames, self.opens = frames, opens
        self.settings: dict[int, float] = {}
        self.released = False
        self.node = ""

    def __call__(self, node: str, backend: int) -> Capture:
        assert backend == cv2.CAP_V4L2
        self.node = node
        return self

    def isOpened(self) -> bool:
        return self.opens

    def set(self, key: int, value: float) -> bool:
        self.settings[key] = value
        return True

    def get(self, key: int) -> float:
        return {cv2.CAP_PROP_FRAME_WIDTH: 64.0, cv2.CAP_PROP_FRAME_HEIGHT: 48.0}[key]

    def grab(self) -> bool:
        return bool(self.frames) and self.frames[0] is not None

    def retrieve(self) -> tuple[bool, Any]:
        return True, self.frames.pop(0)

    def release(self) -> None:
        self.released = True


@pytest.fixture
def node(tmp_path: Path) -> Path:
    device = tmp_path / "video7"
    device.touch()
    link = tmp_path / "usb-Camera_1-video-index0"
    link.symlink_to(device)
    return link


def test_it_opens_what_the_stable_name_points_to_and_reads_grey(node: Path) -> None:
    capture = Capture([JPEG])
    camera = v4l2.V4l2Camera("front", node, size=(64, 48), clock=lambda: 5.0, capture=capture)
    camera.open()
    assert capture.node.endswith("/video7")
    assert capture.settings[cv2.CAP_PROP_CONVERT_RGB] == 0
    assert capture.settings[cv2.CAP_PROP_FOURCC] == cv2.VideoWriter.fourcc(*"MJPG")
    frame = camera.read()
    assert frame.grey.shape == (48, 64)
    assert frame.taken_at == 5.0
    camera.close()
    assert capture.released


def test_single_spoilt_frames_are_passed_over_and_many_are_a_fault(node: Path) -> None:
    spoilt = JPEG[:, :20]
    camera = v4l2.V4l2Camera("front", node, size=(64, 48), capture=Capture([spoilt, spoilt, JPEG, *[spoilt] * 20]))
    camera.open()
    assert camera.read().grey.shape == (48, 64)
    with pytest.raises(TemporaryFault, match="no_picture"):
        camera.read()


def test_a_glance_leaves_the_jpeg_packed_and_passes_over_spoilt_ones(node: Path) -> None:
    spoilt = JPEG[:, :20]
    camera = v4l2.V4l2Camera("front", node, size=(64, 48), capture=Capture([JPEG, spoilt, JPEG, *[spoilt] * 20]))
    camera.open()
    whole, glance = camera.read(), camera.glance()
    assert isinstance(glance, v4l2.PackedFrame)
    assert np.abs(glance.small.astype(int) - whole.small).max() <= 1
    assert np.array_equal(glance.grey, whole.grey)
    with pytest.raises(TemporaryFault, match="no_picture"):
        camera.glance()


def test_a_glance_before_any_picture_or_at_an_unpacked_one_is_a_read(node: Path) -> None:
    yuyv = np.repeat(PICTURE[:, :, None], 2, axis=2)
    camera = v4l2.V4l2Camera("front", node, size=(64, 48), capture=Capture([JPEG, yuyv]))
    camera.open()
    assert not isinstance(camera.glance(), v4l2.PackedFrame)
    assert np.array_equal(camera.glance().grey, PICTURE)


def test_a_camera_that_stops_sending_is_a_fault(node: Path) -> None:
    camera = v4l2.V4l2Camera("front", node, capture=Capture([JPEG, None]))
    camera.open()
    camera.read()
    with pytest.raises(TemporaryFault, match="no_frame"):
        camera.read()
    with pytest.raises(TemporaryFault, match="no_frame"):
        camera.skip()


def test_a_pulled_plug_is_noticed_though_frames_go_on(node: Path) -> None:
    now = [0.0]
    camera = v4l2.V4l2Camera("front", node, clock=lambda: now[0], capture=Capture([JPEG] * 9))
    camera.open()
    camera.read()
    node.unlink()
    now[0] = 1.5
    with pytest.raises(TemporaryFault, match="unplugged"):
        camera.read()
    with pytest.raises(TemporaryFault, match="unplugged"):
        camera.open()


def test_a_camera_held_by_another_program_says_so(node: Path) -> None:
    capture = Capture([], opens=False)
    with pytest.raises(TemporaryFault, match="busy"):
        v4l2.V4l2Camera("front", node, capture=capture).open()
    assert capture.released


def test_a_closed_camera_gives_nothing(node: Path) -> None:
    camera = v4l2.V4l2Camera("front", node, capture=Capture([JPEG]))
    with pytest.raises(TemporaryFault, match="not_open"):
        camera.read()
    camera.close()


def test_the_first_camera_is_found_by_its_stable_name(tmp_path: Path, node: Path) -> None:
    (tmp_path / "usb-Camera_1-video-index1").touch()  # metadata, no picture
    assert v4l2.first_by_id(tmp_path) == node
    with pytest.raises(TemporaryFault, match="unplugged"):
        v4l2.first_by_id(tmp_path / "none")


class Picamera2:
    """Stands in for picamera2.Picamera2: gives ``buffers`` one by one, an exception among them is raised."""

    def __init__(self, buffers: list[Any]) -> None:
        self.buffers = buffers
        self.calls: list[str] = []

    def __call__(self, index: int) -> Picamera2:
        if index:
            raise IndexError("list index out of range")
        return self

    def create_video_configuration(self, **settings: Any) -> dict[str, Any]:
        return settings

    def configure(self, configuration: dict[str, Any]) -> None:
        assert configuration["main"] == {"size": (64, 48), "format": "YUV420"}

    def start(self) -> None:
        self.calls.append("start")

    def stop(self) -> None:
        self.calls.append("stop")
        raise RuntimeError("already gone")

    def close(self) -> None:
        self.calls.append("close")

    def capture_array(self, stream: str, *, wait: bool) -> str:
        assert (stream, wait) == ("main", False)
        return "job"

    def wait(self, job: str, *, timeout: float) -> Any:
        item = self.buffers.pop(0)
        if isinstance(item, Exception):
            raise item
        return item


def test_a_pi_camera_gives_its_luma_and_times_out() -> None:
    board = Picamera2([np.concatenate([PICTURE, PICTURE[:24]]), TimeoutError()])
    slept: list[float] = []
    camera = picamera2.PiCamera("front", size=(64, 48), fps=10.0, library=lambda: board, sleep=slept.append)
    camera.open()
    assert np.array_equal(camera.read().grey, PICTURE)
    camera.skip()
    assert slept == [0.1]
    with pytest.raises(TemporaryFault, match="no_frame"):
        camera.read()
    camera.close()
    camera.close()
    assert board.calls == ["start", "stop", "close"]


def test_a_missing_pi_camera_is_temporary_and_a_missing_library_is_not() -> None:
    with pytest.raises(TemporaryFault, match="unplugged"):
        picamera2.PiCamera("front", 1, library=lambda: Picamera2([])).open()
    try:
        import picamera2 as installed
    except ImportError:
        with pytest.raises(PermanentFault, match="library_missing"):
            picamera2.PiCamera("front").open()
    else:
        assert installed.Picamera2
