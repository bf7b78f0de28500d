"""The commands about trust: whom an appliance is told to believe, what is revoked, and the platform's way of both."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from pathlib import Path

import cbor2
import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Draft
from kiosk.journal import reading
from kiosk.text import base45
from plugins.health_certificate.key_files import materials
from plugins.health_certificate.records import Revocation
from plugins.health_certificate.revocation_files import NotABatch, hashes_in
from tests.support.appliance import Workshop, assert_whole, codes, show
from tests.support.both_languages import assert_both_languages
from tests.support.issuing import DOSE, Issuer
from tests.support.platform import lines_of, take
from tests.support.trust_records import NO_LIST, PLUGINS, VALID, at, by, payload, run, trusting, verdict

__all__ = ["by", "payload"]


@pytest.fixture
def key_file(tmp_path: Path, by: Issuer) -> Path:
    (tmp_path / "issuer.pem").write_bytes(by.pem)
    return tmp_path / "issuer.pem"


def test_keys_of_a_file_are_shown(key_file: Path, by: Issuer) -> None:
    told = run("certificate", "keys", str(key_file), "--json")
    assert told.exit_code == 0, told.output
    about = json.loads(told.stdout)
    assert (about["issuer"], about["signs"]) == ("VN", "all")
    assert about["until"] == by.certificate.not_valid_after_utc.date().isoformat()
    assert about["id"] in run("certificate", "keys", str(key_file)).stdout
    key_file.write_bytes(b"nothing")
    refused = run("certificate", "keys", str(key_file))
    assert refused.exit_code == 1
    assert "issuer.pem" in refused.stderr


def test_an_appliance_is_told_whom_to_believe(workshop: Workshop, key_file: Path, by: Issuer, payload: str) -> None:
    workshop.stop(workshop.start(PLUGINS))
    told = run("certificate", "trust", *at(workshop), str(key_file))
    assert told.exit_code == 0, told.output
    assert "trusted here: 1 keys" in told.output
    appliance = workshop.start(PLUGINS)
    assert verdict(appliance, payload) == VALID
    workshop.stop(appliance)
    revoked = run("certificate", "revoke", *at(workshop), "-", text="kid:" + json.loads(materials(by.pem)[0])["kid"])
    assert revoked.exit_code == 0, revoked.output
    appliance = workshop.start(PLUGINS)
    assert "health_certificate.invalid.revoked" in codes(show(appliance, payload))
    workshop.stop(appliance)
    assert run("certificate", "trust", *at(workshop), "--withdraw", str(key_file)).exit_code == 0
    assert verdict(workshop.start(PLUGINS), payload) == NO_LIST


def test_certificates_are_revoked_by_their_own_ids(workshop: Workshop, by: Issuer, payload: str) -> None:
    """The platform's way: ids to records, published; and back again."""
    lines = run("certificate", "revoke", "--ids", "--records", "-", text=f"{DOSE['ci']}\nURN:UVCI:01:VN:OTHER\n")
    assert lines.exit_code == 0, lines.output
    body = Revocation.model_validate_json(lines.stdout)
    assert len(body.hashes) == 2
    appliance = workshop.start(PLUGINS)
    appliance.record([trusting(by), Draft("health_certificate.revocation", body)])
    assert "health_certificate.invalid.revoked" in codes(show(appliance, payload))
    appliance.record([Draft("health_certificate.revocation", body.model_copy(update={"active": False}))])
    assert verdict(appliance, payload) == VALID
    assert_whole(appliance)


def batch_of(kind: str, *named: bytes) -> str:
    """A revocation batch as the EU's gateway hands it out."""
    entries = [{"hash": base64.b64encode(hashlib.sha256(one).digest()[:16]).decode()} for one in named]
    about = {"country": "VN", "expires": "2032-01-01T00:00:00Z", "kid": "UNKNOWN_KID", "hashType": kind}
    return json.dumps({**about, "entries": entries})


@pytest.mark.parametrize("kind", ["UCI", "COUNTRYCODEUCI", "SIGNATURE"])
def test_a_batch_of_the_eus_gateway_revokes_by_each_kind_of_hash(
    workshop: Workshop, by: Issuer, payload: str, kind: str
) -> None:
    signature = cbor2.loads(zlib.decompress(base45.decode(payload[4:]))).value[3]
    name = DOSE["ci"].encode()
    named = {"UCI": name, "COUNTRYCODEUCI": b"VN" + name, "SIGNATURE": signature[:32]}[kind]
    lines = run("certificate", "revoke", "--records", "-", text=batch_of(kind, b"another", named))
    assert lines.exit_code == 0, lines.output
    appliance = workshop.start(PLUGINS)
    appliance.record([trusting(by)])
    assert verdict(appliance, payload) == VALID
    body = Revocation.model_validate_json(lines.stdout)
    appliance.record([Draft("health_certificate.revocation", body)])
    assert "health_certificate.invalid.revoked" in codes(show(appliance, payload))


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("{", "not JSON"),
        ("{}", "hashType"),
        ('{"hashType": "UCI", "entries": []}', "no entries"),
        ('{"hashType": "UCI", "entries": [{"hash": "AAAA"}]}', "entry 1"),
        ('{"hashType": "UCI", "entries": ["x"]}', "entry 1"),
        ('{"hashType": "BLOOM", "entries": [{"hash": "AAAA"}]}', "hashType"),
    ],
)
def test_what_is_no_batch_is_told_and_revokes_nobody(text: str, said: str) -> None:
    told = run("certificate", "revoke", "--records", "-", text=text)
    assert (told.exit_code, told.stdout) == (1, "")
    assert said in told.stderr


@pytest.mark.parametrize("form", ["DER", "PEM", "base64"])
def test_a_batch_that_is_still_signed_is_told_and_revokes_nobody(workshop: Workshop, by: Issuer, form: str) -> None:
    """As the gateway hands it out: CMS around the JSON, bare base64 on the wire."""
    content = batch_of("UCI", DOSE["ci"].encode()).encode()
    made = pkcs7.PKCS7SignatureBuilder().set_data(content).add_signer(by.certificate, by.key, hashes.SHA256())
    der = made.sign(Encoding.DER, [pkcs7.PKCS7Options.Binary])
    pem = made.sign(Encoding.PEM, [pkcs7.PKCS7Options.Binary])
    file = workshop.folder / "batch.cms"
    file.write_bytes({"DER": der, "PEM": pem, "base64": base64.b64encode(der)}[form])
    told = run("certificate", "revoke", "--records", str(file))
    assert (told.exit_code, told.stdout) == (1, "")
    assert "signed batch (CMS)" in told.stderr
    assert "openssl cms -verify" in told.stderr


@given(
    st.binary(max_size=200)
    | st.text(max_size=200).map(str.encode)
    | st.binary(max_size=100).map(lambda one: b"{" + one)
    | st.binary(max_size=100).map(lambda one: b"MII" + one)
)
def test_any_bytes_are_hashes_or_no_batch(content: bytes) -> None:
    try:
        assert all(hashes_in(content))
    except NotABatch as error:
        assert_both_languages(error.text)


def test_a_mistake_in_a_list_of_hashes_is_named(workshop: Workshop) -> None:
    told = run("certificate", "revoke", *at(workshop), "-", text="a" * 32 + "\nnot a hash\n")
    assert told.exit_code == 1
    assert "entry 1 of 2" in told.stderr


def test_what_the_platform_publishes_reaches_the_verdict(workshop: Workshop, key_file: Path, payload: str) -> None:
    """Files to records, records to the nation's journal, the journal to a device."""
    lines = run("certificate", "records", str(key_file))
    assert lines.exit_code == 0, lines.output
    both = ["health_certificate", "national_platform"]
    platform = workshop.open(both, role="platform", data="platform")
    workshop.stop(platform)
    where = ["--profile", str(workshop.profile(both, role="platform", name="platform"))]
    where += ["--data", str(workshop.folder / "platform")]
    told = run(
        "platform",
        "publish",
        *where,
        "--audience",
        "nation",
        "--kind",
        "health_certificate.trust_key",
        "-",
        text=lines.stdout,
    )
    assert told.exit_code == 0, told.output
    platform = workshop.open(both, role="platform", data="platform")
    with platform.session() as session:
        published = [one for batch in reading.batches(session, "nation", platform.kinds) for one in batch]
    device = workshop.start(PLUGINS, data="device")
    take(device, "nation", lines_of(published), published[-1].hash, key=platform.identity.pseudonym_key)
    assert verdict(device, payload) == VALID


def test_a_profile_without_the_plugin_is_told(workshop: Workshop, key_file: Path) -> None:
    workshop.stop(workshop.open(["citizen_id"]))
    profile = workshop.profile(["citizen_id"])
    told = run(
        "certificate", "trust", "--profile", str(profile), "--data", str(workshop.folder / "data"), str(key_file)
    )
    assert told.exit_code == 1
    assert "health_certificate" in told.stderr
