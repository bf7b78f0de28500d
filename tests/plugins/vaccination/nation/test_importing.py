"""Lists of registrations as offices send them: every encoding, every mistake with its row and column, a million rows in little memory."""

from __future__ import annotations

import csv
import io
import json
import signal
import subprocess
import sys
import unicodedata
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Text
from kiosk.journal.models import JournalRecord
from plugins.vaccination.models import RegistrationRow
from plugins.vaccination.nation import groups, list_text
from plugins.vaccination.nation.importing import Importer, Report
from plugins.vaccination.nation.problems import RowProblem, as_csv, guarded
from plugins.vaccination.nation.reading_rows import birth_date
from tests.support.appliance import Workshop, assert_whole

TONES = "\u0300\u0301\u0303\u0309\u0323"
ROOT = Path(__file__).resolve().parents[4]
HEAD = "số căn cước,họ tên,ngày sinh,giới tính,điện thoại,mã địa bàn,nhóm ưu tiên"
AN = "001099012345,Nguyễn Văn An,01/01/1999,Nam,0912345678,01,frontline"
HANG = "001199012346,Trần Thị Hằng,1999-12-31,nữ,,01,"


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Appliance:
    return Workshop(tmp_path_factory.mktemp("import")).open(("vaccination", "national_platform"), role="platform")


@pytest.fixture
def platform(workshop: Workshop) -> Appliance:
    return workshop.open(("vaccination", "national_platform"), role="platform")


def run(appliance: Appliance, data: bytes, dry_run: bool = False) -> Report:
    site = appliance.host.plugin("vaccination").site
    importer = Importer(appliance, appliance.data_dir, groups.ids(site), date(2021, 8, 10))
    return importer.run(io.BytesIO(data), {"state": "approved", "round": "2021-08"}, dry_run)


def text(*lines: str) -> str:
    return "\r\n".join([HEAD, *lines]) + "\r\n"


def registered(appliance: Appliance) -> dict[str, str]:
    with appliance.session() as session:
        return {row.citizen: row.name for row in session.scalars(select(RegistrationRow))}


def tcvn3(words: str) -> bytes:
    back = {letter: byte for byte, letter in list_text._TCVN3.items()}
    return bytes(back.get(letter) or ord(letter) for letter in words)


def cp1258(words: str) -> bytes:
    """As old programs write it: the letter, then its tone as a sign of its own, where there is no sign for both."""
    out = bytearray()
    for letter in words:
        parts = unicodedata.normalize("NFD", letter)
        tones = [one for one in parts[1:] if one in TONES]
        if tones and not encodes(letter):
            letter, tone = unicodedata.normalize("NFC", parts.replace(tones[0], "")), tones[0]
            out += letter.encode("cp1258") + tone.encode("cp1258")
        else:
            out += letter.encode("cp1258")
    return bytes(out)


def encodes(letter: str) -> bool:
    try:
        return bool(letter.encode("cp1258"))
    except UnicodeEncodeError:
        return False


ENCODINGS: dict[str, Callable[[str], bytes]] = {
    "utf-8": lambda words: words.encode(),
    "utf-8 with a mark": lambda words: b"\xef\xbb\xbf" + words.encode(),
    "utf-16": lambda words: words.encode("utf-16"),
    "utf-16 without a mark": lambda words: words.encode("utf-16-le"),
    "utf-16, big end first": lambda words: b"\xfe\xff" + words.encode("utf-16-be"),
    "windows-1258": cp1258,
    "tcvn3": tcvn3,
    "mojibake": lambda words: words.encode().decode("latin-1").encode(),
    "decomposed": lambda words: unicodedata.normalize("NFD", words).encode(),
}


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_names_come_out_right_in_every_encoding(platform: Appliance, name: str) -> None:
    report = run(platform, ENCODINGS[name](text(AN, HANG)))
    assert report.problems == []
    assert sorted(registered(platform).values()) == ["Nguyễn Văn An", "Trần Thị Hằng"]
    assert report.imported == 2
    assert (report.repaired == 2) == (name == "mojibake")


@pytest.mark.parametrize(
    ("row", "column", "code"),
    [
        ("00109901234,Nguyễn Văn An,01/01/1999,,,,", "số căn cước", "id_short"),
        ("1.09901E+09,Nguyễn Văn An,01/01/1999,,,,", "số căn cước", "id_mangled"),
        ("A01099012345,Nguyễn Văn An,01/01/1999,,,,", "số căn cước", "id"),
        ("٠٠١٠٩٩٠١٢٣٤٥,Nguyễn Văn An,01/01/1999,,,,", "số căn cước", "id"),
        ("001099012345,,01/01/1999,,,,", "họ tên", "name"),
        ("001099012345,=cmd|' /C calc'!A0,01/01/1999,,,,", "họ tên", "name"),
        ("001099012345,Nguy\ufffdn V\ufffdn An,01/01/1999,,,,", "họ tên", "name_damaged"),
        ("001099012345,Nguyá»n Văn An,01/01/1999,,,,", "họ tên", "name_damaged"),
        ("001099012345,Nguyễn Văn An,31/02/1999,,,,", "ngày sinh", "birth_date"),
        ("001099012345,Nguyễn Văn An,01/01/2999,,,,", "ngày sinh", "birth_date"),
        ("001099012345,Nguyễn Văn An,01/01/1999,abc,,,", "giới tính", "sex"),
        ("001099012345,Nguyễn Văn An,01/01/1999,,12,,", "điện thoại", "phone"),
        ("001099012345,Nguyễn Văn An,01/01/1999,,,Hà Nội,", "mã địa bàn", "area"),
        ("001099012345,Nguyễn Văn An,01/01/1999,,,,vip", "nhóm ưu tiên", "priority_group"),
        ("001099012345,Nguyễn Văn An,01/01/1999,?,,,", "giới tính", "sex"),
        ("001099012345,Nguyễn Văn An", "", "cells"),
    ],
)
def test_a_mistake_is_told_with_row_and_column_and_keeps_no_other_row_out(
    platform: Appliance, row: str, column: str, code: str
) -> None:
    report = run(platform, text(HANG, row).encode())
    (found,) = report.problems
    assert (found.row, found.column, found.code) == (3, column, code)
    assert found.text.vi
    assert found.text.en
    assert (report.rows, report.imported, report.bad) == (2, 1, 1)
    told = as_csv(report.problems)
    assert "Văn" not in told
    assert "99012345" not in told  # the report names nobody


def test_the_newest_row_of_a_person_counts_and_it_is_said(platform: Appliance) -> None:
    report = run(platform, text(AN, HANG, AN.replace("0912345678", "0987654321")).encode())
    assert [(one.row, one.code) for one in report.notes] == [(4, "twice")]
    assert "dòng 2" in report.notes[0].text.vi
    with platform.session() as session:
        phones = session.scalars(select(RegistrationRow.phone).where(RegistrationRow.name == "Nguyễn Văn An")).all()
    assert phones == ["0987654321"]
    assert (report.imported, report.replaced, report.bad) == (2, 1, 0)


def test_one_id_for_two_people_is_an_error_of_both_rows(platform: Appliance) -> None:
    other = AN.replace("Nguyễn Văn An", "Lê Văn Bình")
    report = run(platform, text(AN, HANG, other, AN).encode())
    assert sorted((one.row, one.code) for one in report.problems) == [
        (2, "other_person"),
        (4, "other_person"),
        (5, "other_person"),
    ]
    assert list(registered(platform).values()) == ["Trần Thị Hằng"]


def test_an_id_that_is_registered_for_somebody_else(platform: Appliance) -> None:
    run(platform, text(AN).encode())
    report = run(platform, text(AN.replace("Nguyễn Văn An", "Lê Văn Bình")).encode())
    assert [one.code for one in report.problems] == ["registered_other"]
    assert list(registered(platform).values()) == ["Nguyễn Văn An"]


def test_the_same_list_again_adds_nothing(platform: Appliance) -> None:
    first, second = run(platform, text(AN, HANG).encode()), run(platform, text(AN, HANG).encode())
    assert (first.imported, second.imported, second.unchanged) == (2, 0, 2)


def test_a_check_alone_imports_nothing_and_the_number_is_kept_nowhere(platform: Appliance) -> None:
    report = run(platform, text(AN, HANG).encode(), dry_run=True)
    assert (report.good, report.imported) == (2, 0)
    assert registered(platform) == {}
    run(platform, text(AN, HANG).encode())
    with platform.session() as session:
        bodies = "".join(body or "" for body in session.scalars(select(JournalRecord.body)))
    assert "001099012345" not in bodies
    assert "2345" in bodies  # masked
    for file in platform.data_dir.rglob("*"):
        if file.is_file():
            assert b"001099012345" not in file.read_bytes()


@pytest.mark.parametrize("delimiter", [",", ";", "\t", "|", "^"])
@pytest.mark.parametrize("ending", ["\n", "\r\n"])
def test_a_list_may_name_its_delimiter_and_lines_are_counted_as_an_editor_does(
    platform: Appliance, delimiter: str, ending: str
) -> None:
    """As spreadsheets do it in a line of its own; names with the delimiter of another country in them stay whole."""
    rows = ["national_id,name,birth_date", "001099012345,Nguyễn Văn An,1999", "12,Trần Thị Hằng,1999"]
    data = ending.join([f"sep={delimiter}", *(row.replace(",", delimiter) for row in rows), ""])
    report = run(platform, data.encode("utf-16"))
    assert (report.rows, report.imported) == (2, 1)
    assert [(one.row, one.code) for one in report.problems] == [(4, "id")]


def test_lists_that_are_none(platform: Appliance) -> None:
    assert [one.code for one in run(platform, b"").problems] == ["empty"]
    assert [one.code for one in run(platform, "tên,tuổi\nAn,3\n".encode()).problems] == ["columns"]
    assert [one.code for one in run(platform, bytes(range(128, 256)) * 40).problems] == ["encoding"]
    open_quote = text(AN, '"' + "x" * 200_000).encode()
    assert "no_csv" in [one.code for one in run(platform, open_quote).problems]


@given(st.binary(max_size=3000) | st.text(max_size=1000).map(lambda words: f"{HEAD}\n{words}".encode()))
def test_no_bytes_break_it(shared: Appliance, data: bytes) -> None:
    report = run(shared, data, dry_run=True)
    assert report.good <= report.rows


@given(st.text(max_size=20))
def test_a_birth_date_is_a_day_or_none(words: str) -> None:
    found = birth_date(words, date(2021, 8, 10))
    assert found == "" or len(found) == 4 or date.fromisoformat(found) <= date(2021, 8, 10)


@pytest.mark.parametrize("cell", ["=1+1", "+84", "-1", "@sum", "\t=1", "\r=1"])
def test_a_report_computes_nothing(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert guarded(12) == 12
    words = Text(cell, cell)
    (_, row) = csv.reader(io.StringIO(as_csv([RowProblem(2, cell, "x", words)])))
    assert all(one == "2" or one.startswith("'") for one in row)


@pytest.mark.process
@pytest.mark.parametrize("many", [250_000, pytest.param(1_000_000, marks=pytest.mark.soak)])
def test_a_million_rows_in_little_memory(tmp_path: Path, workshop: Workshop, many: int) -> None:
    """In a process of its own, so that its memory can be seen: what ``many`` rows take is what 20,000 take, and 60 bytes for each."""
    workshop.open(("vaccination", "national_platform"), role="platform")
    peaks = {}
    for count in (20_000, many):
        file = tmp_path / f"{count}.csv"
        with file.open("w", encoding="utf-8") as out:
            out.write("national_id,name,birth_date\n")
            out.writelines(f"{number:012d},Nguyễn Văn An,{1950 + number % 50}\n" for number in range(count))
        script = (
            "import resource, sys; from kiosk.cli import main\n"
            "try: main(sys.argv[1:])\n"
            "except SystemExit as end: assert not end.code, end.code\n"
            "finally: print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, file=sys.stderr)"
        )
        profile = workshop.profile(("vaccination", "national_platform"), role="platform")
        arguments = ["vaccination", "import", str(file), "--dry-run", "--json", "--profile", str(profile)]
        done = subprocess.run(
            [sys.executable, "-c", script, *arguments, "--data", str(tmp_path / "data")],
            capture_output=True, text=True, check=True, cwd=ROOT,
        )  # fmt: skip
        assert json.loads(done.stdout)["good"] == count
        peaks[count] = int(done.stderr.split()[-1])
        assert "rows" in done.stderr  # progress
    assert peaks[many] < peaks[20_000] + many * 60 / 1000  # kilobytes


DIES = """
import os, signal, sys
from kiosk.cli import main
from plugins.vaccination.folding import conflicts
from plugins.vaccination.nation import importing

importing.AT_ONCE = 40
say, parts = importing.Importer._say, []

def third(self, part, *rest):
    parts.append(part)
    say(self, part, *rest)

def dies(*_folded):
    if len(parts) == 3:  # stored and folded, and not yet committed
        os.kill(os.getpid(), signal.SIGKILL)

importing.Importer._say = third
conflicts.project = dies
main(sys.argv[1:])
"""


@pytest.mark.process
def test_killed_in_the_middle_it_is_repeated_and_says_what_was_there(tmp_path: Path, workshop: Workshop) -> None:
    appliance = workshop.open(("vaccination", "national_platform"), role="platform")
    profile = workshop.profile(("vaccination", "national_platform"), role="platform")
    file, many = tmp_path / "people.csv", 200
    rows = (f"001099{number:06d},Trần Thị Hằng,{1950 + number % 50}\n" for number in range(many))
    file.write_text("national_id,name,birth_date\n" + "".join(rows), "utf-8")
    arguments = ["vaccination", "import", str(file), "--json", "--profile", str(profile), "--data"]
    arguments.append(str(appliance.data_dir))

    def command(*python: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *python, *arguments], capture_output=True, text=True, cwd=ROOT, timeout=600
        )

    def said() -> list[str | None]:
        with appliance.session() as session:
            kind = JournalRecord.kind == "vaccination.registration"
            return list(session.scalars(select(JournalRecord.citizen).where(kind)))

    assert command("-c", DIES).returncode == -signal.SIGKILL
    assert len(said()) == len(registered(appliance)) == 80
    assert not list(appliance.data_dir.glob("import-*")), "people's names stay on the disk"
    again = json.loads(command("-m", "kiosk").stdout)
    assert (again["rows"], again["good"], again["unchanged"], again["imported"]) == (many, many, 80, many - 80)
    assert len(said()) == len(set(said())) == len(registered(appliance)) == many
    assert_whole(appliance, ("vaccination", "national_platform"))
