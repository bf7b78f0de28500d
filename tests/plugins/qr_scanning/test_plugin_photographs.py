"""Photographs of real codes, shown to the virtual camera, are read through the same loop as a real camera's frames."""

from __future__ import annotations

import json
import os
import shutil
import threading
from pathlib import Path

import pytest

from hardware.virtual.camera import VirtualCamera
from plugins.qr_scanning.camera_source import CameraSource
from plugins.qr_scanning.engine import FrameReaderOptions

BESIDE = Path(__file__).resolve().parents[3] / ".." / "shared" / "data"
DATA = Path(os.environ.get("KIOSK_SHARED_DATA", BESIDE)) / "qr" / "zxing-cpp"

pytestmark = pytest.mark.shared


@pytest.mark.parametrize("folder", ["qrcode-1", "qrcode-3"])
def test_a_photograph_dropped_before_the_camera_is_delivered(folder: str, tmp_path: Path) -> None:
    if not DATA.is_dir():
        pytest.skip("test data not beside the project: ../shared/data/qr/zxing-cpp")
    items = json.loads((DATA / "MANIFEST.json").read_text("utf-8"))["items"]
    item = next(i for i in items if i["file"].startswith(folder) and i.get("expected"))
    shutil.copy(DATA / item["file"], tmp_path / f"photo{Path(item['file']).suffix}")
    delivered: list[str] = []
    read = threading.Event()

    def deliver(code: object) -> None:
        delivered.append(code.text)  # type: ignore[attr-defined]
        read.set()

    source = CameraSource(VirtualCamera("front", tmp_path, live=True, seconds_per_picture=20.0), FrameReaderOptions())
    source.start(deliver)
    try:
        assert read.wait(120)
    finally:
        source.stop()
    assert delivered == [item["expected"]]
