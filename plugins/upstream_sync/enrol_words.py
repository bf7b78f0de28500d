"""What went wrong with an enrolment and what to do, where the words for everyday sync (``words``) do not fit: nothing is sent
by itself here, a person must run the command again."""

from __future__ import annotations

from kiosk.domain import Text

_AGAIN = Text("Máy chưa được đăng ký.", "This device is not enrolled.")


def _advice(vi: str, en: str) -> Text:
    return Text(f"{_AGAIN.vi} {vi}", f"{_AGAIN.en} {en}")


_NETWORK = _advice(
    "Kiểm tra cáp mạng, Wi-Fi hoặc SIM và địa chỉ sau --platform, rồi chạy lại lệnh này với cùng mã.",
    "Check cable, Wi-Fi or SIM and the address after --platform, then run this command again with the same code.",
)
# the platform may have taken the code before its answer was lost; then it repeats the answer for a quarter of an hour
_LOST = _advice(
    "Kiểm tra cáp mạng, Wi-Fi hoặc SIM, rồi chạy lại lệnh này với cùng mã trong vòng 15 phút.",
    "Check cable, Wi-Fi or SIM, then run this command again with the same code within 15 minutes.",
)

ENROLLING: dict[str, tuple[Text, Text]] = {
    "refused": (Text("Không kết nối được tới nền tảng.", "The platform cannot be reached."), _NETWORK),
    "timeout": (Text("Nền tảng không trả lời kịp.", "The platform did not answer in time."), _LOST),
    "cut": (Text("Kết nối tới nền tảng bị ngắt giữa chừng.", "The connection to the platform broke off."), _LOST),
    "tls": (
        Text("Không xác minh được chứng chỉ của nền tảng.", "The platform's certificate cannot be verified."),
        _advice(
            "Kiểm tra ngày giờ của máy và địa chỉ nền tảng; với chứng chỉ riêng, thêm --ca-file và đặt ca_file trong hồ sơ.",
            "Check this device's date and the address; for a private authority add --ca-file and set ca_file in the profile.",
        ),
    ),
    "server": (
        Text("Nền tảng gặp lỗi.", "The platform has a fault."),
        _advice(
            "Đợi vài phút rồi chạy lại lệnh này; nếu vẫn vậy, báo người quản trị nền tảng.",
            "Wait some minutes, then run this command again; if it stays, tell the platform's administrator.",
        ),
    ),
    "garbage": (
        Text("Câu trả lời nhận được không phải của nền tảng.", "The answer received is not the platform's."),
        _advice(
            "Mạng có thể đang chuyển hướng (trang đăng nhập Wi-Fi), hoặc địa chỉ sai. Kiểm tra cả hai rồi chạy lại.",
            "The network may redirect (a Wi-Fi sign-in page), or the address is wrong. Check both, then run this again.",
        ),
    ),
    "clock": (
        Text("Đồng hồ của máy lệch quá xa.", "This device's clock is too far off."),
        _advice(
            "Đặt lại ngày giờ (nối mạng NTP hoặc bằng tay) rồi chạy lại lệnh này.",
            "Set date and time (NTP, or by hand), then run this command again.",
        ),
    ),
    "malformed": (
        Text("Nền tảng không hiểu yêu cầu đăng ký.", "The platform does not understand the request to enrol."),
        _advice(
            "Cập nhật máy và nền tảng lên cùng phiên bản rồi chạy lại lệnh này.",
            "Bring device and platform to the same version, then run this command again.",
        ),
    ),
    "unauthorised": (
        Text("Nền tảng không công nhận chữ ký của máy này.", "The platform does not accept this device's signature."),
        Text(
            "Cập nhật máy này lên cùng phiên bản với nền tảng rồi thử lại.",
            "Update this device to the platform's version, then try again.",
        ),
    ),
    "forbidden": (
        Text("Mã đăng ký sai, đã dùng hoặc đã hết hạn.", "The code is wrong, used or expired."),
        Text(
            "Xin mã mới từ nền tảng ('kiosk platform code').",
            "Get a new one from the platform ('kiosk platform code').",
        ),
    ),
    "busy": (
        Text("Nền tảng đang bận, hoặc đã thử quá nhiều lần.", "The platform is busy, or there were too many attempts."),
        Text("Đợi một phút rồi thử lại.", "Wait a minute, then try again."),
    ),
}
