"""What goes wrong at a checkpoint, one test each, through the whole post: a clear verdict with a reason, and nobody admitted by a fault.

The shipped readers and the demo's policy, real signatures, an officer at a lane. What each part does by itself is tested where it stands.
"""

from __future__ import annotations

import base64
import json
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import cbor2
import pytest

from kiosk.appliance import Appliance
from kiosk.text import base45 as kiosk_base45
from plugins.checkpoint.policies import SHIPPED
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.transport import Transport
from tests.plugins.checkpoint.test_with_real_papers import (
    PLUGINS,
    SECTIONS,
    SIGNER,
    TERM,
    certificate_of,
    pass_of,
)
from tests.support.appliance import SetClock, Workshop, assert_whole, people, records
from tests.support.checkpoint_post import CROWD, Officer, codes_of
from tests.support.exchange import LIMITS, Platform
from tests.support.issuing import archive, base45, base64url, claims, cose, dcc, digits, hc1, hc1_of, issuer

AN, BINH = CROWD[:2]
MEMORY = 4 * 1024 * 1024  # bytes, for one code of at most 16 kB; the zip bombs hold 5 to 10 MB
SECONDS = 2.0  # the longest a hook may take, and so the longest a traveller waits for one code


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def post(workshop: Workshop, clock: SetClock) -> Appliance:
    return start(workshop, clock)


def start(
    workshop: Workshop, clock: SetClock, policies: str = "demo", trust: bytes = SIGNER.pem, **more: Any
) -> Appliance:
    keys = workshop.folder / "trust"
    keys.mkdir(exist_ok=True)
    for old in keys.iterdir():
        old.unlink()
    if trust:
        (keys / "trusted.pem").write_bytes(trust)
    sections = SECTIONS.replace('policies = "demo"', f'policies = "{policies}"').format(trust=keys)
    given = {"plugins": PLUGINS, "sections": sections, "clock": clock, **more}
    return workshop.start(given.pop("plugins"), **given)


def told(reply: dict[str, Any]) -> tuple[str, str]:
    """The decision and the weightiest finding, which must say in both languages what happened."""
    first = reply["answer"]["findings"][0]
    assert first["text"]["vi"]
    assert first["text"]["en"]
    decision = reply["answer"]["decision"]
    if decision in ("refer", "refuse"):
        assert first["next_step"]["vi"], first["code"]
    return decision, first["code"]


def flipped(text: str, place: int) -> str:
    return text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]


# --- what is on the code


def test_bit_flips_and_truncation(post: Appliance, clock: SetClock) -> None:
    officer = Officer(post)
    for text in (pass_of(post, AN), certificate_of(AN, clock.now())):
        for place in range(5, len(text), len(text) // 12):
            for changed in (flipped(text, place), text[:place]):
                decision, _ = told(officer.scan(changed))
                assert decision in ("refer", "refuse"), (place, changed[:5])
                officer.do("next")
    assert_whole(post)


def test_bit_flips_under_the_checksum(post: Appliance, clock: SetClock) -> None:
    """What is changed before it is packed has a good checksum: the signature alone tells."""
    officer = Officer(post)
    signed = zlib.decompress(kiosk_base45.decode(certificate_of(AN, clock.now()).removeprefix("HC1:")))
    refused = 0
    for place in range(0, len(signed), 5):
        changed = bytearray(signed)
        changed[place] ^= 1 << place % 8
        decision, code = told(officer.scan(hc1_of(bytes(changed))))
        assert decision in ("refer", "refuse"), (place, code)
        refused += code == "health_certificate.invalid.signature"
        officer.do("next")
    assert refused > len(signed) / 5 / 2  # the others are no certificate any more, or name another key
    assert_whole(post)


def in_full(filler: bytes, size: int, level: int = -15) -> bytes:
    """As much of it as inflates out of a code of the greatest length that is looked at."""
    stream = zlib.compressobj(9, zlib.DEFLATED, level)
    return stream.compress(filler * size) + stream.flush()


SMART = base64url(json.dumps({"alg": "ES256", "zip": "DEF", "kid": "k"}).encode())
HUGE = b"\xff" * 8
# payload, and the finding that says which step would not take it
BOMBS = {
    "zip": ("HC1:" + base45(in_full(b"\0", 10_500_000, 15)), "eu_dcc.zlib"),
    "zip, smart health card": (
        "shc:/" + digits(f"{SMART}.{base64url(in_full(b' ', 5_500_000))}.AAAA"), "smart_health_card.zlib"
    ),
    "zip, divoc": ("B64:" + base64.b64encode(archive(b" " * 10_000_000)).decode(), "divoc.zip"),
    "zip in cose": (hc1_of(cose(SIGNER, in_full(b"\0", 5_000_000, 15))), "eu_dcc.payload"),
    "cbor array of 2**64": (hc1_of(b"\x9b" + HUGE), "eu_dcc.cbor"),
    "cbor bytes of 2**64": (hc1_of(b"\x5b" + HUGE), "eu_dcc.cbor"),
    "cbor, deep": (hc1_of(b"\x81" * 15_000), "eu_dcc.cbor"),
    "cbor, 40 deep": (hc1_of(b"\x81" * 40 + b"\x00"), "eu_dcc.cbor"),
    "cbor, big float": (hc1_of(cbor2.dumps(cbor2.CBORTag(5, [2**62, 3]))), "eu_dcc.cbor"),
    "cbor, regular expression": (hc1_of(cbor2.dumps(cbor2.CBORTag(35, "(a+)+$" * 100))), "eu_dcc.cbor"),
    "pass, deep": ("TK1:" + base45(b"\x81" * 300), "declaration.cose"),
    "pass, array of 2**64": ("TK1:" + base45(b"\x84\x9b" + HUGE), "declaration.cose"),
    "pass, too long": ("TK1:" + "0" * 15_000, "declaration.length"),
}  # fmt: skip


@pytest.mark.parametrize("name", BOMBS)
def test_zip_and_cbor_bombs(post: Appliance, name: str) -> None:
    officer = Officer(post)
    officer.scan(AN.national_qr())  # whatever is loaded at the first code is loaded
    officer.do("next")
    tracemalloc.start()
    begun = time.process_time()
    payload, reason = BOMBS[name]
    reply = officer.scan(payload)
    seconds = time.process_time() - begun
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert told(reply) == ("refer", reason)
    assert peak < MEMORY
    assert seconds < SECONDS * 10  # of processor time, traced: a bomb would take minutes
    assert {state.name: state.faults for state in post.host.states() if state.faults} == {}


def test_wrong_keys(post: Appliance, clock: SetClock) -> None:
    officer = Officer(post)
    stranger = issuer(**TERM)
    assert told(officer.scan(certificate_of(AN, clock.now(), stranger))) == (
        "refer",
        "health_certificate.unknown_issuer",
    )
    officer.do("next")
    issuer(**TERM)
    now = clock.now()
    content = cbor2.dumps(claims(dcc(v=[{"dn": 2, "sd": 2, "mp": "EU/1/20/1528"}]), now, now + timedelta(days=9)))
    named = hc1_of(
        cose(issuer(**TERM), content, {1: -7, 4: SIGNER.kid})
    )  # the trusted key's name, another key's signature
    assert told(officer.scan(named)) == ("refuse", "health_certificate.invalid.signature")


def test_an_expired_certificate(post: Appliance, clock: SetClock) -> None:
    now = clock.now()
    old = hc1(SIGNER, begin=now - timedelta(days=60), end=now - timedelta(days=1))
    assert told(Officer(post).scan(old)) == ("refuse", "health_certificate.expired")


def test_a_certificate_and_a_pass_that_are_not_yet_valid(post: Appliance, clock: SetClock, workshop: Workshop) -> None:
    now = clock.now()
    early = hc1(SIGNER, begin=now + timedelta(days=1), end=now + timedelta(days=60))
    officer = Officer(post)
    assert told(officer.scan(early)) == ("refuse", "health_certificate.not_yet_valid")
    payload = pass_of(post, AN)
    workshop.stop(post)
    clock.ahead = -timedelta(hours=2)  # two hours slow, and never believed otherwise
    slow = start(workshop, clock)
    slow.clock._believed = datetime.fromtimestamp(0, UTC)
    assert told(Officer(slow).scan(payload)) == ("refer", "declaration.not_yet_valid")


def test_a_replayed_pass_of_another_person(post: Appliance) -> None:
    payload = pass_of(post, AN)
    officer = Officer(post)
    officer.scan(BINH.cccd_2021())
    assert told(officer.scan(payload)) == ("refer", "checkpoint.another_person")


def test_a_screenshot_of_an_old_pass(post: Appliance, clock: SetClock) -> None:
    payload = pass_of(post, AN)
    clock.ahead += timedelta(hours=73)
    assert told(Officer(post).scan(payload)) == ("refuse", "declaration.expired")


# --- what is at the post


def test_an_altered_policy_file(workshop: Workshop, clock: SetClock) -> None:
    """A changed rule is read at the next start, has another digest on record, and a broken one admits nobody."""
    folder = workshop.folder / "policies"
    (folder / "areas").mkdir(parents=True)
    shipped = (SHIPPED / "demo" / "demo_gate.toml").read_text("utf-8")
    (folder / "areas" / "demo_areas.toml").write_bytes((SHIPPED / "demo" / "areas" / "demo_areas.toml").read_bytes())
    decided = {}
    for name, text in {
        "as shipped": shipped,
        "altered": shipped.replace('rule = "not declaration.contact"', 'rule = "declaration.contact"'),
        "broken": shipped.replace("not declaration.symptoms", "not declaration.symptom"),
    }.items():
        (folder / "demo_gate.toml").write_text(text, "utf-8")
        appliance = start(workshop, clock, policies=str(folder), data=name.replace(" ", "-"))
        reply = Officer(appliance).scan(pass_of(appliance, AN))
        told(reply)
        body = [one.data for one in records(appliance) if one.kind == "checkpoint.passage"][-1]
        decided[name] = (reply["answer"]["decision"], codes_of(reply)[0], body.policy_digest)
        workshop.stop(appliance)
    assert decided["as shipped"][:2] == ("admit", "checkpoint.passes")
    assert decided["altered"][:2] == ("refer", "checkpoint.no_contact")
    assert decided["altered"][2] != decided["as shipped"][2] != ""
    assert decided["broken"] == ("refer", "checkpoint.policy.empty", decided["broken"][2])


def test_an_untrusted_clock(post: Appliance, clock: SetClock) -> None:
    payload, certificate = pass_of(post, AN), certificate_of(AN, clock.now())
    clock.is_trusted = False
    officer = Officer(post)
    assert told(officer.scan(payload)) == ("refer", "declaration.clock_untrusted")
    reply = officer.scan(certificate)
    assert told(reply)[0] == "refer"
    assert "health_certificate.clock_untrusted" in codes_of(reply)
    assert reply["state"]["links"]["clock"] == "bad"
    facts = records(post)[-1].data.facts
    assert not {"declaration.valid", "last_dose_on", "days_since_last_dose"} & set(facts)


def test_an_empty_trust_list(workshop: Workshop, clock: SetClock) -> None:
    post = start(workshop, clock, trust=b"")
    reply = Officer(post).scan(certificate_of(AN, clock.now()))
    assert told(reply) == ("refer", "health_certificate.no_trust_list")


def test_a_stale_trust_list(workshop: Workshop, clock: SetClock) -> None:
    """It is believed, and said to be old: what was revoked since then is not known."""
    post = start(workshop, clock)
    clock.ahead += timedelta(days=40)
    reply = Officer(post).scan(certificate_of(AN, clock.now()))
    assert "health_certificate.trust_list_stale" in codes_of(reply)
    levels = {check.name: check.level.value for check in post.health()}
    assert levels["health_certificate.trust"] == "warning"


@pytest.fixture
def platform(workshop: Workshop) -> Iterator[Platform]:
    made = Platform(workshop, ["declaration"])
    yield made
    made.close()


def test_the_platform_unreachable_for_a_week(workshop: Workshop, clock: SetClock, platform: Platform) -> None:
    more = {"plugins": (*PLUGINS, "upstream_sync"), "data": "post", "name": "post"}
    first = workshop.open(more["plugins"], data="post", name="post", clock=clock)
    transport = Transport(LIMITS)
    arguments = (first.database, first.station, "kiosk", first.clock, transport, platform.url, platform.code())
    enrol(first.data_dir, *arguments)
    transport.close()
    workshop.stop(first)
    platform.close()
    post = start(workshop, clock, **more)
    unsent = []
    for day, person in zip(range(8), people(5), strict=False):
        clock.ahead = timedelta(days=day)
        officer = Officer(post, operator=str(700 + day))
        reply = officer.scan(pass_of(post, person))
        assert told(reply) == ("admit", "checkpoint.passes"), day
        reply = officer.scan(AN.cccd_2021() if day else BINH.cccd_2021())
        links = reply["state"]["links"]
        unsent.append(links["unsent"])
        officer.browser.post("/checkpoint/leave/north/A", {}, token=officer.token)
    assert unsent == sorted(unsent)
    assert unsent[-1] >= 8 * 2
    assert_whole(post)


def test_two_hundred_people_in_a_bus(post: Appliance) -> None:
    """Each has a verdict of their own, the bus the worst of them, and the one that is wrong is shown among two hundred."""
    officer = Officer(post)
    forged = flipped(pass_of(post, AN), 200)
    officer.do("vehicle", plate="51B-123.45", vehicle_class="passenger", expected=200)
    healthy = {"declaration__symptoms": "no", "declaration__contact": "no", "origin__risk": "green"}
    for person, _ in zip(people(9), range(199), strict=False):
        reply = officer.scan(person.national_qr())
        assert told(reply)[0] == "ask"
        reply = officer.scan("", reply["answer"]["key"], **healthy)
        assert told(reply) == ("admit", "checkpoint.passes")
        officer.do("next")
    assert reply["state"]["vehicle"]["decision"] == "ask"  # one is still to come
    assert told(officer.scan(forged)) == ("refuse", "declaration.not_genuine")
    vehicle = officer.do("next")["state"]["vehicle"]
    assert vehicle["counts"] == {"refuse": 1, "refer": 0, "ask": 0, "admit": 199}
    assert (vehicle["decision"], vehicle["missing"]) == ("refuse", 0)
    assert vehicle["worst"][0]["decision"] == "refuse"
    assert_whole(post)
