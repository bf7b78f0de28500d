"""Wrong PINs: waits that grow, survive a restart, and mind neither a clock that jumps nor a table that is gone."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from kiosk.operators.limits import FORGET_MS, WAITS, SignInLimits, Subject
from kiosk.operators.sessions import LIMIT_MS, Sessions
from tests.support.appliance import Workshop

NOW = 1_700_000_000_000
KEY = b"k" * 32


def fail_until_wait(limits: SignInLimits, subjects: tuple[Subject, ...], now: int) -> tuple[int, int]:
    """How many attempts were allowed, and the seconds to wait after them."""
    for number in range(50):
        wait = limits.attempt(subjects, now)
        if wait:
            return number, wait
    pytest.fail("no wait after fifty attempts")


@pytest.fixture
def limits(workshop: Workshop) -> SignInLimits:
    return SignInLimits(workshop.open().database, KEY)


def test_three_are_free_and_each_further_one_waits_longer_up_to_a_quarter_of_an_hour(limits: SignInLimits) -> None:
    who = (Subject.operator("101"),)
    now = NOW
    assert fail_until_wait(limits, who, now) == (3, WAITS[0])
    for expected in (*WAITS[1:], WAITS[-1]):
        now += 1000 * limits.attempt(who, now)
        assert limits.attempt(who, now) == 0
        assert limits.attempt(who, now) == expected


def test_asking_while_one_must_wait_neither_counts_nor_prolongs(limits: SignInLimits) -> None:
    who = (Subject.operator("101"),)
    fail_until_wait(limits, who, NOW)
    assert [limits.attempt(who, NOW + 1000 * second) for second in (10, 20, 29)] == [20, 10, 1]
    assert limits.attempt(who, NOW + 30_000) == 0


def test_a_right_pin_forgives(limits: SignInLimits) -> None:
    who = (Subject.operator("101"), Subject.device("192.0.2.1"))
    limits.attempt(who, NOW)
    limits.attempt(who, NOW)
    limits.succeeded(who)
    assert fail_until_wait(limits, who, NOW)[0] == 3


def test_one_device_cannot_go_through_all_operators(limits: SignInLimits) -> None:
    allowed = 0
    for number in range(40):
        allowed += limits.attempt((Subject.operator(str(number)), Subject.device("192.0.2.1")), NOW) == 0
    assert allowed == 10
    assert limits.attempt((Subject.operator("999"), Subject.device("192.0.2.2")), NOW) == 0


def test_another_operator_on_another_device_is_not_held_up(limits: SignInLimits) -> None:
    fail_until_wait(limits, (Subject.operator("101"), Subject.device("192.0.2.1")), NOW)
    assert limits.attempt((Subject.operator("102"), Subject.device("192.0.2.2")), NOW) == 0


def test_the_wait_survives_a_restart(workshop: Workshop) -> None:
    appliance = workshop.open()
    who = (Subject.operator("101"),)
    _, wait = fail_until_wait(SignInLimits(appliance.database, appliance.identity.session_key), who, NOW)
    workshop.stop(appliance)
    again = workshop.open()
    assert SignInLimits(again.database, again.identity.session_key).attempt(who, NOW) == wait


def test_after_a_day_without_failures_all_is_forgotten(limits: SignInLimits) -> None:
    who = (Subject.operator("101"),)
    fail_until_wait(limits, who, NOW)
    assert fail_until_wait(limits, who, NOW + FORGET_MS + 1)[0] == 3


@given(years=st.integers(1, 20))
@settings(max_examples=5, deadline=None)
def test_a_clock_that_wakes_years_in_the_past_makes_nobody_wait_years(years: int) -> None:
    import tempfile
    from pathlib import Path

    with tempfile.TemporaryDirectory() as folder:
        shop = Workshop(Path(folder))
        limits = SignInLimits(shop.open().database, KEY)
        who = (Subject.operator("101"),)
        fail_until_wait(limits, who, NOW)
        past = NOW - years * 365 * 86_400_000
        assert (
            limits.attempt(who, past) == WAITS[0]
        )  # the whole wait again, so that turning back the clock wins nothing
        assert limits.attempt(who, past + WAITS[0] * 1000) == 0
        shop.close()


def test_where_the_table_cannot_be_used_attempts_are_still_limited(workshop: Workshop) -> None:
    appliance = workshop.open()
    with appliance.database.writing() as session:
        session.execute(text("DROP TABLE core_sign_in_limits"))
    limits = SignInLimits(appliance.database, KEY)
    who = (Subject.operator("101"), Subject.device("192.0.2.1"))
    assert fail_until_wait(limits, who, NOW) == (3, WAITS[0])
    limits.succeeded(who)
    assert limits.attempt(who, NOW) == 0


def test_nothing_that_was_typed_is_kept_in_the_clear(workshop: Workshop) -> None:
    appliance = workshop.open()
    SignInLimits(appliance.database, KEY).attempt((Subject.operator("001099012345"),), NOW)
    with appliance.session() as session:
        rows = session.execute(text("SELECT subject FROM core_sign_in_limits")).scalars().all()
    assert len(rows) == 1
    assert "001099012345" not in rows[0]


# --- sessions


def test_a_session_ends_by_idleness_by_age_by_sign_out_and_by_a_clock_that_jumps(workshop: Workshop) -> None:
    sessions = Sessions(workshop.open().database, idle_seconds=900)
    minute = 60_000

    def fresh() -> str:
        return sessions.begin("101", b"m" * 16, NOW)

    idle = fresh()
    assert sessions.resume(idle, NOW + 14 * minute) is not None
    assert sessions.resume(idle, NOW + 28 * minute) is not None  # the last use counts
    assert sessions.resume(idle, NOW + 43 * minute) is None
    assert sessions.resume(idle, NOW + 28 * minute) is None  # gone for good

    busy, now = fresh(), NOW
    while now < NOW + LIMIT_MS - 10 * minute:
        now += 10 * minute
        assert sessions.resume(busy, now) is not None
    assert sessions.resume(busy, NOW + LIMIT_MS) is None

    out = fresh()
    sessions.end(out)
    assert sessions.resume(out, NOW) is None

    jumped = fresh()
    assert sessions.resume(jumped, NOW - 10 * minute) is None
    assert sessions.resume("never given", NOW) is None


def test_a_page_that_asks_by_itself_does_not_keep_a_session_alive(workshop: Workshop) -> None:
    sessions = Sessions(workshop.open().database, idle_seconds=900)
    token = sessions.begin("101", b"m" * 16, NOW)
    assert sessions.resume(token, NOW + 10 * 60_000, active=False) is not None
    assert sessions.resume(token, NOW + 16 * 60_000, active=False) is None


def test_sessions_work_in_memory_while_the_table_cannot_be_used(workshop: Workshop) -> None:
    appliance = workshop.open()
    with appliance.database.writing() as session:
        session.execute(text("DROP TABLE core_staff_sessions"))
    sessions = Sessions(appliance.database, idle_seconds=900)
    token = sessions.begin("101", b"m" * 16, NOW)
    assert sessions.resume(token, NOW + 14 * 60_000) is not None
    assert sessions.resume(token, NOW + 28 * 60_000) is not None
    sessions.end(token)
    assert sessions.resume(token, NOW) is None
