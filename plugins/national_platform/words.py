"""The words of this slice's pages, in both languages, and numbers and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import Text

LIVE_WORDS = {
    "title": Text("Số liệu trực tiếp toàn quốc", "Live national figures"),
    "online": Text("Thiết bị đang kết nối", "Devices connected"),
    "enrolled": Text("trên tổng số {n} thiết bị", "of {n} devices"),
    "hours": Text("Lượt ghi nhận theo giờ, 24 giờ qua", "Records by hour, last 24 hours"),
    "peak": Text("Cao nhất: {n} lượt một giờ", "Most: {n} in an hour"),
    "sites": Text("Các điểm đông nhất hôm nay", "Busiest sites today"),
    "site": Text("Điểm", "Site"),
    "today": Text("Hôm nay", "Today"),
    "this_hour": Text("Giờ này", "This hour"),
    "state": Text("Kết nối", "Connection"),
    "heard": Text("Tin mới nhất", "Latest word"),
    "up": Text("đang kết nối", "connected"),
    "quiet": Text("chưa có tin", "quiet"),
    "no_sites": Text("Chưa có điểm nào gửi số liệu hôm nay.", "No site has sent figures today."),
    "updated": Text("Cập nhật lúc {t}", "Updated at {t}"),
    "stale": Text(
        "Mất kết nối với nền tảng; số liệu dừng lúc {t}. Trang sẽ tự cập nhật khi có kết nối trở lại.",
        "The platform cannot be reached; the figures stand as of {t}. The page goes on by itself when it can.",
    ),
    "public": Text(
        "Chỉ có số đếm, không có dữ liệu cá nhân.",
        "Counts only, no personal data.",
    ),
}

STAFF_WORDS = {
    **LIVE_WORDS,
    "devices": Text("Máy đã đăng ký", "Enrolled devices"),
    "device": Text("Thiết bị", "Device"),
    "drift": Text("Lệch giờ", "Clock is off by"),
    "untrusted": Text("giờ chưa đồng bộ", "not synchronised"),
    "records": Text("Bản ghi", "Records"),
    "revoke": Text("Thu hồi", "Revoke"),
    "revoked": Text("đã thu hồi", "revoked"),
    "reason": Text("Lý do", "Reason"),
    "no_devices": Text(
        "Chưa có thiết bị nào. Tạo mã đăng ký bằng lệnh:", "No device yet. Mint an enrolment code with:"
    ),
    "revoke_done": Text(
        "Đã thu hồi thiết bị. Từ giờ nền tảng không nhận gì từ nó nữa.",
        "The device is revoked. From now on the platform takes nothing from it.",
    ),
    "revoke_none": Text(
        "Không có thiết bị này, hoặc nó đã bị thu hồi. Xem lại danh sách.",
        "There is no such device, or it was revoked before. Look at the list again.",
    ),
    "alarms": Text("Báo động", "Alarms"),
    "fork": Text("Một sổ nhật ký có hai lịch sử khác nhau", "One journal has two histories"),
    "fork_advice": Text(
        "Có thể thẻ nhớ đã bị sao chép. Tìm hai máy dùng cùng danh tính, thu hồi thiết bị, cài lại và đăng ký bằng mã mới. "
        "Các bản ghi đã nhận vẫn còn; bản ghi của máy kia nằm trên thẻ của nó và có thể xuất ra tệp.",
        "A card was probably copied. Find the two machines with one identity, revoke the device, set both up anew and enrol "
        "them with fresh codes. What was received stays; the other machine's records are on its card and can be exported.",
    ),
    "journal": Text("Sổ nhật ký", "Journal"),
    "from_record": Text("Từ bản ghi số", "From record number"),
    "first_seen": Text("Thấy lần đầu", "First seen"),
    "last_seen": Text("Thấy gần nhất", "Last seen"),
    "resolve": Text("Đã xử lý xong", "Dealt with"),
    "resolve_done": Text(
        "Đã đóng báo động. Nếu hai thẻ vẫn cùng ghi một sổ, nó sẽ mở lại.",
        "The alarm is closed. If two cards still write one journal it will open again.",
    ),
    "no_alarms": Text("Không có báo động nào.", "No alarm is open."),
    "parked": Text("Bản ghi để riêng", "Parked records"),
    "parked_about": Text(
        "Các bản ghi này được giữ nguyên trong sổ nhật ký nhưng chưa vào bảng số liệu.",
        "These records are kept whole in their journals and are in no table yet.",
    ),
    "retry": Text("Thử lại", "Try again"),
    "retry_done": Text("Các bản ghi đã vào bảng.", "The records are in their tables now."),
    "retry_still": Text(
        "Vẫn còn bản ghi chưa dùng được. Cập nhật nền tảng rồi thử lại.",
        "Some records cannot be used yet. Update the platform, then try again.",
    ),
    "number": Text("Số", "Number"),
    "kind": Text("Loại", "Kind"),
    "why": Text("Vì sao", "Why"),
    "since": Text("Từ lúc", "Since"),
    "no_parked": Text("Không có bản ghi nào để riêng.", "No record is parked."),
}

PARKED_REASONS = {
    "unknown_kind": Text(
        "Nền tảng chưa biết loại này; bật hoặc cập nhật phần mở rộng tương ứng.",
        "The platform does not know this kind; enable or update its plugin.",
    ),
    "newer_schema": Text(
        "Máy dùng bản mới hơn nền tảng; cập nhật nền tảng.",
        "The device is newer than the platform; update the platform.",
    ),
    "time": Text(
        "Giờ của bản ghi vô lý; kiểm tra đồng hồ của máy.", "The record's time is absurd; check the device's clock."
    ),
    "invalid_body": Text(
        "Nội dung sai quy cách của loại này; báo cho kỹ thuật.",
        "The content breaks its kind's rules; tell the technicians.",
    ),
}


def reason_words(reason: str) -> Text:
    """A parked record's reason for people; its stable code stands beside it."""
    return PARKED_REASONS.get(reason.partition(" ")[0], PARKED_REASONS["invalid_body"])


def thousands(value: float, language: str) -> str:
    """``12.345`` in Vietnamese, ``12,345`` in English."""
    text = f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"
    return text if language == "en" else text.translate(str.maketrans(",.", ".,"))


def local_time(ms: int, time_zone: str) -> str:
    """Unix milliseconds as a person reads them at the site; a dash for never."""
    if ms <= 0:
        return "–"
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(time_zone)).strftime("%d/%m/%Y %H:%M:%S")
