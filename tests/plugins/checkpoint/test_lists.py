"""Deny and quarantine lists: hashes that name nobody, deltas from the platform, look-ups, and whose word counts."""

from __future__ import annotations

import base64
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from plugins.checkpoint import lists
from plugins.checkpoint.records import HASH_BYTES, ListDelta, unpack
from tests.support.appliance import Workshop, assert_whole
from tests.support.checkpoint_post import CROWD, Officer, codes_of, declared

AN, BINH = CROWD[:2]
Start = Callable[..., Appliance]


def say(appliance: Appliance, list_name: str, add: tuple[Any, ...] = (), remove: tuple[Any, ...] = ()) -> None:
    packed = [lists.pack(appliance.pseudonym(one.national_id) for one in some) for some in (add, remove)]
    delta = ListDelta(list_name=list_name, add=packed[0], remove=packed[1])  # type: ignore[arg-type]
    appliance.record([Draft("checkpoint.list_delta", delta)])


@pytest.mark.parametrize(("name", "code"), [("deny", "checkpoint.denied"), ("quarantine", "checkpoint.quarantined")])
def test_who_is_listed_is_stopped_until_taken_off(start: Start, name: str, code: str) -> None:
    appliance = start()
    officer = Officer(appliance)
    say(appliance, name, add=(AN,))
    reply = officer.scan(AN.cccd_2021())
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refuse", code)
    assert officer.scan(BINH.cccd_2021())["answer"]["decision"] == "ask"
    say(appliance, name, remove=(AN,))
    assert code not in codes_of(officer.scan(AN.cccd_2021()))
    assert_whole(appliance)


def test_surge_mode_does_not_let_the_listed_pass(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.do("surge", on=True, reason="Ùn tắc", minutes=10)
    say(appliance, "deny", add=(AN,))
    assert officer.scan(AN.cccd_2021())["answer"]["decision"] == "refuse"


def test_the_list_on_the_card_names_nobody(start: Start) -> None:
    appliance = start()
    say(appliance, "deny", add=(AN,))
    data = b"".join(path.read_bytes() for path in appliance.data_dir.glob("kiosk.sqlite3*"))
    assert AN.national_id.encode() not in data
    assert AN.name.encode() not in data


@given(
    words=st.lists(st.tuples(st.binary(min_size=12, max_size=12), st.booleans()), max_size=60), cut=st.integers(0, 60)
)
@settings(max_examples=25, deadline=None)
def test_the_last_word_on_each_hash_stands_however_it_is_cut_into_deltas(
    words: list[tuple[bytes, bool]], cut: int, tmp_path_factory: pytest.TempPathFactory
) -> None:
    words = [(b"\x00\x01" + one[2:], stays) for one, stays in words]  # one bucket: the crowded case
    workshop = Workshop(tmp_path_factory.mktemp("lists"))
    try:
        appliance = workshop.open(["checkpoint"])
        for some in (words[:cut], words[cut:]):
            for one, stays in some:
                packed = base64.b64encode(one).decode()
                body = ListDelta(list_name="deny", **{"add" if stays else "remove": packed})  # type: ignore[arg-type]
                appliance.record([Draft("checkpoint.list_delta", body)])
        expected = {one for one, stays in dict(words).items() if stays}
        with appliance.session() as session:
            for one in dict(words):
                citizen = base64.urlsafe_b64encode(one + b"1234").decode().rstrip("=")
                assert bool(lists.listed(session, citizen)) == (one in expected)
        assert_whole(appliance)
    finally:
        workshop.close()


@pytest.mark.parametrize("citizen", ["", "short", "Ω" * 22, "a" * 15])
def test_what_is_no_keyed_hash_is_on_no_list(start: Start, citizen: str) -> None:
    appliance = start()
    with appliance.session() as session:
        assert lists.listed(session, citizen) == frozenset()


@pytest.mark.parametrize("text", ["%", "AAAA", base64.b64encode(b"x" * (HASH_BYTES + 1)).decode()])
def test_a_damaged_delta_is_no_delta(text: str) -> None:
    with pytest.raises(ValidationError):
        ListDelta(list_name="deny", add=text)


def test_another_posts_word_does_not_count() -> None:
    assert [lists.says(writer, "me.") for writer in ("nation", "province:01", "site:x", "me.2", "other.1")] == [
        True, True, True, True, False,
    ]  # fmt: skip


@given(st.lists(st.binary(min_size=16, max_size=16), max_size=40))
def test_packing_and_unpacking_agree(hashes: list[bytes]) -> None:
    citizens = [base64.urlsafe_b64encode(one).decode().rstrip("=") for one in hashes]
    assert unpack(lists.pack(citizens)) == sorted(one[:HASH_BYTES] for one in hashes)


def test_a_pass_alone_of_a_listed_person_with_number_is_found(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    say(appliance, "deny", add=(AN,))
    officer.show(declared(AN))  # a pass says no whole number: nothing can be looked up yet
    assert codes_of(officer.scan(AN.cccd_2021()))[0] == "checkpoint.denied"


def test_numbers_become_deltas_that_the_platform_publishes(workshop: Workshop) -> None:
    from click.testing import CliRunner

    from plugins.checkpoint.list_command import checkpoint
    from plugins.national_platform.operator_commands import platform

    profile = workshop.profile(["checkpoint", "national_platform"], role="platform")
    made = workshop.open(["checkpoint", "national_platform"], role="platform")
    listed = made.pseudonym(AN.national_id)
    workshop.stop(made)
    at = ["--profile", str(profile), "--data", str(workshop.folder / "data")]
    run = CliRunner().invoke
    numbers = f"{AN.national_id[:6]} {AN.national_id[6:]}\n\n"
    deltas = run(checkpoint, ["list", *at, "--list", "deny", "-"], input=numbers)
    assert deltas.exit_code == 0, deltas.output
    assert AN.national_id not in deltas.output
    kind = ["--audience", "nation", "--kind", "checkpoint.list_delta"]
    published = run(platform, ["publish", *at, *kind, "-"], input=deltas.output)
    assert published.exit_code == 0, published.output
    made = workshop.open(["checkpoint", "national_platform"], role="platform")
    with made.session() as session:
        assert lists.listed(session, listed) == {"deny"}
        assert lists.listed(session, made.pseudonym(BINH.national_id)) == frozenset()
    workshop.stop(made)
    wrong = run(checkpoint, ["list", *at, "--list", "deny", "-"], input="123\n")
    assert wrong.exit_code != 0
    assert "line 1" in wrong.output
