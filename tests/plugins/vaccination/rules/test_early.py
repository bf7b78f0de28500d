"""By how many days a dose may be early: as of a day, and every mistake in the table told with line and column."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from config.vaccination import FOLDER
from kiosk.toml_file import FileError
from plugins.vaccination.rules.early import load_early
from plugins.vaccination.rules.vaccines import load_vaccines

HEAD = "product,days,valid_from,valid_until,sure,source\n"
DAY = date(2021, 9, 1)


def test_the_shipped_table_holds_from_its_day() -> None:
    early = load_early(load_vaccines())
    assert early.days("Comirnaty", DAY) == 4
    assert early.days("Comirnaty", date(2021, 6, 11)) == 0
    assert early.days("AstraZeneca", DAY) == 0
    assert "CDC" in (FOLDER / "early_doses.csv").read_text("utf-8")


def test_a_folder_without_the_table_allows_none(tmp_path: Path) -> None:
    assert load_early(load_vaccines(), tmp_path).allowed == ()


def test_a_line_that_ended_counts_no_longer(tmp_path: Path) -> None:
    (tmp_path / "early_doses.csv").write_text(HEAD + "Moderna,3,2021-07-01,2021-08-31,yes,thông báo\n", "utf-8")
    early = load_early(load_vaccines(), tmp_path)
    assert [early.days("Moderna", day) for day in (date(2021, 8, 31), DAY)] == [3, 0]


@pytest.mark.parametrize(
    ("line", "column"),
    [
        ("Nước muối,3,2021-07-01,,yes,x", "product"),
        ("Moderna,0,2021-07-01,,yes,x", "days"),
        ("Moderna,,2021-07-01,,yes,x", "days"),
        ("Moderna,99,2021-07-01,,yes,x", "days"),
        ("Moderna,3,,,yes,x", "valid_from"),
        ("Moderna,3,1.7.2021,,yes,x", "valid_from"),
        ("Moderna,3,2021-07-01,,maybe,x", "sure"),
        ("Moderna,3,2021-07-01,,yes,", "source"),
    ],
)
def test_a_mistake_is_told_with_line_and_column(tmp_path: Path, line: str, column: str) -> None:
    (tmp_path / "early_doses.csv").write_text(HEAD + line + "\n", "utf-8")
    with pytest.raises(FileError) as raised:
        load_early(load_vaccines(), tmp_path)
    assert {(one.line, one.key) for one in raised.value.problems} == {(2, column)}
