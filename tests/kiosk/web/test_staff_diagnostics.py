"""The diagnostics bundle: it helps, and holds no person and no secret."""

from __future__ import annotations

import io
import json
import logging
import zipfile

import pytest

from kiosk.operators.register import Role
from kiosk.web.staff_log import scrub
from tests.support.appliance import Workshop, people, show
from tests.support.staff import SECTIONS, SLICES, staff


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
