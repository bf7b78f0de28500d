"""Names on machine-readable lines (ICAO Doc 9303-3) and certificates' identifiers, against the tables and real states' certificates."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.vaccination.certificate import icao, uvci

LETTERS = re.compile(r"[A-Z]+(<[A-Z]+)*|")
VIETNAMESE = "aàảãáạăằẳẵắặâầẩẫấậbcdđeèẻẽéẹêềểễếệghiìỉĩíịklmnoòỏõóọôồổỗốộơờởỡớợpqrstuùủũúụưừửữứựvxyỳỷỹýỵ"


@pytest.mark.parametrize(
    ("name", "line"),
    [
        ("Nguyễn Văn An", "NGUYEN<VAN<AN"),
        ("Đặng Thị Phương Ưng", "DANG<THI<PHUONG<UNG"),
        ("  Lê   Thị\tHồng  ", "LE<THI<HONG"),
        ("H'Hen Niê", "HHEN<NIE"),
        ("Y Ð’răng", "Y<DRANG"),
        ("Ksor-Nham", "KSOR<NHAM"),
        ("Nguye\u0302\u0303n", "NGUYEN"),  # decomposed letters, as some keyboards write them
        ("Müller-Lüdenscheidt", "MUELLER<LUEDENSCHEIDT"),
        ("Strauß", "STRAUSS"),
        ("Øyvind Ångström Æbelø", "OEYVIND<AANGSTROEM<AEBELOE"),
        ("Щукин Юрий", "SHCHUKIN<IURII"),
        ("Łukasz", "LUKASZ"),
        ("Nguyễn 2 (Văn) An.", "NGUYEN<VAN<AN"),
        ("阮文安", ""),
        ("", ""),
        ("<<<", ""),
    ],
)
def test_names_as_the_tables_write_them(name: str, line: str) -> None:
    assert icao.machine_readable(name) == line


def test_every_vietnamese_letter_becomes_its_base_letter() -> None:
    for letter in VIETNAMESE:
        assert re.fullmatch("[A-Z]", icao.machine_readable(letter)), letter
    assert icao.machine_readable("đ") == "D"
    assert icao.machine_readable("ượ") == "UO"


@given(st.text(max_size=200))
def test_any_name_fits_a_line(name: str) -> None:
    line = icao.machine_readable(name)
    assert LETTERS.fullmatch(line), line
    assert len(line) <= icao.LONGEST
    family, given_names = icao.parts_of(name)
    assert len(family) <= icao.LONGEST
    assert len(given_names) <= icao.LONGEST


def test_parts_of_a_vietnamese_name() -> None:
    assert icao.parts_of("Nguyễn Thị Mẫu") == ("Nguyễn", "Thị Mẫu")
    assert icao.parts_of("Sukarno") == ("Sukarno", "")


def test_an_identifier_is_of_the_form_and_never_the_same() -> None:
    made = {uvci.mint("VN") for _ in range(200)}
    assert len(made) == 200
    for one in made:
        assert re.fullmatch(r"URN:UVCI:01:VN:[A-Z2-7]{24}#[A-Z0-9/:]", one)
        assert len(one) <= 72  # the schema's limit
        assert uvci.checks(one)


@given(st.integers(0, 38), st.sampled_from(uvci.ALPHABET))
def test_a_slip_of_the_finger_does_not_check(place: int, letter: str) -> None:
    made = uvci.mint("VN")
    changed = made[:place] + letter + made[place + 1 :]
    if made[place] != "#" and changed != made:
        assert not uvci.checks(changed)


@pytest.mark.parametrize("wrong", ["", "#", "URN:UVCI:01:VN:ABC", "urn:uvci:01:vn:abc#x", "Ẩ#A", "A#"])
def test_what_is_no_identifier(wrong: str) -> None:
    assert not uvci.checks(wrong)


@pytest.mark.shared
def test_the_check_character_is_that_of_states_that_use_it(shared_data: Path) -> None:
    found: set[str] = set()
    for path in (shared_data / "certificates" / "eu-dcc").rglob("*.json"):
        found |= set(re.findall(r'URN:UVCI:01:(?:AT|DK|LT):[A-Z0-9]+#[A-Z0-9/:](?=\\?")', path.read_text("utf-8")))
    assert len(found) >= 10, json.dumps(sorted(found))
    assert all(uvci.checks(one) for one in found)
