"""Why a policy says what it says: every condition with its rule, the values it saw and what came of it. For people who write
policies; reads no files."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.domain import Text
from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.checks import no_fact
from plugins.checkpoint.policy.evaluate import apply, evaluate
from plugins.checkpoint.policy.given import gather
from plugins.checkpoint.policy.outcome import ConditionResult
from plugins.checkpoint.policy.pack import Condition, Pack
from plugins.checkpoint.policy.unknown import Unknown


def explain(pack: Pack, facts: Mapping[str, Any], at: datetime) -> dict[str, Any]:
    """The outcome as plain values for JSON. Where the pack is not in force at ``at``, its conditions are shown all the same, and
    the verdict is that of a pack not in force."""
    outcome = evaluate(pack, facts, at)
    shown = apply(pack, facts, at) if pack.conditions else outcome
    data, faults = gather(pack, facts, at)
    results = {one.name: one for one in shown.results}
    return {
        "policy": pack.id,
        "title": _both(pack.title),
        "digest": pack.digest,
        "at": at.isoformat(),
        "in_force": pack.valid_at(at),
        "verdict": outcome.verdict.value,
        "missing": list(shown.missing),
        "about_the_pack": [_result(one) for one in outcome.results if one.name.startswith("policy.")],
        "conditions": [_condition(one, results[one.name], data) for one in pack.conditions],
        "unusable": {name: _both(fault) for name, fault in faults.items()},
        "unknown_facts": [_both(said) for said in unknown_facts(facts)],
    }


def unknown_facts(facts: Mapping[str, Any]) -> list[Text]:
    """Names that no fact has, with what may have been meant: nothing looks at them."""
    names = [
        f"{name}.{key}" if isinstance(value, Mapping) else str(name)
        for name, value in facts.items()
        for key in (value if isinstance(value, Mapping) else ("",))
    ]
    return [no_fact(name) for name in names if name not in FACTS]


def _condition(condition: Condition, result: ConditionResult, data: Mapping[str, Any]) -> dict[str, Any]:
    return {
        **_result(result),
        "when": condition.written_when,
        "rule": condition.written,
        "certlogic": {"when": condition.when, "rule": condition.rule},
        "facts": {name: _plain(data[name]) for name in condition.uses},
    }


def _result(result: ConditionResult) -> dict[str, Any]:
    return {
        "name": result.name,
        "state": result.state.value,
        "verdict": result.verdict,
        "reason": _both(result.reason),
        "next_step": _both(result.next_step),
        "legal_basis": result.legal_basis,
        "missing": list(result.missing),
        "fault": _both(result.fault),
    }


def _both(text: Text) -> dict[str, str]:
    return {"vi": text.vi, "en": text.en}


def _plain(value: Any) -> Any:
    if type(value) is Unknown:
        return None
    return value.isoformat() if isinstance(value, datetime) else value
