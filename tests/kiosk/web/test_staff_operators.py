"""Operators in the browser: added, given a new PIN, disabled."""

from __future__ import annotations

import re

from kiosk.operators.register import Role
from tests.support.appliance import Workshop, records
from tests.support.staff import Browser, staff


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
