"""What proofs and certificates are said in. Vietnamese first: what happened, and what to do next."""

from __future__ import annotations

from kiosk.domain import Text

LAW = "Quyết định 5772/QĐ-BYT (20/12/2021)"

BROKEN = Text(
    "Mã trên phiếu tiêm bị hỏng hoặc không đầy đủ. Hãy quét lại; nếu vẫn lỗi, đưa phiếu cho nhân viên.",
    "The code on the vaccination slip is damaged or incomplete. Scan it again; if that fails, show the slip to staff.",
)
TO_STAFF = Text(
    "Mời gặp nhân viên và đưa phiếu tiêm cùng giấy tờ.", "Please see a member of staff with the slip and an ID."
)
BY_EYE = Text("Xem ngày trên phiếu bằng mắt.", "Check the dates on the slip by eye.")
MATCH_PERSON = Text("So tên và năm sinh với giấy tờ tùy thân.", "Match name and birth year with an identity document.")
CLOCK = Text(
    "Đồng hồ của máy chưa được đồng bộ, nên không xét được thời hạn của phiếu tiêm.",
    "This device's clock is not synchronised, so whether the slip still counts cannot be told.",
)
KEY_UNKNOWN = Text(
    "Điểm này chưa biết khóa đã ký phiếu tiêm, nên chưa xác nhận được nguồn gốc.",
    "This post does not know the key that signed the slip, so its origin is not proven.",
)
_OFFICIAL = Text(
    "Mời dùng chứng nhận chính thức, tra ở trang chứng nhận tiêm chủng.",
    "Please use the official certificate from the vaccination certificate page.",
)
_SITE = Text("Mời liên hệ điểm tiêm đã cấp phiếu.", "Please ask the vaccination site that printed the slip.")
_FORGED = Text(
    "Chữ ký trên phiếu tiêm không đúng: mã này đã bị sửa hoặc làm giả.",
    "The slip's signature is wrong: the code was altered or forged.",
)
_ENDED = Text(
    "Phiếu tiêm do một máy không còn quyền ký.", "The slip was signed by a device that may no longer sign any."
)
FAILED = {
    "signature": (_FORGED, TO_STAFF),
    "delegation_signature": (_FORGED, TO_STAFF),
    "delegation_ended": (_ENDED, TO_STAFF),
    "device_barred": (_ENDED, TO_STAFF),
    "withdrawn": (
        Text("Mũi tiêm trên phiếu này đã được sửa hoặc hủy.", "The dose on this slip was corrected or withdrawn."),
        _SITE,
    ),
    "time": (
        Text(
            "Phiếu tiêm tạm đã hết hạn; từ nay dùng chứng nhận chính thức.",
            "The slip has expired; the official certificate counts from now on.",
        ),
        _OFFICIAL,
    ),
    "not_yet": (
        Text(
            "Theo đồng hồ của máy, phiếu tiêm này chưa có hiệu lực.",
            "By this device's clock the slip is not valid yet.",
        ),
        TO_STAFF,
    ),
}
PROOF = {
    "yellow": Text("Phiếu tiêm hợp lệ: thẻ vàng, chưa đủ liều.", "The slip is valid: yellow, course not complete."),
    "green": Text("Phiếu tiêm hợp lệ: thẻ xanh, đủ liều.", "The slip is valid: green, full course."),
}
