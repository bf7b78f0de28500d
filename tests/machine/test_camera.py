"""The driver of USB cameras on a real kernel: V4L2 through OpenCV, on the kernel's own test camera (vivid)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.guest import Guest
from tests.machine.listening import Listening

BEFORE = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"
AFTER = "001099012353||Trần Thị Bình|02021999|Nữ|Số 2, Quận 1, TP.HCM|01012021"
CAMERA = "/dev/video0"
WEBCAM = "/dev/v4l/by-id/usb-Test_Webcam_1-video-index0"
BOUND = "/sys/bus/platform/drivers/vivid"


@pytest.fixture
def camera(guest: Guest) -> Iterator[Listening]:
    """One webcam of the kernel's, 640 x 480, and the product's driver on it."""
    guest.run("modprobe vivid n_devs=1 node_types=0x1 num_inputs=1 input_types=0x0")
    guest.holds(f"test -e {CAMERA}")
    with Listening(guest, "v4l2", CAMERA) as listening:
        listening.opened(1)
        yield listening
    guest.run("modprobe -r vivid")


def test_frames_come_in_the_size_that_was_asked_for(camera: Listening) -> None:
    opened = next(line for line in camera.lines() if line["event"] == "open")
    assert (opened["width"], opened["height"], opened["packed"]) == (640, 480, "Frame")


def test_it_is_back_after_the_plug_was_out(guest: Guest, camera: Listening) -> None:
    guest.run(f"echo vivid.0 > {BOUND}/unbind")
    guest.holds(f"! test -e {CAMERA}")
    camera.until(lambda lines: any(line["event"] == "fault" for line in lines))
    guest.run(f"echo vivid.0 > {BOUND}/bind")
    guest.holds(f"test -e {CAMERA}")
    camera.opened(2)
    faults = {line["code"] for line in camera.lines() if line["event"] == "fault"}
    assert faults <= {"unplugged", "no_frame", "busy"}


class Webcam:
    """A USB webcam that shows a QR code; see inside/webcam.py."""

    def __init__(self, guest: Guest) -> None:
        self._guest = guest

    def plug(self, text: str) -> None:
        self._running = self._guest.start(self._guest.program("webcam", text))
        self._guest.holds(f"test -e {WEBCAM} || ! test -d /proc/{self._running}", 600.0)
        if self._guest.wait(self._guest.start(f"test -e {WEBCAM}")).status != 0:
            pytest.fail(str(self._guest.ended(self._running)))

    def unplug(self) -> None:
        self._guest.run(f"kill -9 {self._running}")
        self._guest.wait(self._running)
        self._guest.holds(f"! test -e {WEBCAM}")


def test_a_webcam_shows_a_code_and_is_back_after_the_plug_was_out(guest: Guest) -> None:
    """The kernel's uvcvideo, MJPEG as it comes over the cable, by the name below by-id."""
    webcam = Webcam(guest)
    webcam.plug(BEFORE)
    with Listening(guest, "v4l2", WEBCAM) as listening:
        lines = listening.until(lambda lines: {"event": "seen", "text": BEFORE} in lines)
        opened = next(line for line in lines if line["event"] == "open")
        assert (opened["width"], opened["height"]) == (640, 480)
        webcam.unplug()
        listening.until(lambda lines: any(line["event"] == "fault" for line in lines))
        webcam.plug(AFTER)
        listening.until(lambda lines: {"event": "seen", "text": AFTER} in lines)
        listening.fault("unplugged")
    webcam.unplug()
