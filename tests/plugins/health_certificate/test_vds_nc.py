"""ICAO VDS-NC: the seal's own certificate, and who must have issued it."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from cryptography import x509

from kiosk.domain import Credential, Malformed, Trust
from plugins.health_certificate.key_files import NotKeys, read_keys
from tests.plugins.health_certificate.conftest import read_by, step_of
from tests.support.both_languages import assert_both_languages
from tests.support.issuing import AT, VACC, Issuer, issuer, vds_nc

LONG = timedelta(days=3000)


@pytest.fixture(scope="module")
def authority() -> Issuer:
    return issuer(authority=True, name="CSCA thử nghiệm", begin=AT - LONG, end=AT + LONG)


@pytest.fixture(scope="module")
def seal_signer(authority: Issuer) -> Issuer:
    return issuer(by=authority, name="Barcode signer")


def test_a_seal_is_verified_by_the_authority_or_by_its_signer(authority: Issuer, seal_signer: Issuer) -> None:
    for key in (authority.der, seal_signer.der, authority.pem + seal_signer.pem):
        found = read_by(vds_nc(seal_signer), key)
        assert isinstance(found, Credential)
        assert (found.kind, found.trust, found.issuer) == ("vds_nc", Trust.VERIFIED, "VNM")
        assert (found.value("name"), found.value("sex"), found.value("document_number")) == (
            "NGUYEN THI MAU",
            "female",
            "C1234567",
        )
        assert (found.value("doses"), found.value("certificate.colour")) == ("2", "green")
        assert found.value("vaccination.last_dose_on") == "2021-07-25"


MESSAGE = {
    "utci": "T1",
    "pid": {"n": "NGUYEN THI MAU", "dob": "1990-02-28"},
    "sp": {"spn": "Phòng xét nghiệm", "ctr": "VNM"},
    "dat": {"sc": "2021-09-30T08:00:00+07:00", "ri": "2021-09-30T12:00:00+07:00"},
    "tr": {"tc": "molecular(PCR)", "r": "Negative"},
}


def test_a_test(authority: Issuer, seal_signer: Issuer) -> None:
    found = read_by(vds_nc(seal_signer, MESSAGE, "icao.test"), authority.der)
    assert found.trust is Trust.VERIFIED
    assert (found.value("test.kind"), found.value("test.result")) == ("naat", "negative")
    assert found.value("test.sampled_at") == "2021-09-30T08:00:00+07:00"


def test_order_and_spaces_do_not_matter(authority: Issuer, seal_signer: Issuer) -> None:
    seal = json.loads(vds_nc(seal_signer))
    turned = {
        "sig": seal["sig"],
        "data": {"msg": dict(reversed(seal["data"]["msg"].items())), "hdr": seal["data"]["hdr"]},
    }
    assert read_by(json.dumps(turned, indent=1), authority.der).trust is Trust.VERIFIED


def test_whoever_issued_it_must_be_known_and_have_issued_it(authority: Issuer, seal_signer: Issuer) -> None:
    stranger = issuer()
    assert step_of(read_by(vds_nc(seal_signer))) == "kid"
    assert step_of(read_by(vds_nc(seal_signer), stranger.der)) == "kid"
    # a certificate that only names the authority
    twin = issuer(authority=True, name="CSCA thử nghiệm", begin=AT - LONG, end=AT + LONG)
    assert step_of(read_by(vds_nc(issuer(by=twin)), authority.der)) == "chain"
    # another signer, however trusted, issues nothing
    assert step_of(read_by(vds_nc(issuer(by=stranger)), stranger.der)) == "kid"
    # an authority signs no seals itself
    assert step_of(read_by(vds_nc(authority), stranger.der)) == "chain"


def test_terms_of_signer_and_authority(authority: Issuer) -> None:
    old = issuer(by=authority, end=AT - timedelta(days=1))
    assert step_of(read_by(vds_nc(old), authority.der)) == "time"
    ended = issuer(authority=True, begin=AT - LONG, end=AT - timedelta(days=1))
    assert step_of(read_by(vds_nc(issuer(by=ended)), ended.der)) == "chain"


def changed(seal: str, path: str, value: Any) -> str:
    whole = json.loads(seal)
    place = whole
    *names, last = path.split(".")
    for name in names:
        place = place[int(name) if isinstance(place, list) else name]
    place[last] = value
    return json.dumps(whole)


@pytest.mark.parametrize(
    ("path", "value", "step"),
    [
        ("data.msg.pid.n", "TRAN VAN KHAC", "signature"),
        ("data.hdr.is", "AUS", "signature"),
        ("data.msg.ve.0.extra", 1.5, "signature"),
        ("data.msg.extra", 10**400, "canonical"),
        ("data.msg.extra", "\ud800", "canonical"),
        ("sig.sigvl", "AAAA", "signature"),
        ("sig.sigvl", "A", "chain"),
        ("sig.alg", "HS256", "algorithm"),
        ("sig.alg", "ES384", "algorithm"),
        ("sig.alg", None, "algorithm"),
        ("sig.cer", "AAAA", "chain"),
        ("sig.cer", None, "chain"),
        ("sig.cer", "A" * 9000, "chain"),
        ("data.hdr.t", "icao.nothing", "payload"),
        ("data.msg", [], "payload"),
    ],
)
def test_changes_are_found(authority: Issuer, seal_signer: Issuer, path: str, value: Any, step: str) -> None:
    found = read_by(changed(vds_nc(seal_signer), path, value), authority.der)
    assert step_of(found) == step
    assert isinstance(found, Malformed) is (step == "payload")


def test_no_dose_is_a_warning(authority: Issuer, seal_signer: Issuer) -> None:
    found = read_by(vds_nc(seal_signer, {**VACC, "ve": []}), authority.der)
    assert (found.trust, found.warnings) == (Trust.VERIFIED, ("health_certificate.schema",))


@pytest.mark.parametrize("payload", ['{"icao.', '{"data":{"hdr":{"t":"icao.vacc"}}}', '{"a":"icao.vacc"}'])
def test_broken_ones(payload: str) -> None:
    assert step_of(read_by(payload)) in ("json", "payload") if "icao." in payload else True


@pytest.mark.filterwarnings("ignore:Parsed a serial number")
def test_no_flipped_bit_in_its_certificate_is_a_fault_or_verified(authority: Issuer, seal_signer: Issuer) -> None:
    """Some of them make versions, curves and algorithms that nobody has: that is an answer about the seal, never an error."""
    seal = json.loads(vds_nc(seal_signer))
    der, signed = seal_signer.der, seal_signer.certificate.tbs_certificate_bytes
    steps = set()
    for bit in range(len(der) * 8):
        broken = bytearray(der)
        broken[bit // 8] ^= 1 << bit % 8
        seal["sig"]["cer"] = base64.urlsafe_b64encode(broken).rstrip(b"=").decode()
        found = read_by(json.dumps(seal), authority.der)
        assert isinstance(found, Credential)
        if found.trust is Trust.VERIFIED:  # the count of bits that a signature does not use is not signed
            assert x509.load_der_x509_certificate(bytes(broken)).tbs_certificate_bytes == signed, bit
        steps.add(step_of(found))
    assert "chain" in steps
    for bit in range(0, len(der) * 8, 5):  # in a file of keys the same is told
        broken = bytearray(authority.der)
        broken[bit // 8] ^= 1 << bit % 8
        try:
            read_keys(bytes(broken))
        except NotKeys as problem:
            assert_both_languages(problem.text)
