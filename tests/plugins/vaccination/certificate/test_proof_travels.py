"""The proof on the slip, from the site that signed it to a post without a network: admitted by the shipped policy, and not when it
is forged, expired, barred or about a dose that was taken back."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.delegation.records import BarredDevice
from kiosk.domain import Credential, Decision, Draft, Record, Trust
from kiosk.plugin import DecodedCode
from plugins.national_platform.publishing import publish
from plugins.vaccination.certificate import proof
from plugins.vaccination.records.care import Was
from tests.plugins.vaccination.certificate.conftest import exchange
from tests.support.appliance import Workshop, assert_whole, codes, show
from tests.support.checkpoint_post import Officer
from tests.support.checkpoint_post import codes_of as codes_at_the_post
from tests.support.exchange import Kiosk, Platform
from tests.support.vaccination import CROWD, arrive, citizen_of, dose, today, vaccination_site

AN, BINH = CROWD[:2]


def proof_of(appliance: Appliance, record: Record) -> str:
    plugin: Any = appliance.host.plugin("vaccination")
    with appliance.session() as session:
        text = proof.payload_of(record, session, plugin.site)
    assert text is not None
    return text


def read(appliance: Appliance, text: str) -> Credential:
    scan = appliance.new_scan(DecodedCode(text, text.encode(), "QRCode"), "test")
    found = appliance.host.first("read_credential", scan=scan).value
    assert isinstance(found, Credential), found
    return found


def vaccinated(site: Kiosk, person: Any = AN, **more: Any) -> Record:
    return dose(site.appliance, arrive(site.appliance, person), **more)


def test_a_proof_is_read_with_the_names_that_certificates_have(
    site: Kiosk, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    record = vaccinated(site, number=2, product="Comirnaty", lot="FD7958")
    found = read(post.appliance, proof_of(site.appliance, record))
    assert (found.kind, found.trust, found.issuer) == (
        "vaccination_proof",
        Trust.VERIFIED,
        f"device:{site.appliance.identity.device}",
    )
    said = {name: claim.value for name, claim in found.claims.items()}
    assert json.loads(said.pop("vaccination.doses")) == [
        {"product": "Comirnaty", "on": today(site.appliance), "number": 2, "of": 2, "lot": "FD7958"}
    ]
    issued, ends = (datetime.fromisoformat(said.pop(name)) for name in ("issued_at", "expires_at"))
    assert ends - issued == timedelta(days=14)
    assert said == {
        "certificate.id": str(record.id),
        "vaccination.record": str(record.id),
        "vaccination.product": "Comirnaty",
        "vaccination.lot": "FD7958",
        "vaccination.site": "test-site",
        "vaccination.doses_given": "2",
        "vaccination.doses_total": "2",
        "vaccination.last_dose_on": today(site.appliance),
        "doses": "2",
        "certificate.types": "vaccination",
        "certificate.colour": "green",
        "name": AN.name,
        "birth_date": str(AN.birth_date.year),
        "citizen": citizen_of(post.appliance, AN),
    }


def test_the_shipped_policy_admits_by_the_proof_alone(
    site: Kiosk, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    """The policy of a public place in a red area asks for doses; the post has no network."""
    post = post_named("post")
    exchange(platform, post)
    text = proof_of(site.appliance, vaccinated(site, number=2))
    officer = Officer(post.appliance)
    healthy = {"declaration__symptoms": "no", "declaration__contact": "no"}
    before = officer.scan(AN.cccd_2021(), **healthy)
    assert before["answer"]["decision"] == "ask"
    after = officer.scan(text, **healthy)
    assert (after["answer"]["decision"], codes_at_the_post(after)[0]) == ("admit", "checkpoint.passes"), after["answer"]
    assert_whole(post.appliance)


def test_a_first_dose_is_yellow_and_does_not_pass_there(
    site: Kiosk, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    text = proof_of(site.appliance, vaccinated(site))
    assert read(post.appliance, text).value("certificate.colour") == "yellow"
    officer = Officer(post.appliance)
    healthy = {"declaration__symptoms": "no", "declaration__contact": "no"}
    officer.scan(AN.cccd_2021(), **healthy)
    assert officer.scan(text, **healthy)["answer"]["decision"] != "admit"


def test_a_proof_of_another_person_is_of_no_use(
    site: Kiosk, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    exchange(platform, post)
    text = proof_of(site.appliance, vaccinated(site, number=2))
    officer = Officer(post.appliance)
    officer.scan(BINH.cccd_2021())
    reply = officer.scan(text)
    assert (reply["answer"]["decision"], codes_at_the_post(reply)[0]) == ("refer", "checkpoint.another_person")


@pytest.mark.parametrize("place", [40, 200, -20])
def test_an_altered_proof_proves_nothing(site: Kiosk, place: int) -> None:
    text = proof_of(site.appliance, vaccinated(site))
    place %= len(text)
    changed = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
    answer = show(site.appliance, changed)
    assert answer.decision in (Decision.REFUSE, Decision.REFER)
    assert "vaccination.proof_yellow" not in codes(answer)


def test_it_ends_after_its_days(site: Kiosk) -> None:
    text = proof_of(site.appliance, vaccinated(site, number=2))
    site.clock.ahead += timedelta(days=14, minutes=1)
    found = read(site.appliance, text)
    assert (found.trust, found.value("failed_step"), found.value("certificate.colour")) == (
        Trust.INVALID,
        "time",
        "none",
    )
    answer = show(site.appliance, text)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFUSE, "vaccination.proof_time")
    site.clock.is_trusted = False
    answer = show(site.appliance, text)
    assert (answer.decision, "vaccination.proof_clock" in codes(answer)) == (Decision.REFER, True)


def test_a_stolen_device_is_barred_with_every_proof(
    site: Kiosk, platform: Platform, post_named: Callable[[str], Kiosk]
) -> None:
    post = post_named("post")
    text = proof_of(site.appliance, vaccinated(site))
    journal = platform.appliance.journal
    barred = Draft("core.barred_device", BarredDevice(device=site.appliance.identity.device))
    publish(journal, "nation", [barred], journal.clock.now(), True)
    exchange(platform, post)
    answer = show(post.appliance, text)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFUSE, "vaccination.proof_device_barred")


def test_a_dose_that_was_taken_back_has_no_proof_and_its_old_one_counts_nowhere_it_is_known(site: Kiosk) -> None:
    visitor = arrive(site.appliance, AN)
    record = dose(site.appliance, visitor)
    text = proof_of(site.appliance, record)
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site.appliance))
    back = dose(site.appliance, visitor, amends=str(record.id), was=was, void=True, reason="ghi nhầm người")
    assert read(site.appliance, text).value("failed_step") == "withdrawn"
    with site.appliance.session() as session:
        plugin: Any = site.appliance.host.plugin("vaccination")
        assert proof.payload_of(record, session, plugin.site) is None
        assert proof.payload_of(back, session, plugin.site) is None


def test_before_it_is_delegated_a_site_proves_itself_only(
    workshop: Workshop, post_named: Callable[[str], Kiosk]
) -> None:
    alone = vaccination_site(workshop, data="alone", name="alone")
    text = proof_of(alone, dose(alone, arrive(alone, AN)))
    assert read(alone, text).trust is Trust.VERIFIED
    found = read(post_named("post").appliance, text)
    assert (found.trust, found.value("citizen")) == (Trust.UNVERIFIED, None)
