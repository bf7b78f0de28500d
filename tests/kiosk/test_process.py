"""The process's own settings have one owner: the command that runs it, whatever the role."""

from __future__ import annotations

import gc
from collections.abc import Iterator

import pytest

from kiosk.process import settle
from tests.support.appliance import Workshop


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    before = gc.get_threshold()
    yield
    gc.set_threshold(*before)
    gc.unfreeze()


def test_settling_keeps_the_collector_from_walking_what_stays() -> None:
    settle()
    assert gc.get_threshold()[0] > 10_000
    assert gc.get_freeze_count() > 1000


@pytest.mark.parametrize("stopped", [False, True])
def test_no_part_of_an_appliance_changes_what_was_settled(workshop: Workshop, stopped: bool) -> None:
    settle()
    settled, frozen = gc.get_threshold(), gc.get_freeze_count()
    appliance = workshop.start(["self_check_in", "national_platform"], role="platform")
    if stopped:
        workshop.stop(appliance)
    assert gc.get_threshold() == settled
    # thawing would leave none; a few frozen objects die by themselves meanwhile
    assert gc.get_freeze_count() > frozen // 2
