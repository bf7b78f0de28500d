"""``kiosk operator``: adding, listing, disabling, a new PIN; and that a PIN is never an argument or in the output."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from tests.support.appliance import Workshop, records, show


class Shell:
    """The command line on one profile and data directory."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.profile, self.data = workshop.profile(), workshop.folder / "data"

    def __call__(self, *words: str, said: str = "") -> Result:
        options = ["--profile", str(self.profile), "--data", str(self.data)]
        return CliRunner().invoke(main, ["operator", *words, *options], input=said)

    def listed(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads(self("list", "--json").stdout)
        return found


@pytest.fixture
def shell(workshop: Workshop) -> Shell:
    return Shell(workshop)


def test_an_operator_from_first_to_last(shell: Shell) -> None:
    added = shell("add", "Trần Thị Mai", "--role", "technician", "--role", "officer", "--pin-stdin", said="2580\n")
    assert added.exit_code == 0, added.output
    assert "2580" not in added.output
    assert shell.listed() == [{"id": "101", "name": "Trần Thị Mai", "roles": ["officer", "technician"], "active": True}]

    assert shell("disable", "101").exit_code == 0
    assert [one["active"] for one in shell.listed()] == [False]

    assert shell("reset-pin", "101", said="1470\n1470\n").exit_code == 0
    assert [one["active"] for one in shell.listed()] == [True]

    kinds = [(record.kind, getattr(record.data, "action", "")) for record in records(shell.workshop.open())]
    assert kinds == [
        ("core.operator", ""),
        ("core.staff_action", "operator_added"),
        ("core.operator", ""),
        ("core.staff_action", "operator_disabled"),
        ("core.operator", ""),
        ("core.staff_action", "operator_pin_reset"),
    ]


@pytest.mark.parametrize(
    ("pin", "says"), [("12", "4 to 12 digits"), ("abcd", "4 to 12 digits"), ("1111", "easy to guess")]
)
def test_a_bad_pin_is_refused_in_the_readers_language_and_nothing_is_recorded(
    shell: Shell, pin: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    refused = shell("add", "A", "--role", "officer", "--pin-stdin", said=pin + "\n")
    assert refused.exit_code == 1
    assert says in refused.output
    monkeypatch.setenv("KIOSK_LANG", "vi")
    assert "Lỗi: Mã PIN" in shell("add", "A", "--role", "officer", "--pin-stdin", said=pin + "\n").output
    assert records(shell.workshop.open()) == []


def test_what_does_not_fit_is_said_plainly(shell: Shell) -> None:
    assert "no appliance" in shell("list").output
    assert shell("add", "A", "--role", "officer", "--id", "nv.mai", "--pin-stdin", said="2580\n").exit_code == 0
    again = shell("add", "B", "--role", "officer", "--id", "nv.mai", "--pin-stdin", said="2580\n")
    assert "exists" in again.output
    assert (
        "small letters" in shell("add", "B", "--role", "officer", "--id", "Nv Mai", "--pin-stdin", said="2580\n").output
    )
    assert "no operator is called 'x'" in shell("disable", "x").output
    assert shell("add", "B", "--role", "king", "--pin-stdin", said="2580\n").exit_code == 2
    assert [one["id"] for one in shell.listed()] == ["nv.mai"]


def test_a_fresh_appliance_is_told_how_to_add_somebody(shell: Shell, tmp_path: Path) -> None:
    appliance = shell.workshop.open()
    shell.workshop.stop(appliance)
    said = shell("list").output
    assert "kiosk operator add" in said
    assert str(tmp_path / "data") in said


def test_adding_somebody_while_the_appliance_runs_turns_no_visitor_away(workshop: Workshop) -> None:
    shell = Shell(workshop)
    running = workshop.start()
    show(running, "before")
    assert shell("add", "A", "--role", "officer", "--pin-stdin", said="2580\n").exit_code == 0
    answer = show(running, "after")  # the running process remembers where its journal ended
    assert answer.record is not None
    assert [record.seq for record in records(running)] == [1, 2, 3, 4]
