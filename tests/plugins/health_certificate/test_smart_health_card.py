"""SMART Health Cards: from digits to a verdict, one code or several, and who is believed."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from itertools import permutations
from typing import Any
from uuid import UUID

import pytest

from kiosk.domain import Credential, Malformed, Trust
from plugins.health_certificate import codings
from plugins.health_certificate.chunks import KEPT, SeenChunks
from plugins.health_certificate.key_files import thumbprint
from tests.plugins.health_certificate.conftest import read_by, step_of
from tests.support.issuing import AT, ISSUED, Issuer, digits, immunization, issuer, jws, shc, smart_jws


@pytest.fixture(scope="module")
def keys(signer: Issuer) -> bytes:
    return json.dumps({"keys": [signer.jwk(kid="k1", use="sig", alg="ES256")]}).encode()


def test_a_card_is_verified_and_told(signer: Issuer, keys: bytes) -> None:
    for payload in (shc(smart_jws(signer))[0], smart_jws(signer), smart_jws(signer) + "\n"):
        found = read_by(payload, keys)
        assert isinstance(found, Credential)
        assert (found.kind, found.trust, found.issuer) == (
            "smart_health_card",
            Trust.VERIFIED,
            "https://issuer.invalid",
        )
        assert (found.value("name"), found.value("birth_date")) == ("Mẫu Nguyễn", "1990-02-28")
        assert (found.value("vaccination.product"), found.value("doses")) == ("Comirnaty", "2")
        assert found.value("certificate.colour") == "green"
        assert found.warnings == ()


def observation(code: str, result: str, status: str = "final") -> dict[str, Any]:
    return {
        "resourceType": "Observation",
        "status": status,
        "code": {"coding": [{"system": "http://loinc.org", "code": code}]},
        "valueCodeableConcept": {"coding": [{"system": "http://snomed.info/sct", "code": result}]},
        "effectiveDateTime": "2021-09-29T08:00:00+07:00",
    }


@pytest.mark.parametrize(
    ("code", "result", "told"),
    [
        ("94500-6", "260385009", ("naat", "negative")),
        ("94558-4", "10828004", ("antigen", "positive")),
        ("94762-2", "260373001", ("antibody", "positive")),
        ("0-0", "1", (None, None)),
    ],
)
def test_laboratory_results(signer: Issuer, keys: bytes, code: str, result: str, told: Any) -> None:
    found = read_by(shc(smart_jws(signer, [observation(code, result)]))[0], keys)
    assert (found.value("test.kind"), found.value("test.result")) == told
    assert found.value("test.sampled_at") == "2021-09-29T08:00:00+07:00"


def test_what_was_not_completed_does_not_count(signer: Issuer, keys: bytes) -> None:
    given = [immunization("2021-07-01"), immunization("2021-07-25", status="entered-in-error")]
    found = read_by(shc(smart_jws(signer, given))[0], keys)
    assert (found.value("doses"), found.value("certificate.colour")) == ("1", "yellow")
    assert found.warnings == ("health_certificate.not_completed",)


def test_a_dose_against_another_disease_is_passed_over_with_a_word(signer: Issuer, keys: bytes) -> None:
    given = [immunization("2021-07-01"), immunization("2021-07-20", cvx="150"), immunization("2021-07-25")]
    found = read_by(shc(smart_jws(signer, given))[0], keys)
    assert (found.value("doses"), found.value("certificate.colour")) == ("2", "green")
    assert [one["product"] for one in json.loads(found.value("vaccination.doses") or "")] == ["Comirnaty", "Comirnaty"]
    assert found.warnings == ("health_certificate.other_disease",)


@pytest.mark.parametrize(
    ("system", "code", "other"),
    [
        ("http://hl7.org/fhir/sid/cvx", "206", True),
        ("http://hl7.org/fhir/sid/cvx", "207", False),  # Moderna
        ("http://hl7.org/fhir/sid/cvx", "999", False),  # unknown to every list: a person looks into it
        ("http://hl7.org/fhir/sid/cvx", "9" * 5000, False),
        ("http://hl7.org/fhir/sid/cvx", "²", False),
        ("http://www.whocc.no/atc", "J07BB02", True),
        ("http://www.whocc.no/atc", "J07BN01", False),
        ("http://www.whocc.no/atc", "J07BX03", False),
        ("urn:local", "150", False),  # nobody knows whose code that is
    ],
)
def test_which_codes_are_of_other_diseases(system: str, code: str, other: bool) -> None:
    assert codings.against_another_disease({"system": system, "code": code}) is other
    known = {"system": "http://hl7.org/fhir/sid/cvx", "code": "208"}
    assert not codings.against_another_disease({"system": system, "code": code}, known)


def test_keys_by_kid_or_thumbprint_and_of_one_issuer(signer: Issuer, keys: bytes) -> None:
    bare = json.dumps(signer.jwk()).encode()
    own_name = shc(smart_jws(signer, kid=thumbprint(signer.jwk())))[0]
    assert read_by(own_name, bare).trust is Trust.VERIFIED
    assert step_of(read_by(shc(smart_jws(signer, kid="k2"))[0], keys)) == "kid"
    assert step_of(read_by(shc(smart_jws(signer))[0], json.dumps(issuer().jwk(kid="k1")).encode())) == "signature"
    for address, step in (
        ("https://issuer.invalid", None),
        ("https://issuer.invalid/", None),
        ("https://x.invalid", "kid"),
    ):
        bound = json.dumps(signer.jwk(kid="k1", iss=address)).encode()
        assert step_of(read_by(shc(smart_jws(signer))[0], bound)) == step


def test_the_term_of_the_certificate_in_a_jwk_counts(signer: Issuer) -> None:
    for by, step in ((signer, None), (issuer(end=AT - timedelta(days=1)), "time")):
        key = {**by.jwk(kid="k1"), "x5c": [base64.b64encode(by.der).decode()]}
        assert step_of(read_by(shc(smart_jws(by))[0], json.dumps({"keys": [key]}).encode())) == step


@pytest.mark.parametrize(
    ("more", "step"),
    [
        ({"nbf": (AT + timedelta(seconds=1)).timestamp()}, "time"),
        ({"exp": (AT - timedelta(seconds=1)).timestamp()}, "time"),
        ({"exp": (AT + timedelta(seconds=1)).timestamp()}, None),
        ({"nbf": ISSUED.timestamp() * 1000}, "payload"),
        ({"exp": "never"}, "payload"),
        ({"vc": {}}, "payload"),
        ({"vc": "text"}, "payload"),
    ],
)
def test_terms_and_content(signer: Issuer, keys: bytes, more: Any, step: str | None) -> None:
    assert step_of(read_by(shc(smart_jws(signer, **more))[0], keys)) == step


@pytest.mark.parametrize("header", [{}, {"alg": "none"}, {"alg": "HS256"}, {"alg": ["ES256"]}, {"alg": "ES384"}])
def test_other_algorithms(signer: Issuer, keys: bytes, header: dict[str, Any]) -> None:
    card = smart_jws(signer).split(".")
    other = jws(signer, {"zip": "DEF", "kid": "k1", **header}, base64.urlsafe_b64decode(card[1] + "=="))
    assert step_of(read_by(shc(other)[0], keys)) == "algorithm"


@pytest.mark.parametrize(
    ("payload", "step"),
    [
        ("shc:/", "numeric"),
        ("shc:/1", "numeric"),
        ("shc:/78", "numeric"),
        ("shc:/99", "numeric"),
        ("shc:/١٢", "numeric"),
        ("shc:/12ab", "numeric"),
        ("shc:/0/1/12", "numeric"),
        ("shc:/3/2/12", "numeric"),
        ("shc:/1/37/12", "numeric"),
        ("shc:/1/2/12 shc:/1/3/12", "numeric"),
        ("shc:/1/2/12 shc:/1/2/13", "numeric"),
        ("shc:/" + digits("abc"), "jws"),
        ("shc:/" + digits("a.b.c.d"), "jws"),
        ("shc:/" + digits("bm90anNvbg.e30.AA"), "jws"),
        ("shc:/" + digits("W10.e30.AA"), "jws"),
        ("shc:/" + digits("e30.A.AA"), "jws"),
        ("shc:/" + digits("e30.e30.AA"), "payload"),
        ("shc:/" + digits("e30.W10.AA"), "payload"),
        ("shc:/" + digits("e30._w.AA"), "json"),
    ],
)
def test_broken_ones_say_where(payload: str, step: str) -> None:
    found = read_by(payload)
    assert isinstance(found, Malformed)
    assert (found.kind, step_of(found)) == ("smart_health_card", step)


def test_several_codes_in_any_order(signer: Issuer, keys: bytes) -> None:
    parts = shc(smart_jws(signer), 3)
    for order in permutations(parts):
        assert read_by("\n".join(order), keys).trust is Trust.VERIFIED
    found = read_by(parts[1], keys)
    assert isinstance(found, Credential)
    assert (found.trust, step_of(found)) == (Trust.UNVERIFIED, "chunks")
    assert (found.value("chunks_seen"), found.value("chunks_total")) == ("1", "3")


ONE, TWO, THREE = (UUID(int=number) for number in (1, 2, 3))


def test_codes_shown_one_after_another() -> None:
    seen = SeenChunks()
    assert seen.with_earlier("shc:/2/3/22", AT, ONE).split() == ["shc:/2/3/22"]
    assert seen.with_earlier("shc:/2/3/22", AT, ONE).split() == ["shc:/2/3/22"]
    assert seen.with_earlier("shc:/1/3/11", AT, TWO).split() == ["shc:/2/3/22", "shc:/1/3/11"]
    assert seen.with_earlier("shc:/77", AT, THREE) == "shc:/77"  # a whole one is no part of it
    for _ in range(2):  # the story of one scan may run twice
        assert len(seen.with_earlier("shc:/3/3/33", AT + KEPT, THREE).split()) == 3
    assert seen.with_earlier("shc:/3/3/33", AT + KEPT, ONE) == "shc:/3/3/33"  # the set was complete: the next person


@pytest.mark.parametrize(
    ("text", "later"),
    [
        ("shc:/1/2/11", timedelta()),  # a set of another size
        ("shc:/2/3/99", timedelta()),  # the same part with other content: somebody else's
        ("shc:/1/3/11", KEPT + timedelta(seconds=1)),
        ("shc:/1/3/11", timedelta(seconds=-1)),  # the clock went back
    ],
)
def test_another_set_begins_anew(text: str, later: timedelta) -> None:
    seen = SeenChunks()
    seen.with_earlier("shc:/2/3/22", AT, ONE)
    assert seen.with_earlier(text, AT + later, TWO) == text
