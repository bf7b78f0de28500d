"""The recovery page: why safe mode, and the way out without any plugin. And the platform's staff pages."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.plugin import hookimpl
from kiosk.settings.profile import PROFILES, read_profile
from tests.support.appliance import Probe, Workshop
from tests.support.staff import SECTIONS, SLICES, Browser, add_operator, staff


def test_recovery_in_safe_mode_says_why_and_turns_a_plugin_off(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES, safe=True, sections=SECTIONS)
    appliance.safe_reason = "the last start did not end"
    browser = Browser(appliance)
    page = browser.get("/recovery").text
    assert "chế độ an toàn" in page
    assert "lần khởi động trước không xong" in page
    assert "kiosk run --safe" in page
    assert "máy ở chế độ an toàn" in page
    assert "safe mode" not in page
    assert browser.get("/recovery/").location == "/recovery"
    assert 'action="/recovery/plugins' not in page  # anybody may look, nobody may press
    add_operator(appliance, "101", Role.TECHNICIAN)
    browser.sign_in("101", next="/recovery")
    home = browser.get("/staff/").text
    assert 'href="/recovery"' in home
    assert "safe mode" not in home  # what safe mode does to every plugin is said once
    assert 'action="/recovery/plugins/self_check_in"' in browser.get("/recovery").text
    browser.post("/recovery/plugins/self_check_in", {"to": "off"})
    assert read_profile(appliance.profile.path).core.plugins == ["citizen_id"]
    assert "đã tắt trong hồ sơ" in Browser(appliance).get("/recovery").text


def test_recovery_asks_no_plugin_for_anything(workshop: Workshop) -> None:
    class Curse(Probe):
        """Fails in whatever it is asked."""

        asked: list[str] = []  # noqa: RUF012 - shared on purpose: the instance is the host's

        @hookimpl
        def navigation(self) -> Any:
            self.asked.append("navigation")
            raise RuntimeError

        @hookimpl
        def health_checks(self) -> Any:
            self.asked.append("health_checks")
            raise RuntimeError

    appliance = workshop.open([("curse", Curse)])
    browser = staff(appliance, Role.TECHNICIAN)
    Curse.asked.clear()
    assert browser.get("/recovery").status_code == 200
    assert Curse.asked == []
    for _ in range(3):
        assert browser.get("/staff/").status_code == 200  # a failing plugin costs only its own entries
    assert "Tạm ngừng" in browser.get("/recovery").text


def test_recovery_copies_a_shipped_profile_before_it_turns_a_plugin_off(workshop: Workshop, tmp_path: Path) -> None:
    appliance = Appliance(read_profile(PROFILES / "kiosk.toml"), tmp_path / "safe", safe=True)
    appliance.load_plugins()
    appliance.open()
    appliance.journal.start()
    workshop._made.append(appliance)
    browser = staff(appliance, Role.TECHNICIAN)
    done = browser.post("/recovery/plugins/upstream_sync", {"to": "off"}, follow_redirects=True)
    copy = tmp_path / "safe" / "profiles" / f"{appliance.settings.site.id}.toml"
    assert "upstream_sync" not in read_profile(copy).core.plugins
    assert str(copy) in done.text


def test_the_platform_has_staff_pages_without_visits(workshop: Workshop) -> None:
    appliance = workshop.open(role="platform")
    browser = staff(appliance, *Role)
    assert browser.get("/staff/").status_code == 200
    assert browser.get("/staff/visits").status_code == 404
    assert "/staff/visits" not in browser.get("/staff/").text
    assert browser.get("/recovery").status_code == 200
