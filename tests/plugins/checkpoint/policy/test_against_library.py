"""The shipped rules say the same by panzi-json-logic, an independent CertLogic, wherever all their facts are known."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.policies import FOLDER
from plugins.checkpoint.policy import FACTS, Fact, Pack, State, load_pack
from plugins.checkpoint.policy.catalogue import NOW
from plugins.checkpoint.policy.evaluate import apply
from plugins.checkpoint.policy.given import gather

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

cert_logic = pytest.importorskip("json_logic.cert_logic").certLogic
AT = datetime(2021, 9, 1, 12, 30, tzinfo=UTC)
PACKS = [load_pack(path) for path in sorted(FOLDER.glob("*.toml"))]
VACCINES = ["EU/1/20/1528", "EU/1/21/1529", "BBIBP-CorV"]


def values(fact: Fact) -> st.SearchStrategy[Any]:
    """Values near the limits that rules draw."""
    if fact.choices:
        return st.sampled_from(fact.values())
    if fact.kind == "boolean":
        return st.booleans()
    if fact.kind in ("integer", "number"):
        return st.integers(0, int(min(fact.most, 200)))
    if fact.kind == "date":
        return st.dates(date(2021, 2, 20), date(2021, 9, 2))
    if fact.kind == "moment":
        return st.integers(-2, 100).map(lambda hours: AT - timedelta(hours=hours))
    return st.sampled_from(VACCINES) if fact.name == "vaccine" else st.sampled_from(["01", "24", "79", "26"])


def everything(pack: Pack) -> st.SearchStrategy[tuple[Pack, dict[str, Any]]]:
    given_facts = {name: values(FACTS[name]) for name in pack.uses if name != NOW}
    return st.tuples(st.just(pack), st.fixed_dictionaries(given_facts))


@UNHURRIED
@given(st.one_of([everything(pack) for pack in PACKS]))
def test_both_evaluators_agree_on_every_condition(pack_and_facts: tuple[Pack, dict[str, Any]]) -> None:
    pack, facts = pack_and_facts
    nested: dict[str, Any] = {"external": {"validationClock": AT.isoformat()}}
    for name, value in gather(pack, facts, AT)[0].items():
        table, _, key = name.rpartition(".")
        (nested.setdefault(table, {}) if table else nested)[key] = (
            value.isoformat() if isinstance(value, datetime) else value
        )
    states = {result.name: result.state for result in apply(pack, facts, AT).results}
    for condition in pack.conditions:
        if condition.when is not None and not cert_logic(condition.when, nested):
            wanted = State.NOT_APPLICABLE
        else:
            wanted = State.MET if cert_logic(condition.rule, nested) else State.NOT_MET
        assert states[condition.name] is wanted, condition.name
