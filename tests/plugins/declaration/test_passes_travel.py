"""A pass from its kiosk to another post, through the real platform: keys, delegations, withdrawals, and what clocks do."""

from __future__ import annotations

import base64
import stat
import time
from collections.abc import Callable
from datetime import timedelta

from sqlalchemy import func, select

from kiosk.appliance import Appliance
from kiosk.delegation import health, key_files
from kiosk.delegation.models import DelegationRow, IssuerKeyRow
from kiosk.delegation.records import BarredDevice, IssuerKey, SigningKey
from kiosk.domain import Decision, Draft, HealthCheck, Severity
from kiosk.encounter.answers import Answer
from kiosk.plugin import DecodedCode
from plugins.declaration import declaring
from plugins.declaration.models import WithdrawnRow
from plugins.national_platform.publishing import publish
from tests.plugins.declaration.conftest import Kiosk, Platform, code_of, declare, plugin, tick
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, records, show


def count(appliance: Appliance, model: type) -> int:
    with appliance.session() as session:
        return session.scalar(select(func.count()).select_from(model)) or 0


def signing_checks(appliance: Appliance) -> list[HealthCheck]:
    return health.checks(appliance.signing, appliance.clock.now().timestamp())


def said(answer: Answer) -> list[str]:
    """This slice's findings."""
    return [code for code in codes(answer) if code.startswith("declaration.")]


def _code(text: str) -> DecodedCode:
    return DecodedCode(text, text.encode(), "QRCode")


def test_a_kiosks_pass_is_proven_at_a_post_that_knows_only_the_platforms_key(
    delegated: Kiosk, kiosk_named: Callable[[str], Kiosk]
) -> None:
    post = kiosk_named("post")
    post.exchange()
    issued = declare(delegated.appliance)
    text = code_of(delegated.appliance, issued)
    credential = plugin(post.appliance).read_credential(post.appliance.new_scan(_code(text), "test"))
    assert credential.trust == "verified"
    assert credential.issuer == f"device:{delegated.appliance.identity.device}"
    assert credential.warnings == ()
    assert {name: claim.value for name, claim in credential.claims.items() if "." in name} == {
        "declaration.id": issued.record.data.pass_id,
        "declaration.kind": "movement",
        "declaration.symptoms": "no",
        "declaration.contact": "no",
        "declaration.on_behalf": "no",
        "declaration.travelled": "no",
        "declaration.valid": "yes",
        "declaration.issued_at": credential.value("declaration.issued_at"),
        "declaration.valid_until": credential.value("declaration.valid_until"),
        "origin.province": "01",
        "origin.district": "001",
        "origin.ward": "00001",
        "destination.province": "79",
        "vehicle.class": "motorbike",
        "vehicle.plate": "29A-123.45",
        "vehicle.companions": "1",
    }
    assert credential.value("citizen") == post.appliance.pseudonym("001090012345")
    assert credential.value("national_id_tail") == "2345"
    answer = show(post.appliance, text)
    assert said(answer) == ["declaration.valid"]
    assert answer.decision is Decision.REFER  # a note is no ground to admit
    assert_whole(post.appliance)
    assert_whole(delegated.appliance)


def test_a_pass_that_was_made_before_delegation_is_shown_to_a_person_elsewhere(
    platform: Platform, kiosk_named: Callable[[str], Kiosk]
) -> None:
    kiosk, post = kiosk_named("kiosk"), kiosk_named("post")
    tick(platform.appliance)
    post.exchange()
    text = code_of(kiosk.appliance, declare(kiosk.appliance))
    assert said(show(kiosk.appliance, text)) == ["declaration.valid"]
    assert said(show(post.appliance, text)) == ["declaration.key_unknown"]


def test_the_platform_signs_by_itself(platform: Platform, kiosk_named: Callable[[str], Kiosk]) -> None:
    tick(platform.appliance)
    post = kiosk_named("post")
    post.exchange()
    text = code_of(platform.appliance, declare(platform.appliance))
    assert said(show(post.appliance, text)) == ["declaration.valid"]


def test_a_withdrawn_pass_is_refused_at_every_post(
    delegated: Kiosk, platform: Platform, kiosk_named: Callable[[str], Kiosk]
) -> None:
    post = kiosk_named("post")
    post.exchange()
    issued = declare(delegated.appliance)
    text = code_of(delegated.appliance, issued)
    declaring.withdraw(plugin(delegated.appliance)._context, issued.record.data.pass_id)
    assert said(show(delegated.appliance, text)) == ["declaration.withdrawn"]
    assert said(show(post.appliance, text)) == ["declaration.valid"]  # it cannot know yet
    delegated.exchange()
    tick(platform.appliance)
    tick(platform.appliance)
    assert count(platform.appliance, WithdrawnRow) == 2  # the device's word, and the platform's once
    post.exchange()
    answer = show(post.appliance, text)
    assert (answer.decision, said(answer)) == (Decision.REFUSE, ["declaration.withdrawn"])


def test_a_device_cannot_withdraw_the_pass_of_another(
    delegated: Kiosk, platform: Platform, kiosk_named: Callable[[str], Kiosk]
) -> None:
    other = kiosk_named("other")
    issued = declare(delegated.appliance)
    delegated.exchange()
    declaring.withdraw(plugin(other.appliance)._context, issued.record.data.pass_id)
    other.exchange()
    tick(platform.appliance)
    delegated.exchange()
    text = code_of(delegated.appliance, issued)
    assert said(show(platform.appliance, text)) == ["declaration.valid"]
    assert said(show(delegated.appliance, text)) == ["declaration.valid"]


def test_an_edit_makes_a_new_pass_and_withdraws_the_old(delegated: Kiosk) -> None:
    first = declare(delegated.appliance)
    old = code_of(delegated.appliance, first)
    second = declare(delegated.appliance, replaces=first.record.data.pass_id, phone="0999999999")
    assert said(show(delegated.appliance, old)) == ["declaration.withdrawn"]
    assert said(show(delegated.appliance, code_of(delegated.appliance, second))) == ["declaration.valid"]


def test_the_secret_opens_the_declaration_also_on_the_platform(delegated: Kiosk, platform: Platform) -> None:
    issued = declare(delegated.appliance)
    delegated.exchange()
    for appliance in (delegated.appliance, platform.appliance):
        with appliance.session() as session:
            context = plugin(appliance)._context
            found = declaring.find(context, session, issued.record.data.pass_id, issued.secret)
            assert found is not None
            assert found.data == issued.record.data
            assert declaring.find(context, session, issued.record.data.pass_id, "x" + issued.secret) is None
            assert declaring.find(context, session, "A" * 16, issued.secret) is None
    assert issued.secret not in (issued.record.body or "")


def test_expired_not_yet_valid_and_a_clock_that_nobody_trusts(delegated: Kiosk) -> None:
    text = code_of(delegated.appliance, declare(delegated.appliance))
    delegated.clock.ahead = timedelta(hours=73)
    late = show(delegated.appliance, text)
    assert (late.decision, said(late)) == (Decision.REFUSE, ["declaration.expired"])
    delegated.clock.is_trusted = False
    unsure = show(delegated.appliance, text)
    assert (unsure.decision, said(unsure)) == (Decision.REFER, ["declaration.clock_untrusted"])


def test_a_post_whose_clock_is_minutes_behind_takes_a_fresh_pass(
    delegated: Kiosk, kiosk_named: Callable[[str], Kiosk]
) -> None:
    post = kiosk_named("post")
    post.exchange()
    post.clock.ahead = -timedelta(minutes=4)
    assert said(show(post.appliance, code_of(delegated.appliance, declare(delegated.appliance)))) == [
        "declaration.valid"
    ]


def test_a_stolen_kiosk_is_barred_with_every_pass_it_signs(
    delegated: Kiosk, platform: Platform, kiosk_named: Callable[[str], Kiosk]
) -> None:
    post = kiosk_named("post")
    text = code_of(delegated.appliance, declare(delegated.appliance))
    journal, device = platform.appliance.journal, delegated.appliance.identity.device
    publish(journal, "nation", [Draft("core.barred_device", BarredDevice(device=device))], journal.clock.now(), True)
    # a device's own word on that counts nothing
    delegated.appliance.record([Draft("core.barred_device", BarredDevice(device=device, barred=False))])
    delegated.exchange()
    post.exchange()
    answer = show(post.appliance, text)
    assert (answer.decision, said(answer)) == (Decision.REFUSE, ["declaration.issuer_ended"])
    back = BarredDevice(device=device, barred=False)
    publish(journal, "nation", [Draft("core.barred_device", back)], journal.clock.now(), True)
    post.exchange()
    assert said(show(post.appliance, text)) == ["declaration.valid"]


def test_not_yet_valid(workshop: Workshop) -> None:
    ahead, plain = SetClock(timedelta(hours=5)), SetClock()
    kiosk = workshop.open(["declaration"], clock=ahead)
    text = code_of(kiosk, declare(kiosk))
    workshop.stop(kiosk)
    kiosk = workshop.open(["declaration"], clock=plain)
    scan = kiosk.new_scan(_code(text), "test")
    assert plugin(kiosk).read_credential(scan).warnings == ("declaration.not_yet_valid",)


def test_symptoms_and_contact_go_to_medical_staff(delegated: Kiosk) -> None:
    answer = show(delegated.appliance, code_of(delegated.appliance, declare(delegated.appliance, symptoms=["fever"])))
    assert (answer.decision, said(answer)) == (Decision.REFER, ["declaration.symptoms"])
    assert answer.findings[0]["severity"] == Severity.CONCERN
    assert answer.findings[0]["legal_basis"]
    assert answer.findings[0]["next_step"]["vi"]
    met = show(delegated.appliance, code_of(delegated.appliance, declare(delegated.appliance, contacts=["case"])))
    assert said(met) == ["declaration.contact"]


def test_a_damaged_code_is_referred_with_words(delegated: Kiosk) -> None:
    text = code_of(delegated.appliance, declare(delegated.appliance))
    answer = show(delegated.appliance, text[:100])
    assert answer.decision is Decision.REFER
    assert said(answer) == ["declaration.cose"]
    changed = show(delegated.appliance, text[:-3] + ("000" if text[-3:] != "000" else "100"))
    assert (changed.decision, said(changed)) == (Decision.REFUSE, ["declaration.not_genuine"])


def test_keys_are_announced_and_answered_once(delegated: Kiosk, platform: Platform) -> None:
    for _ in range(3):
        tick(delegated.appliance)
        delegated.exchange()
        tick(platform.appliance)
    assert count(platform.appliance, IssuerKeyRow) == 1
    assert count(platform.appliance, DelegationRow) == 1
    announced = [one for one in records(delegated.appliance) if isinstance(one.data, SigningKey)]
    assert len(announced) == 1
    assert_whole(platform.appliance)


def test_a_delegation_is_renewed_when_half_its_time_is_over(delegated: Kiosk, platform: Platform) -> None:
    with delegated.appliance.session() as session:
        first = delegated.appliance.signing.ring.delegation(session)
    for clock in (delegated.clock, platform.clock):
        clock.ahead = timedelta(days=16)
    tick(delegated.appliance)
    tick(delegated.appliance)
    delegated.exchange()
    tick(platform.appliance)
    delegated.exchange()
    with delegated.appliance.session() as session:
        second = delegated.appliance.signing.ring.delegation(session)
    assert first
    assert second
    assert second[1] > first[1]
    assert count(delegated.appliance, DelegationRow) == 2


def test_a_device_cannot_name_itself_the_platform(delegated: Kiosk, platform: Platform) -> None:
    """A key that a device's own journal calls the platform's is believed nowhere."""
    point = key_files.point(delegated.appliance.signing.ring.own_key())
    text = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    delegated.appliance.record([Draft("core.issuer_key", IssuerKey(point=text))])
    delegated.exchange()
    assert count(platform.appliance, IssuerKeyRow) == 1
    assert count(delegated.appliance, IssuerKeyRow) == 1


def test_the_private_key_is_its_owners_alone_and_stays(delegated: Kiosk) -> None:
    ring = delegated.appliance.signing.ring
    path = ring.path()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    again = key_files.load_or_make(path)
    assert key_files.point(again) == key_files.point(ring.own_key())
    assert [one.name for one in path.parent.iterdir() if one.name.endswith(".new")] == []


def test_a_post_whose_own_key_is_damaged_reads_the_passes_of_others(
    delegated: Kiosk, workshop: Workshop, kiosk_named: Callable[[str], Kiosk]
) -> None:
    post = kiosk_named("post")
    post.exchange()
    ring = post.appliance.signing.ring
    ring.path().write_text("nothing")
    ring._key = None
    for _ in range(4):
        assert said(show(post.appliance, code_of(delegated.appliance, declare(delegated.appliance)))) == [
            "declaration.valid"
        ]
    post.appliance.signing.keep()
    wait_until(lambda: post.appliance.signing.keeper.repeated.failure)
    post.appliance.signing.stop()
    (check,) = signing_checks(post.appliance)
    assert check.level == "fault"


def test_health_says_whether_passes_count_elsewhere(delegated: Kiosk, workshop: Workshop) -> None:
    tick(delegated.appliance)
    (check,) = signing_checks(delegated.appliance)
    assert check.level == "ok"
    delegated.clock.ahead = timedelta(days=31)
    (check,) = signing_checks(delegated.appliance)
    assert check.level == "warning"
    alone = workshop.open(["declaration"], data="alone", name="alone")
    assert signing_checks(alone) == []
    tick(alone)
    (check,) = signing_checks(alone)
    assert check.level == "info"


def wait_until(condition: Callable[[], object]) -> None:
    end = time.monotonic() + 120
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.01)


def test_figures_count_todays_declarations(delegated: Kiosk) -> None:
    declare(delegated.appliance)
    declare(delegated.appliance, kind="place", journey=None, symptoms=["cough"])
    shown = {one.name: one.value for one in plugin(delegated.appliance).figures("test-site")}
    assert shown == {"declaration.place": 1, "declaration.movement": 1, "declaration.symptoms": 1}
    assert {one.value for one in plugin(delegated.appliance).figures("elsewhere")} == {0}
