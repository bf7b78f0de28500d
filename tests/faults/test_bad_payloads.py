"""Whatever a code or a request may hold, over the real HTTP interface: a clear finding or 4xx, the journal whole, nothing executed."""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from io import BytesIO
from typing import Any
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import inspect

from kiosk.appliance import Appliance
from kiosk.web.app import UPLOAD_BYTES, create_app
from tests.support.appliance import Workshop, assert_whole, people, records

URL = "/api/v1/scans"
PERSON = next(people())
CARD = PERSON.cccd_2021()
quiet = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


@pytest.fixture(scope="module")
def appliance(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Appliance]:
    workshop = Workshop(tmp_path_factory.mktemp("payloads"))
    made = workshop.start(["qr_scanning", "citizen_id", "self_check_in", "receipt_printing"], sections=SECTIONS)
    tables = inspect(made.database.engine).get_table_names()
    yield made
    assert inspect(made.database.engine).get_table_names() == tables
    assert {state.name: (state.status, state.faults) for state in made.host.states() if state.faults} == {}
    assert_whole(made)
    workshop.close()


SECTIONS = """
[plugin.qr_scanning]
cameras = []
scanners = []
"""


@pytest.fixture(scope="module")
def client(appliance: Appliance) -> FlaskClient:
    return create_app(appliance).test_client()


def post(client: FlaskClient, **body: Any) -> Any:
    return client.post(URL, data=json.dumps(body), content_type="application/json")


def refused(answer: Any) -> dict[str, Any]:
    """A finding in both languages, and never a way in."""
    assert answer.status_code == 200, answer.data
    said = dict(answer.get_json())
    assert said["decision"] in ("refer", "refuse", "ask")
    assert said["ticket"] is None
    assert said["findings"] or said["questions"]
    for finding in said["findings"]:
        assert finding["text"]["vi"]
        assert finding["text"]["en"]
    return said


def look_alike(text: str) -> str:
    """Digits of another script."""
    return text.translate({ord(str(n)): chr(0xFF10 + n) for n in range(10)})


def with_field(number: int, value: str) -> str:
    fields = CARD.split("|")
    fields[number] = value
    return "|".join(fields)


WRONG_CHECK = PERSON.mrz_td1()
WRONG_CHECK = WRONG_CHECK[:14] + str((int(WRONG_CHECK[14]) + 1) % 10) + WRONG_CHECK[15:]
NOT_ADMITTED = {
    "empty": "",
    "blank": " \t\r\n ",
    "nul": "\0",
    "nuls": "\0" * 100,
    "controls": "".join(map(chr, range(32))),
    "escape_sequence": "\x1b[2J\x1b]0;x\x07",
    "escpos": "\x1b@\x1dV\x00\x1bp\x00\x19\xfa",
    "sql": "'; DROP TABLE journal_records; --",
    "sql_in_card": with_field(0, "001099012345' OR '1'='1"),
    "html": "<script>fetch('/staff')</script>",
    "template": "{{ config }} {% raw %} ${7*7} %(x)s {0.__class__}",
    "format": "%s%n%x",
    "path": "../../../../etc/passwd",
    "url": "https://example.invalid/?q=001099012345",
    "impossible_date": with_field(3, "31022000"),
    "thirteenth_month": with_field(3, "01132000"),
    "day_zero": with_field(3, "00012000"),
    "year_of_another": with_field(3, "01011950"),
    "issued_never": with_field(6, "99999999"),
    "short_number": with_field(0, CARD[:11]),
    "long_number": with_field(0, CARD[:12] + "0"),
    "wrong_check_digit": WRONG_CHECK,
    "unfinished_certificate": "HC1:",
    "certificate_garbage": "HC1:" + "6BF" * 300,
    "health_card_garbage": "shc:/" + "56" * 400,
    "zip_garbage": "PK\x03\x04certificate.json",
    "deep_json": "[" * 8000,
    "json_icao": '{"data":{"hdr":{"is":"UTO","t":"icao.vacc","v":1}}}',
    "ticket_cut_short": "VNT1:ABC",
    "ticket_of_nobody": "VNT1:" + "A" * 26,
    "right_to_left": "\u202e" + CARD[::-1],
    "too_long": "9" * 20_000,
    "pipes": "|" * 5000,
    "dollar": "|" * 15 + "$",
    "emoji": "😀" * 500,
    "noncharacters": "\ufffe\uffff\ufdd0",
}


@pytest.mark.parametrize("name", sorted(NOT_ADMITTED))
def test_a_code_that_is_no_credential_gets_a_finding_and_a_record(
    client: FlaskClient, appliance: Appliance, name: str
) -> None:
    before = len(records(appliance))
    said = refused(post(client, payload=NOT_ADMITTED[name]))
    assert said["record"] == {"writer": appliance.identity.writer, "seq": before + 1}
    last = records(appliance)[-1]
    assert last.body is not None
    assert "DROP" not in last.body
    assert "script" not in last.body
    assert "\x1b" not in last.body


MENDED = {
    "mojibake_latin1": CARD.encode().decode("latin-1"),
    "mojibake_cp1252": "001099012345||Nguyễn Văn An|01011999|Nam|Hà Nội|01012021".encode().decode("cp1252", "ignore"),
    "byte_order_mark": "\ufeff" + CARD,
    "line_end": CARD + "\r\n",
}


@pytest.mark.parametrize("name", ["mojibake_latin1", "line_end"])
def test_what_scanners_garble_in_known_ways_is_mended(client: FlaskClient, name: str) -> None:
    said = post(client, payload=MENDED[name]).get_json()
    assert said["decision"] == "admit"
    assert said["citizen"]["name"].endswith(PERSON.name.split()[-1])


@pytest.mark.parametrize(
    "payload",
    [*MENDED.values(), look_alike(CARD), with_field(0, "999" + CARD[3:12]), with_field(2, "<b>Nguyễn</b> \x1b@An")],
)
def test_a_doubtful_card_is_answered_without_executing_it(client: FlaskClient, payload: str) -> None:
    answer = post(client, payload=payload)
    assert answer.status_code == 200
    assert answer.get_json()["decision"] in ("admit", "refer")
    assert answer.mimetype == "application/json"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"


def test_ten_megabytes_are_answered_and_not_kept(client: FlaskClient, appliance: Appliance) -> None:
    said = refused(post(client, payload="9" * 10_000_000))
    assert [one["code"] for one in said["findings"]] == ["core.payload_too_long"]
    assert len(records(appliance)[-1].body or "") < 1000


def test_more_than_a_request_may_hold_is_refused_unread(client: FlaskClient) -> None:
    answer = client.post(URL, data=b"x" * (UPLOAD_BYTES + 1), content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (413, "request_entity_too_large")


BAD_REQUESTS = {
    "no_body": b"",
    "null": b"null",
    "list": b"[]",
    "cut_short": b'{"payload": "x',
    "no_payload": b"{}",
    "payload_null": b'{"payload": null}',
    "payload_number": b'{"payload": 7}',
    "payload_list": b'{"payload": ["x"]}',
    "unknown_field": b'{"payload": "x", "admit": true}',
    "key_no_uuid": b'{"payload": "x", "key": "1"}',
    "key_number": b'{"payload": "x", "key": 1}',
    "source": b'{"payload": "x", "source": "camera"}',
    "answers_list": b'{"payload": "x", "answers": []}',
    "answers_number": b'{"payload": "x", "answers": {"q": 1}}',
    "answers_many": json.dumps({"payload": "x", "answers": {str(n): "x" for n in range(41)}}).encode(),
    "invalid_utf8": b'{"payload": "\xff\xfe\x80"}',
    "overlong_utf8": b'{"payload": "\xc0\xaf"}',
    "utf16": '{"payload": "x"}'.encode("utf-16"),
    "raw_control": b'{"payload": "\x00"}',
    "lone_surrogate": b'{"payload": "\\ud800"}',
    "surrogates_swapped": b'{"payload": "\\udc00\\ud800"}',
    "nested": b'{"payload": ' + b"[" * 100_000,
    "nan": b'{"payload": NaN}',
}


@pytest.mark.parametrize("name", sorted(BAD_REQUESTS))
def test_a_request_that_is_no_scan_is_refused_in_words(client: FlaskClient, appliance: Appliance, name: str) -> None:
    before = len(records(appliance))
    answer = client.post(URL, data=BAD_REQUESTS[name], content_type="application/json")
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "invalid_request")
    assert len(answer.get_json()["error"]["message"]) > 5
    assert len(records(appliance)) == before


@pytest.mark.parametrize(
    "content_type", ["", "text/plain", "text/html", "application/xml", "application/jsonx", "image/svg+xml"]
)
def test_a_request_of_another_type_is_refused(client: FlaskClient, content_type: str) -> None:
    answer = client.post(URL, data=b'{"payload": "x"}', content_type=content_type)
    assert (answer.status_code, answer.get_json()["error"]["code"]) == (415, "unsupported_media_type")


@pytest.mark.parametrize("method", ["get", "put", "delete", "patch"])
def test_other_methods_are_refused(client: FlaskClient, method: str) -> None:
    answer = getattr(client, method)(URL)
    assert answer.status_code == 405
    assert "POST" in answer.headers["Allow"]


def test_answers_of_any_length_do_no_harm(client: FlaskClient) -> None:
    typed = {"payload": PERSON.national_id, "source": "typed"}
    for value in ("x" * 1_000_000, "", "\0", "1999-02-31", "'; DROP TABLE journal_records", "{{7*7}}"):
        refused(post(client, **typed, answers={"birth_date": value, "language": value}))
    assert refused(post(client, **typed, answers={"other": "x" * 1000}))["decision"] == "ask"


# --- images


def png(width: int, height: int) -> bytes:
    """A PNG that says it is large; its data is a few bytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 1000)) + chunk(b"IEND", b"")
    )


def compressed(size: int) -> bytes:
    """A true picture, far larger than its file."""
    out = BytesIO()
    Image.new("1", (size, size)).save(out, "PNG")
    return out.getvalue()


def white() -> bytes:
    out = BytesIO()
    Image.new("L", (64, 64), 255).save(out, "JPEG")
    return out.getvalue()


IMAGES = {
    "nothing": b"",
    "words": b"this is no picture",
    "half_png": png(10, 10)[:30],
    "half_jpeg": white()[:100],
    "claims_to_be_huge": png(100_000, 100_000),
    "claims_no_size": png(0, 0),
    "bomb": compressed(20_000),
    "svg": b"<svg xmlns='http://www.w3.org/2000/svg'><image href='file:///etc/passwd'/></svg>",
    "nuls": bytes(1000),
}


@pytest.mark.parametrize("name", sorted(IMAGES))
def test_a_picture_that_is_none_is_refused_or_holds_no_code(client: FlaskClient, name: str) -> None:
    answer = client.post(URL, data=IMAGES[name], content_type="image/png")
    if answer.status_code == 200:
        assert refused(answer)["decision"] == "refer"
    else:
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (400, "not_an_image")


@quiet
@given(
    data=st.binary(max_size=400),
    kind=st.sampled_from([b"", b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff\xe0", b"RIFF", b"GIF89a", b"II*\0"]),
)
def test_any_bytes_as_a_picture(client: FlaskClient, data: bytes, kind: bytes) -> None:
    assert client.post(URL, data=kind + data, content_type="image/png").status_code in (200, 400)


def test_a_picture_without_a_code_is_referred(client: FlaskClient) -> None:
    said = refused(client.post(URL, data=white(), content_type="image/jpeg"))
    assert [one["code"] for one in said["findings"]] == ["core.empty_payload"]
    upload = client.post(URL, data={"image": (BytesIO(white()), "x.jpg")}, content_type="multipart/form-data")
    assert refused(upload)["decision"] == "refer"
    assert client.post(f"{URL}?key=x", data=white(), content_type="image/jpeg").status_code == 400


# --- anything at all

anything = st.one_of(
    st.text(max_size=200),
    st.binary(max_size=200).map(lambda data: data.decode("latin-1")),
    st.lists(st.text(max_size=20), max_size=12).map("|".join),
    st.sampled_from(["HC1:", "shc:/", "PK\x03\x04", "VNT1:", "IDVNM", '{"data":', ""]).flatmap(
        lambda head: st.text(max_size=120).map(lambda rest: head + rest)
    ),
    st.tuples(st.integers(0, 6), st.text(max_size=30)).map(lambda change: with_field(*change)),
)


@quiet
@given(anything)
def test_any_text_as_a_code(client: FlaskClient, payload: str) -> None:
    key = str(uuid4())
    body = json.dumps({"payload": payload, "key": key})
    first = client.post(URL, data=body, content_type="application/json")
    assert first.status_code == 200
    said = first.get_json()
    assert said["key"] == key
    assert (said["decision"] == "admit") <= (said["ticket"] is not None)
    assert client.post(URL, data=body, content_type="application/json").get_json() == said


@quiet
@given(st.binary(max_size=300))
def test_any_bytes_as_a_request(client: FlaskClient, data: bytes) -> None:
    assert client.post(URL, data=data, content_type="application/json").status_code in (200, 400)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@quiet
@given(
    st.fixed_dictionaries(
        {"payload": st.text(max_size=9) | json_values},
        optional=dict.fromkeys(("key", "source", "answers", "x"), json_values),
    )
)
def test_any_json_as_a_request(client: FlaskClient, body: Any) -> None:
    assert post(client, **body).status_code in (200, 400)
