"""DIVOC: archives and linked-data proofs. The vectors were signed by the jsonld-signatures library (5.2) that DIVOC itself uses, with
keys made for them; their holder does not exist."""

from __future__ import annotations

import base64
import copy
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from kiosk.domain import Credential, Malformed, Trust
from plugins.health_certificate import linked_data
from tests.plugins.health_certificate.conftest import read_by, step_of
from tests.support.issuing import archive

VECTORS = json.loads((Path(__file__).parent / "divoc_vectors.json").read_text("utf-8"))
AT = datetime(2022, 1, 1, tzinfo=UTC)
DID = "did:example:issuer"


def keys_of(vector: dict[str, Any]) -> bytes:
    return json.dumps({"id": DID, "verificationMethod": [vector["key"]]}).encode()


def read_document(document: Any, keys: bytes, at: datetime = AT) -> Credential | Malformed | None:
    return read_by(archive(json.dumps(document, ensure_ascii=False).encode()), keys, at=at)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda one: f"{one['document']['proof']['type']}")
def test_what_divocs_own_library_signed_is_verified(vector: dict[str, Any]) -> None:
    found = read_document(vector["document"], keys_of(vector))
    assert isinstance(found, Credential)
    assert (found.kind, found.trust, found.issuer) == ("divoc", Trust.VERIFIED, "https://issuer.invalid/")
    assert (found.value("name"), found.value("sex")) == ("Nguyễn Thị Tổng Hợp", "female")
    assert (found.value("vaccination.product"), found.value("doses")) == ("Covishield", "2")
    assert found.value("vaccination.last_dose_on") == "2021-08-30"
    assert found.value("certificate.colour") == "green"
    assert found.value("birth_date") == ("1990-02-28" if "dob" in vector["document"]["credentialSubject"] else None)


def test_the_forms_in_which_devices_deliver_it() -> None:
    vector = VECTORS[0]
    text = json.dumps(vector["document"])
    packed = archive(text.encode())
    for payload in (
        packed,
        packed.decode("latin-1"),  # as text: the scanner's driver took the bytes for Latin-1
        packed.decode("latin-1").encode(),
        "B64:" + base64.b64encode(packed).decode(),
        text,
    ):
        assert read_by(payload, keys_of(vector), at=AT).trust is Trust.VERIFIED


def set_at(document: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    whole = copy.deepcopy(document)
    place: Any = whole
    *names, last = path.split(".")
    for name in names:
        place = place[int(name) if isinstance(place, list) else name]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return whole


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        ("credentialSubject.name", "Trần Văn Khác", "signature"),
        ("credentialSubject.dob", "1991-02-28", "signature"),
        ("credentialSubject.dob", ..., "signature"),
        ("credentialSubject.id", "did:example:synthetic:0002", "signature"),
        ("credentialSubject.type", ..., "signature"),
        ("evidence.0.dose", 3, "signature"),
        ("evidence.0.date", "2021-08-29", "signature"),
        ("evidence.0.vaccine", "Comirnaty", "signature"),
        ("issuer", "https://other.invalid/", "signature"),
        ("issuanceDate", "2021-08-01T00:00:00Z", "signature"),
        ("expirationDate", "2031-08-01T00:00:00Z", "signature"),
        ("proof.created", "2021-09-02T02:03:05Z", "signature"),
        ("proof.proofPurpose", "authentication", "signature"),
        ("proof.verificationMethod", "did:example:other#1", "kid"),
        ("proof.type", "RsaSignature2018", "algorithm"),
        ("proof.type", "Nothing", "algorithm"),
        ("proof.jws", "a.b.c", "jws"),
        ("proof.jws", ..., "jws"),
        ("proof.extra", 1, "jws"),
        ("proof", ..., "jws"),
        ("@context", ["https://www.w3.org/2018/credentials/v1", "https://other.invalid/v1"], "canonical"),
        ("@context", {}, "canonical"),
        ("type", ["ProofOfVaccinationCredential"], "canonical"),
        ("evidence", [], "payload"),
        ("credentialSubject", [], "payload"),
        ("evidence.0.effectiveStart", "2021-08-01", "payload"),
        ("issuanceDate", "yesterday", "payload"),
    ],
)
def test_changes_are_found(path: str, value: Any, step: str) -> None:
    vector = VECTORS[0]
    found = read_document(set_at(vector["document"], path, value), keys_of(vector))
    assert step_of(found) == step
    assert isinstance(found, Malformed) is (step == "payload")


def test_a_part_that_json_ld_leaves_out_is_not_signed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A subject whose id is no IRI drops out of the signed text: whatever stands there, the signature stays right."""
    body = {name: part for name, part in VECTORS[0]["document"].items() if name not in ("proof", "@context")}
    assert linked_data.digest_of_credential(body)[1] == {"credentialSubject", "evidence"}
    for name in ("", "0001", "a b"):
        without, covered = linked_data.digest_of_credential(set_at(body, "credentialSubject.id", name))
        assert covered == {"evidence"}
        renamed = set_at(set_at(body, "credentialSubject.id", name), "credentialSubject.name", "Trần Văn Khác")
        assert linked_data.digest_of_credential(renamed)[0] == without
    # and such a certificate is not taken for checked, though the signature is right
    vector = VECTORS[0]
    digest = linked_data.digest_of_credential(body)[0]
    monkeypatch.setattr(
        "plugins.health_certificate.divoc.digest_of_credential", lambda _: (digest, frozenset({"evidence"}))
    )
    found = read_document(vector["document"], keys_of(vector))
    assert isinstance(found, Credential)
    assert (found.trust, step_of(found)) == (Trust.UNVERIFIED, "coverage")


def test_what_the_signature_cannot_tell_apart_is_read_as_the_lesser() -> None:
    """Dose and number of doses are one set to the signature: exchanging them must gain nothing."""
    document = set_at(set_at(VECTORS[0]["document"], "evidence.0.dose", 2), "evidence.0.totalDoses", 1)
    found = read_by(archive(json.dumps(document).encode()), at=AT)
    assert found is not None
    assert found.value("doses") == "1"


def test_before_issue_and_after_expiry() -> None:
    vector = VECTORS[0]
    assert step_of(read_document(vector["document"], keys_of(vector), at=datetime(2021, 8, 31, tzinfo=UTC))) == "time"


@pytest.mark.parametrize(
    "body",
    [
        {"a": [{}] * 4},
        {"a": {"b": {"c": {"d": {"e": {"f": {"g": {"h": {"i": 1}}}}}}}}},
        {"a": {"@id": "_:b0"}},
        {"a": "_:b0"},
        {"@graph": []},
        {f"k{number}": {} for number in range(30)},
    ],
)
def test_documents_that_could_take_long_are_not_looked_at(body: dict[str, Any]) -> None:
    document = {"type": ["VerifiableCredential", "ProofOfVaccinationCredential"], **body}
    with pytest.raises(linked_data.CannotBeCanonical):
        linked_data.digest_of_credential(document)


@pytest.mark.parametrize(
    "data",
    [
        b"PK\x03\x04",
        archive(b"{}")[:-10],
        archive(b"{}", "other.json"),
        archive(b"\0" * 10_000_000),
        archive(b"{}").replace(b"\x08\x00", b"\x63\x00"),
    ],
)
def test_archives_that_are_none(data: bytes) -> None:
    assert step_of(read_by(data)) == "zip"


@pytest.mark.parametrize("content", [b"", b"\xff", b"[]", b"{}", b"1", b"[" * 100_000])
def test_content_that_is_none(content: bytes) -> None:
    assert step_of(read_by(archive(content))) in ("json", "payload")
