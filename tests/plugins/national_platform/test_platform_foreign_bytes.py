"""Whatever bytes come: a clear refusal, nothing stored, nothing raised."""

from __future__ import annotations

import base64
import json
import time
from collections.abc import Callable

import jwt
import pytest
import zstandard
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import Record
from plugins.national_platform import pull
from tests.support.platform import API, Device, PlatformUnderTest, lines_of, stored

SETTINGS = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
REFUSALS = {400, 401, 403, 409, 413, 415, 422, 429}


@pytest.fixture(scope="module")
def device(shared_platform: PlatformUnderTest) -> Device:
    return shared_platform.device()


@pytest.fixture(scope="module")
def records(device: Device) -> list[Record]:
    return device.visits(40)


@pytest.fixture(scope="module")
def assert_refused(
    shared_platform: PlatformUnderTest, device: Device, records: list[Record]
) -> Callable[[bytes], None]:
    """Sign the body, send it, and see that it was refused in the interface's own words."""

    def check(body: bytes) -> None:
        answer = device.push_body(body, device.writer, 1, records[-1].hash)
        assert answer.status_code in REFUSALS, answer.text
        assert set(answer.json["error"]) >= {"code", "message"}
        assert stored(shared_platform.appliance) == 0

    return check


@SETTINGS
@given(body=st.binary(max_size=400))
def test_any_bytes(assert_refused: Callable[[bytes], None], body: bytes) -> None:
    assert_refused(body)


@SETTINGS
@given(body=st.binary(max_size=400).map(zstandard.compress))
def test_any_bytes_in_zstd(assert_refused: Callable[[bytes], None], body: bytes) -> None:
    assert_refused(body)


values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=24),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=14,
)


@SETTINGS
@given(lines=st.lists(st.lists(values, min_size=8, max_size=12), min_size=1, max_size=3))
def test_any_json_lines(assert_refused: Callable[[bytes], None], lines: list[list[object]]) -> None:
    assert_refused(zstandard.compress("\n".join(map(json.dumps, lines)).encode()))


@SETTINGS
@given(cut=st.data())
def test_a_batch_cut_short(assert_refused: Callable[[bytes], None], records: list[Record], cut: st.DataObject) -> None:
    whole = zstandard.compress(lines_of(records))
    assert_refused(whole[: cut.draw(st.integers(0, len(whole) - 1))])


@SETTINGS
@given(where=st.data())
def test_a_flipped_bit_in_the_lines(
    assert_refused: Callable[[bytes], None], records: list[Record], where: st.DataObject
) -> None:
    lines = bytearray(lines_of(records))
    at = where.draw(st.integers(0, len(lines) - 2))
    lines[at] ^= 1 << where.draw(st.integers(0, 7))
    assert_refused(zstandard.compress(bytes(lines)))


@SETTINGS
@given(where=st.data())
def test_a_flipped_bit_on_the_way(
    shared_platform: PlatformUnderTest, device: Device, records: list[Record], where: st.DataObject
) -> None:
    """Signed whole, arrived changed: the digest tells, whatever was hit."""
    body = bytearray(zstandard.compress(lines_of(records)))
    token = device.assertion(
        "POST", f"{API}/batches", bytes(body), writer=device.writer, first=1, head=records[-1].hash.hex(), clock_ms=1
    )
    body[where.draw(st.integers(0, len(body) - 1))] ^= 1 << where.draw(st.integers(0, 7))
    answer = shared_platform.client.post(
        f"{API}/batches",
        data=bytes(body),
        headers={"Authorization": f"Bearer {token}", "Content-Encoding": "zstd"},
    )
    assert answer.status_code == 401
    assert stored(shared_platform.appliance) == 0


@SETTINGS
@given(claims=st.dictionaries(st.sampled_from(["iss", "sub", "aud", "iat", "exp", "htm", "writer", "digest"]), values))
def test_any_claims(shared_platform: PlatformUnderTest, device: Device, claims: dict[str, object]) -> None:
    now = int(time.time())
    whole = {"iss": device.identity.device, "aud": "national-platform", "iat": now, "exp": now + 9, **claims}
    token = jwt.api_jws.encode(json.dumps(whole).encode(), device.identity.signing_key, algorithm="EdDSA")
    answer = shared_platform.client.get(f"{API}/journals", headers={"Authorization": f"Bearer {token}"})
    assert answer.status_code == 401


@SETTINGS
@given(body=st.binary(max_size=300) | values.map(lambda value: json.dumps(value).encode()))
def test_any_enrolment(shared_platform: PlatformUnderTest, body: bytes) -> None:
    answer = shared_platform.client.post(f"{API}/enrol", data=body, content_type="application/json")
    assert answer.status_code in REFUSALS


@SETTINGS
@given(cursor=st.text(max_size=80) | st.binary(max_size=60).map(lambda raw: base64.urlsafe_b64encode(raw).decode()))
def test_any_cursor(cursor: str) -> None:
    try:
        found = pull.read_cursor(cursor)
    except pull.BadCursor:
        return
    assert pull.read_cursor(pull.write_cursor(found)) == found


def test_cursors_that_we_did_not_give_are_refused(device: Device) -> None:
    for wrong in ("x", "bnVsbA", pull.write_cursor({"nation": 2**63}), "A" * 600, "ă"):
        answer = device.pull(wrong)
        assert (answer.status_code, answer.json["error"]["code"]) == (400, "cursor")
