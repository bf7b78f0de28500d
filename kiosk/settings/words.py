"""What a setting should have been, in our own words: from what the models' checks found. Knows no file and no key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kiosk.domain import Text
from kiosk.explained import Explained

NAME = Text("chữ thường a–z, số và dấu gạch nối, không dấu tiếng Việt", "small letters a–z, digits and hyphens")
ADDRESS = Text("địa chỉ bắt đầu bằng http:// hoặc https://", "an address that begins with http:// or https://")
# what a pattern means; one that is not here is shown as it is
FORMS = {
    r"^[a-z0-9][a-z0-9-]{1,39}$": Text(f"2 đến 40 ký tự: {NAME.vi}", f"2 to 40 characters: {NAME.en}"),
    r"^[a-z0-9][a-z0-9-]{0,31}$": Text(f"1 đến 32 ký tự: {NAME.vi}", f"1 to 32 characters: {NAME.en}"),
    r"(^\d{2}(\d{3}(\d{5})?)?$)|^$": Text(
        "mã tỉnh 2 chữ số, hoặc mã xã 5 hay 10 chữ số", "a province's code of 2 digits, or a smaller area's of 5 or 10"
    ),
    r"^[A-Z]{2}$": Text("mã nước gồm 2 chữ hoa, như VN", "a country's code of 2 capital letters, such as VN"),
    r"^[a-z0-9]{12}$": Text("12 chữ thường hoặc số", "12 small letters or digits"),
    r"^(\d{2}|\d{3}|\d{5})$": Text(
        "mã tỉnh 2 chữ số, mã huyện 3 hoặc mã xã 5 chữ số", "a province's code of 2 digits, a district's of 3 or a ward's of 5"
    ),
    r"^[A-Za-z][A-Za-z0-9_-]{0,47}$": Text(
        "tên gồm chữ cái không dấu, số, _ và -, bắt đầu bằng chữ cái, nhiều nhất 48 ký tự",
        "a name of letters a–z, digits, _ and -, beginning with a letter, of at most 48 characters",
    ),
    r"^[a-z][a-z0-9_]{1,47}$": Text(
        "tên gồm chữ thường a–z, số và _, bắt đầu bằng chữ cái, 2 đến 48 ký tự",
        "a name of small letters a–z, digits and _, beginning with a letter, of 2 to 48 characters",
    ),
    r"^(\d{2,3})?$": Text("mã tỉnh gồm 2 hoặc 3 chữ số", "the province's code of 2 or 3 digits"),
    r"^[a-z][a-z0-9_]*$": Text("tên gồm chữ thường a–z, số và _", "a name of small letters a–z, digits and _"),
    r"^(?:[a-z][a-z0-9_]*)?$": Text("tên gồm chữ thường a–z, số và _", "a name of small letters a–z, digits and _"),
    r"^https?://[^\s/]+$": Text(f"{ADDRESS.vi}, không có đường dẫn", f"{ADDRESS.en}, without a path"),
    r"^(https?://[^\s/]+(/[^\s]*[^/])?)?$": Text(f"{ADDRESS.vi}, không có / ở cuối", f"{ADDRESS.en}, without a / at its end"),
    r"^(https?://[^\s]+)?$": ADDRESS,
    r"^(https?://[^\s/]+(/\S*)?)?$": ADDRESS,
    r"^[A-Za-z0-9+/]{43}=$": Text("khóa công khai dạng base64, 44 ký tự", "a public key in base64, 44 characters"),
    r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$|^[0-9a-fA-F:]+$": Text(
        "tên máy hoặc địa chỉ IP, không kèm http:// và cổng", "a host name or IP address, without http:// and port"
    ),
}  # fmt: skip

TEXT = Text("cần chữ trong dấu ngoặc kép", "expected text in quotes")
NUMBER = Text("cần một số", "expected a number")
WHOLE = Text("cần một số nguyên", "expected a whole number")
SWITCH = Text("cần true hoặc false", "expected true or false")
LIST = Text('cần một danh sách trong ngoặc vuông, như ["a", "b"]', 'expected a list in brackets, such as ["a", "b"]')
TABLE = Text("cần một bảng (nhóm khóa = giá trị)", "expected a table (keys with values)")
CLOCK = Text("cần giờ dạng 07:30:00", "expected a time such as 07:30:00")
DATE = Text("cần ngày dạng 2021-08-15", "expected a date such as 2021-08-15")
PATH = Text("cần đường dẫn trong dấu ngoặc kép", "expected a path in quotes")

# pydantic's stable type -> words; {placeholders} are its context
WORDS = {
    "missing": Text("thiếu, và không có giá trị mặc định", "missing and has no default"),
    "extra_forbidden": Text("không có mục cấu hình này", "no such setting"),
    "string_type": TEXT,
    "int_type": WHOLE, "int_parsing": WHOLE, "int_from_float": WHOLE, "int_parsing_size": WHOLE,
    "float_type": NUMBER, "float_parsing": NUMBER, "finite_number": NUMBER,
    "bool_type": SWITCH, "bool_parsing": SWITCH,
    "list_type": LIST, "tuple_type": LIST, "set_type": LIST, "frozen_set_type": LIST,
    "dict_type": TABLE, "model_type": TABLE, "model_attributes_type": TABLE, "mapping_type": TABLE,
    "time_type": CLOCK, "time_parsing": CLOCK,
    "date_type": DATE, "date_parsing": DATE, "date_from_datetime_parsing": DATE, "date_from_datetime_inexact": DATE,
    "path_type": PATH,
    "greater_than": Text("cần lớn hơn {gt}", "expected more than {gt}"),
    "greater_than_equal": Text("cần từ {ge} trở lên", "expected {ge} or more"),
    "less_than": Text("cần nhỏ hơn {lt}", "expected less than {lt}"),
    "less_than_equal": Text("cần nhiều nhất là {le}", "expected {le} or less"),
    "string_too_short": Text("cần ít nhất {min_length} ký tự", "expected at least {min_length} characters"),
    "string_too_long": Text("cần nhiều nhất {max_length} ký tự", "expected at most {max_length} characters"),
    "too_short": Text("cần ít nhất {min_length} phần tử", "expected at least {min_length} items"),
    "too_long": Text("cần nhiều nhất {max_length} phần tử", "expected at most {max_length} items"),
    "union_tag_not_found": Text("thiếu khóa {discriminator}, cho biết loại", "the key {discriminator}, which says the kind, is missing"),
}  # fmt: skip


def expected(problem: Mapping[str, Any]) -> Text:
    """What was expected, of one of ``pydantic.ValidationError.errors()``."""
    kind, context = problem["type"], problem.get("ctx") or {}
    if kind == "string_pattern_mismatch":
        pattern = context["pattern"]
        form = FORMS.get(pattern, Text(f"mẫu {pattern}", f"the form {pattern}"))
        return Text(f"cần {form.vi}", f"expected {form.en}")
    if kind in ("literal_error", "enum"):
        return _one_of(context["expected"].replace(" or ", ", "))
    if kind == "union_tag_invalid":
        return _one_of(context["expected_tags"])
    if kind == "value_error":
        error = context.get("error")
        if isinstance(error, Explained):
            return error.text
        return Text(f"giá trị không dùng được: {error}", f"this value cannot be used: {error}")
    words = WORDS.get(kind)
    if words is None:
        return Text(f"giá trị không hợp lệ ({kind})", f"not a valid value ({kind})")
    return words.format(**{name: _plain(value) for name, value in context.items()})


def _one_of(choices: str) -> Text:
    return Text(f"cần một trong: {choices}", f"expected one of: {choices}")


def _plain(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


_NOT_TOML = {
    "Cannot overwrite": Text("khóa này đã có ở trên", "this key stands above already"),
    "Cannot mutate": Text("bảng này đã được viết trọn ở trên", "this table is complete above already"),
    "Cannot declare": Text("bảng này đã có ở trên", "this table stands above already"),
    "Duplicate": Text("khóa này có hai lần", "this key stands here twice"),
    "Unclosed array": Text("thiếu ngoặc vuông ]", "a closing bracket ] is missing"),
    "Unclosed inline": Text("thiếu ngoặc nhọn }", "a closing brace } is missing"),
    "Unterminated": Text("thiếu dấu ngoặc kép ở cuối", "the closing quotes are missing"),
    "Expected '='": Text("thiếu dấu = sau khóa", "an = is missing after the key"),
    "Expected ']'": Text("thiếu ngoặc vuông ] ở tên bảng", "a closing bracket ] is missing after the table's name"),
    "Expected newline": Text("thừa chữ ở cuối dòng", "there is something left over at the end of the line"),
    "Invalid value": Text("giá trị không đọc được; chữ phải nằm trong dấu ngoặc kép", "the value cannot be read; text needs quotes"),
    "Invalid initial": Text("thiếu tên khóa", "the key's name is missing"),
    "Invalid statement": Text("dòng này không phải khóa = giá trị", "this line is not a key = value"),
    "Invalid date": Text("ngày giờ này không có thật", "there is no such date or time"),
    "Illegal character": Text("có ký tự điều khiển không được phép", "there is a control character that is not allowed"),
    "Found invalid": Text("có ký tự không được phép", "there is a character that is not allowed"),
    "Unescaped": Text("dấu \\ phải viết thành \\\\", "a \\ must be written \\\\"),
}  # fmt: skip


def not_toml(message: str) -> Text:
    """What is wrong with a text that is no TOML, of ``tomllib``'s message without its place."""
    found = next((words for start, words in _NOT_TOML.items() if message.startswith(start)), None)
    general = Text("không phải TOML hợp lệ", "not valid TOML")
    return Text(f"{general.vi}: {found.vi}", f"{general.en}: {found.en}") if found else general
