"""What is wrong with a data file of these rules, in both languages, and what was expected. Words alone; finds no mistake."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from kiosk.domain import Text
from kiosk.toml_file import meant

VALUE = Text("ô này không được để trống", "expected a value here")
DAY = Text("cần một ngày như 2021-09-08", "expected a day such as 2021-09-08")
YES_NO = Text("cần yes hoặc no", "expected yes or no")
NOT_CSV = Text(
    "không phải một dòng CSV: xem có dấu ngoặc kép nào chưa đóng",
    "not a line of CSV: look for a quotation mark left open",
)
COLUMN_MISSING = Text("thiếu cột này", "this column is missing")
COLUMN_TWICE = Text("một cột có hai lần ở đây", "a column stands here twice")
FEWER_DAYS = Text("số ngày không được ít hơn min_days", "expected no fewer days than in min_days")
OPEN_MINUTES = Text(
    "cần số phút: lọ nhiều liều có hạn dùng sau khi mở",
    "expected minutes: a vial of several doses has a time limit once opened",
)
LESS_THAN_MIN = Text("không được thấp hơn storage_min_c", "expected no less than storage_min_c")
GTIN = Text("cần 14 chữ số: mã ngắn hơn thì thêm số 0 ở đầu", "expected 14 digits: put zeros before a shorter one")
CHECK_DIGIT = Text(
    "chữ số kiểm tra ở cuối không khớp: xem có gõ nhầm không",
    "the last digit does not check the others: look for a slip of the finger",
)
LEVEL = Text("cần vial hoặc carton", "expected vial or carton")
ENDS_BEFORE = Text("ngày này không được trước valid_from", "expected no day before valid_from")


def whole_number(least: int, most: int) -> Text:
    """Both bounds included."""
    return Text(f"cần một số nguyên từ {least} đến {most}", f"expected a whole number from {least} to {most}")


def cells(expected: int, found: int) -> Text:
    """A line that does not fit the columns."""
    return Text(
        f"cần {expected} ô, có {found}: ô có dấu phẩy thì đặt trong ngoặc kép",
        f"expected {expected} cells, found {found}: quote a cell with a comma",
    )


def first_line(columns: Sequence[str]) -> Text:
    """The head of a table."""
    names = ", ".join(columns)
    return Text(f"dòng đầu phải có: {names}", f"expected a first line with: {names}")


def no_vaccine(name: str, names: Iterable[str]) -> Text:
    """A product that the value set does not have, with what may have been meant."""
    near = meant(name, names)
    return Text(
        f"trong vaccines.csv không có vắc xin nào tên {name!r}{near.vi}",
        f"no vaccine in vaccines.csv is called {name!r}{near.en}",
    )


def no_line(name: str) -> Text:
    """A product without facts of its vial."""
    return Text(
        f"không có dòng nào cho {name!r} trong thời gian liệu trình của nó có hiệu lực: hãy thêm một dòng",
        f"no line for {name!r} while its course is valid: add one",
    )


def another_line(name: str) -> Text:
    """Two lines for one thing at one time."""
    return Text(
        f"{name!r} đã có dòng khác trong thời gian này: kết thúc dòng kia trước đó",
        f"{name!r} has another line at this time: end that one before",
    )


def in_force_already(name: str) -> Text:
    """Two decisions on one day. ``name``: the earlier one."""
    return Text(
        f"{name} vẫn còn hiệu lực khi văn bản này bắt đầu: cho văn bản kia một valid_until trước đó",
        f"{name} is in force already when this begins: give that one a valid_until before",
    )
