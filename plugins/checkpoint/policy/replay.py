"""A policy tried on past passages: what would have been said, and what would change. Changes nothing, reads no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from kiosk.domain import Decision
from plugins.checkpoint.groups import WORST_FIRST
from plugins.checkpoint.policy.evaluate import apply, evaluate
from plugins.checkpoint.policy.outcome import Outcome, Verdict
from plugins.checkpoint.policy.pack import Pack

APART = "apart_from_policy"  # named among the reasons where it decides


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as its record tells it. ``record`` names the record, never the person. ``apart``: what everything but the policy
    came to (a forged paper, a list, another person's pass), which no policy undoes; ``surge``: everybody passed, whatever the
    policy said; ``unheard``: what was missing was answered by somebody whose word does not count."""

    record: str
    at: datetime
    decision: str
    policy: str
    facts: Mapping[str, Any]
    apart: Decision = Decision.ADMIT
    surge: bool = False
    unheard: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """A passage on which would have been decided otherwise: what, and by which conditions (or ``APART``)."""

    passage: Passage
    decision: Decision
    because: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Replayed:
    """``table``: how many passages by what was decided then and would be now. ``reasons``: how often each condition decides.
    ``surge``: how many were in surge mode, which decides without the policy."""

    passages: int
    surge: int
    table: Mapping[tuple[str, str], int]
    changes: tuple[Change, ...]
    reasons: Mapping[str, int]


def replay(pack: Pack, passages: Iterable[Passage], in_force_at: datetime | None = None) -> Replayed:
    """Each passage is judged as of its own moment. Without ``in_force_at`` the pack counts when it was in force then; with it, the
    pack is taken to have been in force all along if it is at that moment."""
    pretend = in_force_at is not None and pack.valid_at(in_force_at)
    table: Counter[tuple[str, str]] = Counter()
    reasons: Counter[str] = Counter()
    changes: list[Change] = []
    count = surge = 0
    for passage in passages:
        count += 1
        surge += passage.surge
        judge = apply if pretend and pack.conditions else evaluate
        now, because = decided(passage, judge(pack, passage.facts, passage.at))
        table[passage.decision, now.value] += 1
        reasons.update(because)
        if now != passage.decision:
            changes.append(Change(passage, now, because))
    return Replayed(count, surge, dict(table), tuple(changes), dict(reasons))


def decided(passage: Passage, outcome: Outcome) -> tuple[Decision, tuple[str, ...]]:
    """What a post would have come to with this outcome, and what makes it so: the worse of the policy's word and the rest's."""
    policys = Decision(outcome.verdict.value)
    if outcome.verdict is Verdict.ASK and passage.unheard:
        policys = Decision.REFER
    if passage.surge:
        policys = Decision.ADMIT
    now = min(policys, passage.apart, key=WORST_FIRST.index)
    if now is Decision.ADMIT:
        return now, ()
    because = tuple(one.name for one in outcome.deciding()) if now is policys else ()
    return now, (*because, *((APART,) if now is passage.apart else ()))
