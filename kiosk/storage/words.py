"""What is wrong with the card or the database server, in words: for who stands before the machine, and for the technician."""

from __future__ import annotations

from kiosk.domain import Text
from kiosk.storage.faults import Kind

WHAT = {
    Kind.FULL: Text("Thẻ nhớ đã đầy.", "The card is full."),
    Kind.READ_ONLY: Text("Thẻ nhớ bị khóa ghi.", "The card is write-protected."),
    Kind.DENIED: Text(
        "Chương trình không được phép ghi vào thư mục dữ liệu.", "The program may not write to the data directory."
    ),
    Kind.DAMAGED: Text("Dữ liệu trên thẻ nhớ bị hỏng.", "The data on the card is damaged."),
    Kind.UNREACHABLE: Text("Máy chủ cơ sở dữ liệu không trả lời.", "The database server does not answer."),
    Kind.SILENT: Text(
        "Nơi lưu dữ liệu chưa trả lời từ lúc khởi động.", "Where the data is kept has not answered since the start."
    ),
    Kind.OTHER: Text("Không mở được dữ liệu.", "The data cannot be opened."),
}
ADVICE = {
    Kind.FULL: Text(
        "Dọn chỗ trên thẻ (nhật ký hệ thống, phiên bản cũ trong /opt/kiosk) hoặc chuyển sang thẻ lớn hơn. "
        "Đừng xóa gì trong thư mục dữ liệu.",
        "Make room on the card (system logs, old versions below /opt/kiosk), or move to a larger one. "
        "Delete nothing in the data directory.",
    ),
    Kind.READ_ONLY: Text(
        "Thẻ sắp hỏng thường tự khóa ghi: sao chép thư mục dữ liệu, rồi thay thẻ. Nếu hệ thống đã gắn thẻ chỉ để đọc sau "
        "một lỗi: fsck, rồi gắn lại.",
        "A worn card often locks itself: copy the data directory, then change the card. If the system mounted it read-only "
        "after an error: fsck, then mount again.",
    ),
    Kind.DENIED: Text(
        "Trả thư mục dữ liệu cho người dùng của dịch vụ (chown -R kiosk:kiosk), và chạy lệnh bằng sudo -u kiosk.",
        "Give the data directory back to the service's user (chown -R kiosk:kiosk), and run commands with sudo -u kiosk.",
    ),
    Kind.DAMAGED: Text(
        "Đừng xóa gì. Sao chép thư mục dữ liệu ra nơi khác, thay thẻ, rồi khôi phục từ bản sao lưu.",
        "Delete nothing. Copy the data directory elsewhere, change the card, then restore from the backup.",
    ),
    Kind.UNREACHABLE: Text(
        "Kiểm tra máy chủ cơ sở dữ liệu và đường mạng tới đó.", "Check the database server and the network to it."
    ),
    Kind.SILENT: Text(
        "Chờ vài phút: sau khi cập nhật, lần khởi động đầu lâu hơn. Nếu trang này vẫn còn, thẻ nhớ có thể đã hỏng: xem dmesg, "
        "sao chép thư mục dữ liệu, thay thẻ, rồi khởi động lại.",
        "Wait some minutes: the first start after an update takes longer. If this page stays, the card may be dying: look at "
        "dmesg, copy the data directory, change the card, then restart.",
    ),
    Kind.OTHER: Text(
        "Xem nhật ký của dịch vụ (journalctl -u kiosk).", "See the service's log (journalctl -u kiosk)."
    ),
}  # fmt: skip

TITLE = Text("Máy tạm ngừng phục vụ", "This machine is out of service")
UNRECORDED = Text(
    "Máy đang không ghi được lượt nào, nên chưa tiếp nhận ai ở đây.",
    "It cannot record visits just now, so it checks nobody in.",
)
SEE_STAFF = Text(
    "Mời bạn mang giấy tờ đến gặp nhân viên ở gần đây.",
    "Please take your papers to a member of staff nearby.",
)
FOR_STAFF = Text(
    "Nhân viên: ghi lượt ra giấy và đọc cho kỹ thuật viên những dòng này.",
    "Staff: write visits down on paper, and read these lines to the technician.",
)
NO_RECORDS = Text("Không ghi và không đọc được bản ghi nào.", "No records can be written or read.")
TRIES_AGAIN = Text(
    "Máy tự thử lại, chậm nhất sau 30 giây; không cần khởi động lại.",
    "It tries again by itself within 30 seconds; no restart is needed.",
)
