"""The staff pages on a real appliance: visits, console, profile, devices, diagnostics, recovery, restart."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import time
import zipfile
from itertools import islice
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft, HealthCheck, HealthLevel, PrintOutcome, Receipt, Text
from kiosk.operators import Role
from kiosk.plugin import hookimpl
from kiosk.settings import PROFILES, read_profile
from kiosk.web import staff_restart
from kiosk.web.staff_log import scrub
from tests.support.appliance import Probe, Workshop, people, records, show
from tests.support.staff import Browser, add_operator

SLICES = ("citizen_id", "self_check_in")
SECTIONS = """
[plugin.self_check_in]   # how numbers are given
same_visit_minutes = 30   # half an hour
"""


class Paper(Probe):
    """A printer that a test empties and fills."""

    problem = ""
    printed: list[Receipt]

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.printed = []

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome:
        if self.problem:
            return PrintOutcome(
                self.problem, Text("Máy in hết giấy. Hãy thay cuộn giấy.", "Out of paper. Change the roll.")
            )
        self.printed.append(receipt)
        return PrintOutcome()

    @hookimpl
    def health_checks(self) -> list[HealthCheck]:
        if not self.problem:
            return [HealthCheck("printer", HealthLevel.OK, Text("Máy in sẵn sàng.", "The printer is ready."))]
        words = Text("Máy in hết giấy.", "The printer is out of paper."), Text("Thay cuộn giấy.", "Change the roll.")
        return [HealthCheck("printer", HealthLevel.FAULT, *words)]


def staff(appliance: Appliance, *roles: Role) -> Browser:
    add_operator(appliance, "101", *(roles or tuple(Role)))
    browser = Browser(appliance)
    assert browser.sign_in("101").status_code == 303
    return browser


def staff_actions(appliance: Appliance, action: str) -> list[Any]:
    return [one for one in records(appliance) if getattr(one.data, "action", "") == action]


def wait_for(condition: Any, seconds: float = 5.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen"
        time.sleep(0.02)


# --- visits


def test_visits_are_listed_masked_found_and_every_look_names_whom_was_seen(workshop: Workshop) -> None:
    appliance = workshop.start(SLICES)
    crowd = list(islice(people(), 3))
    answers = [show(appliance, one.cccd_2021()) for one in crowd]
    show(appliance, "unknown to everybody")
    browser = staff(appliance, Role.OFFICER)
    page = browser.get("/staff/visits").text
    tickets = [answer.ticket["number"] for answer in answers if answer.ticket]
    assert len(tickets) == 3
    assert [found for found in re.findall(r'visit-ticket">([^<]+)<', page) if found != "–"] == tickets[::-1]
    for one in crowd:
        assert one.name not in page
        assert one.national_id not in page
    seen = staff_actions(appliance, "visits_shown")[-1]
    assert seen.operator == "101"
    assert set(seen.data.citizens) == {appliance.pseudonym(one.national_id) for one in crowd}

    by_ticket = browser.post("/staff/visits", {"search": tickets[1][-3:]}).text
    assert re.findall(r'visit-ticket">([^<]+)<', by_ticket) == [tickets[1]]
    by_number = browser.post("/staff/visits", {"search": crowd[2].national_id}).text
    assert re.findall(r'visit-ticket">([^<]+)<', by_number) == [tickets[2]]
    assert staff_actions(appliance, "visits_searched")[-1].data.citizens == [appliance.pseudonym(crowd[2].national_id)]
    nobody = browser.post("/staff/visits", {"search": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in nobody
    assert "Không thấy lượt nào" in nobody


def test_peoples_data_leave_the_screen_when_the_session_has_ended(workshop: Workshop) -> None:
    appliance = workshop.open()
    page = staff(appliance, Role.OFFICER).get("/staff/visits")
    seconds, _, target = page.headers["Refresh"].partition("; url=")
    assert int(seconds) > appliance.settings.limits.staff_idle_minutes * 60
    assert target == "/staff/sign-in"


def test_yesterdays_visits_are_not_todays(workshop: Workshop) -> None:
    from datetime import timedelta

    from tests.support.appliance import SetClock

    clock = SetClock(ahead=timedelta(days=-1))
    appliance = workshop.start(SLICES, clock=clock)
    show(appliance, next(people()).cccd_2021())
    clock.ahead = timedelta()
    assert "Hôm nay chưa có lượt nào" in staff(appliance, Role.OFFICER).get("/staff/visits").text


def test_a_ticket_that_did_not_come_out_is_told_and_printed_again(workshop: Workshop) -> None:
    appliance = workshop.start([*SLICES, ("paper", Paper)])
    printer: Paper = appliance.host.plugin("paper")
    printer.problem = "paper_out"
    answer = show(appliance, next(people()).cccd_2021())
    wait_for(lambda: appliance.prints.outcome(answer.key) is not None)
    browser = staff(appliance, Role.OFFICER)
    for path in ("/staff/", "/staff/visits"):
        assert "Máy in hết giấy." in browser.get(path).text
    assert "Chưa in" in browser.get("/staff/visits").text

    printer.problem = ""
    done = browser.post(f"/staff/visits/{answer.key}/reprint", follow_redirects=True)
    assert "đang được in lại" in done.text
    wait_for(lambda: len(printer.printed) >= 1)
    assert printer.printed[0].key == answer.key
    noted = staff_actions(appliance, "receipt_reprinted")[0]
    assert noted.data.subject == str(answer.key)
    assert noted.citizen == appliance.pseudonym(next(people()).national_id)
    unknown = browser.post("/staff/visits/01900000-0000-7000-8000-000000000000/reprint", follow_redirects=True)
    assert "Không in lại được" in unknown.text


def test_words_from_the_platform_are_shown_in_the_chosen_language_and_escaped(workshop: Workshop) -> None:
    appliance = workshop.open()
    appliance.record([Draft("core.notice", Notice(title="Đổi giờ <b>mở cửa</b>", text="Từ mai mở lúc 7 giờ."))])
    browser = staff(appliance, Role.OFFICER)
    page = browser.get("/staff/").text
    assert "Đổi giờ &lt;b&gt;mở cửa" in page
    assert '<html lang="vi">' in page
    assert '<html lang="en">' in browser.get("/staff/?lang=en").text
    assert '<html lang="en">' in browser.get("/staff/").text  # stays chosen


# --- console


def test_health_is_worst_first_and_journals_are_checked(workshop: Workshop) -> None:
    appliance = workshop.open([("paper", Paper)])
    appliance.host.plugin("paper").problem = "paper_out"
    browser = staff(appliance, Role.TECHNICIAN)
    page = browser.get("/staff/technician").text
    names = re.findall(r'check-name">([^<]+)<', page)
    assert names[0] == "printer"
    assert {"journal", "disk", "clock"} <= set(names)
    assert "chưa được nền tảng xác nhận" in page
    assert "Nguyên vẹn" in browser.post("/staff/technician/verify").text
    with appliance.database.writing() as session:
        session.connection().exec_driver_sql("UPDATE journal_records SET kind = 'core.notice' WHERE seq = 1")
    assert "Hỏng ở bản ghi 1" in browser.post("/staff/technician/verify").text


def test_a_plugin_is_switched_off_and_on_with_comments_and_its_settings_kept(workshop: Workshop) -> None:
    appliance = workshop.open(SLICES, sections=SECTIONS)
    path = appliance.profile.path
    browser = staff(appliance, Role.TECHNICIAN)
    done = browser.post("/staff/technician/plugins/self_check_in", {"to": "off"}, follow_redirects=True)
    assert "Đã lưu vào hồ sơ" in done.text
    assert read_profile(path).core.plugins == ["citizen_id"]
    assert "#~ same_visit_minutes = 30   # half an hour" in path.read_text("utf-8")
    browser.post("/staff/technician/plugins/self_check_in", {"to": "on"})
    again = read_profile(path)
    assert again.core.plugins == ["citizen_id", "self_check_in"]
    assert again.sections == {"self_check_in": {"same_visit_minutes": 30}}
    assert "# how numbers are given" in path.read_text("utf-8")
    assert [one.data.subject for one in staff_actions(appliance, "plugin_disabled")] == ["self_check_in"]
    assert (
        "Không có phần mở rộng"
        in browser.post("/staff/technician/plugins/nonsense", {"to": "on"}, follow_redirects=True).text
    )


def test_without_a_service_manager_a_restart_is_explained_and_nothing_ends(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: killed.append(number))
    browser = staff(workshop.open(), Role.TECHNICIAN)
    assert "systemd" in browser.post("/staff/technician/restart", follow_redirects=True).text
    assert killed == []
    assert staff_restart.exit_status(browser.app) == 0


def test_under_systemd_a_restart_ends_the_process_in_good_order(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("INVOCATION_ID", "0" * 32)
    monkeypatch.setattr(staff_restart, "AFTER_SECONDS", 0.01)
    killed: list[int] = []
    monkeypatch.setattr(os, "kill", lambda _pid, number: killed.append(number))
    appliance = workshop.open()
    browser = staff(appliance, Role.TECHNICIAN)
    assert "Đang khởi động lại" in browser.post("/staff/technician/restart").text
    wait_for(lambda: killed == [signal.SIGTERM])
    assert staff_restart.exit_status(browser.app) == staff_restart.RESTART_STATUS
    assert len(staff_actions(appliance, "restart_asked")) == 1


# --- profile


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
    ("server.port", "99999", "less than or equal to 65535"),
    ("server.port", "eighty", "valid integer"),
    ("site.id", "Not An Id", "pattern"),
    ("site.name", "", "at least 1"),
    ("plugin.self_check_in.same_visit_minutes", "-5", "greater than or equal to 0"),
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
    for wrong, says in (("[site", "not valid TOML"), (before + '\ncolour = "red"\n', "colour"), ("", "missing")):
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


# --- devices


def test_a_test_print_goes_through_the_queue_and_its_outcome_is_told(workshop: Workshop) -> None:
    appliance = workshop.start([("paper", Paper)])
    printer: Paper = appliance.host.plugin("paper")
    browser = staff(appliance, Role.TECHNICIAN)
    assert "Trang thử đã in" in browser.post("/staff/technician/hardware/print", follow_redirects=True).text
    words = " ".join(str(block) for block in printer.printed[0].blocks)
    assert "ẫ" in words
    assert "Ữ" in words
    printer.problem = "paper_out"
    assert "Hãy thay cuộn giấy" in browser.post("/staff/technician/hardware/print", follow_redirects=True).text


def test_the_scanner_test_shows_kind_and_length_and_not_the_content(workshop: Workshop) -> None:
    appliance = workshop.start(SLICES)
    browser = staff(appliance, Role.TECHNICIAN)
    assert "Chưa quét được mã nào" in browser.get("/staff/technician/hardware").text
    payload = next(people()).cccd_2021()
    show(appliance, payload)
    seen = browser.get("/staff/technician/hardware/last-scan", headers={"X-Kiosk-Poll": "1"}).get_json()
    assert (seen["symbology"], seen["length"], seen["source"]) == ("QRCode", len(payload), "test")
    assert set(seen) == {"symbology", "length", "source", "at", "seconds"}
    page = browser.get("/staff/technician/hardware").text
    assert payload not in page
    assert payload.partition("|")[0] not in page


# --- diagnostics


def test_the_bundle_helps_and_holds_no_person_and_no_secret(workshop: Workshop) -> None:
    citizen = next(people())
    appliance = workshop.start(SLICES, sections=SECTIONS)
    browser = staff(appliance, Role.TECHNICIAN)
    show(appliance, citizen.cccd_2021())
    logging.getLogger("kiosk.test").error(
        "read %s with token=swordfish of postgresql://kiosk:hunter2@db/kiosk", citizen.national_id
    )
    answer = browser.post("/staff/technician/diagnostics")
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    with zipfile.ZipFile(io.BytesIO(answer.data)) as bundle:
        parts = {name: bundle.read(name).decode() for name in bundle.namelist()}
    assert set(parts) == {"health.json", "versions.json", "plugins.json", "journals.json", "settings.json", "log.txt"}
    assert json.loads(parts["versions.json"])["packages"]["Flask"]
    assert json.loads(parts["settings.json"])["plugin"]["self_check_in"] == {"same_visit_minutes": 30}
    assert "kiosk.test: read …" in parts["log.txt"]
    whole = "\n".join(parts.values())
    key = appliance.identity.session_key.hex()
    for secret in (
        citizen.national_id,
        citizen.name,
        appliance.pseudonym(citizen.national_id),
        "hunter2",
        "swordfish",
        key,
        "argon2id$",
    ):
        assert secret not in whole, secret


@pytest.mark.parametrize(
    ("line", "kept", "gone"),
    [
        ("citizen 001099012345 seen", "citizen", "001099012345"),
        ("password: swordfish", "password", "swordfish"),
        ("PIN 2580 wrong", "wrong", "2580"),
        ("url https://u:p4ss@host/x", "host/x", "p4ss"),
        ("mail nguyen.van.an@example.org", "mail", "nguyen.van.an"),
        ("listening on 127.0.0.1:8080 after 12 s", "127.0.0.1:8080 after 12 s", "…"),
        (
            "plugin self_check_in failed in hook read_credential_from_somewhere_long",
            "read_credential_from_somewhere_long",
            "…",
        ),
    ],
)
def test_scrubbing_takes_people_and_secrets_and_leaves_the_rest(line: str, kept: str, gone: str) -> None:
    assert kept in scrub(line)
    assert gone not in scrub(line)


def test_secrets_in_settings_are_hidden_by_their_names() -> None:
    from kiosk.web.staff_diagnostics import HIDDEN, without_secrets

    shown = without_secrets(
        {"api_key": "k", "nested": [{"password": "p", "port": 80}], "url": "https://a:b@c/", "monkey": "m", "pin": ""}
    )
    assert shown == {
        "api_key": HIDDEN, "nested": [{"password": HIDDEN, "port": 80}], "url": "https://…@c/", "monkey": "m", "pin": ""
    }  # fmt: skip


# --- operators


def test_an_administrator_adds_somebody_who_signs_in_gets_a_new_pin_and_is_disabled(workshop: Workshop) -> None:
    appliance = workshop.open()
    admin = staff(appliance, Role.ADMINISTRATOR)
    added = admin.post(
        "/staff/operators",
        {"name": "Lê Thị Lan", "pin": "2580", "roles": ["officer", "medical_staff"]},
        follow_redirects=True,
    )
    assert "102" in added.text
    assert "Nhân viên y tế, Cán bộ trực" in re.sub(r"\s+", " ", added.text)
    lan = Browser(appliance)
    assert lan.sign_in("102").status_code == 303
    assert lan.get("/staff/visits").status_code == 200

    admin.post("/staff/operators/102/pin", {"pin": "1470"})
    assert lan.get("/staff/").status_code == 303
    assert lan.sign_in("102", "1470").status_code == 303
    admin.post("/staff/operators/102/active", {"to": "off"})
    assert lan.get("/staff/").status_code == 303
    assert lan.sign_in("102", "1470").status_code == 403
    admin.post("/staff/operators/102/active", {"to": "on"})
    assert lan.sign_in("102", "1470").status_code == 303
    done = [one.data.action for one in records(appliance) if one.operator == "101" and one.kind == "core.staff_action"]
    assert done == ["sign_in", "operator_added", "operator_pin_reset", "operator_disabled", "operator_enabled"]


def test_what_does_not_make_an_operator_is_told_and_nobody_locks_themselves_out(workshop: Workshop) -> None:
    appliance = workshop.open()
    admin = staff(appliance, Role.ADMINISTRATOR)
    good = {"name": "Lê Thị Lan", "pin": "2580", "roles": ["officer"]}
    for change, says in (
        ({"pin": "1111"}, "quá dễ đoán"),
        ({"pin": "12"}, "4 đến 12 chữ số"),
        ({"name": " "}, "họ tên"),
        ({"roles": ["king"]}, "ít nhất một vai trò"),
    ):
        refused = admin.post("/staff/operators", {**good, **change})
        assert refused.status_code == 422
        assert says in re.findall(r'role="alert">.*?</div>\s*</div>', refused.text, re.DOTALL)[0]
    assert (
        "không thể khóa chính mình"
        in admin.post("/staff/operators/101/active", {"to": "off"}, follow_redirects=True).text
    )
    assert admin.get("/staff/operators").status_code == 200
    assert admin.post("/staff/operators/999/pin", {"pin": "2580"}).status_code == 404


# --- recovery


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
