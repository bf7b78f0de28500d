"""Whatever bytes come: a verdict, in little memory. Bombs by name, and everything else by chance."""

from __future__ import annotations

import base64
import json
import tracemalloc
import unicodedata
import zlib
from collections.abc import Callable
from typing import Any

import cbor2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from kiosk.domain import Credential, Malformed, Trust
from kiosk.plugin_host.hook_results import checked
from plugins.health_certificate import divoc, fields
from tests.plugins.health_certificate.conftest import read_by, step_of
from tests.support.issuing import (
    Issuer,
    archive,
    base45,
    base64url,
    claims,
    cose,
    digits,
    hc1_of,
    jws,
    shc,
    smart_jws,
    vds_nc,
)

MEMORY = (
    2 * 1024 * 1024
)  # bytes, less than half of what the smallest bomb holds; a payload may be 16 kB, its content 128 kB


def deflated(data: bytes) -> bytes:
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    return stream.compress(data) + stream.flush()


def smart(content: bytes) -> str:
    header = base64url(json.dumps({"alg": "ES256", "zip": "DEF", "kid": "k1"}).encode())
    return "shc:/" + digits(f"{header}.{base64url(deflated(content))}.AAAA")


def in_cose(payload: bytes) -> str:
    return hc1_of(cbor2.dumps([b"", {4: b"k"}, payload, b""]))


HUGE = b"\xff" * 8
BOMBS: dict[str, tuple[str | bytes, str]] = {
    "zlib": ("HC1:" + base45(zlib.compress(b"\0" * 5_000_000, 9)), "zlib"),
    "zlib, cut off": ("HC1:" + base45(zlib.compress(b"\0" * 9000, 9)[:-3]), "zlib"),
    "array of 2**64": (hc1_of(b"\x9b" + HUGE), "cbor"),
    "map of 2**64": (hc1_of(b"\xbb" + HUGE), "cbor"),
    "bytes of 2**64": (hc1_of(b"\x5b" + HUGE), "cbor"),
    "text of 2**63": (hc1_of(b"\x7b\x7f" + HUGE[1:]), "cbor"),
    "deep arrays": (hc1_of(b"\x81" * 15_000), "cbor"),
    "deep tags": (hc1_of(b"\xc6" * 15_000), "cbor"),
    "endless array": (hc1_of(b"\x9f" + b"\x00" * 15_000), "cbor"),
    "big float": (hc1_of(cbor2.dumps(cbor2.CBORTag(5, [2**62, 3]))), "cbor"),
    "decimal fraction": (hc1_of(cbor2.dumps(cbor2.CBORTag(4, [2**62, 3]))), "cbor"),
    "big number": (hc1_of(b"\xc2\x59\x30\x00" + b"\xff" * 0x3000), "cbor"),
    "regular expression": (hc1_of(cbor2.dumps(cbor2.CBORTag(35, "(a+)+$" * 100))), "cbor"),
    "shared references": (hc1_of(b"\xd8\x1c\x81\xd8\x1d\x00"), "cbor"),
    "set": (hc1_of(b"\xd9\x01\x02\x81\x01"), "cbor"),
    "deep payload": (in_cose(b"\x81" * 14_000), "payload"),
    "many keys": (in_cose(cbor2.dumps(dict.fromkeys(range(3000), 0))), "payload"),
    "keys that collide": (in_cose(cbor2.dumps({number * (2**61 - 1): 0 for number in range(1, 8)})), "payload"),
    "smart: inflates to 5 MB": (smart(b" " * 5_000_000), "zlib"),
    "smart: deep": (smart(b"[" * 100_000), "json"),
    "smart: long number": (smart(b'{"nbf":' + b"9" * 100_000 + b"}"), "json"),
    "smart: not a number": (smart(b'{"nbf":NaN}'), "json"),
    "vds-nc: deep": ('{"icao.":' + "[" * 10_000, "json"),
    "divoc: 10 MB": (archive(b" " * 10_000_000), "zip"),
    "divoc: deep": (archive(b"[" * 100_000), "json"),
}


@pytest.mark.parametrize("name", BOMBS)
def test_bombs_do_not_go_off(name: str) -> None:
    payload, step = BOMBS[name]
    tracemalloc.start()
    try:
        found = read_by(payload)
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert step_of(found) == step
    assert peak < MEMORY


def test_what_is_longer_than_any_certificate_is_not_looked_at() -> None:
    assert read_by("HC1:" + "0" * 20_000) is None


def holds(found: Any) -> None:
    """What the core takes from a plugin, and nothing verified that nobody signed."""
    assert found is None or checked("read_credential", found) is found
    assert found is None or isinstance(found, Malformed) or found.trust is not Trust.VERIFIED


PREFIXES = [
    "",
    "HC1:",
    "shc:/",
    "shc:/1/2/",
    "eyJ",
    "PK\x03\x04",
    "B64:UEsDB",
    '{"icao.',
    '{"ProofOfVaccinationCredential"',
]


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PREFIXES), st.text(max_size=300))
def test_any_text(prefix: str, rest: str) -> None:
    holds(read_by(prefix + rest))


@settings(max_examples=200, deadline=None)
@given(st.sampled_from([b"", b"PK\x03\x04", b"HC1:", b"\xff\xfe"]), st.binary(max_size=300))
def test_any_bytes(prefix: bytes, rest: bytes) -> None:
    holds(read_by(prefix + rest))


SCALARS = (
    st.none()
    | st.booleans()
    | st.integers(-(2**64), 2**64 - 1)
    | st.floats()
    | st.text(max_size=30)
    | st.binary(max_size=30)
    | st.sampled_from(["2021-13-45", "0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00", "\ud7ff", "1" * 300])
)
NAMES = st.sampled_from(
    ["v", "t", "r", "nam", "dob", "ver", "fn", "dt", "dn", "sd", "mp", "sc", "fr", "ci", "co", "tt", "tr"]
)
CONTENT = st.recursive(SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=6))
ENTRIES = st.dictionaries(NAMES, SCALARS | CONTENT, max_size=8)


@settings(max_examples=300, deadline=None)
@given(st.dictionaries(NAMES, st.lists(ENTRIES, max_size=3) | CONTENT, max_size=6), SCALARS, SCALARS)
def test_any_signed_content(signer: Issuer, content: dict[str, Any], begin: Any, end: Any) -> None:
    """An issuer may sign anything: there is a verdict, and what is told can be stored."""
    body = claims(content) | {4: end, 6: begin}
    found = read_by(hc1_of(cose(signer, cbor2.dumps(body))), signer.der)
    assert checked("read_credential", found) is found


JSON_SCALARS = st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=30)
MEMBERS = (
    "resourceType entry resource status coding code name given family birthDate vaccineCode hdr msg pid ve vd dvc tr dat t dob "
    "evidence credentialSubject type proof"
)
JSON_NAMES = st.sampled_from(MEMBERS.split())
JSON = st.recursive(
    JSON_SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(JSON_NAMES, inner, max_size=5)
)


@settings(max_examples=200, deadline=None)
@given(st.lists(st.dictionaries(JSON_NAMES, JSON, max_size=6), max_size=4), JSON)
def test_any_signed_bundle(signer: Issuer, resources: list[dict[str, Any]], extra: Any) -> None:
    resources = [{"resourceType": "Immunization", "status": "completed"} | one for one in resources]
    key = json.dumps(signer.jwk(kid="k1")).encode()
    for payload in (
        shc(smart_jws(signer, resources, more=extra))[0],
        jws(signer, {"alg": "ES256"}, json.dumps(extra).encode()),
    ):
        found = read_by(payload, key)
        assert found is None or checked("read_credential", found) is found


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(JSON_NAMES, JSON, max_size=6))
def test_any_seal_and_any_credential(signer: Issuer, content: dict[str, Any]) -> None:
    seal = vds_nc(signer, {"uvci": "x"}).replace('"uvci": "x"', f'"any": {json.dumps(content)}')
    found = read_by(seal, signer.der)
    assert checked("read_credential", found) is found
    document = {"type": ["VerifiableCredential", "ProofOfVaccinationCredential"], "evidence": [content], **content}
    found = read_by(archive(json.dumps(document).encode()), signer.der)
    assert checked("read_credential", found) is found


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_archives_with_changed_bytes(data: st.DataObject) -> None:
    packed = bytearray(archive(b'{"type":["ProofOfVaccinationCredential"]}'))
    for _ in range(data.draw(st.integers(1, 4))):
        packed[data.draw(st.integers(4, len(packed) - 1))] = data.draw(st.integers(0, 255))
    holds(read_by(bytes(packed)))


@given(CONTENT)
def test_fields_take_anything(value: Any) -> None:
    takers: list[Callable[[Any], Any]] = [
        fields.text,
        fields.count,
        fields.day,
        fields.birth_date,
        fields.moment,
        fields.unix_time,
        fields.sex,
    ]
    for take in takers:
        take(value)
    assert len(fields.text(value)) <= fields.LONGEST_TEXT
    assert not {unicodedata.category(letter) for letter in fields.text(value)} & {"Cc", "Cs"}


@pytest.mark.parametrize(
    ("value", "told"),
    [
        ("1990-02-28", "1990-02-28"),
        ("1990-02", "1990-02"),
        ("1990", "1990"),
        ("1990-02-30", ""),
        ("1990-2-1", ""),
        (1990, ""),
    ],
)
def test_birth_dates(value: Any, told: str) -> None:
    assert fields.birth_date(value) == told


def test_a_document_is_recognised_by_its_first_characters_only() -> None:
    assert divoc.is_archive(b"PK\x03\x04 anything")
    assert not divoc.is_archive(b"PDF PK\x03\x04")
    assert base64.b64encode(b"PK\x03\x04").startswith(b"UEsDB")
    assert not isinstance(read_by("hello"), Credential)
