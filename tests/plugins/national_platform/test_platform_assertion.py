"""Who may send: signatures, claims, clocks, revoked devices, exchanged keys."""

from __future__ import annotations

import json
import time
from dataclasses import replace

import jwt
import pytest
import zstandard
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from plugins.national_platform import devices, keys
from plugins.national_platform.models import Device as DeviceRow
from tests.support.platform import API, Device, PlatformUnderTest, lines_of, stored

NOW = int(time.time())


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"aud": "another-platform"}, "unauthorised"),
        ({"iss": "nobodyknown1"}, "unauthorised"),
        ({"iss": None}, "unauthorised"),
        ({"sub": "somebodyelse"}, "unauthorised"),
        ({"htm": "GET"}, "unauthorised"),
        ({"htu": f"{API}/enrol"}, "unauthorised"),
        ({"digest": "AAAA"}, "unauthorised"),
        ({"digest": None}, "unauthorised"),
        ({"jti": None}, "unauthorised"),
        ({"exp": None}, "unauthorised"),
        ({"iat": "now"}, "unauthorised"),
        ({"iat": NOW, "exp": NOW + 121}, "unauthorised"),
        ({"iat": NOW, "exp": NOW}, "unauthorised"),
        ({"iat": NOW - 400 * 86_400, "exp": NOW - 400 * 86_400 + 60}, "clock"),
        ({"iat": NOW + 400 * 86_400, "exp": NOW + 400 * 86_400 + 60}, "clock"),
        ({"writer": "otherdevice.2"}, "unauthorised"),
        ({"writer": "nation"}, "unauthorised"),
        ({"writer": None}, "unauthorised"),
        ({"head": "zz"}, "unauthorised"),
        ({"first": "1"}, "unauthorised"),
        ({"clock_ms": -1}, "unauthorised"),
    ],
)
def test_claims_that_do_not_hold_are_refused(
    shared_platform: PlatformUnderTest, claims: dict[str, object], code: str
) -> None:
    device = shared_platform.device()
    answer = device.push(device.visits(3), **claims)
    assert (answer.status_code, answer.json["error"]["code"]) == (401, code)
    assert stored(shared_platform.appliance) == 0


def test_a_clock_that_is_a_year_off_is_let_pass_and_measured(platform: PlatformUnderTest) -> None:
    device = platform.device()
    then = int(time.time()) - 360 * 86_400  # NOW is when the tests were collected, which may be a while ago
    answer = device.push(device.visits(3), iat=then, exp=then + 60, clock_ms=then * 1000, clock_trusted=False)
    assert answer.status_code == 200
    assert abs(answer.json["drift_ms"] - 360 * 86_400_000) < 600_000
    with platform.appliance.session() as session:
        line = devices.device_lines(session)[0]
    assert (line.clock_trusted, line.records) == (False, 3)
    assert line.drift_ms == answer.json["drift_ms"]


@pytest.mark.parametrize(
    "header", ["", "Bearer", "Bearer ", "Bearer x", "Bearer a.b.c", "Basic abc", "Bearer " + "A" * 5000]
)
def test_what_is_no_assertion_is_refused(shared_platform: PlatformUnderTest, header: str) -> None:
    answer = shared_platform.client.get(f"{API}/journals", headers={"Authorization": header})
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorised")


def test_another_key_and_no_key_are_refused(shared_platform: PlatformUnderTest) -> None:
    platform = shared_platform
    device = platform.device()
    now = int(time.time())
    claims = {
        "iss": device.identity.device, "sub": device.identity.device, "aud": "national-platform", "iat": now,
        "exp": now + 60, "jti": "1", "htm": "GET", "htu": f"{API}/journals",
    }  # fmt: skip
    tokens = [
        jwt.encode(claims, Ed25519PrivateKey.generate(), algorithm="EdDSA"),
        jwt.encode(claims, None, algorithm="none"),
        # the public key, which everybody may know, used as a shared secret
        jwt.api_jws.encode(json.dumps(claims).encode(), "s" * 64, algorithm="HS256"),
    ]
    for token in tokens:
        answer = platform.client.get(f"{API}/journals", headers={"Authorization": f"Bearer {token}"})
        assert (answer.status_code, answer.json["error"]["code"]) == (401, "unauthorised")


def test_a_body_that_was_changed_on_the_way_is_refused(platform: PlatformUnderTest) -> None:
    device = platform.device()
    made = device.visits(3)
    body = zstandard.compress(lines_of(made))
    token = device.assertion(
        "POST", f"{API}/batches", body, writer=device.writer, first=1, head=made[-1].hash.hex(), clock_ms=1
    )
    answer = platform.client.post(
        f"{API}/batches",
        data=body + b"x",
        headers={"Authorization": f"Bearer {token}", "Content-Encoding": "zstd"},
    )
    assert answer.status_code == 401


def test_a_revoked_device_is_told_so_at_once(platform: PlatformUnderTest) -> None:
    device = platform.device()
    made = device.visits(4)
    assert device.push(made[:2]).status_code == 200
    with platform.appliance.database.writing() as session:
        devices.revoke(session, device.identity.device, "stolen", 1)
    answer = device.push(made[2:])
    assert (answer.status_code, answer.json["error"]["code"]) == (401, "revoked")
    assert device.pull().status_code == 401
    assert stored(platform.appliance) == 2
    # who merely claims to be that device learns nothing of its state
    thief = replace(device, identity=replace(device.identity, signing_key=Ed25519PrivateKey.generate()))
    assert thief.pull().json["error"]["code"] == "unauthorised"


def test_an_exchanged_key_counts_on_for_a_while(platform: PlatformUnderTest) -> None:
    device = platform.device()
    old = replace(device)
    new_key = replace(device.identity, signing_key=Ed25519PrivateKey.generate())
    asked = json.dumps({"public_key_pem": new_key.public_key_pem()}).encode()
    answer = device.post("/keys", asked)
    assert answer.status_code == 200
    device.identity = new_key
    made = device.visits(4)
    assert device.push(made[:2]).status_code == 200
    assert old.push(made[2:]).status_code == 200  # made before the exchange, arrived after it
    with platform.appliance.database.writing() as session:
        row = session.get_one(DeviceRow, device.identity.device)
        row.previous_until_ms = 1
    assert old.pull().status_code == 401
    assert device.pull().status_code == 200


def test_asking_for_the_same_key_again_keeps_the_previous_one(platform: PlatformUnderTest) -> None:
    device = platform.device()
    with platform.appliance.database.writing() as session:
        fresh = replace(device.identity, signing_key=Ed25519PrivateKey.generate()).public_key_pem()
        until = keys.change(session, device.identity.device, fresh, 1_000, 7)
        assert keys.change(session, device.identity.device, fresh, 9_000, 7) == until == 1_000 + 7 * 86_400_000
    assert Device(platform).post("/keys", b"{}").status_code == 401
