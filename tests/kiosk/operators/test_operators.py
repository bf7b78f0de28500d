"""Operators: PINs, whose word counts, and that the order in which journals arrive changes nothing."""

from __future__ import annotations

from itertools import permutations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from kiosk.core_slice import CoreSlice
from kiosk.domain import Draft
from kiosk.operators.pin import LONGEST, SHORTEST, Pins, mark, objection, well_formed
from kiosk.operators.register import OPERATOR_KIND, Operator, OperatorRecord, Role, Trust, everyone, find, free_id
from tests.support.appliance import Workshop, assert_whole, records
from tests.support.staff import add_operator

CHEAP = Pins(memory_kib=1024, passes=1)


@given(st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_only_four_to_twelve_plain_digits_are_a_pin(text: str) -> None:
    plain = all(letter in "0123456789" for letter in text)
    assert well_formed(text) == (plain and SHORTEST <= len(text) <= LONGEST)
    if not well_formed(text):
        assert objection(text) is not None
        with pytest.raises(ValueError):
            CHEAP.hash(text)


@pytest.mark.parametrize("pin", ["0000", "1234", "987654", "8901", "111111111111"])
def test_a_pin_that_anybody_would_try_first_is_refused(pin: str) -> None:
    said = objection(pin)
    assert said is not None
    assert said.vi
    assert said.en


def test_an_ordinary_pin_is_taken_and_matches_only_itself() -> None:
    assert objection("2580") is None
    made = CHEAP.hash("2580")
    assert made.startswith("$argon2id$")
    assert CHEAP.matches(made, "2580")
    assert not CHEAP.matches(made, "2581")
    assert not CHEAP.matches(made, "2580" * 2000)
    assert not CHEAP.matches(None, "000000000000")  # what nobody's stand-in was made from
    assert mark(made) != mark(CHEAP.hash("2580"))


def test_the_shipped_cost_is_what_the_module_says() -> None:
    assert "$m=32768,t=3,p=1$" in Pins().hash("2580")


@pytest.mark.parametrize(
    "hostile", ["$argon2id$v=19$m=4194304,t=3,p=1$c2FsdHNhbHQ$aGFzaA", "$argon2id$nonsense", "$argon2id$"]
)
def test_a_hash_from_a_journal_that_asks_for_gigabytes_or_is_broken_matches_nothing(hostile: str) -> None:
    assert not CHEAP.matches(hostile, "2580")


def test_a_record_cannot_hold_a_plain_pin_or_an_unknown_role() -> None:
    good = {"operator": "101", "name": "A", "roles": ["officer"], "pin_hash": CHEAP.hash("2580")}
    assert OperatorRecord.model_validate(good)
    wrong: list[dict[str, object]] = [{"pin_hash": "2580"}, {"roles": ["king"]}, {"roles": []}, {"operator": "../x"}]
    for change in wrong:
        with pytest.raises(ValidationError):
            OperatorRecord.model_validate({**good, **change})


def test_neither_hash_nor_pin_show_when_an_operator_is_printed() -> None:
    one = Operator("101", "A", frozenset({Role.OFFICER}), True, CHEAP.hash("2580"))
    assert "argon2" not in repr(one)
    assert "argon2" not in repr(one.said_as())


def test_a_device_believes_itself_and_the_platform_and_a_platform_only_itself() -> None:
    device, platform = Trust("abcdefghijkl", False), Trust("mnopqrstuvwx", True)
    assert device("abcdefghijkl.1")
    assert device("abcdefghijkl.7")
    assert device("nation")
    assert device("site:test-site")
    assert device("province:79")
    assert not device("abcdefghijklm.1")
    assert not device("zzzzzzzzzzzz.1")
    assert platform("mnopqrstuvwx.2")
    assert not platform("abcdefghijkl.1")
    assert not platform("nation")


def test_the_newest_word_stands_and_free_numbers_count_up(workshop: Workshop) -> None:
    appliance = workshop.open()
    first = add_operator(appliance, "101", Role.OFFICER)
    add_operator(appliance, "101", Role.TECHNICIAN, Role.OFFICER)
    add_operator(appliance, "102", Role.OFFICER, active=False)
    trust = Trust.of(appliance.identity, "kiosk")
    with appliance.session() as session:
        found = find(session, trust, "101")
        assert found is not None
        assert found.roles == {Role.TECHNICIAN, Role.OFFICER}
        assert found.pin_hash != first.pin_hash
        assert found.may("technician")
        assert not found.may("administrator")
        assert [(one.id, one.active) for one in everyone(session, trust)] == [("101", True), ("102", False)]
        assert free_id(session) == "103"
        assert find(session, Trust("somebodyelse", False), "101") is None
    assert_whole(appliance)


def test_operators_project_the_same_in_whatever_order_batches_arrive(workshop: Workshop) -> None:
    appliance = workshop.open()
    for number in range(4):
        add_operator(appliance, "101" if number % 2 else "102", Role.OFFICER, active=number < 2)
    said = records(appliance)
    results = set()
    for number, order in enumerate(permutations(said)):
        other = workshop.open(data=f"other{number}") if number in (0, 7, 13, 23) else None
        if other is None:
            continue
        with other.database.writing() as session:
            for record in order:
                CoreSlice().project([record], session)
        with other.session() as session:
            trust = Trust(appliance.identity.device, False)
            results.add(tuple((one.id, one.active, one.pin_hash) for one in everyone(session, trust)))
    assert len(results) == 1
    assert [one[1] for one in results.pop()] == [False, False]


def test_an_operator_survives_a_replay_and_a_restart(workshop: Workshop) -> None:
    appliance = workshop.open()
    made = add_operator(appliance, "nv.lan", Role.MEDICAL_STAFF)
    assert_whole(appliance)
    workshop.stop(appliance)
    again = workshop.open()
    with again.session() as session:
        assert find(session, Trust.of(again.identity, "kiosk"), "nv.lan") == made


def test_a_draft_of_another_shape_is_refused(workshop: Workshop) -> None:
    appliance = workshop.open()
    with pytest.raises(Exception, match="fault"):
        appliance.record([Draft(OPERATOR_KIND, object())])
