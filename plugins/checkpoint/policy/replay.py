"""A policy tried on past passages: what would have been said, and what would change. Changes nothing, reads no database."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from plugins.checkpoint.policy.evaluate import apply, evaluate
from plugins.checkpoint.policy.outcome import Outcome
from plugins.checkpoint.policy.pack import Pack


@dataclass(frozen=True, slots=True)
class Passage:
    """A passage as its record tells it. ``record`` names the record, never the person."""

    record: str
    at: datetime
    decision: str
    policy: str
    facts: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Change:
    """A passage on which the policy would have decided otherwise."""

    passage: Passage
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class Replayed:
    """``table``: how many passages by what was decided then and would be now. ``reasons``: how often each condition decides."""

    passages: int
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
    count = 0
    for passage in passages:
        count += 1
        judge = apply if pretend and pack.conditions else evaluate
        outcome = judge(pack, passage.facts, passage.at)
        table[passage.decision, outcome.verdict.value] += 1
        reasons.update(one.name for one in outcome.deciding())
        if outcome.verdict != passage.decision:
            changes.append(Change(passage, outcome))
    return Replayed(count, dict(table), tuple(changes), dict(reasons))
