"""Vaccines from their tables: as of a day, by name and by GTIN; every mistake with file, line and column."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.vaccination import FOLDER
from kiosk.toml_file import FileError
from plugins.vaccination.rules.vaccines import VALUE_SETS, Vaccines, load_vaccines

UNHURRIED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

AUGUST = date(2021, 8, 15)


@pytest.fixture(scope="module")
def vaccines() -> Vaccines:
    return load_vaccines()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A department's own copy of every table."""
    for file in (*FOLDER.glob("*.csv"), *VALUE_SETS.glob("vaccine*.csv")):
        shutil.copy(file, tmp_path / file.name)
    return tmp_path


def mistakes(folder: Path) -> list[tuple[str, int, str, str]]:
    with pytest.raises(FileError) as caught:
        load_vaccines(folder, folder)
    return [(Path(one.file).name, one.line, one.key, one.message) for one in caught.value.problems]


def test_a_product_has_course_vial_and_codes_in_one(vaccines: Vaccines) -> None:
    found = vaccines.named("AstraZeneca", AUGUST)
    assert found is not None
    assert (found.doses, found.min_days, found.max_days) == (2, 56, 84)
    assert (found.doses_per_vial, found.open_minutes, found.storage_min_c, found.storage_max_c) == (10, 360, 2, 8)
    assert found.codes["eu_code"] == "EU/1/21/1529"
    assert set(found.gtins) == {"00303101222105", "00303101222150"}


def test_names_that_people_use(vaccines: Vaccines) -> None:
    assert vaccines.product_of(" vaxzevria ") == "AstraZeneca"
    assert vaccines.product_of("PFIZER") == "Comirnaty"
    assert vaccines.product_of("aspirin") == ""
    assert vaccines.named("aspirin", AUGUST) is None


def test_as_of_the_day(vaccines: Vaccines) -> None:
    first = date(2021, 6, 12)
    assert vaccines.named("Comirnaty", first) is not None
    assert vaccines.named("Comirnaty", first - timedelta(days=1)) is None
    assert vaccines.known("Comirnaty", first - timedelta(days=1)) is not None  # a dose from abroad
    ages = [vaccines.named("Comirnaty", date(2021, 10, day)) for day in (13, 14)]
    assert [one.minimum_age_years for one in ages if one] == [18, 12]
    assert vaccines.named("Covaxin", AUGUST) is None  # not in use here, and yet
    assert vaccines.known("Covaxin", AUGUST) is not None  # a past dose that people bring
    assert "Abdala" not in vaccines.products(date(2021, 9, 16))
    assert "Abdala" in vaccines.products(date(2021, 9, 17))


def test_mixing_counts_from_its_day(vaccines: Vaccines) -> None:
    assert not vaccines.may_follow("AstraZeneca", "Moderna", date(2021, 9, 7))
    assert vaccines.may_follow("AstraZeneca", "Moderna", date(2021, 9, 8))
    assert not vaccines.may_follow("Moderna", "AstraZeneca", date(2021, 9, 8))
    assert vaccines.may_follow("Vaxzevria", "AstraZeneca", AUGUST)
    assert not vaccines.may_follow("aspirin", "aspirin", AUGUST)


def test_a_pack_tells_the_product_and_its_doses(vaccines: Vaccines) -> None:
    ten, fourteen = vaccines.by_gtin("00380777273105", AUGUST), vaccines.by_gtin("380777273150", AUGUST)
    assert ten is not None
    assert fourteen is not None
    assert [(one.product, one.doses_per_vial) for one in (ten, fourteen)] == [("Moderna", 10), ("Moderna", 14)]
    assert vaccines.by_gtin("00012345678905", AUGUST) is None
    assert vaccines.by_gtin("00380777273105", date(2021, 6, 1)) is None  # the product was not in use yet
    assert vaccines.by_gtin("", AUGUST) is None


def test_every_vial_of_several_doses_has_a_limit_and_every_line_a_source(vaccines: Vaccines) -> None:
    for versions in vaccines.dated.values():
        for _, one in versions:
            assert (one.open_minutes is None) == (one.doses_per_vial == 1)
            assert one.source
    assert {gtin.sure for gtins in vaccines.gtins.values() for gtin in gtins} == {False}  # until one is read off a pack


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "column", "words"),
    [
        ("vials.csv", "AstraZeneca,yes,10,", "AstraZenca,yes,10,", 8, "product", "did you mean 'AstraZeneca'"),
        (
            "vials.csv",
            "AstraZeneca,yes,10,",
            "AstraZeneca,yes,ten,",
            8,
            "doses_per_vial",
            "a whole number from 1 to 50",
        ),
        ("vials.csv", "AstraZeneca,yes,10,360,", "AstraZeneca,yes,10,,", 8, "open_minutes", "several doses"),
        ("vials.csv", "AstraZeneca,yes,10,360,2,8,", "AstraZeneca,yes,10,360,8,2,", 8, "storage_max_c", "no less"),
        ("vials.csv", ",2021-02-01,,yes", ",1.2.2021,,yes", 8, "valid_from", "a day such as"),
        ("vials.csv", ",2021-02-01,,yes", ",,,yes", 8, "valid_from", "a day such as"),
        ("vials.csv", ",2021-02-01,,yes", ",2021-02-01,2020-01-01,yes", 8, "valid_until", "no day before"),
        ("vials.csv", ",2021-02-01,,yes", ",2021-02-01,,maybe", 8, "sure", "yes or no"),
        ("vials.csv", "2021-06-12,2021-10-13", "2021-06-12,", 10, "valid_from", "another line at this time"),
        ("vials.csv", "doses_per_vial,open_minutes", "doses_per_vial,open_minute", 7, "open_minutes", "missing"),
        ("gtins.csv", "00359267100016", "00359267100017", 6, "gtin", "check"),
        ("gtins.csv", "00359267100016", "359267100016", 6, "gtin", "14 digits"),
        ("gtins.csv", "Comirnaty,vial", "Comirnaty,box", 6, "level", "vial or carton"),
        ("gtins.csv", "NDC 59267-1000-1\n", "NDC 59267-1000-1, vial\n", 6, "", "found 9"),
        ("gtins.csv", "NDC 59267-1000-1\n", '"NDC 59267-1000-1\n', 6, "", "quotation mark"),
        ("vaccines.csv", "AstraZeneca,2,56,84", "AstraZeneca,0,56,84", 6, "doses", "from 1 to 9"),
        ("vaccines.csv", "AstraZeneca,2,56,84", "AstraZeneca,2,56,50", 6, "max_days", "no fewer days"),
        ("vaccine_mixing.csv", "Moderna,Comirnaty", "Modern,Comirnaty", 7, "first", "did you mean 'Moderna'"),
        ("vaccine_mixing.csv", ",2021-08-01,,no,", ",2021-08-01,,perhaps,", 4, "sure", "yes or no"),
        (
            "vaccines.csv",
            ',yes,"WHO interim recommendations, Ad26.COV2.S (2021): one dose"',
            ",yes,",
            11,
            "source",
            "a value",
        ),
    ],
)
def test_a_mistake_is_told_with_its_line(
    folder: Path, file: str, old: str, new: str, line: int, column: str, words: str
) -> None:
    text = (folder / file).read_text("utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), "utf-8")
    told = [one for one in mistakes(folder) if one[:3] == (file, line, column)]
    assert len(told) == 1
    assert words in told[0][3]


def test_a_product_without_a_vial_is_told(folder: Path) -> None:
    path = folder / "vials.csv"
    path.write_text(
        "".join(line for line in path.read_text("utf-8").splitlines(True) if "Janssen," not in line), "utf-8"
    )
    assert [(file, column) for file, _, column, _ in mistakes(folder)] == [("vials.csv", "product")]


def test_a_missing_file_or_other_bytes_are_told(folder: Path) -> None:
    (folder / "gtins.csv").unlink()
    (folder / "vials.csv").write_bytes(b"product\xff")
    found = mistakes(folder)
    assert ("gtins.csv", 1, "", "cannot be read: there is no such file") in found
    assert ("vials.csv", 1, "", "not UTF-8: save the file as UTF-8") in found


def test_a_spreadsheet_may_have_saved_it(folder: Path) -> None:
    """With a byte order mark and lines ended as Windows does."""
    path = folder / "vials.csv"
    path.write_bytes("\ufeff".encode() + path.read_bytes().replace(b"\n", b"\r\n"))
    assert load_vaccines(folder, folder).products(AUGUST) == load_vaccines().products(AUGUST)


SHIPPED = (FOLDER / "vials.csv").read_bytes()


@UNHURRIED
@given(
    st.binary(max_size=20) | st.text('",\n\r2021-yesno ', max_size=20).map(str.encode),
    st.integers(0, len(SHIPPED)),
    st.integers(0, 30),
)
def test_a_table_with_foreign_bytes_in_it_loads_or_is_refused(
    tmp_path_factory: pytest.TempPathFactory, foreign: bytes, place: int, length: int
) -> None:
    folder = tmp_path_factory.getbasetemp() / "foreign"
    folder.mkdir(exist_ok=True)
    shutil.copy(FOLDER / "gtins.csv", folder)
    file = folder / "vials.csv"
    file.write_bytes(SHIPPED[:place] + foreign + SHIPPED[place + length :])
    try:
        load_vaccines(folder)
    except FileError as error:
        lines = file.read_bytes().count(b"\n") + 1
        wrong = [one for one in error.problems if not 1 <= one.line <= lines or not one.message]
        if wrong:
            raise AssertionError(wrong) from error
