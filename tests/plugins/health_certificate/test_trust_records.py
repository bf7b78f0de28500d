"""Trust as records: whose word counts, in whatever order it comes, from the platform's command to the device's verdict."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.appliance import Appliance
from kiosk.domain import Draft, Record
from kiosk.journal.replay import replay
from plugins.health_certificate.key_files import materials
from plugins.health_certificate.records import Revocation, TrustKey, TrustList
from plugins.health_certificate.trust import hash_of_id
from tests.support.appliance import SetClock, Workshop, assert_whole, tables
from tests.support.issuing import DOSE, Issuer, hc1, issuer
from tests.support.platform import BEGIN, lines_of, make, take, wipe
from tests.support.postgres import Cluster
from tests.support.trust_records import NO_LIST, NOW, PLUGINS, VALID, by, payload, trusting, verdict

__all__ = ["by", "payload"]


def hear(appliance: Appliance, writer: str, *drafts: Draft) -> None:
    """The journal of ``writer`` arrives here."""
    key = appliance.identity.pseudonym_key
    records: list[Record] = make(appliance, writer, drafts, at=SetClock().now(), key=key)
    take(appliance, writer, lines_of(records), records[-1].hash, key=key)


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
