"""The officer's page and pictures, in a real Chromium: a phone's camera, and a photograph where that may not be used."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import segno
import tomlkit

from kiosk.operators.register import Role
from kiosk.settings.profile import find_profile
from kiosk.web.app import create_app
from tests.support import browser
from tests.support.appliance import Workshop
from tests.support.checkpoint_page import AN, tab, take_lane, verdict
from tests.support.checkpoint_post import gate
from tests.support.processes import kiosk, run
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.tls_front import TlsFront

pytestmark = pytest.mark.browser
NAME = "post.test"  # RFC 2606: nobody's


def test_a_phones_camera_reads_the_code(workshop: Workshop, write: Any, chromium: Any, tmp_path: Path) -> None:
    """A real getUserMedia on a video of a QR code: frames go to the appliance, which reads them."""
    video = tmp_path / "phone.mjpeg"
    video.write_bytes(qr_video(AN.cccd_2021()))
    appliance = gate(workshop, plugins=("qr_scanning",), tail="[plugin.qr_scanning]\ncameras = []")
    add_operator(appliance, "7", Role.OFFICER)
    served = write.Served(create_app(appliance))
    own = phone_with(chromium, video)
    page = tab(own, "phone")
    take_lane(page, served.url)
    page.click('[data-action="camera"]')
    verdict(page, "ask")
    assert page.is_visible("#camera-video")
    page.click('[data-action="camera"]')
    page.wait_for_selector("#camera", state="hidden")
    assert page.problems == []
    own.close()
    appliance.events.close()
    served.close()


@pytest.mark.process
def test_a_phones_camera_over_tls(chromium: Any, tmp_path: Path) -> None:
    """As at a roadside: the appliance as its own process, https before it, a phone that knows it by a name. Away from localhost a
    browser gives no page its camera but one that came by TLS."""
    video = tmp_path / "phone.mjpeg"
    video.write_bytes(qr_video(AN.cccd_2021()))
    post = RunningKiosk(behind_tls(tmp_path), tmp_path / "post", tmp_path / "post.log")
    officer = ["Cán bộ", "--id", "7", "--role", "officer", "--pin-stdin"]
    run([*kiosk("operator add", post.profile, post.data), *officer], PIN)
    with post.start():
        front = TlsFront(post.url, NAME, tmp_path)
        own = phone_with(chromium, video, f"--host-resolver-rules=MAP {NAME} 127.0.0.1")
        page = tab(own, "phone", ignore_https_errors=True)
        frames: list[str] = []
        page.on(
            "request", lambda one: frames.append(one.url) if "image/" in one.headers.get("content-type", "") else None
        )
        take_lane(page, front.url, "1")
        assert page.evaluate("isSecureContext")
        page.click('[data-action="camera"]')
        verdict(page, "ask")
        page.click('[data-action="camera"]')
        page.wait_for_selector("#camera", state="hidden")
        assert frames
        assert all(one.startswith(front.url) for one in frames)
        (session,) = [one for one in page.context.cookies() if one["name"] == "kiosk_kiosk"]
        assert session["secure"]
        assert page.problems == []
        plain = tab(own, "phone")
        plain.goto(post.url.replace("127.0.0.1", NAME) + "/health")
        assert not plain.evaluate("isSecureContext")
        own.close()
        front.close()


def behind_tls(folder: Path) -> Path:
    """The demo's post, with https before it."""
    document = tomlkit.parse(find_profile("demo-checkpoint").read_text("utf-8"))
    document["server"].update({"behind_tls": True, "allowed_hosts": [NAME]})  # type: ignore[union-attr]
    profile = folder / "post.toml"
    profile.write_text(tomlkit.dumps(document), "utf-8")
    return profile


def phone_with(chromium: Any, video: Path, *more: str) -> Any:
    """A browser whose camera sees this video."""
    flags = [
        *browser.FLAGS,
        "--use-fake-ui-for-media-stream",
        "--use-fake-device-for-media-stream",
        f"--use-file-for-fake-video-capture={video}",
        *more,
    ]
    return chromium.browser_type.launch(
        executable_path=browser.CHROMIUM, headless=True, args=flags, timeout=browser.START_MS
    )


def test_a_photograph_of_the_code_will_do_where_the_camera_may_not_be_used(
    workshop: Workshop, write: Any, page: Any, tmp_path: Path
) -> None:
    appliance = gate(workshop, plugins=("qr_scanning",), tail="[plugin.qr_scanning]\ncameras = []")
    add_operator(appliance, "7", Role.OFFICER)
    served = write.Served(create_app(appliance))
    code, plain = tmp_path / "code.png", tmp_path / "plain.png"
    segno.make(AN.cccd_2021(), error="m", micro=False).save(str(code), scale=40, border=4)  # larger than what is sent
    cv2.imwrite(str(plain), np.full((600, 600), 200, np.uint8))
    take_lane(page, served.url)
    page.click('[data-action="type"]')
    page.set_input_files("#type-picture", plain)
    page.wait_for_selector("#type .sheet-problem:visible")
    assert "Không thấy mã" in page.inner_text("#type .sheet-problem")
    page.set_input_files("#type-picture", code)
    verdict(page, "ask")
    page.wait_for_selector("#type[open]", state="detached")
    appliance.events.close()
    served.close()


def qr_video(payload: str) -> bytes:
    """Motion JPEG: a hand brings the code before the camera and holds it."""
    code = segno.make(payload, error="m", micro=False)
    dark = np.array([[0 if one else 255 for one in row] for row in code.matrix_iter(scale=7, border=4)], np.uint8)
    frames = []
    for place in range(20):
        frame = np.full((720, 1280), 140, np.uint8)
        left = 300 + min(place, 10) * 10
        frame[60 : 60 + dark.shape[0], left : left + dark.shape[1]] = dark[:660]
        done, data = cv2.imencode(".jpg", cv2.cvtColor(frame, cv2.COLOR_GRAY2BGR))
        assert done
        frames.append(data.tobytes())
    return b"".join(frames)
