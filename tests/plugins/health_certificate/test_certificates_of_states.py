"""Agreement with the published test certificates beside the project: EU states', SMART Health Cards', WHO's."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import Credential, Malformed, Trust
from plugins.qr_scanning.engine import decode_still, read_grey
from tests.plugins.health_certificate.conftest import read_by, step_of

pytestmark = pytest.mark.shared
SMART_AT = datetime(2022, 6, 1, tzinfo=UTC)  # these cards bring no time to check them at
CANNOT_BE_SIGNED = {"prefix", "base45", "zlib", "cbor", "cose"}
# what the independent verifier calls the steps, where it has another word than ours
OUR_WORDS = {"cosestruct": "cose", "siglen": "signature"}
# upstream's name of a check -> our steps that are this check's failure
CHECKS = {
    "unprefix": {"prefix"},
    "b45decode": {"base45"},
    "compression": {"zlib"},
    "verify": {"kid", "signature", "algorithm", "cose"},
    "decode": {"cbor", "payload"},
    "expirationcheck": {"time"},
    "keyusage": {"keyusage"},
}


def manifest(shared_data: Path, name: str) -> tuple[Path, list[dict[str, Any]]]:
    folder = shared_data / "certificates" / name
    return folder, json.loads((folder / "MANIFEST.json").read_text("utf-8"))["items"]


def time_of(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def read_case(folder: Path, item: Mapping[str, Any]) -> tuple[dict[str, Any], Credential | Malformed | None]:
    case = json.loads((folder / item["file"]).read_text("utf-8"))
    key = case["TESTCTX"]["CERTIFICATE"].encode()
    return case, read_by(item["expected"], key, at=time_of(item["validation_clock"]))


def test_every_verdict_of_the_independent_verifier(shared_data: Path) -> None:
    folder, items = manifest(shared_data, "eu-dcc")
    different = []
    for item in items:
        _, found = read_case(folder, item)
        step = "prefix" if found is None else step_of(found)
        verdict = item["reference"]["verdict"].removeprefix("reject:")
        if (step or "accept") != OUR_WORDS.get(verdict, verdict):
            different.append((item["file"], step, verdict))
        if step is None:
            assert isinstance(found, Credential)
            assert found.trust is Trust.VERIFIED
    assert len(items) >= 265
    assert different == []


def test_every_result_that_the_states_expect(shared_data: Path) -> None:
    folder, items = manifest(shared_data, "eu-dcc")
    scored, different = 0, []
    for item in items:
        _, found = read_case(folder, item)
        step = "prefix" if found is None else step_of(found)
        for check, expected in item["expected_results"].items():
            if check not in CHECKS:
                continue
            scored += 1
            if (step not in CHECKS[check]) is not expected:
                different.append((item["file"], check, expected, step))
    assert scored > 1500
    assert different == []


def test_holders_and_vaccines_are_those_of_the_decoded_content(shared_data: Path) -> None:
    folder, items = manifest(shared_data, "eu-dcc")
    compared = 0
    for item in items:
        case, found = read_case(folder, item)
        content = case.get("JSON")
        if not isinstance(found, Credential) or not isinstance(content, dict) or "nam" not in content:
            continue
        name, dose = content["nam"], max(content.get("v") or [{}], key=lambda one: one.get("dt", ""))
        assert (found.value("family_name") or "").split() == (name.get("fn") or "").split() or not name.get("fn")
        if content.get("dob") and len(content["dob"]) == 10:
            assert found.value("birth_date") == content["dob"]
        if dose.get("dt") and dose["dt"][:10] <= item["validation_clock"][:10]:  # doses to come do not count
            assert found.value("vaccination.last_dose_on") == dose["dt"][:10]
            assert found.value("vaccination.doses_given") == str(max(1, dose["dn"]))
        compared += 1
    assert compared > 150


def smart_payload(folder: Path, item: Mapping[str, Any]) -> str | None:
    if item["kind"] == "jws":
        return (folder / item["file"]).read_text("utf-8")
    return item.get("expected") if item["kind"] in ("qr-text", "qr-image") else None


def test_every_smart_health_card(shared_data: Path) -> None:
    folder, items = manifest(shared_data, "smart-health-cards")
    keys = (folder / "keys" / "spec-issuer.jwks.json").read_bytes()
    wanted = {"ok": Trust.VERIFIED, "nokey": Trust.UNVERIFIED, "badsig": Trust.INVALID}
    scored, different = 0, []
    for item in items:
        payload, reference = smart_payload(folder, item), item.get("reference")
        if payload is None:
            continue
        found = read_by(payload, keys, at=SMART_AT)
        if reference is None:
            if payload.startswith("shc:/") and not payload.startswith("shc:/1/1/"):
                assert step_of(found) == "chunks", item["file"]  # one of several: neither good nor bad
            continue
        scored += 1
        trust = found.trust if isinstance(found, Credential) else Trust.INVALID
        if trust is not wanted.get(reference, Trust.INVALID):
            different.append((item["file"], trust, reference))
    assert scored >= 12
    assert different == []


DDCC = [("WHOQR1", "who_ddcc"), ("WHOQR2", "who_ddcc"), ("WHOSingaporePCR", "who_ddcc")]


@pytest.mark.parametrize(("name", "kind"), DDCC)
def test_whos_demonstrations_say_what_their_content_says(shared_data: Path, name: str, kind: str) -> None:
    folder = shared_data / "certificates" / "who-ddcc"
    content = json.loads((folder / f"{name}Unpacked.json").read_text("utf-8"))
    found = read_by((folder / f"{name}Contents.txt").read_text("utf-8"))
    assert isinstance(found, Credential)
    assert (found.kind, found.trust, step_of(found)) == (kind, Trust.UNVERIFIED, "kid")
    assert (found.value("name"), found.value("birth_date")) == (content["name"], content["birthDate"])
    assert found.value("sex") == content["sex"]["code"]
    if "test" in content:
        assert (found.value("test.kind"), found.value("test.result")) == ("naat", "negative")
        assert found.value("document_number") is None  # not before it is verified
    elif content.get("date"):
        assert found.value("vaccination.last_dose_on") == content["date"]
        assert found.value("vaccination.doses_total") == str(content["total_doses"])


def test_whos_smart_card_and_divoc_certificate(shared_data: Path) -> None:
    folder = shared_data / "certificates" / "who-ddcc"
    keys = (shared_data / "certificates" / "smart-health-cards" / "keys" / "spec-issuer.jwks.json").read_bytes()
    card = read_by((folder / "SHCQR1Contents.txt").read_text("utf-8"), keys, at=SMART_AT)
    assert isinstance(card, Credential)
    assert (card.trust, card.value("certificate.colour"), card.value("vaccination.product")) == (
        Trust.VERIFIED,
        "green",
        "Moderna",
    )
    packed = (folder / "DIVOCJamaicaContents.txt").read_text("utf-8")
    pictured = next(item for item in manifest(shared_data, "who-ddcc")[1] if "JAMAICA" in item["file"])
    for payload in (packed, bytes.fromhex(pictured["expected_hex"])):
        found = read_by(payload, at=SMART_AT)
        assert isinstance(found, Credential)
        assert (found.kind, found.trust, step_of(found)) == ("divoc", Trust.UNVERIFIED, "kid")
        assert (found.value("name"), found.value("birth_date")) == ("test user", "1998-01-05")
        assert (found.value("vaccination.product"), found.value("doses")) == ("Comirnaty", "2")


def test_every_picture_of_a_code_is_read_by_the_cameras_engine(shared_data: Path) -> None:
    """What a state's phone or paper shows reaches the verifier byte by byte; the one that is damaged on purpose gives nothing."""
    folder = shared_data / "certificates"
    shown = [
        ("eu-dcc", one) for one in json.loads((folder / "eu-dcc" / "MANIFEST.json").read_text("utf-8"))["pictures"]
    ]
    for name in ("smart-health-cards", "who-ddcc"):
        shown += [(name, one) for one in manifest(shared_data, name)[1] if one.get("kind") == "qr-image"]
    different = []
    for name, one in shown:
        found = decode_still(read_grey((folder / name / one["file"]).read_bytes()))
        wanted = one.get("expected_hex") or (one.get("expected") or "").encode().hex()
        if [code.raw.hex() for code in found] != [wanted] * bool(wanted):
            different.append((one["file"], [code.text[:20] for code in found]))
    assert len(shown) >= 261
    assert different == []
