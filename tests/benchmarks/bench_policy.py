"""How long a policy of 30 conditions takes, compiled once, facts to verdict. Run it by itself, or through the benchmark table.

The conditions are those of the shipped packs; the yardstick evaluates the same rules, as CertLogic JSON, with panzi-json-logic, and
must come to the same answers.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from json_logic.cert_logic import certLogic

from config.policies import FOLDER
from plugins.checkpoint.policy import Pack, State, evaluate, load_pack
from plugins.checkpoint.policy.given import gather

CONDITIONS = 30
ROUNDS, CALLS = 60, 10
GOAL_MS = 0.3
AT = datetime(2021, 8, 25, 2, tzinfo=UTC)
TRAVELLER = {
    "denied": False,
    "quarantined": False,
    "clock_trusted": True,
    "identity_confidence": 90,
    "age": 35,
    "direction": "in",
    "purpose": "official_duty",
    "vehicle_class": "car",
    "green_lane": False,
    "travel_paper": "police",
    "origin.province": "79",
    "destination.province": "01",
    "origin.risk": "red",
    "destination.risk": "red",
    "certificate_colour": "green",
    "doses": 2,
    "days_since_last_dose": 30,
    "test_kind": "pcr",
    "test_result": "negative",
    "hours_since_test": 20,
    "days_since_first_positive": 100,
    "declaration.valid": True,
    "declaration.age_hours": 3,
    "declaration.symptoms": False,
    "declaration.contact": False,
}


def pack_of_thirty() -> Pack:
    """The first 30 conditions of the shipped packs, as one."""
    packs = [
        load_pack(FOLDER / f"{name}.toml") for name in ("city_gate_2021_08", "province_gate_2021_07", "public_place")
    ]
    conditions = [condition for pack in packs for condition in pack.conditions][:CONDITIONS]
    assert len(conditions) == CONDITIONS
    uses = dict.fromkeys(name for condition in conditions for name in condition.uses)
    return replace(packs[0], conditions=tuple(conditions), uses=tuple(uses))


def rows() -> list[dict[str, Any]]:
    """One traveller of whom all is known, and one of whom half is missing."""
    pack = pack_of_thirty()
    data = _nested(pack)
    _must_agree(pack, data)
    half = {name: value for number, (name, value) in enumerate(TRAVELLER.items()) if number % 2}
    ours, ours_half, library = _median_ms(
        lambda: evaluate(pack, TRAVELLER, AT), lambda: evaluate(pack, half, AT), lambda: _by_library(pack, data)
    )
    what = f"policy of {CONDITIONS} conditions, facts to verdict"
    return [_row(what, ours, library), _row(f"{what}, half of the facts missing", ours_half, library)]


def _nested(pack: Pack) -> dict[str, Any]:
    """The facts as the library looks them up: tables within tables, times as texts."""
    nested: dict[str, Any] = {"external": {"validationClock": AT.isoformat()}}
    for name, value in gather(pack, TRAVELLER, AT)[0].items():
        table, _, key = name.rpartition(".")
        (nested.setdefault(table, {}) if table else nested)[key] = value
    return nested


def _by_library(pack: Pack, data: dict[str, Any]) -> list[bool | None]:
    """For each condition: whether it holds, None where it does not apply."""
    return [
        bool(certLogic(one.rule, data)) if one.when is None or certLogic(one.when, data) else None
        for one in pack.conditions
    ]


def _must_agree(pack: Pack, data: dict[str, Any]) -> None:
    words = {State.MET: True, State.NOT_MET: False, State.NOT_APPLICABLE: None}
    ours = [words[result.state] for result in evaluate(pack, TRAVELLER, AT).results]
    if ours != _by_library(pack, data):
        raise AssertionError("the two evaluators do not agree")


def _median_ms(*calls: Callable[[], object]) -> list[float]:
    """Of each; they take turns, so that what else the machine does falls on all alike."""
    times: list[list[float]] = [[] for _ in calls]
    for _ in range(ROUNDS):
        for call, taken in zip(calls, times, strict=True):
            begun = time.perf_counter()
            for _ in range(CALLS):
                call()
            taken.append((time.perf_counter() - begun) / CALLS)
    return [statistics.median(taken) * 1000 for taken in times]


def _row(what: str, ms: float, library_ms: float) -> dict[str, Any]:
    return {
        "what": what,
        "value": round(ms, 4),
        "unit": "ms",
        "yardstick": f"panzi-json-logic, the rules alone: {library_ms:.3f} ms",
        "goal": f"≤ {GOAL_MS} ms",
        "met": ms <= GOAL_MS,
    }


if __name__ == "__main__":
    for row in rows():
        print(f"{row['what']:70} {row['value']:>8} {row['unit']} {row['yardstick']:40} {row['goal']} {row['met']}")
