"""Every sentence about sync faults, in Vietnamese and English: what happened, and what to do next."""

from __future__ import annotations

from kiosk.domain import Text
from plugins.upstream_sync.enrol_words import ENROLLING
from plugins.upstream_sync.faults import SyncFault

_WAIT = Text(
    "Không cần làm gì: máy tự thử lại, bản ghi vẫn được giữ.", "Nothing to do: it tries again, no record is lost."
)
_NETWORK = Text(
    "Kiểm tra cáp mạng, Wi-Fi hoặc SIM; bản ghi vẫn được giữ và sẽ tự gửi. Nếu lâu dài, dùng 'kiosk journal export' với USB.",
    "Check cable, Wi-Fi or SIM; records are kept and will be sent. If it lasts, carry them out: 'kiosk journal export'.",
)
_REPORT = Text("Báo kỹ thuật viên cấp trên kèm mã lỗi này.", "Report this code to your support.")

WORDS: dict[str, tuple[Text, Text]] = {
    "refused": (Text("Không kết nối được tới nền tảng.", "The platform cannot be reached."), _NETWORK),
    "timeout": (Text("Nền tảng không trả lời kịp.", "The platform did not answer in time."), _NETWORK),
    "cut": (Text("Kết nối tới nền tảng bị ngắt giữa chừng.", "The connection to the platform broke off."), _NETWORK),
    "tls": (
        Text("Không xác minh được chứng chỉ của nền tảng.", "The platform's certificate cannot be verified."),
        Text(
            "Kiểm tra ngày giờ của máy và địa chỉ nền tảng; với chứng chỉ riêng, đặt ca_file trong hồ sơ.",
            "Check this device's date and the platform's address; for a private authority set ca_file in the profile.",
        ),
    ),
    "busy": (Text("Nền tảng đang bận.", "The platform is busy."), _WAIT),
    "server": (Text("Nền tảng gặp lỗi.", "The platform has a fault."), _WAIT),
    "garbage": (
        Text("Câu trả lời nhận được không phải của nền tảng.", "The answer received is not the platform's."),
        Text(
            "Mạng có thể đang chuyển hướng (trang đăng nhập Wi-Fi), hoặc địa chỉ nền tảng sai. Hãy kiểm tra cả hai.",
            "The network may redirect (a Wi-Fi sign-in page), or the address is wrong. Check both.",
        ),
    ),
    "unauthorised": (
        Text("Nền tảng không nhận ra máy này.", "The platform does not know this device."),
        Text("Xin mã mới rồi chạy 'kiosk enrol'.", "Ask for a new code, then run 'kiosk enrol'."),
    ),
    "revoked": (
        Text("Nền tảng đã thu hồi máy này.", "The platform has revoked this device."),
        Text(
            "Hỏi người quản trị vì sao. Để dùng lại: xuất sổ nhật ký, thiết lập thư mục dữ liệu mới, rồi 'kiosk enrol' với mã mới.",
            "Ask the administrator why. To use it again: export the journal, set up a fresh data directory, 'kiosk enrol' it.",
        ),
    ),
    "site": (
        Text("Mã này dành cho điểm khác.", "This code is for another site."),
        Text(
            "Kiểm tra site.id trong hồ sơ, hoặc xin mã cho điểm này.",
            "Check site.id in the profile, or get this site's code.",
        ),
    ),
    "device": (
        Text("Nền tảng đã có máy khác cùng mã máy.", "Another device is enrolled under this device's id."),
        Text(
            "Thiết lập thư mục dữ liệu mới cho máy này rồi đăng ký lại.",
            "Set up a fresh data directory for this device, then enrol it.",
        ),
    ),
    "forbidden": (
        Text("Nền tảng không cho phép máy này gửi.", "The platform does not allow this device to send."),
        Text("Xin mã mới rồi chạy 'kiosk enrol'.", "Ask for a new code, then run 'kiosk enrol'."),
    ),
    "clock": (
        Text("Đồng hồ của máy lệch quá xa.", "This device's clock is too far off."),
        Text("Đặt lại ngày giờ (nối mạng NTP hoặc bằng tay).", "Set date and time (NTP, or by hand)."),
    ),
    "too_large": (Text("Gói gửi quá lớn.", "The batch is too large."), _WAIT),
    "malformed": (
        Text("Nền tảng không đọc được một bản ghi.", "The platform cannot read one record."),
        _REPORT,
    ),
    "gap": (Text("Nền tảng thiếu các bản ghi trước đó.", "The platform lacks earlier records."), _WAIT),
    "stalled": (Text("Nền tảng không xác nhận bản ghi nào.", "The platform acknowledges no record."), _WAIT),
    "fork": (
        Text(
            "Nền tảng đã có bản ghi khác cùng số: thẻ nhớ bị sao chép?",
            "The platform has other records under these numbers: a cloned card?",
        ),
        Text(
            "Ngừng dùng bản sao. Xin mã mới rồi chạy 'kiosk enrol' trên máy giữ lại; xuất sổ nhật ký để đối chiếu.",
            "Take the copy out of use. Get a new code and run 'kiosk enrol' on the one that stays; export the journal to compare.",
        ),
    ),
    "signature": (
        Text("Chữ ký của nền tảng không đúng.", "The platform's signature is wrong."),
        Text(
            "Dữ liệu nhận về đã bị bỏ. Kiểm tra địa chỉ nền tảng; nếu nền tảng đổi khóa, hãy đăng ký lại.",
            "What was received was discarded. Check the address; if the platform changed its key, enrol again.",
        ),
    ),
    "cursor": (
        Text("Nền tảng yêu cầu nhận lại từ đầu.", "The platform wants its journals fetched from the start."),
        _WAIT,
    ),
    "ahead": (
        Text(
            "Nền tảng có bản ghi mà máy này không có: thẻ nhớ cũ được dùng lại?",
            "The platform has records that this device lacks: an old copy of the card?",
        ),
        Text(
            "Xin mã mới rồi chạy 'kiosk enrol': máy bắt đầu sổ nhật ký mới; báo người quản trị đối chiếu sổ cũ.",
            "Get a new code and run 'kiosk enrol': a new journal begins; have the administrator compare the old one.",
        ),
    ),
    "chain": (Text("Sổ nhật ký nhận về bị đứt chuỗi.", "A received journal's chain is broken."), _REPORT),
}


def advice_for(fault: SyncFault, enrolling: bool = False) -> tuple[Text, Text]:
    """What happened and what to do."""
    return words_for(fault.code, enrolling)


def words_for(code: str, enrolling: bool = False) -> tuple[Text, Text]:
    """What a fault's code means and what to do."""
    if enrolling and code in ENROLLING:
        return ENROLLING[code]
    return WORDS.get(code, (Text(f"Lỗi đồng bộ ({code}).", f"Sync fault ({code})."), _REPORT))
