"""The official certificate at a post that has only what it pulled: verified, revoked, and through the roll-over of keys."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.appliance import Appliance
from kiosk.domain import Credential, Decision, Draft, Trust
from kiosk.plugin import DecodedCode
from plugins.health_certificate.key_files import read_keys
from plugins.health_certificate.records import TrustKey
from plugins.vaccination.certificate import publishing, revoking
from plugins.vaccination.certificate.signer import due
from plugins.vaccination.certificate.trust_list import trust_list
from plugins.vaccination.records import SignerKey
from tests.plugins.vaccination.certificate.conftest import exchange
from tests.support.appliance import codes, show
from tests.support.certificates import (
    Office,
    certificates,
    context_of,
    dose,
    office_of,
    person,
    take_back,
    valid,
)
from tests.support.checkpoint_post import Officer
from tests.support.checkpoint_post import codes_of as codes_at_the_post
from tests.support.exchange import Kiosk, Platform
from tests.support.vaccination import CROWD

AN = CROWD[0]


@pytest.fixture
def office(platform: Platform, tmp_path: Path) -> Office:
    return office_of(platform.appliance, tmp_path / "signer")


def certified(office: Office, doses: int = 2) -> str:
    """An's certificate after so many doses."""
    citizen = person(office.appliance, AN.national_id, AN.name, birth_date=AN.birth_date.isoformat())
    for number in range(1, doses + 1):
        dose(office.appliance, citizen, 150 - number * 60, number)
    assert office.work() == 1
    return certificates(office.appliance, citizen)[-1].payload


def read(appliance: Appliance, text: str) -> Credential:
    scan = appliance.new_scan(DecodedCode(text, text.encode(), "QRCode"), "test")
    found = appliance.host.first("read_credential", scan=scan).value
    assert isinstance(found, Credential), found
    return found


def test_a_post_verifies_it_by_what_it_pulled(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    text = certified(office)
    found = read(post.appliance, text)
    assert (found.kind, found.trust, found.issuer, found.warnings) == ("eu_dcc", Trust.VERIFIED, "VN", ())
    assert (found.value("name"), found.value("birth_date")) == (AN.name, AN.birth_date.isoformat())
    assert (found.value("certificate.colour"), found.value("vaccination.product")) == ("green", "AstraZeneca")
    officer = Officer(post.appliance)
    healthy = {"declaration__symptoms": "no", "declaration__contact": "no"}
    officer.scan(AN.cccd_2021(), **healthy)
    reply = officer.scan(text, **healthy)
    assert (reply["answer"]["decision"], codes_at_the_post(reply)[0]) == ("admit", "checkpoint.passes")


def test_no_device_is_sent_what_others_were_certified(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    text = certified(office)
    exchange(platform, post)
    assert certificates(post.appliance) == []
    with post.appliance.session() as session:
        from sqlalchemy import select

        from kiosk.journal.models import JournalHead, JournalRecord

        assert "certificates" not in set(session.scalars(select(JournalHead.writer)))
        bodies = "".join(filter(None, session.scalars(select(JournalRecord.body))))
    assert text not in bodies
    assert AN.name not in bodies


def test_a_revoked_one_is_stopped_at_the_post(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    text = certified(office)
    assert read(post.appliance, text).trust is Trust.VERIFIED
    context = context_of(platform.appliance)
    assert revoking.revoke(context, text, "giả mạo hồ sơ", "9") == "revoked"
    assert revoking.revoke(context, text, "giả mạo hồ sơ", "9") == "already"
    exchange(platform, post)
    found = read(post.appliance, text)
    assert (found.trust, found.value("failed_step")) == (Trust.INVALID, "revoked")
    answer = show(post.appliance, text)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFUSE, "health_certificate.invalid.revoked")
    assert office.work() == 0  # nobody issues the same again behind the administrator's back


@pytest.mark.parametrize(
    ("said", "reason", "outcome"),
    [
        ("", "lý do", "slip"),
        ("URN:UVCI:01:VN:AAAA#A", "lý do", "slip"),
        ("HC1:6BF", "lý do", "slip"),
        ("URN:UVCI:01:VN:AAAAAAAAAAAAAAAAAAAAAAAA#", "lý do", "slip"),
    ],
)
def test_what_cannot_be_revoked(office: Office, said: str, reason: str, outcome: str) -> None:
    assert revoking.revoke(context_of(office.appliance), said, reason, None) == outcome


def test_revoking_needs_a_reason_and_a_certificate_of_ours(office: Office) -> None:
    from plugins.vaccination.certificate import uvci

    certified(office)
    (row,) = certificates(office.appliance)
    assert revoking.revoke(context_of(office.appliance), row.uvci, " x ", None) == "reason"
    assert revoking.revoke(context_of(office.appliance), uvci.mint("VN"), "lý do", None) == "unknown"
    typed = f" {row.uvci.lower()} "
    assert revoking.revoke(context_of(office.appliance), typed, "lý do", None) == "revoked"


def test_a_corrected_dose_reaches_the_post_as_a_revocation(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    citizen = person(platform.appliance, AN.national_id, AN.name)
    given = dose(platform.appliance, citizen)
    office.work()
    (old,) = valid(platform.appliance, citizen)
    take_back(platform.appliance, given, lot="ABV9999", product="Janssen", total=1)
    office.work()
    (new,) = valid(platform.appliance, citizen)
    exchange(platform, post)
    assert read(post.appliance, old.payload).value("failed_step") == "revoked"
    found = read(post.appliance, new.payload)
    assert (found.trust, found.value("vaccination.product")) == (Trust.VERIFIED, "Janssen")


def test_after_a_roll_over_old_and_new_verify(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    old = certified(office, 1)
    following = office.new_key(in_days=2)
    post = post_named("post")
    exchange(platform, post)  # before the new key signs anything
    for clock in (platform.clock, post.clock):
        clock.ahead = timedelta(days=3)
    citizen = person(platform.appliance, "001090000001", "Trần Thị Bình")
    dose(platform.appliance, citizen)
    assert office.work() == 1
    new = certificates(platform.appliance, citizen)[-1]
    assert base64.b64decode(new.kid) == following.kid
    for text in (old, new.payload):
        assert read(post.appliance, text).trust is Trust.VERIFIED
    for clock in (platform.clock, post.clock):
        clock.ahead = timedelta(days=300)  # the old key has long ceased to sign; its certificate has not ended
    assert read(post.appliance, old).trust is Trust.VERIFIED


def test_a_stolen_key_counts_nowhere_and_everybody_is_issued_anew(
    office: Office, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    text = certified(office)
    stolen = office.folder.signers()[0]
    office.new_key()
    kid = base64.b64encode(stolen.kid).decode()
    der = base64.b64encode(stolen.certificate.public_bytes(Encoding.DER)).decode()
    key = SignerKey(kid=kid, certificate=der, not_before=1, signs_until=2, not_after=2**33)
    assert kid in listed_kids(platform.appliance)
    publishing.tell(context_of(platform.appliance), publishing.withdrawal_drafts(platform.appliance.kinds, key))
    assert listed_kids(platform.appliance) == {base64.b64encode(office.folder.signers()[-1].kid).decode()}
    with platform.appliance.database.writing() as session:
        assert due.look_again_at_those_signed_by(session, kid) == 1
    assert office.work() == 1
    exchange(platform, post)
    assert read(post.appliance, text).trust is not Trust.VERIFIED
    assert read(post.appliance, certificates(platform.appliance)[-1].payload).trust is Trust.VERIFIED
    # also where somebody had given the post that key by hand
    post.appliance.record([Draft("health_certificate.trust_key", TrustKey(material=der))])
    again = read(post.appliance, text)
    assert (again.trust, again.value("failed_step")) == (Trust.INVALID, "revoked")


def listed_kids(appliance: Appliance) -> set[str]:
    """The keys of the public list, which names each both ways."""
    with appliance.session() as session:
        found = trust_list(session, "VN", int(appliance.clock.now().timestamp()))
    kids = {key["kid"] for key in found["keys"]}
    assert {one["kid"] for one in found["certificates"]} == kids
    return kids


def test_every_listed_key_is_vouched_for_by_the_countrys_authority(office: Office, platform: Platform) -> None:
    """By this an outside verifier tells a list that somebody changed on the way: it has the authority's certificate beforehand."""
    office.new_key()
    with platform.appliance.session() as session:
        found = trust_list(session, "VN", int(platform.appliance.clock.now().timestamp()))
    csca = office.folder.authority()
    assert len(found["keys"]) == 2
    for key, listed in zip(found["keys"], found["certificates"], strict=True):
        certificate = x509.load_der_x509_certificate(base64.b64decode(listed["rawData"]))
        assert key["x5c"] == [listed["rawData"]]
        certificate.verify_directly_issued_by(csca)
        with pytest.raises((InvalidSignature, ValueError)):
            certificate.verify_directly_issued_by(certificate)


def test_the_published_list_is_read_by_the_projects_verifier_as_a_file(office: Office, platform: Platform) -> None:
    text = certified(office)
    client = platform.appliance
    from kiosk.web.app import create_app

    reply = create_app(client).test_client().get("/vaccination/api/trust-list")
    assert reply.status_code == 200
    keys = read_keys(reply.data)
    (row,) = certificates(client)
    assert [row.kid in key.ids for key in keys] == [True]
    assert keys[0].usages == frozenset({"vaccination"})
    listed = json.loads(reply.data)
    certificate = x509.load_der_x509_certificate(base64.b64decode(listed["certificates"][0]["rawData"]))
    assert certificate.subject.rfc4514_string().startswith("CN=DSC VN")
    scan = client.new_scan(DecodedCode(text, text.encode(), "QRCode"), "test")
    found = client.host.first("verify_credential", scan=scan, trust=(reply.data,)).value
    assert found.trust is Trust.VERIFIED
    listed_only = json.dumps(listed["certificates"]).encode()
    assert client.host.first("verify_credential", scan=scan, trust=(listed_only,)).value.trust is Trust.VERIFIED
    with client.session() as session:
        assert trust_list(session, "VN", 2**40) == {"keys": [], "certificates": []}
