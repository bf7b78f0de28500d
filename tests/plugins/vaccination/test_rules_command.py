"""``kiosk vaccination-rules``: the shipped files, a department's own, and mistakes."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from config.vaccination import FOLDER
from plugins.vaccination.rules.vaccines import VALUE_SETS
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


SLIPS = (  # (file, what stands there, what somebody wrote instead, the mistake in Vietnamese, in English)
    ("vials.csv", "product,in_use", "product,inuse", "in_use: thiếu cột này", "in_use: this column is missing"),
    ("vials.csv", "product,in_use", "product,inuse", "ý bạn là 'in_use'?", "did you mean 'in_use'?"),
    ("vials.csv", "\nAstraZeneca,yes", "\nAstraZeneca,maybe", "cần yes hoặc no", "expected yes or no"),
    ("vials.csv", "\nAstraZeneca,", "\nAstraZenica,", "không có vắc xin nào tên 'AstraZenica'; ý", "is called 'AstraZenica'"),
    ("vials.csv", "\nAstraZeneca,", "\nAstraZeneca,,", "ô có dấu phẩy thì đặt trong ngoặc kép", "quote a cell with a comma"),
    ("vials.csv", "\nAstraZeneca,", '\n"AstraZeneca,', "dấu ngoặc kép nào chưa đóng", "a quotation mark left open"),
    ("gtins.csv", "00303101222105", "00303101222106", "chữ số kiểm tra", "the last digit does not check"),
    ("gtins.csv", "00303101222105", "303101222105", "cần 14 chữ số", "expected 14 digits"),
    ("gtins.csv", ",vial,", ",glass,", "cần vial hoặc carton", "expected vial or carton"),
    ("early_doses.csv", "\nModerna,", "\nModerma,", "không có vắc xin nào tên 'Moderma'; ý bạn là 'Moderna'?", "did you mean"),
    ("screening/qd_3802_2021.toml", "below = 35.5", "bellow = 35.5", "không có khóa này", "no such key here"),
    ("screening/qd_3802_2021.toml", "below = 35.5", "below = 35.5\nabove = 1.0", "cần đúng một trong", "expected one of"),
    ("screening/qd_3802_2021.toml", "valid_from = 2021-08-10", "valid_from = 2021-07-10", "vẫn còn hiệu lực", "in force already"),
    ("screening/qd_3802_2021.toml", "valid_from = 2021-08-10", 'valid_from = "x"', "không có dấu ngoặc kép", "without quotes"),
    ("screening/qd_3802_2021.toml", 'after = "', 'after = "no_', "không có câu hỏi nào ở trên", "no question above"),
    ("priority_groups.toml", "order = 1\n", "order = 0\n", "order", "order"),
    ("priority_groups.toml", "valid_from = ", 'valid_from = "x" #', "cần một ngày như", "expected a day such as"),
    ("anaphylaxis.toml", "[[grade]]\ngrade = 2\n", "[[grade]]\ngrade = 3\n", "đã có mục khác tên này", "another one is called so"),
    ("consent.toml", "valid_from = ", 'valid_from = "x" #', "cần một ngày như", "expected a day such as"),
)  # fmt: skip


@pytest.mark.parametrize(("file", "old", "new", "vi", "en"), SLIPS, ids=[one[3][:30] for one in SLIPS])
def test_a_mistake_is_told_in_both_languages_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, file: str, old: str, new: str, vi: str, en: str
) -> None:
    folder = tmp_path / "ours"
    shutil.copytree(FOLDER, folder, ignore=shutil.ignore_patterns("__pycache__"))
    path = folder / file
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    told = {}
    for language, expected in (("vi", vi), ("en", en)):
        monkeypatch.setenv("KIOSK_LANG", language)
        result = run(folder)
        assert result.exit_code == 1
        assert expected in result.output
        told[language] = result.output.splitlines()
    assert len(told["vi"]) == len(told["en"])
    for vietnamese, english in zip(told["vi"], told["en"], strict=True):
        assert re.match(rf"{re.escape(str(folder))}/[\w/.]+:\d+: ", vietnamese)
        assert vietnamese.split(": ")[0] == english.split(": ")[0], "the same line of the same file"
        assert vietnamese != english


def test_a_mistake_in_the_value_sets_is_told_in_both_languages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    sets = tmp_path / "sets"
    shutil.copytree(VALUE_SETS, sets, ignore=shutil.ignore_patterns("__pycache__"))
    mixing = sets / "vaccine_mixing.csv"
    mixing.write_text(mixing.read_text("utf-8").replace("\nAstraZeneca,", "\nAstraZenica,", 1), "utf-8")
    said = {}
    for language in ("vi", "en"):
        monkeypatch.setenv("KIOSK_LANG", language)
        said[language] = run("--value-sets", sets).output
    assert "vaccine_mixing.csv:" in said["vi"]
    assert "first: trong vaccines.csv không có vắc xin nào tên 'AstraZenica'; ý bạn là 'AstraZeneca'?" in said["vi"]
    assert "first: no vaccine in vaccines.csv is called 'AstraZenica'; did you mean 'AstraZeneca'?" in said["en"]
