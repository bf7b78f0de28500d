"""Codes are used once, expire, and are kept only as hashes; devices cannot take each other's place."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from sqlalchemy import select, update

from kiosk.journal.audiences import LONGEST, audiences_of, named, site_audience
from plugins.national_platform import devices
from plugins.national_platform.models import Device as DeviceRow
from plugins.national_platform.models import EnrolmentCode
from plugins.national_platform.rate import FailureLimit
from tests.support.platform import API, Device, PlatformUnderTest


def test_a_device_gets_what_it_needs(platform: PlatformUnderTest) -> None:
    device = Device(platform, "hcm-q1")
    answer = device.enrol(platform.mint(province="79"))
    assert answer.status_code == 201
    told = answer.json
    assert told["device"] == device.identity.device
    assert base64.b64decode(told["pseudonym_key"]) == platform.appliance.identity.pseudonym_key
    assert told["platform_key_pem"] == platform.appliance.identity.public_key_pem()
    assert told["audiences"] == ["nation", "site:hcm-q1", "province:79"]
    assert abs(told["server_time_ms"] - time.time() * 1000) < 60_000


def test_a_code_works_once_and_again_for_who_used_it(platform: PlatformUnderTest) -> None:
    code = platform.mint()
    device = Device(platform)
    first = device.enrol(code)
    again = device.enrol(code.lower().replace("-", " "))  # the answer was lost; typed by hand this time
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json["pseudonym_key"] == again.json["pseudonym_key"]
    other = Device(platform).enrol(code)
    assert (other.status_code, other.json["error"]["code"]) == (403, "code")


MINUTE_MS = 60 * 1000


@pytest.mark.parametrize(("since", "status"), [(14 * MINUTE_MS, 201), (16 * MINUTE_MS, 403)])
def test_the_answer_is_repeated_for_a_quarter_of_an_hour(platform: PlatformUnderTest, since: int, status: int) -> None:
    code = platform.mint()
    device = Device(platform)
    assert device.enrol(code).status_code == 201
    with platform.appliance.database.writing() as session:
        session.execute(update(EnrolmentCode).values(used_at_ms=EnrolmentCode.used_at_ms - since))
    again = device.enrol(code)
    assert again.status_code == status
    assert ("pseudonym_key" in again.json) == (status == 201)


def test_a_repeated_request_cannot_move_the_device_to_another_site(platform: PlatformUnderTest) -> None:
    code = platform.mint(province="79")
    device = Device(platform, "site-a")
    assert device.enrol(code).status_code == 201
    elsewhere = device.enrol(code, site="site-b", name="moved")
    assert (elsewhere.status_code, elsewhere.json["error"]["code"]) == (403, "code")
    with platform.appliance.session() as session:
        row = session.get_one(DeviceRow, device.identity.device)
        assert (row.site, row.name) == ("site-a", "Cửa A")


def signed_by_another_key(device: Device, body: bytes) -> str:
    thief = Device(device.platform, identity=replace(device.identity, signing_key=Ed25519PrivateKey.generate()))
    return thief.assertion("POST", f"{API}/enrol", body)


PROOFS: dict[str, Callable[[Device, bytes], str]] = {
    "none": lambda device, body: "",
    "another key's": signed_by_another_key,
    "another device's": lambda device, body: device.assertion("POST", f"{API}/enrol", body, iss="somebody", sub="x"),
    "another body's": lambda device, body: device.assertion("POST", f"{API}/enrol", body + b" "),
    "without the body": lambda device, body: device.assertion("POST", f"{API}/enrol"),
    "another request's": lambda device, body: device.assertion("POST", f"{API}/batches", body),
    "another method's": lambda device, body: device.assertion("GET", f"{API}/enrol", body),
    "another platform's": lambda device, body: device.assertion("POST", f"{API}/enrol", body, aud="elsewhere"),
    "too long-lived": lambda device, body: device.assertion("POST", f"{API}/enrol", body, exp=int(time.time()) + 999),
}


@pytest.mark.parametrize("enrolled_before", [False, True])
@pytest.mark.parametrize("proof", PROOFS)
def test_the_nations_key_is_told_to_nobody_without_the_devices_private_key(
    shared_platform: PlatformUnderTest, proof: str, enrolled_before: bool
) -> None:
    """A code is read from paper or a screen, and a public key is public: both together prove nothing."""
    code = shared_platform.mint()
    device = Device(shared_platform)
    if enrolled_before:
        assert device.enrol(code).status_code == 201
    body = json.dumps(device.enrolment(code)).encode()
    answer = shared_platform.client.post(
        f"{API}/enrol",
        data=body,
        headers={"Authorization": f"Bearer {PROOFS[proof](device, body)}", "Content-Type": "application/json"},
    )
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorised")
    assert "pseudonym_key" not in answer.text
    assert device.enrol(code).status_code == 201  # the code was not used up


@pytest.mark.parametrize("case", ["wrong", "empty", "expired"])
def test_wrong_and_expired_codes_are_told_alike(platform: PlatformUnderTest, case: str) -> None:
    code = {"wrong": "ABCD-EFGH-JKMN", "empty": "", "expired": platform.mint(hours=-1)}[case]
    answer = Device(platform).enrol(code)
    assert answer.status_code == 403
    assert answer.json["error"] == {
        "code": "code",
        "message": "This code is wrong, used or expired. Ask for a new one.",
    }


def test_a_code_for_one_site_serves_no_other(platform: PlatformUnderTest) -> None:
    code = platform.mint(site="site-b")
    answer = Device(platform, "site-a").enrol(code)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "site")
    assert Device(platform, "site-b").enrol(code).status_code == 201


def test_nobody_takes_the_name_of_an_enrolled_device(platform: PlatformUnderTest) -> None:
    device = platform.device()
    thief = Device(platform)
    code = platform.mint()
    answer = thief.enrol(code, device=device.identity.device)
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "device")
    assert Device(platform).enrol(code).status_code == 201  # the refusal did not use the code up


def test_a_revoked_device_does_not_come_back_by_a_new_code(platform: PlatformUnderTest) -> None:
    device = platform.device()
    with platform.appliance.database.writing() as session:
        assert devices.revoke(session, device.identity.device, "lost", 1)
        assert not devices.revoke(session, device.identity.device, "lost", 2)
    answer = device.enrol(platform.mint())
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "revoked")


def test_only_a_hash_of_the_code_is_kept(platform: PlatformUnderTest) -> None:
    code = platform.mint()
    with platform.appliance.session() as session:
        rows = session.execute(select(EnrolmentCode.__table__)).all()
    assert len(rows) == 1
    assert code not in repr(rows)
    assert code.replace("-", "") not in repr(rows)


@pytest.mark.parametrize(
    "change",
    [
        {"device": "../etc"},
        {"device": "ab"},
        {"public_key_pem": "-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"},
        {"public_key_pem": ""},
        {"site": "Site With Spaces"},
        {"name": "a\0b"},
        {"name": "x" * 81},
        {"code": "A" * 65},
        {"earlier": [{"writer": "device.1", "digest_key": "c2hvcnQ="}]},
        {"earlier": [{"writer": "nation", "digest_key": "QUFBQUFBQUFBQUFBQUFBQUFBQUE="}]},
        {"earlier": "no"},
        {"code": None},
    ],
)
def test_requests_that_make_no_sense_are_refused(shared_platform: PlatformUnderTest, change: dict[str, object]) -> None:
    code = shared_platform.mint()
    answer = Device(shared_platform).enrol(**{"code": code, **change})
    assert (answer.status_code, answer.json["error"]["code"]) == (400, "invalid_request")


def test_an_earlier_journal_must_be_the_devices_own(platform: PlatformUnderTest) -> None:
    key = base64.b64encode(b"e" * 32).decode()
    answer = Device(platform).enrol(platform.mint(), earlier=[{"writer": "otherdevice.1", "digest_key": key}])
    assert (answer.status_code, answer.json["error"]["code"]) == (403, "device")


def test_guessing_is_slowed_down(platform: PlatformUnderTest) -> None:
    statuses = [Device(platform).enrol("ABCD-EFGH-JKMN").status_code for _ in range(12)]
    assert statuses[:10] == [403] * 10
    assert statuses[10:] == [429] * 2
    refused = platform.client.post(f"{API}/enrol", json={})
    assert int(refused.headers["Retry-After"]) > 0
    elsewhere = platform.client.post(f"{API}/enrol", json={}, environ_overrides={"REMOTE_ADDR": "192.0.2.7"})
    assert elsewhere.status_code == 400


def test_the_limit_opens_again_and_holds_for_all_together() -> None:
    now = [0.0]
    limit = FailureLimit(each=2, overall=3, seconds=60, monotonic=lambda: now[0])
    limit.failed("a")
    limit.failed("a")
    assert limit.wait("a") == 61
    assert limit.wait("b") == 0
    now[0] = 10.0
    limit.failed("b")
    assert limit.wait("c") == 51
    now[0] = 61.0
    assert (limit.wait("a"), limit.wait("c")) == (0, 0)


def test_audiences_fit_a_writers_name_and_stay_apart() -> None:
    long = ["a" * 39 + end for end in "xy"]
    names = [site_audience(site) for site in long]
    assert len(set(names)) == 2
    assert all(len(name) <= LONGEST for name in names)
    assert audiences_of("s-1") == ["nation", "site:s-1"]
    assert named("site:s-1") == "site:s-1"
    for wrong in ("", "sites", "site:", "province:", "province:7 9", "device.2"):
        with pytest.raises(ValueError, match="no audience"):
            named(wrong)
