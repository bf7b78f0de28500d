"""``kiosk config check``, ``plugins`` and ``doctor``: exit status, words, JSON."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from tests.support.appliance import Workshop


def kiosk(*arguments: Any) -> Result:
    return CliRunner().invoke(main, [str(one) for one in arguments])


def test_a_usable_profile(workshop: Workshop) -> None:
    profile = workshop.profile(["citizen_id", "self_check_in"])
    said = kiosk("config", "check", profile)
    assert (said.exit_code, said.stdout) == (0, f"{profile}: usable\n")
    as_json = kiosk("config", "check", profile, "--json")
    assert json.loads(as_json.stdout) == {"file": str(profile), "ok": True, "problems": []}


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("plugins = [", "not valid TOML"),
        ('plugins = []\n[site]\nid = "x y"\nname = "x"', "site.id: "),
        ('plugins = ["nowhere"]\n[site]\nid = "site"\nname = "x"', "'nowhere' not installed"),
        (
            'plugins = ["self_check_in"]\n[site]\nid = "site"\nname = "x"\n[plugin.self_check_in]\nticket_prefix = 5',
            "plugin.self_check_in.ticket_prefix: ",
        ),
    ],
)
def test_a_profile_with_mistakes(workshop: Workshop, text: str, words: str) -> None:
    profile = workshop.profile(text=text)
    said = kiosk("config", "check", profile)
    assert said.exit_code == 1
    assert said.stdout == ""
    assert str(profile) in said.stderr
    assert words in said.stderr
    as_json = json.loads(kiosk("config", "check", profile, "--json").stdout)
    assert as_json["ok"] is False
    assert words in as_json["problems"][0]


def test_a_file_that_is_not_there() -> None:
    assert kiosk("config", "check", "/nowhere/site.toml").exit_code == 2


def test_plugins_are_listed_with_what_becomes_of_them(workshop: Workshop) -> None:
    profile = workshop.profile(["citizen_id", "nowhere"])
    rows = {row["name"]: row for row in json.loads(kiosk("plugins", "--profile", profile, "--json").stdout)}
    assert rows["citizen_id"]["status"] == "loaded"
    assert rows["self_check_in"]["status"] == "not in this profile"
    assert rows["nowhere"]["status"] == "missing"
    assert "pip install" in rows["nowhere"]["reason"]


def test_the_doctor_looks_and_says_what_to_do(workshop: Workshop, tmp_path: Path) -> None:
    well = kiosk("doctor", "--profile", workshop.profile(["citizen_id"]), "--data", tmp_path / "data")
    assert well.exit_code == 0, well.output
    assert "journal" in well.output
    ill = kiosk("doctor", "--profile", workshop.profile(["nowhere"]), "--data", tmp_path / "data", "--json")
    assert ill.exit_code == 1
    checks = {check["name"]: check for check in json.loads(ill.stdout)["checks"]}
    assert checks["plugin.nowhere"]["level"] == "fault"
    assert checks["plugin.nowhere"]["advice"]


@pytest.mark.parametrize(
    "command", [[], ["config"], ["config", "check"], ["plugins"], ["doctor"], ["run"], ["read"], ["journal"]]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    said = kiosk(*command, "--help")
    assert said.exit_code == 0
    assert "Usage: " in said.stdout


def test_a_command_that_does_not_exist() -> None:
    assert kiosk("nonsense").exit_code == 2
