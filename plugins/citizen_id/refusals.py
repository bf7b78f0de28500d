"""Why a recognised payload is refused, in words for the person who shows it. Knows no format."""

from __future__ import annotations

from kiosk.domain import Text

_SCAN_OR_TYPE = Text("Vui lòng quét lại, hoặc bấm 12 số định danh.", "Please scan again, or type the 12 digits.")
_ASK_STAFF = Text("Vui lòng đưa thẻ cho nhân viên xem.", "Please show the card to a member of staff.")

REASONS: dict[str, tuple[Text, Text]] = {
    "impossible_date": (
        Text("Mã có một ngày không tồn tại trên lịch.", "The code holds a date that does not exist."),
        _ASK_STAFF,
    ),
    "no_birth_date": (
        Text("Mã không có ngày sinh đọc được.", "The code has no readable date of birth."),
        _SCAN_OR_TYPE,
    ),
    "no_sex": (
        Text("Mã không ghi giới tính theo dạng đã biết.", "The code does not state the sex in a known form."),
        _SCAN_OR_TYPE,
    ),
    "no_name": (Text("Mã không có họ tên.", "The code has no name."), _SCAN_OR_TYPE),
    "not_12_digits": (
        Text("Số định danh phải có đúng 12 chữ số.", "The identification number must have exactly 12 digits."),
        Text(
            "Vui lòng kiểm tra trên thẻ rồi quét hoặc bấm lại.", "Please check it on the card, then scan or type again."
        ),
    ),
    "look_alike_digits": (
        Text(
            "Số định danh có ký tự trông giống chữ số nhưng không phải chữ số 0–9.",
            "The number contains characters that look like digits but are not the digits 0–9.",
        ),
        Text(
            "Vui lòng bấm lại 12 số bằng bàn phím trên màn hình.",
            "Please type the 12 digits on the keypad on the screen.",
        ),
    ),
    "field_count": (
        Text(
            "Mã bị thiếu hoặc thừa thông tin so với mẫu thẻ.", "The code has too few or too many fields for this card."
        ),
        _SCAN_OR_TYPE,
    ),
    "wrong_number": (
        Text("Số thẻ không đúng dạng của loại thẻ này.", "The card number does not have this card's form."),
        _ASK_STAFF,
    ),
    "wrong_length": (
        Text(
            "Các dòng ở mặt sau thẻ hoặc hộ chiếu không đủ số ký tự.",
            "The machine-readable lines do not have the right number of characters.",
        ),
        Text(
            "Vui lòng lau sạch và đặt lại giấy tờ để đọc lại.",
            "Please wipe the document, place it again and read it again.",
        ),
    ),
    "wrong_check_digit": (
        Text("Số kiểm tra không khớp: có ký tự bị đọc sai.", "A check digit does not match: a character was misread."),
        Text(
            "Vui lòng lau sạch và đặt lại giấy tờ để đọc lại.",
            "Please wipe the document, place it again and read it again.",
        ),
    ),
    "wrong_characters": (
        Text(
            "Các dòng ở mặt sau thẻ hoặc hộ chiếu có ký tự không thể có ở vị trí đó.",
            "The machine-readable lines hold a character that cannot stand there.",
        ),
        Text(
            "Vui lòng lau sạch và đặt lại giấy tờ để đọc lại.",
            "Please wipe the document, place it again and read it again.",
        ),
    ),
    "bad_hex": (
        Text("Một mục chữ trong mã bị hỏng.", "A text inside the code is damaged."),
        _ASK_STAFF,
    ),
    "control_character": (
        Text("Mã chứa ký tự điều khiển không được phép.", "The code holds control characters, which are not allowed."),
        _SCAN_OR_TYPE,
    ),
    "unreadable_text": (
        Text("Máy quét không đọc đúng chữ có dấu.", "The scanner did not deliver the accented letters correctly."),
        Text(
            "Vui lòng bấm 12 số định danh; nhân viên cần đặt máy quét sang UTF-8.",
            "Please type the 12 digits; staff should set the scanner to UTF-8.",
        ),
    ),
    "too_long": (
        Text("Một mục trong mã dài quá mức cho phép.", "A field of the code is longer than allowed."),
        _SCAN_OR_TYPE,
    ),
}


class Refused(Exception):
    """This format, but broken. ``reason`` is a key of ``REASONS``."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason

    @property
    def text(self) -> Text:
        """What happened and what to do next."""
        happened, next_step = REASONS[self.reason]
        return Text(f"{happened.vi} {next_step.vi}", f"{happened.en} {next_step.en}")
