"""Without a journal personal data stays closed; and what must never be logged or recorded."""

from __future__ import annotations

import logging

import pytest

from kiosk.operators.register import Role
from tests.support.appliance import Workshop, records
from tests.support.staff import Browser, add_operator
from tests.support.staff_plugins import Ward


def test_without_a_journal_personal_data_stays_closed_and_the_technician_gets_in(workshop: Workshop) -> None:
    appliance = workshop.open([("ward", Ward)])
    add_operator(appliance, "101", Role.MEDICAL_STAFF, Role.TECHNICIAN)
    appliance.journal.stop()
    browser = Browser(appliance)
    assert browser.sign_in("101").status_code == 303
    assert browser.get("/ward/beds").status_code == 503
    assert browser.get("/staff/visits").status_code in (403, 503)
    assert browser.get("/staff/technician").status_code == 200


def test_neither_pins_nor_hashes_nor_typed_ids_nor_tokens_are_logged_or_recorded(
    workshop: Workshop, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    appliance = workshop.open([("ward", Ward)])
    made = add_operator(appliance, "101", Role.MEDICAL_STAFF, pin="735190")
    browser = Browser(appliance)
    browser.sign_in("101", "864209")
    browser.sign_in("001099012345", "735190")
    browser.sign_in("101", "735190")
    browser.post("/ward/beds", token="")
    browser.post("/ward/beds")
    browser.post("/staff/sign-out")
    told = caplog.text + "".join(
        f"{one.operator} {one.body}" for one in records(appliance) if one.kind != "core.operator"
    )
    for secret in (
        "735190",
        "864209",
        "001099012345",
        made.pin_hash,
        "argon2id",
        browser.cookie(appliance) or "no cookie",
    ):
        assert secret not in told
