"""A post with the shipped readers of passes and certificates: real signatures, real policies, as a traveller meets them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Draft, QrCode
from plugins.declaration.records import Withdrawn
from tests.plugins.declaration.form_visits import HEALTHY, JOURNEY, WHO
from tests.plugins.declaration.paper_browser import PaperBrowser
from tests.support.appliance import SetClock, Workshop, assert_whole, records
from tests.support.checkpoint_post import CROWD, Officer, codes_of
from tests.support.issuing import Issuer, dcc, hc1, issuer

AN, BINH = CROWD[:2]
PLUGINS = ("citizen_id", "health_certificate", "declaration", "checkpoint", "receipt_printing")
SECTIONS = """
[plugin.checkpoint]
policies = "demo"
policy = "demo_gate"
slips = true

[[plugin.checkpoint.posts]]
id = "north"
name_vi = "Chốt phía Bắc"
name_en = "North gate"
area = "01"
lanes = ["A", "B"]

[plugin.health_certificate]
trust_files = ["{trust}"]

[plugin.receipt_printing]
printer = {{ kind = "virtual" }}
"""
NOW = datetime.now(UTC)
TERM = {"begin": NOW - timedelta(days=90), "end": NOW + timedelta(days=700)}
SIGNER = issuer(**TERM)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def post(workshop: Workshop, clock: SetClock) -> Appliance:
    trust = workshop.folder / "trusted.pem"
    trust.write_bytes(SIGNER.pem)
    return workshop.start(PLUGINS, sections=SECTIONS.format(trust=trust), clock=clock)


def pass_of(appliance: Appliance, person: Any, **more: Any) -> str:
    """What the QR on a declared pass says: declared on the post's own form."""
    from kiosk.web.app import create_app

    app = create_app(appliance)
    tab = PaperBrowser(app.test_client())
    who = {**WHO, "name": person.name, "document": person.national_id, "birth_year": str(person.birth_date.year)}
    tab.open("/declaration/new/movement").fill(**who).press().fill(**{**JOURNEY, **more}).press()
    tab.fill(**{**HEALTHY, **{key: value for key, value in more.items() if key in HEALTHY}}).press()
    tab.fill(consent="yes").press("send")
    assert "/pass/" in tab.path, tab.errors()
    record = [one for one in records(appliance) if one.kind == "declaration.declared"][-1]
    sections = appliance.host.plugin("declaration").receipt_sections(None, record, "vi")
    return next(block.payload for section in sections for block in section.blocks if isinstance(block, QrCode))


def certificate_of(person: Any, now: datetime, by: Issuer = SIGNER) -> str:
    """A certificate of two doses; the post trusts its usual issuer."""
    *given, last = reversed(person.name.split())
    vaccination = {
        "tg": "840539006", "vp": "1119349007", "mp": "EU/1/20/1528", "ma": "ORG-100030215", "dn": 2, "sd": 2,
        "dt": (now - timedelta(days=60)).date().isoformat(), "co": "VN", "is": "Bộ Y tế", "ci": "URN:UVCI:01:VN:1",
    }  # fmt: skip
    name = {"fn": last, "gn": " ".join(reversed(given)), "fnt": last, "gnt": " ".join(reversed(given))}
    content = dcc(v=[vaccination]) | {"nam": name, "dob": person.birth_date.isoformat()}
    return hc1(by, content, begin=now - timedelta(days=30), end=now + timedelta(days=300))


def test_declared_once_and_read_in_a_moment(post: Appliance) -> None:
    payload = pass_of(post, AN)
    officer = Officer(post)
    reply = officer.scan(payload)
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("admit", "checkpoint.passes"), reply["answer"]
    vehicle = reply["state"]["vehicle"]
    assert (vehicle["plate"], vehicle["class"], vehicle["decision"]) == ("29A***45", "motorbike", "admit")
    assert officer.scan(AN.cccd_2021())["answer"]["decision"] == "admit"
    one, two = [record for record in records(post) if record.kind == "checkpoint.passage"]
    assert one.citizen == two.citizen == post.pseudonym(AN.national_id)
    assert two.data.replaces == str(one.id)
    assert len(two.data.ticket) == 6
    assert_whole(post)


def test_a_pass_of_another_person_is_replayed_in_vain(post: Appliance) -> None:
    payload = pass_of(post, AN)
    officer = Officer(post)
    officer.scan(BINH.cccd_2021())
    reply = officer.scan(payload)
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "checkpoint.another_person")


def test_a_screenshot_of_an_old_pass_is_stopped(post: Appliance, clock: SetClock) -> None:
    payload = pass_of(post, AN)
    clock.ahead += timedelta(hours=73)
    reply = Officer(post).scan(payload)
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refuse", "declaration.expired")


def test_a_withdrawn_pass_is_stopped_and_the_policy_knows_it(post: Appliance) -> None:
    payload = pass_of(post, AN)
    declared = [one for one in records(post) if one.kind == "declaration.declared"][-1]
    post.record([Draft("declaration.withdrawn", Withdrawn(pass_id=declared.data.pass_id))])
    reply = Officer(post).scan(payload)
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refuse", "declaration.withdrawn")
    assert records(post)[-1].data.facts["declaration.valid"] is False


def test_an_altered_pass_is_stopped(post: Appliance) -> None:
    payload = pass_of(post, AN)
    for place in (30, len(payload) // 2, len(payload) - 3):
        letter = "A" if payload[place] != "A" else "B"
        reply = Officer(post, operator=str(place)).scan(payload[:place] + letter + payload[place + 1 :])
        assert reply["answer"]["decision"] in ("refuse", "refer"), place


def test_with_an_untrusted_clock_the_officer_looks(post: Appliance, clock: SetClock) -> None:
    payload = pass_of(post, AN)
    clock.is_trusted = False
    reply = Officer(post).scan(payload)
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "declaration.clock_untrusted")


def test_a_green_certificate_lets_pass_who_comes_from_a_red_area(post: Appliance, clock: SetClock) -> None:
    payload = pass_of(post, AN, origin_province="79", origin_district="760", origin_ward="26734")
    officer = Officer(post)
    reply = officer.scan(payload)
    assert reply["answer"]["decision"] == "ask", reply["answer"]
    assert reply["answer"]["questions"][0]["id"] == "certificate_colour"
    reply = officer.scan(certificate_of(AN, clock.now()))
    assert reply["answer"]["decision"] == "admit", reply["answer"]
    assert reply["state"]["traveller"]["shown"][-1]["trust"] == "verified"
    assert_whole(post)


def test_another_persons_certificate_does_not(post: Appliance, clock: SetClock) -> None:
    officer = Officer(post)
    officer.scan(pass_of(post, AN, origin_province="79", origin_district="760", origin_ward="26734"))
    reply = officer.scan(certificate_of(BINH, clock.now()))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "checkpoint.another_person")


def test_what_was_found_against_a_certificate_stays(post: Appliance, clock: SetClock) -> None:
    officer = Officer(post)
    reply = officer.scan(certificate_of(AN, clock.now(), issuer(**TERM)))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "health_certificate.unknown_issuer")
    reply = officer.scan(pass_of(post, AN))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "health_certificate.unknown_issuer")
    reply = officer.scan(certificate_of(AN, clock.now()))  # and the right one stands for the wrong one
    assert reply["answer"]["decision"] == "admit"


@pytest.mark.shared
def test_certificates_of_states_are_told_from_forgeries(post: Appliance, shared_data: Path) -> None:
    """Published examples: nothing is admitted that the examples call bad, and each verdict has a reason."""
    import json

    files = sorted((shared_data / "certificates" / "eu-dcc").rglob("*.json"))[:60]
    if not files:
        pytest.skip(f"no certificates in {shared_data}")
    officer = Officer(post)
    seen = 0
    for file in files:
        try:
            payload = json.loads(file.read_text("utf-8")).get("PREFIX", "")
        except (ValueError, AttributeError):
            continue
        if not isinstance(payload, str) or not payload.startswith("HC1:"):
            continue
        reply = officer.scan(payload)
        assert reply["answer"]["decision"] != "admit"  # none of their issuers is trusted here
        assert reply["answer"]["findings"][0]["text"]["vi"]
        officer.do("next")
        seen += 1
    assert seen > 10


def test_what_a_slip_says(post: Appliance) -> None:
    officer = Officer(post)
    officer.scan(pass_of(post, AN))
    passage = [one for one in records(post) if one.kind == "checkpoint.passage"][-1]
    sections = post.host.plugin("checkpoint").receipt_sections(None, passage, "en")
    text = str(sections)
    assert passage.data.ticket in text
    assert "North gate" in text
    assert AN.name not in text
    assert AN.national_id not in text
    assert officer.do("reprint", passage=passage.data.passage)["done"] is True
