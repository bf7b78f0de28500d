"""Two computers of one post: what one lane stops is known at the other at once, from nobody else, and without a platform."""

from __future__ import annotations

import base64
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import requests
from click.testing import CliRunner
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.web.app import create_app
from plugins.checkpoint import peer_api, peer_proof
from plugins.checkpoint.list_command import checkpoint
from tests.support.appliance import SetClock, Workshop, assert_whole, records, tables
from tests.support.checkpoint_lanes import Lanes, peer_entry
from tests.support.checkpoint_post import CROWD, Officer, codes_of, declared, gate

AN, BINH = CROWD[:2]


@pytest.fixture
def lanes(workshop: Workshop, clock: SetClock) -> Iterator[Lanes]:
    made = Lanes(workshop, clock)
    yield made
    made.close()


def eventually(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.02)


def answers(url: str) -> None:
    """Wait until the other side is served."""

    def there() -> bool:
        try:
            return bool(requests.post(url, timeout=120).status_code)
        except requests.ConnectionError:
            return False

    eventually(there)


def levels_of_peers(appliance: Appliance) -> list[str]:
    return [one.level.value for one in appliance.health() if one.name.startswith("checkpoint.peer.")]


def knows(appliance: Appliance, other: Appliance) -> bool:
    """Whether the first has the whole journal of the second."""
    with appliance.session() as session:
        head = session.get(JournalHead, other.identity.writer)
    return head is not None and head.seq == len(records(other))


def test_who_is_stopped_at_one_lane_is_known_at_the_other(lanes: Lanes) -> None:
    north, south = lanes.appliances["north"], lanes.appliances["south"]
    officer, other = Officer(north), Officer(south, lane="B")
    assert officer.show(declared(AN, declaration__symptoms="yes"))["answer"]["decision"] == "refuse"
    eventually(lambda: knows(south, north))
    reply = other.show(declared(AN))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "checkpoint.refused_before")
    eventually(lambda: knows(north, south))
    for appliance in (north, south):
        eventually(lambda at=appliance: levels_of_peers(at) == ["ok"])
        assert_whole(appliance, ["checkpoint"])
    assert tables(north, ["checkpoint"]) == tables(south, ["checkpoint"])


def test_a_peer_that_was_away_is_caught_up_with(lanes: Lanes) -> None:
    north, south = lanes.appliances["north"], lanes.appliances["south"]
    plugin = south.host.plugin("checkpoint")
    plugin.peers.stop()
    officer = Officer(north)
    for person in CROWD[:8]:
        officer.show(declared(person))
        officer.do("next")
    plugin.peers.start()
    eventually(lambda: knows(south, north))
    assert len(tables(south, ["checkpoint"])["checkpoint_passages"]) == 8


def test_nobody_else_gets_a_journal_and_no_word_counts_twice(lanes: Lanes) -> None:
    north, south = lanes.appliances["north"], lanes.appliances["south"]
    Officer(north).show(declared(AN))
    south.host.plugin("checkpoint").peers.stop()  # so that the nonce stays the test's
    url = f"http://127.0.0.1:{lanes.ports['north']}/checkpoint/api/journal"
    body = b'{"writer":"","after":0}'
    own = south.identity

    def ask(key: Ed25519PrivateKey, nonce: str, asker: str = own.device, sent: bytes = body) -> requests.Response:
        proof = peer_proof.sign(key, nonce, asker, north.identity.device, body)
        headers = {peer_api.ASKER: asker, peer_api.PROOF: proof}
        return requests.post(url, data=sent, headers=headers, timeout=120)

    answers(url)
    assert ask(own.signing_key, "x", asker="stranger0000").status_code == 403
    first = ask(own.signing_key, "guess")
    assert (first.status_code, first.content) == (401, b"")
    wrong_key = ask(Ed25519PrivateKey.generate(), first.headers[peer_api.NONCE])
    assert (wrong_key.status_code, wrong_key.content) == (401, b"")
    changed = ask(own.signing_key, wrong_key.headers[peer_api.NONCE], sent=b'{"writer":"","after":1}')
    assert changed.status_code == 401
    nonce = changed.headers[peer_api.NONCE]
    good = ask(own.signing_key, nonce)
    assert good.status_code == 200
    assert AN.name.encode() not in good.content
    assert ask(own.signing_key, nonce).status_code == 401  # overheard and sent again


def test_a_nonce_counts_once_and_the_one_before_not_at_all() -> None:
    """Also between two requests at the same instant, before the next one is given out."""
    key, nonces = Ed25519PrivateKey.generate(), peer_proof.Nonces()
    before, nonce = nonces.fresh("a"), nonces.fresh("a")
    proof = peer_proof.sign(key, nonce, "a", "b", b"x")
    assert not nonces.proves(key.public_key(), proof, "another", "b", b"x")
    assert nonces.proves(key.public_key(), proof, "a", "b", b"x")
    assert not nonces.proves(key.public_key(), proof, "a", "b", b"x")
    nonces.fresh("a")
    assert not nonces.proves(key.public_key(), peer_proof.sign(key, before, "a", "b", b"x"), "a", "b", b"x")


@given(body=st.binary(max_size=600), proof=st.text(st.characters(min_codepoint=33, max_codepoint=126), max_size=40))
@settings(
    max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
def test_foreign_bytes_are_refused_in_peace(body: bytes, proof: str, lone: Any) -> None:
    client, own, key = lone
    headers = {peer_api.ASKER: "peer00000000", peer_api.PROOF: proof}
    reply = client.post("/checkpoint/api/journal", data=body, headers=headers)
    assert reply.status_code in (401, 413)
    if reply.status_code == 401:
        headers[peer_api.PROOF] = peer_proof.sign(key, reply.headers[peer_api.NONCE], "peer00000000", own, body)
        assert client.post("/checkpoint/api/journal", data=body, headers=headers).status_code in (200, 204, 400)


@pytest.fixture
def lone(workshop: Workshop, clock: SetClock) -> Any:
    """A post's computer whose one peer is the test; nobody answers at its address."""
    key = Ed25519PrivateKey.generate()
    raw = base64.b64encode(key.public_key().public_bytes_raw()).decode()
    entry = (
        f'[[plugin.checkpoint.peers]]\ndevice = "peer00000000"\naddress = "http://127.0.0.1:9"\npublic_key = "{raw}"\n'
    )
    appliance = gate(workshop, tail=entry, clock=clock)
    return create_app(appliance).test_client(), appliance.identity.device, key


def test_a_peer_that_cannot_be_reached_is_a_warning_and_holds_nobody_up(lone: Any, workshop: Workshop) -> None:
    appliance = workshop._made[-1]
    name = "checkpoint.peer.peer00000000"
    eventually(lambda: {one.name: one.level.value for one in appliance.health()}[name] == "warning")
    assert Officer(appliance).show(declared(AN))["answer"]["decision"] == "admit"


def test_what_came_from_a_peer_does_not_stay_for_ever(lanes: Lanes, clock: SetClock) -> None:
    north, south = lanes.appliances["north"], lanes.appliances["south"]
    Officer(north).show(declared(AN))
    eventually(lambda: knows(south, north))
    for appliance in (north, south):
        appliance.host.plugin("checkpoint").peers.stop()
    clock.ahead += timedelta(days=31)
    peers = south.host.plugin("checkpoint").peers
    assert peers.erase() >= 1
    with south.session() as session:
        rows = session.query(JournalRecord).filter_by(writer=north.identity.writer, kind="checkpoint.passage").all()
    assert [row.body for row in rows] == [None]
    assert tables(south, ["checkpoint"])["checkpoint_passages"] == []
    clock.ahead -= timedelta(days=31)


def test_the_command_prints_the_entry_for_the_others(workshop: Workshop) -> None:
    import tomllib

    appliance = gate(workshop)
    identity = appliance.identity
    profile = str(workshop.folder / "profile.toml")
    workshop.stop(appliance)
    arguments = ["peer", "--profile", profile, "--data", str(workshop.folder / "data"), "http://10.0.0.2:8080/"]
    profile_text = Path(profile).read_text("utf-8").replace('"papers", ', "")
    Path(profile).write_text(profile_text, "utf-8")
    said = CliRunner().invoke(checkpoint, arguments)
    assert said.exit_code == 0, said.output
    (entry,) = tomllib.loads(said.output)["plugin"]["checkpoint"]["peers"]
    assert entry == tomllib.loads(peer_entry(identity, "http://10.0.0.2:8080"))["plugin"]["checkpoint"]["peers"][0]
