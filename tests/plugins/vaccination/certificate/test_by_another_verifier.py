"""The issued certificate before a verifier that others wrote: PyPI's ``cwt``, by the certificates that the platform publishes."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.appliance import Appliance
from kiosk.web.app import create_app
from tests.support.appliance import SetClock, Workshop
from tests.support.certificates import Office, certificates, day, dose, office_of, person, platform_of

SCRIPT = Path(__file__).resolve().parents[3] / "support" / "other_verifier.py"
OTHER = Path(sys.prefix) / "verifier" / "bin" / "python"

pytestmark = [
    pytest.mark.process,
    pytest.mark.skipif(not OTHER.exists(), reason="no other verifier is installed (make setup-test puts cwt there)"),
]


@pytest.fixture
def platform(workshop: Workshop) -> Appliance:
    return platform_of(workshop, clock=SetClock())


@pytest.fixture
def office(platform: Appliance, tmp_path: Path) -> Office:
    return office_of(platform, tmp_path / "signer")


def published(platform: Appliance) -> list[str]:
    """The certificates of the public list, as PEM."""
    listed = create_app(platform).test_client().get("/vaccination/api/trust-list").get_json()
    ders = [base64.b64decode(one["rawData"]) for one in listed["certificates"]]
    return [x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in ders]


def verified(text: str, pems: list[str]) -> dict[str, Any]:
    asked = json.dumps({"text": text, "certificates": pems})
    done = subprocess.run([OTHER, "-I", SCRIPT], input=asked, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_it_verifies_and_says_what_was_recorded(platform: Appliance, office: Office) -> None:
    citizen = person(platform, "001090012345", "Đặng Thị Ưng")
    dose(platform, citizen, 80)
    dose(platform, citizen, 10, 2, product="Comirnaty", lot="FD7958")
    office.work()
    (row,) = certificates(platform)
    found = verified(row.payload, published(platform))
    assert found["verified"], found
    assert found["issuer"] == "VN"
    assert found["content"]["nam"]["fnt"] == "DANG"
    (entry,) = found["content"]["v"]
    assert (entry["mp"], entry["dn"], entry["sd"], entry["dt"], entry["ci"]) == (
        "EU/1/20/1528", 2, 2, day(platform, 10), row.uvci,
    )  # fmt: skip


def test_after_a_roll_over_both_keys_do(platform: Appliance, office: Office) -> None:
    dose(platform, person(platform, "001090012345"))
    office.work()
    following = office.new_key()
    dose(platform, person(platform, "001090012346"))
    office.work()
    rows = certificates(platform)
    assert base64.b64decode(rows[1].kid) == following.kid != base64.b64decode(rows[0].kid)
    assert [verified(row.payload, published(platform))["verified"] for row in rows] == [True, True]


def test_it_refuses_what_is_altered_or_by_a_stranger(platform: Appliance, office: Office, tmp_path: Path) -> None:
    dose(platform, person(platform, "001090012345"))
    office.work()
    (row,) = certificates(platform)
    stranger = office_of_stranger(tmp_path)
    assert not verified(row.payload, [stranger])["verified"]
    letter = "A" if row.payload[60] != "A" else "B"
    assert not verified(row.payload[:60] + letter + row.payload[61:], published(platform))["verified"]


def office_of_stranger(folder: Path) -> str:
    from datetime import UTC, datetime

    from plugins.vaccination.certificate.signer.keys import KeyFolder

    made = KeyFolder(folder / "stranger")
    made.make_authority("VN", "Bộ Y tế (thử nghiệm)", datetime.now(UTC))
    signer = made.make_signer("VN", "Bộ Y tế (thử nghiệm)", datetime.now(UTC), 10, 396)
    return signer.certificate.public_bytes(Encoding.PEM).decode()
