"""Settings, live picture, guidance and health, each by itself."""

from __future__ import annotations

import threading
from typing import Any

import cv2
import numpy as np
import pytest
import segno
from pydantic import ValidationError

from hardware.cameras.base import Frame
from hardware.supervise import Backoff, Condition, TemporaryFault, WorkerState
from kiosk.domain import HealthLevel
from plugins.qr_scanning import health
from plugins.qr_scanning.camera_source import CameraSource
from plugins.qr_scanning.engine import FrameReaderOptions, Hint
from plugins.qr_scanning.guidance import WORDS, Guidance
from plugins.qr_scanning.preview import Preview, TooManyViewers, encode, no_picture
from plugins.qr_scanning.settings import QrScanningSettings


def test_settings_are_told_apart_by_kind() -> None:
    settings = QrScanningSettings.model_validate(
        {
            "cameras": [{"kind": "picamera2", "index": 1}, {"kind": "virtual", "name": "two"}],
            "scanners": [
                {"kind": "serial", "path": "/dev/serial/by-id/x", "baud": 115200},
                {"kind": "evdev", "name": "kbd", "path": "/dev/input/by-id/y-event-kbd"},
            ],
        }
    )
    assert [camera.kind for camera in settings.cameras] == ["picamera2", "virtual"]
    assert [scanner.name for scanner in settings.scanners] == ["handheld", "kbd"]
    assert [camera.kind for camera in QrScanningSettings().cameras] == ["v4l2"]


@pytest.mark.parametrize(
    ("wrong", "word"),
    [
        ({"cameras": [{"kind": "film"}]}, "cameras"),
        ({"cameras": [{"kind": "virtual", "live": True}]}, "source"),
        ({"cameras": [{"kind": "virtual"}, {"kind": "v4l2"}]}, "same name"),
        ({"cameras": [{"kind": "virtual", "name": "Trước"}]}, "name"),
        ({"cameras": [{"kind": "virtual", "fps": 0}]}, "fps"),
        ({"scanners": [{"kind": "serial"}]}, "path"),
        ({"scanners": [{"kind": "evdev", "path": "/x", "baud": 1}]}, "baud"),
        ({"symbologies": ["QRCode", "Morse"]}, "Morse"),
        ({"symbologies": []}, "none named"),
        ({"camera": []}, "camera"),
    ],
)
def test_wrong_settings_are_refused_by_name(wrong: dict[str, Any], word: str) -> None:
    with pytest.raises(ValidationError, match=word):
        QrScanningSettings.model_validate(wrong)


def picture(level: int) -> Frame:
    grey = np.full((720, 1280), level, np.uint8)
    grey[:, :100] = 255 - level
    return Frame(grey, 0.0)


def shown(jpeg: bytes) -> np.ndarray:
    return cv2.imdecode(np.frombuffer(jpeg, np.uint8), cv2.IMREAD_GRAYSCALE)


def test_each_picture_is_encoded_once_for_all() -> None:
    preview = Preview()
    preview.offer(picture(200))
    assert preview.jpeg() is preview.jpeg()
    first = preview.jpeg()
    preview.offer(picture(100))
    assert preview.jpeg() != first


def test_the_picture_is_mirrored_for_people_and_keeps_its_proportions() -> None:
    plain, mirrored = (shown(encode(picture(200).grey, mirror=mirror)) for mirror in (False, True))
    assert plain[180, 10] < 80 < plain[180, 630]
    assert mirrored[180, 630] < 80 < mirrored[180, 10]
    tall = shown(encode(np.full((900, 300), 200, np.uint8), mirror=False))
    assert tall.shape == (360, 640)
    assert tall[180, 10] < 20
    assert tall[180, 320] > 180


def test_without_a_frame_a_drawing_is_shown() -> None:
    preview = Preview(mirror=False)
    assert np.abs(shown(preview.jpeg()).astype(int) - no_picture()).mean() < 4
    preview.offer(picture(200))
    preview.offer(None)  # the camera went away: no old face stays on the screen
    assert np.abs(shown(preview.jpeg()).astype(int) - no_picture()).mean() < 4


def test_viewers_are_capped_and_a_stream_that_was_never_read_counts_off() -> None:
    preview = Preview(viewers=2)
    streams = [preview.watch(), preview.watch()]
    with pytest.raises(TooManyViewers):
        preview.watch()
    streams[0].close()
    streams[0].close()
    with preview.watch():
        assert preview.watched
        with pytest.raises(TooManyViewers):
            preview.watch()
    streams[1].close()
    assert not preview.watched


def test_a_stream_gives_each_new_picture_and_ends_when_the_preview_closes() -> None:
    preview = Preview()
    preview.offer(picture(200))
    stream = preview.watch()
    assert next(stream).startswith(b"--picture\r\nContent-Type: image/jpeg\r\nContent-Length: ")
    received: list[bytes] = []
    viewer = threading.Thread(target=lambda: received.extend(stream))
    viewer.start()
    preview.offer(picture(100))
    preview.close()
    viewer.join(120)
    assert not viewer.is_alive()
    assert len(received) <= 1
    with pytest.raises(TooManyViewers):
        preview.watch()
    preview.open()
    preview.watch().close()


def test_guidance_speaks_on_change_and_not_faster_than_one_can_read() -> None:
    said: list[tuple[str, Any]] = []
    guidance = Guidance(lambda event, data: said.append((event, data)), at_most_every=1.0)
    guidance.hint("front", Hint.TOO_FAR, 10.0)
    guidance.hint("front", Hint.TOO_FAR, 10.1)
    guidance.hint("front", Hint.GLARE, 10.2)  # too soon
    guidance.hint("front", Hint.GLARE, 11.1)
    guidance.hint("front", None, 11.2)  # taking words away does not wait
    guidance.hint("front", None, 15.0)
    assert [data["code"] for _, data in said] == ["too_far", "glare", "none"]
    assert said[0] == ("guidance", {"code": "too_far", "vi": WORDS[Hint.TOO_FAR].vi, "en": WORDS[Hint.TOO_FAR].en})


def test_one_camera_without_a_hint_does_not_silence_the_other() -> None:
    said: list[str] = []
    guidance = Guidance(lambda event, data: said.append(data["code"]))
    guidance.hint("a", Hint.TOO_DARK, 1.0)
    guidance.hint("b", None, 1.1)
    assert said == ["too_dark"]
    guidance.hint("a", None, 1.2)
    assert said == ["too_dark", "none"]


def test_every_hint_has_words_in_both_languages() -> None:
    assert set(WORDS) == set(Hint)
    assert all(text.vi and text.en for text in WORDS.values())


def condition(**changes: Any) -> Condition:
    known = {
        "name": "camera:front",
        "state": WorkerState.RUNNING,
        "in_state_for": 60.0,
        "last_progress": 0.1,
        "stalled": False,
        "restarts": 0,
        "failures": 0,
        "error": "",
        "detail": "",
    }
    return Condition(**{**known, **changes})


@pytest.mark.parametrize(
    ("changes", "level", "word"),
    [
        ({}, HealthLevel.OK, "works"),
        ({"in_state_for": 0.1, "last_progress": 0.1}, HealthLevel.INFO, "starting"),
        ({"state": WorkerState.STOPPED}, HealthLevel.INFO, "not running"),
        ({"stalled": True, "last_progress": 40.0}, HealthLevel.FAULT, "40 seconds"),
        ({"state": WorkerState.WAITING, "error": "unplugged", "failures": 1}, HealthLevel.WARNING, "not connected"),
        ({"state": WorkerState.WAITING, "error": "unplugged", "failures": 9}, HealthLevel.FAULT, "not connected"),
        (
            {"error": "unplugged", "failures": 9, "in_state_for": 0.1, "last_progress": 0.1},
            HealthLevel.FAULT,
            "not connected",
        ),
        ({"error": "unplugged", "failures": 9, "in_state_for": 5.0}, HealthLevel.OK, "works"),
        ({"state": WorkerState.FAILED, "error": "library_missing", "failures": 1}, HealthLevel.FAULT, "library"),
        ({"state": WorkerState.WAITING, "error": "ValueError", "failures": 5}, HealthLevel.FAULT, "ValueError"),
    ],
)
def test_each_state_has_its_level_words_and_advice(changes: dict[str, Any], level: HealthLevel, word: str) -> None:
    check = health.check(condition(**changes))
    assert check.level is level
    assert word in check.text.en
    assert check.text.vi.startswith("Camera front: ")
    if level in (HealthLevel.WARNING, HealthLevel.FAULT):
        assert check.advice.vi
        assert check.advice.en


class ScriptedCamera:
    """Gives ``frames`` one after another, raises what is an exception among them, then waits for its end."""

    name, size, fps = "scripted", (640, 360), 15.0

    def __init__(self, frames: list[Any]) -> None:
        self.frames, self.opened, self.closed, self.at = frames, 0, 0, 0.0
        self.done = threading.Event()

    def open(self) -> None:
        self.opened += 1

    def read(self) -> Frame:
        if not self.frames:
            self.done.set()
            raise TemporaryFault("unplugged")
        item = self.frames.pop(0)
        if isinstance(item, Exception):
            raise item
        self.at += 1 / 15
        return Frame(item, self.at)

    glance = read

    def skip(self) -> None:
        pass

    def close(self) -> None:
        self.closed += 1


def code_picture() -> np.ndarray:
    modules = np.array([list(row) for row in segno.make("hello", micro=False).matrix], np.uint8)
    code = cv2.resize(255 * (1 - modules), None, fx=8, fy=8, interpolation=cv2.INTER_NEAREST)
    whole = np.full((360, 640), 255, np.uint8)
    whole[60 : 60 + len(code), 200 : 200 + len(code)] = code
    return whole


def run_source(frames: list[Any]) -> tuple[ScriptedCamera, list[str], list[Frame | None]]:
    camera, delivered, seen = ScriptedCamera(frames), [], []
    source = CameraSource(
        camera, FrameReaderOptions(), on_frame=seen.append, backoff=Backoff(first=0.001, longest=0.001)
    )
    source.start(lambda code: delivered.append(code.text))
    assert camera.done.wait(120)
    source.stop()
    return camera, delivered, seen


def test_a_loose_plug_does_not_deliver_a_code_twice() -> None:
    shown_code = code_picture()
    camera, delivered, seen = run_source([*[shown_code] * 5, TemporaryFault("no_frame"), *[shown_code] * 5])
    assert delivered == ["hello"]
    assert camera.opened >= 2
    assert camera.closed == camera.opened
    assert seen[5] is None  # while there is no camera, the screen shows no old picture


def test_an_unforeseen_error_is_survived() -> None:
    _, delivered, _ = run_source([ValueError("?"), *[code_picture()] * 3])
    assert delivered == ["hello"]
