"""The technician's console: health worst first, plugins switched, a restart asked for."""

from __future__ import annotations

import os
import re
import signal

import pytest

from kiosk.operators.register import Role
from kiosk.settings.profile import read_profile
from kiosk.web import staff_restart
from tests.support.appliance import Workshop
from tests.support.processes import eventually
from tests.support.staff import SECTIONS, SLICES, staff, staff_actions
from tests.support.staff_plugins import Paper


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
    eventually(lambda: killed == [signal.SIGTERM])
    assert staff_restart.exit_status(browser.app) == staff_restart.RESTART_STATUS
    assert len(staff_actions(appliance, "restart_asked")) == 1
