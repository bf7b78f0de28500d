"""The settings of the core in words, for the form. A plugin's settings show the words that its own model gives them."""

from __future__ import annotations

from kiosk.domain import Text

SECTION_WORDS = {
    "site": Text("Điểm đặt máy", "The site"),
    "server": Text("Máy chủ trang web", "Web server"),
    "limits": Text("Giới hạn thời gian", "Time limits"),
    "journal": Text("Sổ nhật ký", "Journal"),
}
WORDS = {
    "site.id": Text("Mã điểm, như nền tảng quốc gia ghi", "Id of the site, as the platform knows it"),
    "site.name": Text("Tên điểm", "Name of the site"),
    "site.province": Text("Mã tỉnh, thành (Tổng cục Thống kê)", "Province (statistics-office code)"),
    "site.lane": Text("Cửa số", "Lane"),
    "site.direction": Text("Chiều: vào (in) hay ra (out)", "Direction"),
    "site.language": Text("Ngôn ngữ chính", "First language"),
    "site.time_zone": Text("Múi giờ", "Time zone (IANA name)"),
    "site.name_masking": Text(
        "Che họ tên: initials N*** V** An; family Nguyễn ***; full nguyên văn",
        "How a name is shown: initials N*** V** An; family Nguyễn ***; full",
    ),
    "site.clock_set_by_hand": Text(
        "Tin đồng hồ đặt tay, dù không có gì đồng bộ nó", "Believe a clock that is set by hand and not synchronised"
    ),
    "server.host": Text("Địa chỉ lắng nghe", "Address to listen on"),
    "server.port": Text("Cổng", "Port"),
    "server.threads": Text("Số luồng phục vụ", "Threads"),
    "server.behind_tls": Text("Sau máy chủ https", "Behind an https proxy"),
    "server.trusted_proxy": Text("Địa chỉ IP của máy chủ https đó", "IP address of that proxy"),
    "server.screen_from_network": Text(
        "Máy khác được làm màn hình người dân", "Another device may be the citizen's screen"
    ),
    "limits.hook_seconds": Text(
        "Số giây chờ một phần mở rộng trước khi tạm ngừng nó", "Seconds before a plugin is suspended"
    ),
    "limits.open_seconds": Text(
        "Khi khởi động: số giây chờ thẻ nhớ trước khi hiện trang tạm ngừng phục vụ",
        "At the start: seconds to wait for the card before the out-of-service page is shown",
    ),
    "limits.idle_reset_seconds": Text(
        "Số giây không chạm thì màn hình người dân tự xóa", "Seconds until the citizen's screen resets"
    ),
    "limits.late_ticket_minutes": Text(
        "Sau khi khởi động lại, tự in phiếu chưa ra nếu không cũ hơn số phút này",
        "After a restart, minutes for which tickets that were not out are still printed",
    ),
    "limits.payload_bytes": Text("Độ dài mã tối đa (byte)", "Longest code (bytes)"),
    "limits.delegation_days": Text(
        "Nền tảng: số ngày một máy được ký mã mà không cần liên lạc",
        "Platform: days a device may sign codes without word from it",
    ),
    "limits.staff_idle_minutes": Text(
        "Số phút không thao tác thì nhân viên phải nhập lại PIN", "Idle minutes before staff must enter the PIN again"
    ),
    "journal.database": Text(
        "PostgreSQL (để trống: SQLite trong thư mục dữ liệu)", "PostgreSQL URL (empty: SQLite in the data directory)"
    ),
    "journal.retention_days": Text(
        "Số ngày giữ nội dung sau khi nền tảng đã nhận", "Days a body is kept after the platform has it"
    ),
}
