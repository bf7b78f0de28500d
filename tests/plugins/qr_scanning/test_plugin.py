"""The plugin as a whole: a picture shown to the virtual camera and a payload from a twin scanner become scans."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import cv2
import flask
import numpy as np
import pytest
import segno

from kiosk.domain import HealthLevel, Station
from kiosk.plugin import DecodedCode, PluginContext
from plugins.qr_scanning import QrScanning

CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"
CAMERA = {"kind": "virtual", "source": "camera", "live": True, "width": 640, "height": 360, "seconds_per_picture": 0.8}


def wait_until(true: Callable[[], bool], seconds: float = 120.0) -> bool:
    until = time.monotonic() + seconds
    while not true() and time.monotonic() < until:
        time.sleep(0.01)
    return true()


def qr(text: str, scale: int = 6) -> bytes:
    buffer = io.BytesIO()
    segno.make(text, micro=False).save(buffer, kind="png", scale=scale)
    return buffer.getvalue()


class Bench:
    """The plugin with what it delivered and showed."""

    def __init__(self, data_dir: Path, settings: dict[str, Any]) -> None:
        self.data_dir = data_dir
        self.codes: list[tuple[str, DecodedCode]] = []
        self.shown: list[tuple[str, Any]] = []
        services: Any = SimpleNamespace(show=lambda event, data: self.shown.append((event, data)))
        clock: Any = SimpleNamespace(now=lambda: datetime(2021, 8, 5, tzinfo=UTC), trusted=lambda: True)
        context: Any = PluginContext
        known = {
            "name": "qr_scanning",
            "settings": QrScanning.Settings.model_validate(settings),
            "station": Station("site", "Site"),
            "language": "vi",
            "time_zone": "Asia/Ho_Chi_Minh",
            "name_masking": "initials",
            "data_dir": data_dir,
            "clock": clock,
            "services": services,
        }
        self.plugin = QrScanning(context(**known))

    def start(self) -> None:
        self.plugin.startup()
        for source in self.plugin.scan_sources():
            source.start(lambda code, name=source.name: self.codes.append((name, code)))

    def drop(self, name: str, data: bytes) -> None:
        """Put a picture before the camera as a whole file."""
        hidden = self.data_dir / "camera" / f".{name}"
        hidden.write_bytes(data)
        hidden.rename(self.data_dir / "camera" / name)

    def texts(self) -> list[str]:
        return [code.text for _, code in self.codes]

    def level(self, name: str) -> HealthLevel:
        return next(check.level for check in self.plugin.health_checks() if check.name == name)


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Callable[..., Bench]]:
    made: list[Bench] = []

    def build(start: bool = True, **settings: Any) -> Bench:
        bench = Bench(tmp_path, settings)
        made.append(bench)
        if start:
            bench.start()
        return bench

    yield build
    for bench in made:
        bench.plugin.shutdown()


def test_a_picture_shown_to_the_camera_is_delivered_once_per_showing(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA])
    bench.drop("a.png", qr(CARD))
    assert wait_until(lambda: bench.texts() == [CARD])
    name, code = bench.codes[0]
    assert (name, code.symbology, code.raw) == ("camera:front", "QRCode", CARD.encode())
    bench.drop("b.png", qr("another"))
    assert wait_until(lambda: bench.texts() == [CARD, "another"])  # and CARD only once, though many frames showed it


def test_the_same_code_shown_again_later_is_another_showing(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA], release_seconds=0.3)
    bench.drop("a.png", qr(CARD))
    assert wait_until(lambda: bench.texts() == [CARD])
    bench.drop("b.png", qr(CARD))
    assert wait_until(lambda: bench.texts() == [CARD, CARD])


def test_a_payload_from_a_scanner_is_delivered_with_its_bytes(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[], scanners=[{"kind": "virtual_serial"}])
    assert wait_until(lambda: bench.level("scanner:handheld") is HealthLevel.OK)
    bench.plugin.twins["handheld"].scan(b"]Q1" + CARD.encode())
    assert wait_until(lambda: len(bench.codes) == 1)
    assert bench.codes[0] == ("scanner:handheld", DecodedCode(CARD, CARD.encode(), "QRCode"))


def test_text_files_dropped_in_are_scanned(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[], scanners=[{"kind": "virtual_serial", "source": "scans"}])
    (bench.data_dir / "scans" / "one.txt").write_text(CARD)
    assert wait_until(lambda: bench.texts() == [CARD])


def test_pulled_out_and_put_back_both_read_on(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA], scanners=[{"kind": "virtual_serial"}])
    camera: Any = bench.plugin.cameras[0].camera
    twin = bench.plugin.twins["handheld"]
    assert wait_until(lambda: bench.level("camera:front") is bench.level("scanner:handheld") is HealthLevel.OK)
    camera.unplug()
    twin.unplug()
    bad = (HealthLevel.WARNING, HealthLevel.FAULT)
    assert wait_until(lambda: bench.level("camera:front") in bad and bench.level("scanner:handheld") in bad)
    check = next(iter(bench.plugin.health_checks()))
    assert "cắm lại" in check.advice.vi
    assert "again" in check.advice.en
    camera.replug()
    twin.plug()
    assert wait_until(lambda: bench.level("camera:front") is bench.level("scanner:handheld") is HealthLevel.OK)
    bench.drop("a.png", qr(CARD))
    twin.scan(b"by hand")
    assert wait_until(lambda: sorted(bench.texts()) == sorted([CARD, "by hand"]))


def test_a_frozen_camera_is_opened_anew_and_says_so(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA], start=False)
    source = bench.plugin.cameras[0]
    source._frozen_after = 0.3
    bench.start()
    camera: Any = source.camera
    assert wait_until(lambda: bench.level("camera:front") is HealthLevel.OK)
    camera.freeze()
    assert wait_until(lambda: source.condition().error == "frozen")
    camera.thaw()
    assert wait_until(lambda: bench.level("camera:front") is HealthLevel.OK)
    bench.drop("a.png", qr(CARD))
    assert wait_until(lambda: bench.texts() == [CARD])


def test_a_delivery_that_fails_does_not_end_the_scanning(
    make: Callable[..., Bench], caplog: pytest.LogCaptureFixture
) -> None:
    bench = make(cameras=[], scanners=[{"kind": "virtual_serial"}], start=False)
    seen: list[str] = []

    def deliver(code: DecodedCode) -> None:
        seen.append(code.text)
        raise RuntimeError(code.text)

    bench.plugin.startup()
    for source in bench.plugin.scan_sources():
        source.start(deliver)
    assert wait_until(lambda: bench.level("scanner:handheld") is HealthLevel.OK)
    bench.plugin.twins["handheld"].scan(CARD.encode())
    bench.plugin.twins["handheld"].scan(b"next")
    assert wait_until(lambda: seen == [CARD, "next"])
    assert "RuntimeError" in caplog.text
    assert CARD not in caplog.text


def test_building_the_plugin_touches_no_device_and_no_disk(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA, {"kind": "v4l2", "name": "usb"}], scanners=[{"kind": "virtual_serial"}], start=False)
    assert list(bench.data_dir.iterdir()) == []
    assert {check.level for check in bench.plugin.health_checks()} == {HealthLevel.INFO}
    assert [source.name for source in bench.plugin.scan_sources()] == [
        "camera:front",
        "camera:usb",
        "scanner:handheld",
    ]


def test_a_camera_that_is_not_there_is_a_fault_with_advice_and_no_delay(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[{"kind": "v4l2", "path": "/nowhere/camera"}])
    assert wait_until(lambda: bench.level("camera:front") is HealthLevel.FAULT)
    check = next(iter(bench.plugin.health_checks()))
    assert "/nowhere" not in check.text.en + check.advice.en


def test_a_still_image_is_decoded_and_rubbish_is_refused(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[], start=False)
    codes = bench.plugin.decode_image(qr(CARD))
    assert codes is not None
    assert [code.text for code in codes] == [CARD]
    assert bench.plugin.decode_image(cv2.imencode(".png", np.full((90, 90), 200, np.uint8))[1].tobytes()) == []
    for rubbish in (b"", b"rubbish", qr(CARD)[:60]):
        with pytest.raises(ValueError):
            bench.plugin.decode_image(rubbish)


def test_the_live_picture_is_served_and_counted_off(make: Callable[..., Bench]) -> None:
    bench = make(cameras=[CAMERA], preview_viewers=1)
    app = flask.Flask("test")
    app.register_blueprint(bench.plugin.blueprint(), url_prefix="/qr_scanning")
    path = bench.plugin.camera_preview()
    assert path == "/qr_scanning/preview.mjpg"
    client = app.test_client()
    response = client.get(path)
    assert response.mimetype == "multipart/x-mixed-replace"
    part = next(iter(response.response))
    head, _, picture = part.partition(b"\r\n\r\n")
    assert b"image/jpeg" in head
    assert cv2.imdecode(np.frombuffer(picture, np.uint8), cv2.IMREAD_UNCHANGED).shape[:2] == (360, 640)
    busy = client.get(path)
    assert (busy.status_code, busy.headers["Retry-After"]) == (503, "5")
    response.close()
    again = client.get(path)
    assert again.status_code == 200
    again.close()
    assert client.get("/qr_scanning/preview.jpg").mimetype == "image/jpeg"
    assert client.get("/qr_scanning/preview.jpg?camera=none").status_code == 404
    far = {"REMOTE_ADDR": "192.0.2.7"}
    assert client.get("/qr_scanning/preview.jpg", environ_base=far).status_code == 403
    assert client.get("/qr_scanning/preview.jpg", environ_base={"REMOTE_ADDR": "::ffff:127.0.0.1"}).status_code == 200


def test_without_a_camera_there_is_no_preview(make: Callable[..., Bench]) -> None:
    assert make(cameras=[], start=False).plugin.camera_preview() is None
    assert [command.name for command in make(cameras=[], start=False).plugin.commands()] == ["decode"]
