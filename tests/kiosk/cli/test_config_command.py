"""``kiosk config check`` and ``plugins``: exit status, words, JSON."""

from __future__ import annotations

import json
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
    assert json.loads(as_json.stdout) == {"file": str(profile), "ok": True, "problems": [], "mistakes": []}


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


def test_a_shipped_profile_is_checked_by_its_name() -> None:
    said = kiosk("config", "check", "demo-kiosk")
    assert said.exit_code == 0
    assert said.stdout.endswith("demo-kiosk.toml: usable\n")
    unknown = kiosk("config", "check", "nonsense")
    assert unknown.exit_code == 2
    assert "demo-kiosk" in unknown.stderr


def test_mistakes_of_core_and_plugins_are_told_together(workshop: Workshop) -> None:
    profile = workshop.profile(
        text="""
plugins = ["self_check_in", "receipt_printing", "nowhere"]
[site]
id = "X"
name = "x"
province = "Hà Nội"
[plugin.self_check_in]
ticket_prefix = 5
[plugin.receipt_printing]
width = 57
[plugin.nowhere]
"""
    )
    problems = json.loads(kiosk("config", "check", profile, "--json").stdout)["problems"]
    for key in ("site.id", "site.province", "plugin.self_check_in.ticket_prefix", "plugin.receipt_printing.width"):
        assert sum(f" {key}: " in problem for problem in problems) == 1, key


@pytest.mark.parametrize(("code", "status"), [("", 0), ("79", 0), ("079", 0), ("7", 1), ("0790", 1), ("ab", 1)])
def test_a_province_is_a_code_of_two_or_three_digits(workshop: Workshop, code: str, status: int) -> None:
    profile = workshop.profile(text=f'plugins = []\n[site]\nid = "q1"\nname = "x"\nprovince = "{code}"\n')
    assert kiosk("config", "check", profile).exit_code == status


def test_plugins_are_listed_with_what_becomes_of_them(workshop: Workshop) -> None:
    profile = workshop.profile(["citizen_id", "nowhere"])
    rows = {row["name"]: row for row in json.loads(kiosk("plugins", "--profile", profile, "--json").stdout)}
    assert rows["citizen_id"]["status"] == "loaded"
    assert rows["self_check_in"]["status"] == "not in this profile"
    assert rows["nowhere"]["status"] == "missing"
    assert "pip install" in rows["nowhere"]["reason"]


@pytest.mark.parametrize(
    "command", [[], ["config"], ["config", "check"], ["plugins"], ["doctor"], ["run"], ["read"], ["journal"]]
)
def test_every_command_explains_itself(command: list[str]) -> None:
    said = kiosk(*command, "--help")
    assert said.exit_code == 0
    assert "Usage: " in said.stdout


def test_a_command_that_does_not_exist() -> None:
    assert kiosk("nonsense").exit_code == 2
