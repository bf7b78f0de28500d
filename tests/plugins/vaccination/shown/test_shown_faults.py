"""Documents that are wrong: another person's, forged, of the future, scanned twice, by two, unreadable. Each told, none counted."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import timedelta
from typing import Any
from uuid import uuid4

import cbor2
import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.synthetic import Citizen
from plugins.health_certificate.records import Revocation
from plugins.health_certificate.trust import hash_of_id
from plugins.vaccination.records import Person
from tests.support.appliance import assert_whole
from tests.support.issuing import DOSE, TEST, Issuer, claims, cose, dcc, hc1, hc1_of
from tests.support.shown_documents import ago, an_issuer, certificate, code, dose_on, named, shown, smart_card, typed
from tests.support.vaccination import CROWD, Nurse, arrive, citizen_of, of_kind, record

AN, BINH = [one for one in CROWD if 1960 < one.birth_date.year < 2000][:2]


@pytest.fixture
def citizen(site: Appliance) -> str:
    """Who is open at the desk."""
    return arrive(site, AN).citizen


def of(site: Appliance, by: Issuer, person: Citizen = AN, days: int = 30, **more: Any) -> str:
    return certificate(by, person, dose_on(ago(site, days)), at=site.clock.now(), **more)


def refused(site: Appliance, citizen: str, payload: str, reason: str, **more: Any) -> dict[str, Any]:
    """Told with what to do next, and nothing recorded."""
    reply = shown(Nurse(site), citizen, payload, 409, **more)
    assert code(reply) == reason
    assert reply["problem"]["text"]["vi"]
    assert reply["problem"]["next_step"]["vi"]
    assert of_kind(site, "shown_dose") == []
    assert_whole(site)
    return reply


def test_another_persons_certificate(site: Appliance, citizen: str, signer: Issuer) -> None:
    reply = refused(site, citizen, of(site, signer, BINH), "other_person")
    assert "họ tên" in reply["problem"]["text"]["vi"]
    namesake = replace(AN, birth_date=AN.birth_date + timedelta(days=1))
    assert "ngày sinh" in refused(site, citizen, of(site, signer, namesake), "other_person")["problem"]["text"]["vi"]


def test_staffs_word_does_not_make_another_persons_document_this_ones(site: Appliance, citizen: str) -> None:
    stranger = an_issuer(site.clock.now())
    refused(site, citizen, of(site, stranger, BINH), "other_person", compared=True)


def test_an_invalid_signature(site: Appliance, citizen: str, signer: Issuer) -> None:
    now = site.clock.now()
    content = {**dcc(v=[dose_on(ago(site, 30))]), **named(AN)}
    times = {"begin": now - timedelta(days=1), "end": now + timedelta(days=300)}
    protected, other, _, signature = cbor2.loads(cose(signer, cbor2.dumps(claims(content, **times)))).value
    changed = cbor2.dumps(claims({**content, "v": [dose_on(ago(site, 60))]}, **times))
    forged = hc1_of(cbor2.dumps(cbor2.CBORTag(18, [protected, other, changed, signature])))
    reply = refused(site, citizen, forged, "document_invalid")
    assert "chữ ký sai" in reply["problem"]["text"]["vi"]
    assert reply["may_compare"] is False
    assert reply["document"]["doses"][0]["product"] == "Comirnaty"  # staff see what it says
    refused(site, citizen, forged, "document_invalid", compared=True)


def test_an_unknown_issuer_counts_once_staff_have_compared_the_paper(site: Appliance, citizen: str) -> None:
    payload = of(site, an_issuer(site.clock.now()))
    reply = refused(site, citizen, payload, "document_unverified")
    assert reply["may_compare"] is True
    assert "khóa" in reply["problem"]["text"]["vi"]
    nurse = Nurse(site, "12")
    known = shown(nurse, citizen, payload, compared=True)["person"]["doses"]
    assert "nhân viên 12 đối chiếu giấy gốc" in known[0]["told"]["vi"]
    (made,) = of_kind(site, "shown_dose")
    assert (made.operator, made.data.basis, made.data.failed_step) == ("12", "compared", "kid")


def test_an_expired_certificate_needs_the_paper_too(site: Appliance, citizen: str, signer: Issuer) -> None:
    now = site.clock.now()
    payload = of(site, signer, begin=now - timedelta(days=300), end=now - timedelta(days=2))
    reply = refused(site, citizen, payload, "document_unverified")
    assert "hết hạn" in reply["problem"]["text"]["vi"]


def test_an_expired_certificate_that_was_withdrawn_is_not_offered_for_comparison(
    site: Appliance, citizen: str, signer: Issuer
) -> None:
    now = site.clock.now()
    payload = of(site, signer, begin=now - timedelta(days=300), end=now - timedelta(days=2))
    withdrawn = Revocation(hashes=[hash_of_id(DOSE["ci"])])
    site.record([Draft("health_certificate.revocation", withdrawn)])
    reply = refused(site, citizen, payload, "document_invalid", compared=True)
    assert "thu hồi" in reply["problem"]["text"]["vi"]
    assert reply["may_compare"] is False


def test_a_certificate_of_the_future(site: Appliance, citizen: str, signer: Issuer) -> None:
    now = site.clock.now()
    payload = of(site, signer, begin=now + timedelta(days=2), end=now + timedelta(days=300))
    reply = refused(site, citizen, payload, "document_invalid", compared=True)
    assert "ngày giờ của máy" in reply["problem"]["text"]["vi"]


def test_a_dose_of_the_future_does_not_count_and_the_one_before_it_does(
    site: Appliance, citizen: str, signer: Issuer
) -> None:
    at = site.clock.now()
    tomorrow = certificate(signer, AN, dose_on(ago(site, -1)), at=at)
    refused(site, citizen, tomorrow, "no_dose_to_count")
    both = certificate(signer, AN, dose_on(ago(site, 30)), dose_on(ago(site, -1), number=2), at=at)
    reply = shown(Nurse(site), citizen, both)
    assert [one["state"] for one in reply["document"]["doses"]] == ["recorded", "future"]
    assert reply["document"]["doses"][1]["why"]["vi"]
    assert [one.data.number for one in of_kind(site, "shown_dose")] == [1]


def test_a_day_before_there_was_a_vaccine(site: Appliance, citizen: str, signer: Issuer) -> None:
    payload = certificate(signer, AN, {**dose_on(ago(site, 1)), "dt": "2012-08-20"}, at=site.clock.now())
    refused(site, citizen, payload, "no_dose_to_count")


def test_the_same_code_twice_is_recorded_once(site: Appliance, citizen: str, signer: Issuer) -> None:
    """A scanner that sends everything twice, a page that asks again under its key, and another table an hour later."""
    nurse, payload = Nurse(site), of(site, signer)
    first, second = shown(nurse, citizen, payload), shown(nurse, citizen, payload)
    assert first["document"] == second["document"]  # staff do not read that nothing was done
    other = Nurse(site, "12")
    key = uuid4()
    for _ in range(2):
        later = shown(other, citizen, payload, key=key)
        assert [one["state"] for one in later["document"]["doses"]] == ["known"]
    assert len(of_kind(site, "shown_dose")) == 1
    assert_whole(site)


def test_two_certificates_of_one_dose_count_once(site: Appliance, nurse: Nurse, citizen: str, signer: Issuer) -> None:
    """Issued twice, with another identifier: what they say makes them one."""
    for identifier in ("URN:UVCI:01:VN:AAAA", "URN:UVCI:01:VN:BBBB"):
        payload = certificate(signer, AN, dose_on(ago(site, 30), ci=identifier), at=site.clock.now())
        reply = shown(nurse, citizen, payload)
    assert len(reply["person"]["doses"]) == 1
    assert len(of_kind(site, "shown_dose")) == 1


def test_desk_and_screening_at_the_same_instant_record_one(site: Appliance, citizen: str, signer: Issuer) -> None:
    payload = of(site, signer)
    nurses = [Nurse(site, str(11 + place)) for place in range(4)]
    replies: list[dict[str, Any]] = []
    threads = [
        threading.Thread(target=lambda one=nurse: replies.append(shown(one, citizen, payload))) for nurse in nurses
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    assert len(replies) == 4
    states = sorted(reply["document"]["doses"][0]["state"] for reply in replies)
    assert states == ["known", "known", "known", "recorded"]
    assert len(of_kind(site, "shown_dose")) == 1
    assert_whole(site)


def test_a_certificate_after_paper_makes_the_weaker_word_stronger(
    site: Appliance, nurse: Nurse, citizen: str, signer: Issuer
) -> None:
    typed(nurse, citizen, on=ago(site, 30).isoformat())
    reply = shown(nurse, citizen, of(site, signer))
    (known,) = reply["person"]["doses"]
    assert "giấy chứng nhận" in known["told"]["vi"]
    assert code(typed(nurse, citizen, 409, on=ago(site, 30).isoformat())) == "dose_known"
    assert [one.data.basis for one in of_kind(site, "shown_dose")] == ["typed", "verified"]


@pytest.mark.parametrize(
    ("form", "field"),
    [
        ({"product": ""}, "product"),
        ({"product": "other", "other_product": " "}, "other_product"),
        ({"on": "30/02/2021"}, "on"),
        ({"on": "10/08/2012"}, "on"),
        ({"on": "10/08/2099"}, "on"),
        ({"on": ""}, "on"),
        ({"place": ""}, "place"),
    ],
)
def test_a_field_of_paper_that_cannot_be_so_is_named(
    site: Appliance, nurse: Nurse, citizen: str, form: dict[str, str], field: str
) -> None:
    reply = typed(nurse, citizen, 400, **form)
    assert reply["field"] == field
    assert of_kind(site, "shown_dose") == []


def test_a_double_press_types_one_dose(site: Appliance, nurse: Nurse, citizen: str) -> None:
    key = uuid4()
    for _ in range(2):
        typed(nurse, citizen, key=key, product="other", other_product="Convidecia")
    (made,) = of_kind(site, "shown_dose")
    assert (made.data.product, made.data.basis, made.data.document) == ("Convidecia", "typed", "paper")


@pytest.mark.parametrize(
    ("payload", "reason"),
    [
        ("HC1:NCF", "eu_dcc.zlib"),
        ("https://example.invalid/", "no_document"),
        ("VNV1:ABC", "proof_cose"),
        ('{"type":["ProofOfVaccinationCredential"]}', "divoc.payload"),
    ],
)
def test_what_cannot_be_read_is_told(site: Appliance, citizen: str, payload: str, reason: str) -> None:
    reply = shown(Nurse(site), citizen, payload, 409)
    assert code(reply) == reason
    assert reply["problem"]["text"]["vi"]
    assert of_kind(site, "shown_dose") == []


def test_a_card_or_a_test_tells_of_no_dose(site: Appliance, citizen: str, signer: Issuer) -> None:
    refused(site, citizen, AN.cccd_2021(), "no_document")
    now = site.clock.now()
    times = {"begin": now - timedelta(days=1), "end": now + timedelta(days=9)}
    refused(site, citizen, hc1(signer, {**dcc(t=[TEST]), **named(AN)}, **times), "no_document")


def test_nobody_is_shown_a_document_for_who_is_not_known_here(site: Appliance, signer: Issuer) -> None:
    refused(site, citizen_of(site, BINH), of(site, signer, BINH), "unknown_person")


def test_without_a_birth_date_here_nothing_is_compared(site: Appliance, nurse: Nurse, signer: Issuer) -> None:
    citizen = site.pseudonym("x")
    record(site, "person", Person(name=AN.name), citizen)
    refused(site, citizen, of(site, signer), "cannot_compare")


def test_a_smart_health_card_in_two_codes_counts_after_the_second(
    site: Appliance, citizen: str, signer: Issuer
) -> None:
    at = site.clock.now()
    first, second = smart_card(signer, AN, ago(site, 60), ago(site, 30), at=at, parts=2)
    waiting = refused(site, citizen, first, "other_codes")
    assert "1" in waiting["problem"]["text"]["vi"]
    reply = shown(Nurse(site), citizen, second)
    assert [(one["product"], one["state"]) for one in reply["document"]["doses"]] == [("Comirnaty", "recorded")] * 2
    assert {one.data.document for one in of_kind(site, "shown_dose")} == {"smart_health_card"}


def test_a_card_of_more_doses_than_anybody_had(site: Appliance, citizen: str, signer: Issuer) -> None:
    days = [ago(site, 20 * place) for place in range(1, 11)]
    refused(site, citizen, smart_card(signer, AN, *days, at=site.clock.now())[0], "too_many_doses")
