"""Every dated line of the rules says where it is from and whether that is settled; what is not settled is told by the command."""

from __future__ import annotations

import csv
import tomllib
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

import config
from config.vaccination import FOLDER
from plugins.vaccination.rules.vaccines import VALUE_SETS, load_vaccines
from plugins.vaccination.rules_command import vaccination_rules

TABLES = [VALUE_SETS / "vaccines.csv", VALUE_SETS / "vaccine_mixing.csv", *sorted(FOLDER.glob("*.csv"))]
PACKS = sorted(FOLDER.rglob("*.toml"))


def lines(table: Path) -> list[dict[str, str]]:
    return list(csv.DictReader(line for line in table.read_text("utf-8").splitlines() if not line.startswith("#")))


@pytest.mark.parametrize("table", TABLES, ids=lambda path: path.name)
def test_every_line_of_a_table_names_its_source(table: Path) -> None:
    found = lines(table)
    assert found
    for line in found:
        assert line["source"].strip(), line
        assert line["sure"] in ("yes", "no"), line
        date.fromisoformat(line["valid_from"])


@pytest.mark.parametrize("pack", PACKS, ids=lambda path: path.name)
def test_every_pack_names_its_sources_and_what_they_left_open(pack: Path) -> None:
    found = tomllib.loads(pack.read_text("utf-8"))
    text = pack.read_text("utf-8")
    assert "sources" in text
    assert "not_found" in text
    assert found


def test_the_packs_and_tables_were_found() -> None:
    assert len(PACKS) >= 7
    assert {one.name for one in TABLES} >= {"vaccines.csv", "vaccine_mixing.csv", "vials.csv", "gtins.csv"}
    assert Path(config.__file__).parent in VALUE_SETS.parents


def test_the_command_tells_what_is_not_settled() -> None:
    told = CliRunner().invoke(vaccination_rules, ["--at", "2021-10-20"])
    assert told.exit_code == 0, told.output
    day, vaccines = date(2021, 10, 20), load_vaccines()
    known = [vaccines.known(name, day) for name in vaccines.products(day)]
    unsure = {one.product for one in known if one is not None and not one.course_sure}
    assert "AstraZeneca" in unsure
    for line in told.output.splitlines():
        product = line.strip().partition(":")[0]
        assert ("course not settled" in line) is (product in unsure), line
