"""Who may open what: each role its pages and no other, plugins' pages among them."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kiosk.operators.register import Role
from kiosk.web.access import require_role
from tests.support.appliance import SetClock, Workshop, records
from tests.support.staff import Browser, actions, add_operator
from tests.support.staff_pages import BUTTONS, PAGES
from tests.support.staff_plugins import Ward


@pytest.mark.parametrize("role", list(Role))
def test_each_role_opens_its_pages_and_no_other(
    workshop: Workshop, role: Role, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("INVOCATION_ID", raising=False)
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", role)
    browser = Browser(appliance)
    for path in PAGES:
        assert browser.get(path).status_code == 303, path
    for path in BUTTONS:
        assert browser.post(path).location == "/staff/sign-in", path
    browser.sign_in("101")
    token = browser.csrf()
    before = len(actions(appliance))
    for path, roles in PAGES.items():
        assert browser.get(path).status_code == (200 if role in roles else 403), path
    for path, roles in BUTTONS.items():
        assert (browser.post(path, token=token).status_code == 403) == (role not in roles), path
    refused = [action for _, action in actions(appliance)[before:] if action == "page_refused"]
    expected = [path for table in (PAGES, BUTTONS) for path, roles in table.items() if role not in roles]
    assert len(refused) == len(expected)


def test_the_matrix_names_every_staff_route(workshop: Workshop) -> None:
    app = Browser(workshop.open()).app
    named = {
        "/staff/sign-in",
        "/staff/sign-out",
        "/recovery",
        "/recovery/",
        "/staff/technician/hardware/print",
        *PAGES,
        *BUTTONS,
    }
    filled = {"<uuid:record_id>": "01900000-0000-7000-8000-000000000000", "<name>": "ward", "<operator_id>": "101"}
    for rule in app.url_map.iter_rules():
        if rule.rule.startswith(("/staff", "/recovery")):
            path = rule.rule
            for part, value in filled.items():
                path = path.replace(part, value)
            assert path in named, f"{rule.rule} is in no table of this test"


def test_from_the_network_the_screens_line_is_heard_by_staff_alone(workshop: Workshop) -> None:
    appliance = workshop.open()
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)  # on another machine
    appliance.events.publish("answer", {"decision": "admit"})
    assert browser.get("/kiosk/poll?after=0").status_code == 403
    assert [browser.get(path).location for path in ("/", "/kiosk")] == ["/staff/", "/staff/"]

    browser.sign_in("101")
    assert len(browser.get("/kiosk/poll?after=0").get_json()["events"]) == 1
    assert browser.post("/kiosk/forget").status_code == 403, "that is the screen's own"
    browser.post("/staff/sign-out", token=browser.csrf())
    assert browser.get("/kiosk/poll?after=0").status_code == 403


def test_listening_is_no_work(workshop: Workshop) -> None:
    clock = SetClock()
    appliance = workshop.open(clock=clock)
    add_operator(appliance, "101", Role.OFFICER)
    browser = Browser(appliance)
    browser.sign_in("101")
    idle = timedelta(minutes=appliance.settings.limits.staff_idle_minutes)
    clock.ahead += idle / 2
    assert browser.get("/kiosk/poll").status_code == 200
    clock.ahead += idle * 0.6
    assert browser.get("/kiosk/poll").status_code == 403
    assert browser.get("/staff/").status_code == 303


def test_a_site_may_have_its_screen_on_another_device(workshop: Workshop) -> None:
    browser = Browser(workshop.open(sections="[server]\nscreen_from_network = true\n"))
    assert browser.get("/kiosk").status_code == 200
    assert browser.get("/kiosk/poll?after=0").status_code == 200


def test_a_role_that_does_not_exist_fails_where_it_is_written() -> None:
    with pytest.raises(ValueError, match="nurse"):
        require_role("nurse")
    with pytest.raises(ValueError, match="at least one"):
        require_role()


def test_plugins_pages_are_in_the_menu_of_their_role_only_and_lead_back_after_sign_in(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF)
    add_operator(appliance, "102", Role.TECHNICIAN)
    browser = Browser(appliance)
    asked = browser.get("/ward/beds?floor=2")
    assert asked.location == "/staff/sign-in?next=/ward/beds?floor%3D2"
    assert browser.sign_in("101", next="/ward/beds?floor=2").location == "/ward/beds?floor=2"
    assert browser.get("/ward/beds").text == "101"
    home = browser.get("/staff/").text
    assert "Giường bệnh" in home
    assert "Không có</a>" not in home  # its page does not exist
    assert [one.citizen for one in records(appliance) if getattr(one.data, "action", "") == "beds_shown"] == ["someone"]
    other = Browser(appliance)
    other.sign_in("102")
    assert "Giường bệnh" not in other.get("/staff/").text
