"""Every warning a credential of this plugin can carry, in words, with the next step and how much it weighs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from kiosk.domain import Credential, Finding, Severity, Text

_LOOK = Text("Nhân viên so thông tin với thẻ.", "Staff: compare with the card.")
_NUMBER_RULE = "Thông tư 07/2016/TT-BCA"
_QR_RULE = "Quyết định 1405/QĐ-BTTTT"


@dataclass(frozen=True, slots=True)
class Warned:
    """``by_clock``: the warning rests on today's date, so it weighs little while the clock is not trusted."""

    text: Text
    next_step: Text = _LOOK
    severity: Severity = Severity.NOTE
    legal_basis: str = ""
    by_clock: bool = False


WARNINGS: dict[str, Warned] = {
    "cccd.confirm_by_eye": Warned(
        Text(
            "Mẫu mã trên thẻ này có thể hiểu theo nhiều cách.",
            "The code on this card can be read in more than one way.",
        ),
        Text(
            "Nhân viên so họ tên, ngày sinh và địa chỉ với mặt thẻ.",
            "Staff: compare name, birth date and address with the card itself.",
        ),
    ),
    "cccd.issued_before_birth": Warned(
        Text("Ngày cấp thẻ trước ngày sinh.", "The card was issued before the holder was born."),
        severity=Severity.CONCERN,
    ),
    "id_number.birth_year_differs": Warned(
        Text("Năm sinh không khớp với số định danh.", "The birth year does not agree with the identification number."),
        severity=Severity.CONCERN,
        legal_basis=_NUMBER_RULE,
    ),
    "id_number.sex_differs": Warned(
        Text("Giới tính không khớp với số định danh.", "The sex does not agree with the identification number."),
        severity=Severity.CONCERN,
        legal_basis=_NUMBER_RULE,
    ),
    "id_number.unknown_province": Warned(
        Text(
            "Ba số đầu của số định danh không phải mã tỉnh nào.",
            "The first three digits of the identification number are no province's code.",
        ),
        Text("Kiểm tra lại từng chữ số trên thẻ.", "Check every digit on the card."),
        legal_basis=_NUMBER_RULE,
    ),
    "id_number.birth_year_in_future": Warned(
        Text(
            "Số định danh cho một năm sinh chưa tới.",
            "The identification number tells a birth year that is still to come.",
        ),
        Text("Kiểm tra lại từng chữ số trên thẻ.", "Check every digit on the card."),
        Severity.CONCERN,
        _NUMBER_RULE,
        by_clock=True,
    ),
    "birth_date.in_future": Warned(
        Text("Ngày sinh ở tương lai.", "The birth date lies in the future."),
        Text(
            "Nhân viên so với thẻ và kiểm tra giờ của máy.",
            "Staff: compare with the card and check the device's clock.",
        ),
        Severity.CONCERN,
        by_clock=True,
    ),
    "document.expired": Warned(
        Text("Giấy tờ đã hết hạn ghi trên mã.", "The document is past the term that its code states."),
        Text("Nhắc người dân làm thủ tục cấp đổi.", "Remind the holder to renew it."),
        by_clock=True,
    ),
    "national_qr.masked_number": Warned(
        Text("Số giấy tờ bị che một phần trong mã.", "The code hides part of the document number."),
        Text("Bấm đủ 12 số hoặc quét thẻ căn cước.", "Type all 12 digits, or scan the identity card."),
        legal_basis=_QR_RULE,
    ),
    "national_qr.masked_birth_date": Warned(
        Text("Ngày sinh bị che một phần trong mã.", "The code hides part of the birth date."),
        Text("Hỏi ngày sinh nếu cần.", "Ask for the birth date where it is needed."),
        legal_basis=_QR_RULE,
    ),
    "mrz.number_differs": Warned(
        Text(
            "Chín số và mười hai số ở mặt sau thẻ không cùng một người.",
            "The nine and the twelve digits on the back of the card do not belong together.",
        ),
        severity=Severity.CONCERN,
    ),
    "mrz.name_cut": Warned(
        Text("Họ tên quá dài nên có thể bị cắt bớt.", "The name fills its line and may be cut."),
        Text("Xem họ tên đầy đủ trên giấy tờ.", "See the full name on the document."),
    ),
    "text.repaired": Warned(
        Text(
            "Máy quét gửi sai bảng mã; chữ đã được khôi phục.",
            "The scanner sent a wrong encoding; the text was repaired.",
        ),
        Text("Kỹ thuật viên đặt máy quét sang UTF-8.", "Technician: set the scanner to UTF-8."),
    ),
    "text.damaged": Warned(
        Text("Một số chữ có dấu bị mất khi quét.", "Some accented letters were lost in scanning."),
        Text(
            "Xem họ tên trên thẻ; kỹ thuật viên đặt máy quét sang UTF-8.",
            "See the name on the card; technician: set the scanner to UTF-8.",
        ),
    ),
    "text.mixed_script": Warned(
        Text("Họ tên có chữ cái ngoài bảng chữ La-tinh.", "The name holds letters that are not Latin."),
    ),
}


def findings(credential: Credential, clock_trusted: bool) -> Iterator[Finding]:
    """One finding for each warning of ours, with code ``citizen_id.<warning>``."""
    for code in credential.warnings:
        warned = WARNINGS.get(code)
        if warned:
            weighs = Severity.NOTE if warned.by_clock and not clock_trusted else warned.severity
            yield Finding(f"citizen_id.{code}", weighs, warned.text, warned.next_step, warned.legal_basis)
