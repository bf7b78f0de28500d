"""The verdict on a vehicle: the worst of its people, and whether somebody is still to come. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain import Decision

WORST_FIRST = (Decision.REFUSE, Decision.REFER, Decision.ASK, Decision.ADMIT)


@dataclass(frozen=True, slots=True)
class GroupVerdict:
    """``decision``: None before anybody has shown a code. ``missing``: how many of those who should be in it have not."""

    decision: Decision | None
    counts: dict[str, int]
    missing: int


def verdict(decisions: Sequence[Decision], expected: int) -> GroupVerdict:
    """The worst of all; where all may pass and somebody is missing, the vehicle is asked to wait for them."""
    counts = Counter(decision.value for decision in decisions)
    missing = max(0, expected - len(decisions))
    worst = next((decision for decision in WORST_FIRST if counts[decision.value]), None)
    if worst is Decision.ADMIT and missing:
        worst = Decision.ASK
    return GroupVerdict(worst, {decision.value: counts[decision.value] for decision in WORST_FIRST}, missing)
