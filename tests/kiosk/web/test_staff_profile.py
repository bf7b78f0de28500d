"""The profile in the browser: by its form and as text, with comments kept and mistakes told at their field."""

from __future__ import annotations

import re

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.settings.profile import PROFILES, read_profile
from tests.support.appliance import Workshop
from tests.support.staff import SECTIONS, SLICES, Browser, staff, staff_actions


def test_the_form_changes_what_was_changed_and_keeps_comments(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES, sections=SECTIONS)
    path, browser = appliance.profile.path, staff(appliance, Role.TECHNICIAN)
    before = path.read_text("utf-8")
    browser.post("/staff/technician/profile", fields(browser))
    assert path.read_text("utf-8") == before  # saved as it was: not a letter differs
    changes = {"site.name": "Cổng số 2", "plugin.self_check_in.same_visit_minutes": "45", "server.threads": "16"}
    done = browser.post("/staff/technician/profile", {**fields(browser), **changes}, follow_redirects=True)
    assert "Đã lưu hồ sơ" in done.text
    after = read_profile(path)
    assert after.core.site.name == "Cổng số 2"
    assert after.core.server.threads == 16
    assert after.sections["self_check_in"] == {"same_visit_minutes": 45}
    assert "same_visit_minutes = 45   # half an hour" in path.read_text("utf-8")
    assert len(staff_actions(appliance, "profile_saved")) == 2


def fields(browser: Browser) -> dict[str, str]:
    """The form as a browser would send it back."""
    import html

    page = browser.get("/staff/technician/profile").text
    inputs = dict(re.findall(r'<input id="[^"]+" name="([^"]+)" value="([^"]*)"', page))
    selects = {
        name: re.findall(r'value="([^"]*)" selected', options)[0]
        for name, options in re.findall(r'<select id="[^"]+" name="([^"]+)"[^>]*>(.*?)</select>', page, re.DOTALL)
    }
    was = re.findall(r'name="was" value="([^"]+)"', page)[0]
    return {name: html.unescape(value) for name, value in {**inputs, **selects, "was": was}.items()}


MISTAKES = [
    ("server.port", "99999", "nhiều nhất là 65535"),
    ("server.port", "eighty", "số nguyên"),
    ("site.id", "Not An Id", "chữ thường a–z"),
    ("site.name", "", "ít nhất 1"),
    ("plugin.self_check_in.same_visit_minutes", "-5", "từ 0 trở lên"),
]


def test_a_mistake_is_told_at_its_field_and_nothing_is_saved(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES, sections=SECTIONS)
    path, browser = appliance.profile.path, staff(appliance, Role.TECHNICIAN)
    before, filled, token = path.read_bytes(), fields(browser), browser.csrf()
    for key, value, says in MISTAKES:
        refused = browser.post("/staff/technician/profile", {**filled, key: value}, token=token)
        assert refused.status_code == 422
        found = re.search(rf'id="{re.escape(key)}-error">([^<]+)<', refused.text)
        assert found, key
        assert says in found.group(1)
        assert path.read_bytes() == before


def test_the_text_is_checked_before_it_is_saved(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES)
    path, browser = appliance.profile.path, staff(appliance, Role.TECHNICIAN)
    before = path.read_text("utf-8")
    for wrong, says in (("[site", "không phải TOML"), (before + '\ncolour = "red"\n', "colour"), ("", "thiếu")):
        was = fields(browser)["was"]
        refused = browser.post("/staff/technician/profile/text", {"text": wrong, "was": was})
        assert refused.status_code == 422
        assert says in refused.text
        assert path.read_text("utf-8") == before
    good = "# by hand\n" + before
    browser.post("/staff/technician/profile/text", {"text": good.replace("\n", "\r\n"), "was": fields(browser)["was"]})
    assert path.read_text("utf-8") == good


def test_what_somebody_else_saved_meanwhile_is_not_undone(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES)
    path, browser = appliance.profile.path, staff(appliance, Role.TECHNICIAN)
    opened = fields(browser)
    path.write_text("# changed over ssh\n" + path.read_text("utf-8"), "utf-8")
    assert browser.post("/staff/technician/profile", {**opened, "site.name": "X"}).status_code == 409
    assert read_profile(path).core.site.name != "X"


def test_a_shipped_profile_is_never_written_and_a_copy_is_offered(workshop: Workshop) -> None:
    shipped = PROFILES / "kiosk.toml"
    before = shipped.read_bytes()
    appliance = Appliance(read_profile(shipped), workshop.folder / "data")
    appliance.load_plugins()
    appliance.open()
    appliance.journal.start()
    workshop._made.append(appliance)
    browser = staff(appliance, Role.TECHNICIAN)
    page = browser.get("/staff/technician/profile").text
    assert "Lưu một bản riêng" in page
    assert '<fieldset class="card" disabled>' in page
    refused = browser.post("/staff/technician/profile", {**fields(browser), "site.name": "X"})
    assert refused.status_code == 422
    assert (
        "Chưa lưu" in browser.post("/staff/technician/plugins/self_check_in", {"to": "off"}, follow_redirects=True).text
    )
    browser.post("/staff/technician/profile/copy")
    browser.post("/staff/technician/profile", {**fields(browser), "site.name": "Điểm riêng"})
    assert shipped.read_bytes() == before
    copy = workshop.folder / "data" / "profiles" / f"{appliance.settings.site.id}.toml"
    assert read_profile(copy).core.site.name == "Điểm riêng"
    assert str(copy) in browser.get("/staff/technician/profile").text
