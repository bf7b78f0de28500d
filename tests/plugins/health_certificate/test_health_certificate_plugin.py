"""The plugin in a running appliance: verdicts, findings, trust records, and what the technician sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.decide import decide
from kiosk.domain import Claim, Credential, Decision, Draft, Encounter, Finding, HealthLevel, Severity, Station, Trust
from plugins.health_certificate import judging, words
from plugins.health_certificate.key_files import materials, read_keys
from plugins.health_certificate.records import Revocation, TrustKey, TrustList
from plugins.health_certificate.steps import UNDECIDED, Step
from tests.plugins.health_certificate.conftest import scan_of
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, records, show
from tests.support.issuing import Issuer, hc1, issuer, shc, smart_jws, vds_nc

NOW = datetime.now().astimezone()
FRESH = {"begin": NOW - timedelta(days=1), "end": NOW + timedelta(days=1)}
Start = Callable[..., Appliance]


@pytest.fixture
def by() -> Issuer:
    """Within its term today."""
    return issuer(begin=NOW - timedelta(days=30), end=NOW + timedelta(days=30))


@pytest.fixture
def start(workshop: Workshop) -> Start:
    def make(settings: str = "", **more: Any) -> Appliance:
        return workshop.start(["health_certificate"], sections=f"[plugin.health_certificate]\n{settings}", **more)

    return make


def believe(appliance: Appliance, by: Issuer, **more: Any) -> None:
    appliance.record([Draft("health_certificate.trust_key", TrustKey(material=materials(by.pem)[0], **more))])


def test_a_valid_certificate_is_a_note_and_no_ground(start: Start, by: Issuer) -> None:
    appliance = start()
    believe(appliance, by)
    answer = show(appliance, hc1(by, **FRESH))
    assert codes(answer) == ["core.no_ground", "health_certificate.valid.green"]
    assert answer.decision is Decision.REFER
    assert answer.citizen == {"name": "N*** T*** Mẫu"}
    body = assert_whole(appliance)[-1].data
    assert (body.credential, body.trust) == ("eu_dcc", "verified")


def test_each_verdict_at_the_gate(start: Start, by: Issuer) -> None:
    appliance = start()
    assert codes(show(appliance, hc1(by, **FRESH)))[0] == "health_certificate.no_trust_list"
    believe(appliance, by)
    past = {"begin": NOW - timedelta(days=9), "end": NOW - timedelta(days=1)}
    future = {"begin": NOW + timedelta(days=1), "end": NOW + timedelta(days=2)}
    payload = hc1(by, **FRESH)
    cases = [
        (hc1(by, **past), Decision.REFUSE, "health_certificate.expired"),
        (hc1(by, **future), Decision.REFUSE, "health_certificate.not_yet_valid"),
        (hc1(issuer(), **FRESH), Decision.REFER, "health_certificate.unknown_issuer"),
        (payload[:-2], Decision.REFER, "eu_dcc."),
        ("shc:/1", Decision.REFER, "smart_health_card.numeric"),
    ]
    for shown, decision, code in cases:
        answer = show(appliance, shown)
        assert (answer.decision, codes(answer)[0].startswith(code)) == (decision, True), code
        assert all(finding["text"]["vi"] for finding in answer.findings)
    assert_whole(appliance)


def test_a_forged_one_is_refused(start: Start, by: Issuer) -> None:
    appliance = start()
    believe(appliance, by)
    seal = vds_nc(by).replace("NGUYEN THI MAU", "TRAN VAN KHAC")
    answer = show(appliance, seal)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFUSE, "health_certificate.invalid.signature")
    assert records(appliance)[-1].citizen is None  # a forger's words point at nobody


def test_an_untrusted_clock_refers_instead(start: Start, by: Issuer) -> None:
    appliance = start(clock=SetClock(is_trusted=False))
    believe(appliance, by)
    past = {"begin": NOW - timedelta(days=9), "end": NOW - timedelta(days=1)}
    for shown in (hc1(by, **FRESH), hc1(by, **past)):
        answer = show(appliance, shown)
        assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "health_certificate.clock_untrusted")


def test_keys_and_certificates_are_withdrawn_by_records(start: Start, by: Issuer) -> None:
    appliance = start()
    believe(appliance, by)
    payload = hc1(by, **FRESH)
    kid = read_keys(by.der)[0].ids[0]
    assert codes(show(appliance, payload))[-1] == "health_certificate.valid.green"
    for active, code in ((True, "health_certificate.invalid.revoked"), (False, "core.no_ground")):
        appliance.record(
            [Draft("health_certificate.revocation", Revocation(hashes=[f"kid:{kid}"], active=active, source="t"))]
        )
        assert codes(show(appliance, payload))[0] == code
    believe(appliance, by, active=False)
    assert codes(show(appliance, payload))[0] == "health_certificate.no_trust_list"
    assert_whole(appliance)


def test_keys_of_files_serve_beside_records(start: Start, by: Issuer, tmp_path: Path) -> None:
    (tmp_path / "key.pem").write_bytes(by.pem)
    appliance = start(f'trust_files = ["{tmp_path / "key.pem"}"]')
    assert codes(show(appliance, hc1(by, **FRESH)))[-1] == "health_certificate.valid.green"


def test_formats_that_a_site_does_not_read(start: Start, by: Issuer) -> None:
    appliance = start('formats = ["smart_health_card"]')
    assert codes(show(appliance, hc1(by)))[0] == "core.unknown_code"


def test_a_card_in_three_codes(start: Start, by: Issuer) -> None:
    appliance = start()
    appliance.record(
        [
            Draft(
                "health_certificate.trust_key",
                TrustKey(material=materials(_jwk(by))[0], issuer="https://issuer.invalid"),
            )
        ]
    )
    parts = shc(smart_jws(by), 3)
    before = len(records(appliance))
    for number, part in enumerate(parts[:2], 1):
        answer = show(appliance, part)
        assert (answer.decision, codes(answer)) == (Decision.ASK, ["health_certificate.other_codes"])
        assert f"{number}" in answer.findings[0]["text"]["en"]
    assert len(records(appliance)) == before  # half a card is no visit
    answer = show(appliance, parts[2])
    assert codes(answer)[-1] == "health_certificate.valid.green"
    assert answer.record is not None
    assert show(appliance, parts[0]).decision is Decision.ASK  # the next person begins anew


def _jwk(by: Issuer) -> bytes:
    return json.dumps(by.jwk(kid="k1")).encode()


def _health(appliance: Appliance) -> dict[str, HealthLevel]:
    return {one.name: one.level for one in appliance.health() if one.name.startswith("health_certificate")}


def test_health_says_whether_anybody_is_believed(start: Start, by: Issuer, tmp_path: Path) -> None:
    (tmp_path / "bad.pem").write_bytes(b"nothing")
    appliance = start(f'trust_files = ["{tmp_path / "bad.pem"}"]')
    assert _health(appliance) == {
        "health_certificate.trust": HealthLevel.WARNING,
        "health_certificate.trust_files": HealthLevel.WARNING,
    }
    believe(appliance, by)
    assert _health(appliance)["health_certificate.trust"] is HealthLevel.OK
    text = next(one.text.en for one in appliance.health() if one.name == "health_certificate.trust")
    assert text.startswith("Trusted keys: 1;")


def test_an_old_list_is_told_until_it_is_renewed(workshop: Workshop, by: Issuer) -> None:
    begin = SetClock(-timedelta(days=40))
    old = workshop.start(["health_certificate"], clock=begin)
    believe(old, by)
    workshop.stop(old)
    appliance = workshop.start(["health_certificate"], clock=SetClock())
    answer = show(appliance, hc1(by, **FRESH))
    assert codes(answer) == ["core.no_ground", "health_certificate.valid.green", "health_certificate.trust_list_stale"]
    assert "40 days" in answer.findings[-1]["text"]["en"]
    assert _health(appliance)["health_certificate.trust"] is HealthLevel.WARNING
    appliance.record([Draft("health_certificate.trust_list", TrustList(source="EU", keys=1))])
    assert "health_certificate.trust_list_stale" not in codes(show(appliance, hc1(by, **FRESH)))
    assert _health(appliance)["health_certificate.trust"] is HealthLevel.OK


# --- findings by themselves

STATION = Station("s", "Site")


def judged(credential: Credential, clock_trusted: bool = True) -> list[Finding]:
    encounter = Encounter(scan_of("x"), STATION, credential=credential, clock_trusted=clock_trusted)
    return list(judging.judge(encounter, has_keys=True, stale_days=None))


def every_credential() -> Iterator[tuple[str, Step | None, Trust]]:
    for kind in judging.LEGAL_BASIS:
        for step in [None, *Step]:
            trust = Trust.VERIFIED if step is None else Trust.UNVERIFIED if step in UNDECIDED else Trust.INVALID
            yield kind, step, trust


@pytest.mark.parametrize(("kind", "step", "trust"), list(every_credential()))
def test_nothing_but_a_verified_certificate_is_without_weight(kind: str, step: Step | None, trust: Trust) -> None:
    claims = {"failed_step": Claim(step.value)} if step else {"certificate.colour": Claim("green")}
    found = judged(Credential(kind, claims, trust))
    weights = {finding.severity for finding in found}
    wanted = {Trust.VERIFIED: Severity.NOTE, Trust.INVALID: Severity.BAR, Trust.UNVERIFIED: Severity.CONCERN}[trust]
    assert wanted in weights or (step is Step.CHUNKS and weights == {Severity.OPEN})
    assert Severity.GROUND not in weights
    for finding in found:
        assert finding.text.vi
        assert finding.text.en
        assert finding.legal_basis
    assert decide(found)[0] is not Decision.ADMIT


@pytest.mark.parametrize(
    ("claims", "code"),
    [
        ({"certificate.types": "test", "test.result": "negative"}, "test_negative"),
        ({"certificate.types": "test", "test.result": "positive"}, "test_positive"),
        ({"certificate.types": "test"}, "test"),
        ({"certificate.types": "recovery"}, "recovery"),
        ({"certificate.types": "vaccination", "certificate.colour": "yellow"}, "yellow"),
        ({"certificate.types": "vaccination,test", "certificate.colour": "green", "test.result": "negative"}, "green"),
        (
            {"certificate.types": "vaccination,test", "certificate.colour": "green", "test.result": "positive"},
            "test_positive",
        ),
        ({"certificate.types": "vaccination", "certificate.colour": "none"}, "none"),
    ],
)
def test_what_a_valid_certificate_is_called(claims: dict[str, str], code: str) -> None:
    credential = Credential("eu_dcc", {name: Claim(value) for name, value in claims.items()}, Trust.VERIFIED)
    assert [one.code for one in judged(credential)] == [f"health_certificate.valid.{code}"]


def test_every_step_and_warning_has_words() -> None:
    before_a_certificate = {step for step in Step if step in words.MALFORMED}
    after = {step for step in Step if step in words.INVALID}
    told_otherwise = {Step.KID, Step.TIME, Step.CANONICAL, Step.COVERAGE}
    assert before_a_certificate | after | told_otherwise == set(Step)
    warned = [*words.WARNINGS, "code_unknown.mp"]
    credential = Credential(
        "eu_dcc", {}, Trust.VERIFIED, warnings=tuple(f"health_certificate.{name}" for name in warned)
    )
    assert len(judged(credential)) == 1 + len(words.WARNINGS)


def test_other_peoples_credentials_are_left_alone() -> None:
    assert judged(Credential("cccd", {}, Trust.INVALID)) == []
