"""A post for tests; see ``tests.support.checkpoint_post``."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

import pytest

from kiosk.appliance import Appliance
from tests.support.appliance import SetClock, Workshop
from tests.support.checkpoint_post import gate, noon

__all__ = ["clock", "start"]


@pytest.fixture
def clock() -> SetClock:
    return noon()


@pytest.fixture
def start(workshop: Workshop, clock: SetClock) -> Callable[..., Appliance]:
    """Starts the post's appliance; see ``gate``."""
    return partial(gate, workshop, clock=clock)
