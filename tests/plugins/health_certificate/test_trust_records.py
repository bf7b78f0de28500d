"""Trust as records: whose word counts, in whatever order it comes, from the platform's command to the device's verdict."""

from __future__ import annotations

import base64
import hashlib
import json
import zlib
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import cbor2
import pytest
from click.testing import CliRunner, Result
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding, pkcs7
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.domain import Draft, Record
from kiosk.journal import reading
from kiosk.journal.replay import replay
from kiosk.text import base45
from plugins.health_certificate.key_files import materials
from plugins.health_certificate.records import Revocation, TrustKey, TrustList
from plugins.health_certificate.revocation_files import NotABatch, hashes_in
from plugins.health_certificate.trust import hash_of_id
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, show, tables
from tests.support.both_languages import assert_both_languages
from tests.support.issuing import DOSE, Issuer, hc1, issuer
from tests.support.platform import BEGIN, lines_of, make, take, wipe
from tests.support.postgres import Cluster

NOW = datetime.now().astimezone()
PLUGINS = ["health_certificate"]


@pytest.fixture(scope="module")
def by() -> Issuer:
    return issuer(begin=NOW - timedelta(days=30), end=NOW + timedelta(days=30))


@pytest.fixture(scope="module")
def payload(by: Issuer) -> str:
    return hc1(by, begin=NOW - timedelta(days=1), end=NOW + timedelta(days=1))


def trusting(by: Issuer, active: bool = True) -> Draft:
    return Draft("health_certificate.trust_key", TrustKey(material=materials(by.pem)[0], active=active))


def hear(appliance: Appliance, writer: str, *drafts: Draft) -> None:
    """The journal of ``writer`` arrives here."""
    key = appliance.identity.pseudonym_key
    records: list[Record] = make(appliance, writer, drafts, at=SetClock().now(), key=key)
    take(appliance, writer, lines_of(records), records[-1].hash, key=key)


def verdict(appliance: Appliance, payload: str) -> str:
    return codes(show(appliance, payload))[-1]


VALID, NO_LIST = "health_certificate.valid.green", "health_certificate.no_trust_list"


@pytest.mark.parametrize(
    ("writer", "believed"),
    [
        ("nation", True),
        ("province:79", True),
        ("site:test-site", True),
        ("otherdevice1.2", False),
        ("nationwide", False),
    ],
)
def test_the_platforms_word_counts_and_no_other_posts(
    workshop: Workshop, by: Issuer, payload: str, writer: str, believed: bool
) -> None:
    appliance = workshop.start(PLUGINS)
    hear(appliance, writer, trusting(by))
    assert verdict(appliance, payload) == (VALID if believed else NO_LIST)
    assert_whole(appliance)


def test_a_key_that_one_journal_withdraws_is_still_another_journals(
    workshop: Workshop, by: Issuer, payload: str
) -> None:
    appliance = workshop.start(PLUGINS)
    hear(appliance, "nation", trusting(by), trusting(by, active=False))
    assert verdict(appliance, payload) == NO_LIST
    appliance.record([trusting(by)])
    assert verdict(appliance, payload) == VALID


def test_a_key_is_withdrawn_in_whatever_form_it_is_named(workshop: Workshop, by: Issuer, payload: str) -> None:
    appliance = workshop.start(PLUGINS)
    renamed = json.loads(materials(by.pem)[0]) | {"kid": "other"}
    named_twice = Draft("health_certificate.trust_key", TrustKey(material=json.dumps(renamed)))
    assert named_twice.body.material != trusting(by).body.material
    appliance.record([named_twice])
    assert verdict(appliance, payload) == VALID
    withdrawn = Draft("health_certificate.trust_key", TrustKey(material=by.pem.decode(), active=False))
    appliance.record([withdrawn])
    assert verdict(appliance, payload) == NO_LIST
    assert_whole(appliance)


def test_what_was_withdrawn_is_told_as_that_also_when_its_term_is_over(workshop: Workshop, by: Issuer) -> None:
    over = hc1(by, begin=NOW - timedelta(days=20), end=NOW - timedelta(days=1))
    appliance = workshop.start(PLUGINS)
    appliance.record([trusting(by)])
    assert "revoked" not in verdict(appliance, over)
    withdrawn = Revocation(hashes=[hash_of_id(DOSE["ci"])])
    appliance.record([Draft("health_certificate.revocation", withdrawn)])
    assert verdict(appliance, over) == "health_certificate.invalid.revoked"


KEYS = [issuer() for _ in range(2)]
DRAFTS = st.one_of(
    st.builds(trusting, st.sampled_from(KEYS), st.booleans()),
    st.builds(
        lambda number, active: Draft(
            "health_certificate.revocation", Revocation(hashes=[f"{number:032x}"], active=active)
        ),
        st.integers(1, 3),
        st.booleans(),
    ),
    st.builds(
        lambda source, keys: Draft("health_certificate.trust_list", TrustList(source=source, keys=keys)),
        st.sampled_from(["EU", "VN"]),
        st.integers(0, 9),
    ),
)
WRITERS = ("nation", "site:a", "somebody.1")


def check_order(appliance: Appliance, said: dict[str, list[Draft]], choose: st.DataObject) -> None:
    made = {writer: make(appliance, writer, drafts, at=BEGIN) for writer, drafts in said.items()}
    wipe(appliance)
    for records in made.values():
        take(appliance, records[0].writer, lines_of(records), records[-1].hash)
    expected = tables(appliance, PLUGINS)
    wipe(appliance)
    waiting = {writer: list(records) for writer, records in made.items()}
    while waiting:
        writer = choose.draw(st.sampled_from(sorted(waiting)))
        record = waiting[writer].pop(0)
        take(appliance, writer, lines_of([record]), record.hash)
        waiting = {name: rest for name, rest in waiting.items() if rest}
    assert tables(appliance, PLUGINS) == expected
    replay(appliance.database, appliance.host, appliance.kinds)
    assert tables(appliance, PLUGINS) == expected


SAID = st.dictionaries(st.sampled_from(WRITERS), st.lists(DRAFTS, min_size=1, max_size=8), min_size=1)
ONE_APPLIANCE = {"deadline": None, "suppress_health_check": [HealthCheck.function_scoped_fixture]}


@pytest.fixture
def on_sqlite(workshop: Workshop) -> Appliance:
    return workshop.open([*PLUGINS, "self_check_in", "national_platform"], role="platform")


@pytest.fixture
def on_postgres(workshop: Workshop, cluster: Cluster) -> Appliance:
    section = f'[journal]\ndatabase = "{cluster.create_database()}"'
    return workshop.start(PLUGINS, role="platform", sections=section)


@settings(max_examples=20, **ONE_APPLIANCE)
@given(said=SAID, choose=st.data())
def test_the_order_of_arrival_does_not_matter(
    on_sqlite: Appliance, said: dict[str, list[Draft]], choose: st.DataObject
) -> None:
    check_order(on_sqlite, said, choose)


@pytest.mark.postgres
def test_the_same_on_postgres(on_postgres: Appliance, by: Issuer, payload: str) -> None:
    hear(on_postgres, "nation", trusting(by))
    assert verdict(on_postgres, payload) == VALID
    hear(on_postgres, "site:a", Draft("health_certificate.revocation", Revocation(hashes=["kid:x"])))
    assert verdict(on_postgres, payload) == VALID
    on_postgres.record([trusting(by), trusting(by, active=False)])
    assert verdict(on_postgres, payload) == VALID  # the nation's word stands


@pytest.mark.parametrize("material", ["", "nothing", "{}", "x" * 13_000])
def test_a_record_must_hold_a_key(material: str) -> None:
    with pytest.raises(ValidationError):
        TrustKey(material=material)


@pytest.mark.parametrize("entry", ["", "a" * 31, "A" * 32, "g" * 32, "kid:", "kid:a b"])
def test_a_revocation_must_be_a_hash(entry: str) -> None:
    with pytest.raises(ValidationError):
        Revocation(hashes=[entry])


# --- commands


def run(*arguments: str, text: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments], input=text)


def at(workshop: Workshop, **more: Any) -> list[str]:
    return ["--profile", str(workshop.profile(PLUGINS, **more)), "--data", str(workshop.folder / "data")]


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
