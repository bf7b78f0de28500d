"""The checkpoint as a newcomer tries it: declare on a phone, be read at the post, with the platform and without, counted once.

The demo's own profiles, both appliances as real processes, and a real browser in the hands of traveller, officer and administrator.
"""

from __future__ import annotations

import base64
import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import segno
import tomlkit

pytest.importorskip("playwright.sync_api", reason="playwright is not installed: no browser tests")

from kiosk.settings.profile import find_profile
from plugins.health_certificate import words
from plugins.health_certificate.steps import Step
from tests.support.appliance import people
from tests.support.browser import PATIENT, SEND_KEYS, us_key
from tests.support.processes import eventually, kiosk, levels, run
from tests.support.running_kiosk import RunningKiosk
from tests.support.tcp_proxy import line_to

pytestmark = [pytest.mark.process, pytest.mark.browser, pytest.mark.timeout(1500)]

PIN = "246810"
AN, BINH, CHI = (person for person, _ in zip(people(77), range(3), strict=False))
RED = ("79", "Thành phố Hồ Chí Minh")


def profile(folder: Path, name: str, **plugins: dict[str, Any]) -> Path:
    """The demo's profile, with more in its plugins' sections."""
    document = tomlkit.parse(find_profile(f"demo-{name}").read_text("utf-8"))
    for plugin, values in plugins.items():
        for key, value in values.items():
            document["plugin"].setdefault(plugin, {})[key] = value  # type: ignore[index,union-attr]
    path = folder / f"{name}.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


@contextmanager
def running(folder: Path, **gate: dict[str, Any]) -> Iterator[tuple[RunningKiosk, RunningKiosk]]:
    """A platform, and a gate that is enrolled there, with an officer and an administrator."""
    platform = RunningKiosk(profile(folder, "platform"), folder / "platform", folder / "platform.log")
    line = line_to(platform)
    own = profile(folder, "checkpoint", upstream_sync={"platform": line.url}, **gate)
    post = RunningKiosk(own, folder / "gate", folder / "gate.log")
    code = json.loads(run([*kiosk("platform code", platform.profile, platform.data), "--site", "demo-gate", "--json"]))
    platform.start()
    try:
        run([*kiosk("enrol", post.profile, post.data), code["code"], "--platform", line.url])
        operator(platform, "administrator")
        operator(post, "officer")
        yield platform, post.start()
    finally:
        post.stop()
        platform.stop()
        line.close()


def operator(at: RunningKiosk, role: str) -> None:
    run([*kiosk("operator add", at.profile, at.data), "Người thử", "--id", "200", "--role", role, "--pin-stdin"], PIN)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Any]]:
    contexts: list[Any] = []
    problems: list[str] = []

    def make(width: int, height: int) -> Any:
        context = chromium.new_context(
            viewport={"width": width, "height": height}, device_scale_factor=2, locale="vi-VN", reduced_motion="reduce"
        )
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(120_000)  # several processes and two browsers may share two cores
        page.add_init_script(PATIENT)
        page.on("pageerror", lambda error: problems.append(str(error)))
        return page

    yield make
    for one in contexts:
        one.close()
    assert problems == []


def declare(page: Any, url: str, person: Any, folder: Path, origin: tuple[str, str] | None = None) -> str:
    """On a phone, with a photograph of the ID card; what the code on the screen says, read as a camera would."""
    page.goto(f"{url}/declaration/")
    page.click('a.kind[href*="movement"]')
    card = folder / "card.png"
    output = io.BytesIO()
    segno.make(person.cccd_2021(), encoding="utf-8").save(output, kind="png", scale=6, border=4)
    card.write_bytes(output.getvalue())
    page.wait_for_selector("html.scripted #card_picture", state="attached")
    with page.expect_navigation():
        page.set_input_files("#card_picture", card)
    assert page.input_value("#document") == person.national_id
    page.fill("#phone", "0912345678")
    for name, text in (("home_province", "ha noi"), ("home_district", "ba dinh"), ("home_ward", "phuc xa")):
        pick(page, name, text)
    page.fill("#address", "Số 1, phố Hàng Than")
    go(page)
    page.select_option("#vehicle", "motorbike")
    page.fill("#plate", "29A-123.45")
    if origin:
        for name, text in (
            ("origin_province", "ho chi minh"),
            ("origin_district", "quan 1"),
            ("origin_ward", "ben nghe"),
        ):
            pick(page, name, text)
    pick(page, "destination_province", "ha nam")
    page.select_option("#purpose", "work")
    go(page)
    for name in ("has_symptoms", "has_contact", "has_travelled"):
        page.click(f'[data-field="{name}"] input[value="no"]')
    go(page)
    page.click("#consent")
    go(page, "send")
    page.wait_for_selector(".pass-code svg")
    (folder / "pass.png").write_bytes(page.query_selector(".pass-code").screenshot())
    plain = kiosk("decode", Path("-"), Path("-"))[:4]
    (code,) = json.loads(run([*plain, str(folder / "pass.png"), "--json"]))["codes"]
    return str(code["text"])


def pick(page: Any, name: str, text: str) -> None:
    """Type into a list that finds places without accents, and take the first one."""
    page.wait_for_selector(f"#{name}:enabled")
    page.fill(f"#{name}", "")
    page.click(f"#{name}")
    page.keyboard.type(text)
    page.wait_for_selector(".combo li:visible")
    page.keyboard.press("Enter")


def go(page: Any, value: str = "next") -> None:
    with page.expect_navigation():
        page.click(f'.go button[value="{value}"]')
    assert [one.inner_text() for one in page.query_selector_all(".field-error")] == []


def sign_in(page: Any, url: str) -> None:
    page.goto(url)
    page.fill('[name="operator"]', "200")
    page.fill('[name="pin"]', PIN)
    page.keyboard.press("Enter")
    page.wait_for_url(url)


def take_lane(page: Any, url: str) -> None:
    sign_in(page, url + "/checkpoint/")
    page.click('form:has(input[name="lane"][value="1"]) button[value="in"]')
    page.wait_for_selector("#inside:not(:text('–'))")


def scan(page: Any, text: str, decision: str, again: bool = False) -> str:
    """What the officer sees of a code that a scanner types."""
    if not again:
        page.keyboard.press("n")
        page.wait_for_selector('body[data-decision="ready"]')
    page.evaluate(SEND_KEYS, [us_key(letter) for letter in text + "\n"])
    answered = ", ".join(f'body[data-decision="{one}"]' for one in ("admit", "ask", "refer", "refuse"))
    page.wait_for_selector(f'body[data-decision="{decision}"]' if again else answered)
    words = str(page.inner_text("#verdict"))
    assert page.get_attribute("body", "data-decision") == decision, words
    return words


def people_on(page: Any, url: str) -> int:
    """How many the platform's page of flow counts for the gate in the last 24 hours."""
    page.goto(url + "/checkpoint/flow")
    cell = page.query_selector('tr:has(th:text("demo-gate / cau-gie")) td b')
    return int(cell.inner_text()) if cell else 0


def test_declared_on_a_phone_read_at_the_post_and_counted_once(tmp_path: Path, tab: Callable[..., Any]) -> None:
    with running(tmp_path) as (platform, post):
        phone, officer, office = tab(390, 844), tab(1024, 768), tab(1280, 800)
        mine = declare(phone, platform.url, AN, tmp_path)
        theirs = declare(phone, platform.url, BINH, tmp_path)
        from_red = declare(phone, platform.url, CHI, tmp_path, RED)
        take_lane(officer, post.url)

        # declared, walked to the gate, scanned, let through
        eventually(lambda: levels(post.url).get("signing") == "ok")  # the platform's key has come
        assert "CHO QUA" in scan(officer, mine, "admit")
        officer.wait_for_selector("#inside:text('1')")

        # somebody else's pass with one's own card; the officer turns them back
        scan(officer, CHI.national_qr(), "ask")
        assert "người khác" in scan(officer, theirs, "refer", again=True)

        # the line to the platform is pulled, and the post goes on
        platform.stop()
        assert "CHO QUA" in scan(officer, theirs, "admit")
        assert "Có thẻ xanh không?" in scan(officer, from_red, "ask")
        officer.click('[data-choice="green"]')
        officer.wait_for_selector('body[data-decision="admit"]')
        eventually(lambda: int(officer.inner_text("#unsent")) > 0)

        # it comes back: every passage arrives, and once
        platform.start()
        sign_in(office, platform.url + "/checkpoint/flow")
        eventually(lambda: people_on(office, platform.url) == 4)
        eventually(lambda: officer.inner_text("#unsent") == "0")
        post.stop()
        post.start()  # whatever it sends again is known already
        eventually(lambda: [levels(post.url).get(f"sync.{one}") for one in ("contact", "backlog")] == ["ok", "ok"])
        assert people_on(office, platform.url) == 4


@pytest.mark.shared
def test_published_certificates_get_the_right_verdict_for_the_right_reason(
    tmp_path: Path, tab: Callable[..., Any], shared_data: Path
) -> None:
    states = shared_data / "certificates" / "eu-dcc"
    items = {one["file"]: one for one in json.loads((states / "MANIFEST.json").read_text("utf-8"))["items"]}
    trusted, unknown = items["cases/AE/2DCode/raw/vaccine.json"], items["cases/BE/2DCode/raw/1.json"]
    context = json.loads((states / trusted["file"]).read_text("utf-8"))["TESTCTX"]
    keys = tmp_path / "trust"
    keys.mkdir()
    (keys / "ae.der").write_bytes(base64.b64decode(context["CERTIFICATE"]))
    cards = shared_data / "certificates" / "smart-health-cards"
    (keys / "smart.jwks.json").write_bytes((cards / "keys" / "spec-issuer.jwks.json").read_bytes())
    smart = next(
        one["expected"]
        for one in json.loads((cards / "MANIFEST.json").read_text("utf-8"))["items"]
        if one.get("reference") == "ok" and one["kind"] in ("qr-text", "qr-image")
    )

    with running(tmp_path, health_certificate={"trust_files": [str(keys)]}) as (_, post):
        officer = tab(1024, 768)
        take_lane(officer, post.url)
        assert words.EXPIRED.vi in scan(officer, trusted["expected"], "refuse")  # of 2021
        assert words.NO_KEY.vi in scan(officer, unknown["expected"], "refer")
        damaged = trusted["expected"][:200] + trusted["expected"][202:]
        assert words.MALFORMED[Step.ZLIB].vi in scan(officer, damaged, "refer")
        scan(officer, smart, "ask")  # genuine; the policy still wants to know about symptoms
        assert "chữ ký đúng" in officer.inner_text("#papers")

    # in the year in which they were issued the same certificate is good, by the same key
    line = {
        "id": "ae",
        "payload": trusted["expected"],
        "at": trusted["validation_clock"],
        "trust": [context["CERTIFICATE"]],
    }
    batch = tmp_path / "samples.jsonl"
    batch.write_text(json.dumps(line) + "\n" + json.dumps({**line, "id": "now", "at": "2026-01-01T00:00:00Z"}) + "\n")
    plain = kiosk("read", Path("-"), Path("-"))[:4]
    good, late = map(json.loads, run([*plain, "--batch", str(batch)]).splitlines())
    assert (good["trust"], good["failed_step"]) == ("verified", None)
    assert (late["trust"], late["failed_step"]) == ("invalid", "time")
