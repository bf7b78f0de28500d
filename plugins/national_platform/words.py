"""Words of the live page, which shows both languages at once, and times as people read them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import Text

LIVE_WORDS = {
    "title": Text("Số liệu trực tiếp toàn quốc", "Live national figures"),
    "online": Text("Thiết bị đang kết nối", "Devices connected"),
    "enrolled": Text("trên tổng số {n} thiết bị", "of {n} devices"),
    "hours": Text("Lượt ghi nhận theo giờ, 24 giờ qua", "Records by hour, last 24 hours"),
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


def local_time(ms: int, time_zone: str) -> str:
    """Unix milliseconds as a person reads them at the site; a dash for never."""
    if ms <= 0:
        return "–"
    return datetime.fromtimestamp(ms / 1000, UTC).astimezone(ZoneInfo(time_zone)).strftime("%d/%m/%Y %H:%M:%S")
