"""How long a declaration counts is dated data: the site's day decides, and a mistake in the file is told with its line."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.plugin import DecodedCode
from kiosk.toml_file import FileError
from plugins.declaration import validity
from plugins.declaration.pass_claims import LONGEST_HOURS
from tests.plugins.declaration.conftest import KIOSK, code_of, declare
from tests.support.appliance import SetClock, Workshop

TERM = '[[term]]\nvalid_from = {day}\nplace_hours = {place}\nmovement_hours = {movement}\nlegal_basis = "{law}"\n'
FILE = TERM.format(day="2021-08-23", place=6, movement=12, law="Quy định mới") + TERM.format(
    day="2021-07-01", place=24, movement=72, law="Quy định cũ"
)
LAST_OF_OLD = datetime(2021, 8, 22, 16, 0, tzinfo=UTC)  # an hour before midnight in Vietnam
FIRST_OF_NEW = datetime(2021, 8, 22, 17, 0, tzinfo=UTC)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "validity.toml"
    path.write_text(FILE, "utf-8")
    return path


def test_the_latest_term_that_has_begun_counts_and_before_the_first_that_one(file: Path) -> None:
    known = validity.load(file)
    assert [known.as_of(date(2021, month, day)).place_hours for month, day in ((8, 22), (8, 23), (12, 31), (1, 1))] == [
        24, 6, 6, 24
    ]  # fmt: skip
    assert known.at(LAST_OF_OLD, "Asia/Ho_Chi_Minh").movement_hours == 72
    assert known.at(FIRST_OF_NEW, "Asia/Ho_Chi_Minh").movement_hours == 12


def test_the_shipped_terms_can_be_read_and_no_pass_outlasts_what_a_pass_may() -> None:
    for term in validity.load().terms:
        assert 0 < term.place_hours <= LONGEST_HOURS
        assert term.legal_basis


@pytest.mark.parametrize(
    ("text", "line", "said"),
    [
        (FILE.replace("place_hours = 6", "place_hours = 73"), 3, "72"),
        (FILE.replace("movement_hours = 12", "movement_hours = true"), 4, "movement_hours"),
        (FILE.replace("2021-08-23", '"2021-08-23"'), 2, "a day such as 2021-08-10"),
        (FILE.replace("2021-07-01", "2021-08-23"), 7, "another term begins on this day"),
        (FILE.replace('"Quy định mới"', '""'), 5, "legal_basis"),
        (FILE + "hours = 3\n", 11, "no such key"),
        ("", 1, "this key is missing"),
    ],
)
def test_a_mistake_is_told_with_its_line(tmp_path: Path, text: str, line: int, said: str) -> None:
    path = tmp_path / "wrong.toml"
    path.write_text(text, "utf-8")
    with pytest.raises(FileError) as told:
        validity.load(path)
    assert f"wrong.toml:{line}: " in str(told.value)
    assert said in str(told.value)
    assert told.value.in_language("vi") != told.value.in_language("en")


def test_a_profile_with_such_a_file_is_not_started_and_says_where(workshop: Workshop, file: Path) -> None:
    profile = workshop.profile(KIOSK, sections=f'[plugin.declaration]\nvalidity = "{file}"\n')
    assert CliRunner().invoke(main, ["config", "check", str(profile)]).exit_code == 0
    file.write_text(FILE.replace("place_hours = 6", "place_hours = 0"), "utf-8")
    checked = CliRunner().invoke(main, ["config", "check", str(profile)])
    assert checked.exit_code == 1
    assert "plugin.declaration.validity" in checked.output
    assert "validity.toml:3" in checked.output


@pytest.mark.parametrize(
    ("at", "kind", "hours", "law"),
    [
        (LAST_OF_OLD, "movement", 72, "Quy định cũ"),
        (LAST_OF_OLD, "place", 24, "Quy định cũ"),
        (FIRST_OF_NEW, "movement", 12, "Quy định mới"),
        (FIRST_OF_NEW, "place", 6, "Quy định mới"),
    ],
)
def test_a_pass_counts_as_long_as_its_day_says(
    workshop: Workshop, file: Path, at: datetime, kind: str, hours: int, law: str
) -> None:
    clock = SetClock(ahead=at - datetime.now(UTC))
    appliance = workshop.start(KIOSK, clock=clock, sections=f'[plugin.declaration]\nvalidity = "{file}"\n')
    more = {} if kind == "movement" else {"journey": None}
    issued = declare(appliance, kind=kind, **more)
    assert issued.record.data.expires_at - issued.record.data.issued_at == hours * 3600
    code = code_of(appliance, issued)
    answer = appliance.handle(appliance.new_scan(DecodedCode(code, code.encode(), "QRCode"), "api"))
    assert {one["legal_basis"] for one in answer.findings if one["code"].startswith("declaration.")} == {law}
