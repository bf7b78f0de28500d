"""The packs that ship say what their examples say, and the examples leave no condition untried."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from config.policies import FOLDER
from plugins.checkpoint.policy import Verdict, load_pack, load_packs
from plugins.checkpoint.policy.certlogic_form import problems
from plugins.checkpoint.policy.examples import try_examples, untried

FILES = sorted(FOLDER.glob("*.toml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_example_comes_out_as_written(file: Path) -> None:
    pack = load_pack(file)
    assert not pack.warnings
    assert [(one.example.name, one.difference) for one in try_examples(pack) if one.difference] == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_the_examples_reach_every_verdict_and_each_condition_both_ways(file: Path) -> None:
    pack = load_pack(file)
    tried = try_examples(pack)
    assert {one.outcome.verdict for one in tried} == set(Verdict)
    assert untried(tried, pack) == []


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_what_a_pack_compiles_to_is_certlogic(file: Path) -> None:
    for condition in load_pack(file).conditions:
        assert not list(problems(condition.rule))
        assert condition.when is None or not list(problems(condition.when))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_a_pack_says_where_it_comes_from_and_what_it_leaves_out(file: Path) -> None:
    pack = load_pack(file)
    assert pack.sources
    assert pack.legal_basis
    assert pack.simplified
    assert all(condition.reason.vi != condition.reason.en for condition in pack.conditions)


def test_the_shipped_packs_stand_together() -> None:
    packs = load_packs(FOLDER)
    assert packs.ids() == ("city_gate", "eu_entry", "province_gate", "public_place")
    assert packs.at(datetime(2021, 8, 24, tzinfo=UTC), "city_gate").file == "city_gate_2021_08.toml"
    assert packs.at(datetime(2021, 7, 25, tzinfo=UTC), "city_gate").conditions == ()


def test_the_guide_shows_a_condition_that_loads(tmp_path: Path) -> None:
    guide = (FOLDER / "README.md").read_text("utf-8")
    condition = guide.split("```toml\n")[1].split("```")[0]
    file = tmp_path / "guide.toml"
    file.write_text(f'id = "guide"\ntitle = {{ vi = "a", en = "b" }}\nvalid_from = 2021-08-01\n{condition}', "utf-8")
    assert load_pack(file).conditions[0].name == "green_lane_test"
    shipped = {path.name for path in FILES} | {f"areas/{path.name}" for path in (FOLDER / "areas").glob("*.toml")}
    assert {name for name in shipped if f"| `{name}` |" in guide} == shipped
