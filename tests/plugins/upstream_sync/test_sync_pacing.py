"""Back-off with jitter: pauses grow, are bounded, and differ from device to device."""

from __future__ import annotations

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.upstream_sync.pacing import Pacing


@given(st.integers(1, 200), st.floats(0, 1), st.one_of(st.none(), st.floats(0, 3600)))
def test_pauses_are_bounded_and_never_shorter_than_asked(failures: int, chance: float, asked: float | None) -> None:
    pacing = Pacing(300, lambda: chance)
    for _ in range(failures):
        pause = pacing.failed(asked)
        assert pause >= (asked or 0)
        assert 0 < pause <= (asked or 0) + 300.05
    pacing.succeeded()
    assert pacing.failed(None) <= 1


def test_pauses_double_up_to_the_longest_and_begin_anew_after_a_success() -> None:
    pacing = Pacing(60, lambda: 1.0)
    assert [pacing.failed(None) for _ in range(8)] == [1, 2, 4, 8, 16, 32, 60, 60]
    pacing.succeeded()
    assert pacing.failed(None) == 1


@pytest.mark.parametrize("asked", [None, 5.0])
def test_devices_that_failed_together_do_not_come_back_together(asked: float | None) -> None:
    chance = Random(1)
    fleet = [Pacing(300, chance.random) for _ in range(100)]
    for _ in range(8):
        pauses = [one.failed(asked) for one in fleet]
    least = asked or 0.0
    span = 128.0 if asked is None else 1.0 + 0.1 * asked
    assert len(set(pauses)) == len(fleet)
    assert min(pauses) < least + span / 10  # over the whole span, and half of them in its first half
    assert max(pauses) > least + span * 0.9
    assert 30 < sum(pause < least + span / 2 for pause in pauses) < 70


def test_devices_without_work_do_not_ask_in_step() -> None:
    chance = Random(2)
    pauses = [Pacing(300, chance.random).idle(60) for _ in range(100)]
    assert len(set(pauses)) == len(pauses)
    assert 54 <= min(pauses) < max(pauses) <= 66
