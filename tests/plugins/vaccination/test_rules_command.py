"""``kiosk vaccination-rules``: the shipped files, a department's own, and mistakes."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.vaccination import FOLDER
from plugins.vaccination.rules_command import commands

(COMMAND,) = commands()


def run(*arguments: str | Path) -> Result:
    return CliRunner().invoke(COMMAND, [str(one) for one in arguments])


def test_what_is_in_force_on_a_day() -> None:
    result = run("--at", "2021-09-08")
    assert result.exit_code == 0, result.output
    lines = result.output.splitlines()
    assert lines[0] == "all files usable; as of 2021-09-08:"
    assert lines[1].startswith(
        "  screening: qd_3802_2021 (15 questions, 6 vital signs, 30 minutes of observation; digest "
    )
    assert "  priority groups: nq_21_2021" in lines
    assert "  consent: qd_3588_2021" in lines
    assert (
        "  Moderna: 2 doses, 28 days apart; 10 in a vial, open 360 min; ages from 18; may follow AstraZeneca, Comirnaty; "
        "vial not settled, see vials.csv" in lines
    )
    assert "  Janssen: 1 dose; 5 in a vial, open 360 min; ages from 18" in lines


def test_the_same_in_vietnamese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KIOSK_LANG", "vi")
    said = run("--at", "2021-09-08").output.splitlines()
    assert said[0] == "mọi tệp dùng được; tính đến 2021-09-08:"
    assert said[1].startswith("  sàng lọc: qd_3802_2021 (15 câu hỏi, 6 chỉ số, theo dõi 30 phút; mã băm ")
    assert "  Janssen: 1 mũi; 5 liều một lọ, mở dùng 360 phút; từ 18 tuổi" in said
    monkeypatch.setenv("KIOSK_LANG", "en")
    assert len(run("--at", "2021-09-08").output.splitlines()) == len(said)
    monkeypatch.setenv("KIOSK_LANG", "vi")
    assert "không ai đủ điều kiện" in run("--at", "2020-12-31").output


def test_before_everything() -> None:
    shown = json.loads(run("--at", "2020-12-31", "--json").output)
    assert (shown["screening"], shown["priority"], shown["consent"], shown["vaccines"]) == (None, None, None, [])
    assert "no pack is in force, so nobody is eligible" in run("--at", "2020-12-31").output


def test_a_departments_own_folder_with_two_slips(tmp_path: Path) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    assert run(folder, "--at", "2021-08-15").exit_code == 0
    for file, old, new in (
        ("vials.csv", ",10,360,", ",10,6 h,"),
        ("screening/qd_3802_2021.toml", "below = 35.5", "bellow = 35.5"),
    ):
        path = folder / file
        path.write_text(path.read_text("utf-8").replace(old, new, 1), "utf-8")
    result = run(folder)
    assert result.exit_code == 1
    assert "vials.csv:8: open_minutes: expected a whole number from 1 to 10080" in result.output
    assert "did you mean 'below'" in result.output
    told = json.loads(run(folder, "--json").output)
    assert not told["ok"]
    assert len(told["problems"]) >= 2
