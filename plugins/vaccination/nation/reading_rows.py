"""One row of a list of registrations: its columns by any of their names, each checked, every mistake named. Pure."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from kiosk.domain import Text
from kiosk.text.mojibake import damaged, repair
from kiosk.text.names import plain
from plugins.vaccination.nation.problems import RowProblem
from plugins.vaccination.records import Registration

_NAMES = {
    "national_id": (
        "national_id",
        "so can cuoc",
        "so cccd",
        "cccd",
        "so can cuoc cong dan",
        "so dinh danh",
        "cmnd cccd",
    ),
    "name": ("name", "full name", "ho ten", "ho va ten"),
    "birth_date": ("birth_date", "birth date", "ngay sinh", "nam sinh", "ngay thang nam sinh"),
    "sex": ("sex", "gender", "gioi tinh"),
    "phone": ("phone", "so dien thoai", "dien thoai"),
    "area": ("area", "ma dia ban", "ma tinh", "dia ban", "ma xa"),
    "priority_group": ("priority_group", "priority group", "nhom uu tien", "nhom doi tuong", "ma nhom"),
    "round": ("round", "dot tiem", "dot"),
}
_BY_NAME = {plain(name): column for column, names in _NAMES.items() for name in names}
NEEDED = ("national_id", "name", "birth_date")
_LETTERS = re.compile(r"[^\W\d_]+(?:[ '’.\-]{1,2}[^\W\d_]+)*\.?").fullmatch
_DAY_FIRST = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})").fullmatch
_YEAR_FIRST = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[ T]00:00(?::00)?)?").fullmatch
_SEXES = {
    "nam": "male",
    "male": "male",
    "m": "male",
    "nu": "female",
    "female": "female",
    "f": "female",
    "khac": "other",
}

WORDS = {
    "columns": Text(
        "Dòng đầu phải có các cột: số căn cước, họ tên, ngày sinh. Thiếu: {missing}.",
        "The first line must name the columns national_id, name, birth_date. Missing: {missing}.",
    ),
    "id": Text("Cần 12 chữ số.", "12 digits are needed."),
    "id_short": Text(
        "Thiếu số 0 ở đầu: bảng tính đã coi là số. Định dạng cột là văn bản rồi xuất lại.",
        "The zeros at the beginning are missing: the spreadsheet took it for a number. Make the column text, export again.",
    ),
    "id_mangled": Text(
        "Bảng tính đã đổi thành số mũ, số căn cước bị mất. Định dạng cột là văn bản rồi nhập lại số.",
        "The spreadsheet made it a power of ten; the number is lost. Make the column text and enter it again.",
    ),
    "name": Text("Cần họ tên, chỉ gồm chữ, tối đa 120 ký tự.", "A name is needed: letters only, 120 at most."),
    "name_damaged": Text(
        "Họ tên bị hỏng chữ do sai bảng mã. Xuất lại tệp với UTF-8.",
        "Letters of the name are lost by a wrong encoding. Export the file again as UTF-8.",
    ),
    "birth_date": Text(
        "Cần ngày sinh như 31/12/1985 (hoặc 1985-12-31, hoặc chỉ năm), không ở tương lai.",
        "A birth date such as 31/12/1985 is needed (or 1985-12-31, or the year alone), not in the future.",
    ),
    "sex": Text("Ghi nam hoặc nữ, hoặc để trống.", "Write nam or nữ (male, female), or leave it empty."),
    "phone": Text("Cần 9 đến 11 chữ số, hoặc để trống.", "9 to 11 digits are needed, or nothing."),
    "area": Text("Cần mã địa bàn gồm 2 đến 5 chữ số, hoặc để trống.", "An area's code of 2 to 5 digits is needed, or nothing."),
    "priority_group": Text(
        "Không có nhóm ưu tiên này. Ghi số 1–{n}, hoặc: {groups}.",
        "There is no such priority group. Write its number, 1–{n}, or: {groups}.",
    ),
    "round": Text("Tối đa 40 ký tự.", "40 characters at most."),
    "cells": Text("Dòng có {n} ô, dòng đầu có {m}.", "The row has {n} cells, the first line has {m}."),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Columns:
    """Where each column stands, and what the file calls it."""

    places: Mapping[str, int]
    titles: Mapping[str, str]
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """A row that can be used. The number leaves this value only as its keyed hash. ``repaired``: mojibake was undone."""

    national_id: str
    registration: Registration
    repaired: bool

    def __repr__(self) -> str:
        return "Row(…)"


def columns(cells: Sequence[str]) -> Columns | Text:
    """The head of the list, or what is missing in it."""
    places: dict[str, int] = {}
    for place, title in enumerate(cells):
        column = _BY_NAME.get(plain(repair(title)[0]))
        if column and column not in places:
            places[column] = place
    missing = [name for name in NEEDED if name not in places]
    if missing:
        return WORDS["columns"].format(missing=", ".join(missing))
    return Columns(places, {name: cells[place][:40] for name, place in places.items()}, len(cells))


def read(
    number: int, cells: Sequence[str], head: Columns, groups: Sequence[str], today: date, defaults: Mapping[str, str]
) -> Row | list[RowProblem]:
    """One row, or everything that is wrong with it. ``groups``: ids of the priority groups in force; ``defaults``: ``round``,
    ``state``."""
    if any(cells[head.count :]) or len(cells) < max(head.places.values()) + 1:
        text = WORDS["cells"].format(n=len(cells), m=head.count)
        return [RowProblem(number, "", "cells", text)]
    found: list[RowProblem] = []

    def wrong(column: str, code: str, **more: str) -> str:
        found.append(RowProblem(number, head.titles[column], code, WORDS[code].format(**more) if more else WORDS[code]))
        return ""

    def cell(column: str) -> str:
        place = head.places.get(column)
        return "" if place is None else cells[place]

    national_id = cell("national_id").lstrip("'").replace(" ", "")
    if not (len(national_id) == 12 and national_id.isascii() and national_id.isdigit()):
        wrong("national_id", _id_problem(national_id))
    name, repaired = repair(cell("name"))
    if damaged(name):
        wrong("name", "name_damaged")
    elif not (1 <= len(name) <= 120 and _LETTERS(name)):
        wrong("name", "name")
    born = birth_date(cell("birth_date"), today) or wrong("birth_date", "birth_date")
    said_sex = plain(repair(cell("sex"))[0]).lower()
    sex = _SEXES.get(said_sex, "") or (wrong("sex", "sex") if cell("sex") else "")
    phone = re.sub(r"[ .()\-]", "", cell("phone").lstrip("'")).replace("+84", "0")
    if phone and not (phone.isascii() and phone.isdigit() and 9 <= len(phone) <= 11):
        wrong("phone", "phone")
    area = cell("area").lstrip("'")
    if area and not (area.isascii() and area.isdigit() and 2 <= len(area) <= 5):
        wrong("area", "area")
    group = cell("priority_group").lower()
    if group.isdigit() and 1 <= int(group) <= len(groups):
        group = groups[int(group) - 1]
    if group and group not in groups:
        wrong("priority_group", "priority_group", n=str(len(groups)), groups=", ".join(groups))
    wave = cell("round") or defaults.get("round", "")
    if len(wave) > 40:
        wrong("round", "round")
    if found:
        return found
    registration = Registration(
        name=name,
        birth_date=born,
        sex=sex,  # type: ignore[arg-type]
        phone=phone,
        area=area,
        document="•" * 8 + national_id[-4:],
        priority_group=group,
        round=wave,
        state=defaults.get("state", "registered"),  # type: ignore[arg-type]
    )
    return Row(national_id, registration, repaired)


def birth_date(text: str, today: date) -> str:
    """ISO 8601, or the year alone; empty where it is no day that a living person can be born on."""
    text = text.lstrip("'")
    if len(text) == 4 and text.isascii() and text.isdigit():
        return text if today.year - 130 <= int(text) <= today.year else ""
    day_first, year_first = _DAY_FIRST(text), _YEAR_FIRST(text)
    if day_first:
        day, month, year = map(int, day_first.groups())
    elif year_first:
        year, month, day = map(int, year_first.groups())
    else:
        return ""
    try:
        born = date(year, month, day)
    except ValueError:
        return ""
    return born.isoformat() if born <= today and born.year >= today.year - 130 else ""


def _id_problem(written: str) -> str:
    if re.fullmatch(r"\d[.,]?\d*[eE]\+?\d+", written):
        return "id_mangled"
    return "id_short" if 9 <= len(written) <= 11 and written.isascii() and written.isdigit() else "id"
