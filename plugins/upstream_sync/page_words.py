"""The words of the technician's page about sync, in Vietnamese and English."""

from __future__ import annotations

from kiosk.domain import Text

PAGE: dict[str, Text] = {
    "title": Text("Đồng bộ với nền tảng", "Sync with the platform"),
    "state": Text("Tình trạng", "State"),
    "all_well": Text("Đồng bộ hoạt động bình thường.", "Sync is well."),
    "act": Text("Việc có thể làm", "What you can do"),
    "unsent": Text("Bản ghi chờ gửi", "Records waiting"),
    "oldest": Text("Bản ghi cũ nhất chưa gửi", "Oldest record not sent"),
    "last_contact": Text("Liên lạc lần cuối", "Last contact"),
    "next_attempt": Text("Thử lại lúc", "Next attempt"),
    "platform": Text("Nền tảng", "Platform"),
    "site": Text("Điểm", "Site"),
    "device": Text("Mã máy", "Device"),
    "not_enrolled": Text("Chưa đăng ký", "Not enrolled"),
    "resend": Text("Gửi lại ngay", "Send again now"),
    "resend_hint": Text(
        "Kết thúc thời gian chờ, xét lại bản ghi để riêng và thử lại sổ đang bị báo động.",
        "Ends the pause, looks at set-aside records again and tries journals under alarm.",
    ),
    "resend_done": Text("Đang gửi lại. Tải lại trang sau ít giây để xem kết quả.", "Sending. Reload in a few seconds."),
    "export": Text("Tải sổ nhật ký chưa gửi", "Download what is not sent"),
    "export_hint": Text(
        "Một tệp để mang bằng USB tới nền tảng. Tệp chứa dữ liệu cá nhân: giữ cẩn thận, xóa sau khi nộp.",
        "A file to carry to the platform on USB. It holds personal data: guard it, and delete it once handed over.",
    ),
    "nothing_unsent": Text("Không có bản ghi nào chưa gửi.", "There is nothing that is not sent."),
    "export_failed": Text(
        "Không gom được sổ nhật ký: thẻ nhớ đầy, hoặc sổ bị hỏng. Xem trang tình trạng máy.",
        "The journal could not be gathered: the card is full, or the journal damaged. See the health page.",
    ),
    "parked": Text("Bản ghi để riêng", "Records set aside"),
    "parked_none": Text("Không có bản ghi nào bị để riêng.", "No record is set aside."),
    "journal": Text("Sổ", "Journal"),
    "record": Text("Bản ghi", "Record"),
    "reason": Text("Lý do", "Reason"),
    "since": Text("Từ lúc", "Since"),
}

_REASONS: dict[str, Text] = {
    "unknown_kind": Text(
        "Bên nhận chưa biết loại bản ghi này; cần bật phần mở rộng hoặc cập nhật.",
        "The receiver does not know this kind yet; enable the plugin or update.",
    ),
    "newer_schema": Text(
        "Bản ghi từ phiên bản mới hơn; hãy cập nhật bên nhận.", "From a newer version; update the receiver."
    ),
    "time": Text("Thời điểm ghi không hợp lý.", "Its time is not plausible."),
    "invalid_body": Text("Nội dung không đúng mẫu.", "Its content does not fit its kind."),
}


def parked_reason(reason: str) -> Text:
    """A parked record's reason in words, with the receiver's own code behind it."""
    known = _REASONS.get(reason.partition(" ")[0])
    return Text(f"{known.vi} ({reason})", f"{known.en} ({reason})") if known else Text(reason, reason)
