"""The state of cameras and scanners in words, with advice for the technician. Measures nothing itself."""

from __future__ import annotations

from hardware.supervise import Condition, WorkerState
from kiosk.domain import HealthCheck, HealthLevel, Text

_WHAT = {
    "camera": Text("Camera {name}", "Camera {name}"),
    "scanner": Text("Máy quét {name}", "Scanner {name}"),
}
_PLUG = Text(
    "Kiểm tra dây và cắm lại; thiết bị sẽ tự hoạt động lại sau vài giây.",
    "Check the cable and plug it in again; it comes back by itself within seconds.",
)
_TROUBLES: dict[str, tuple[Text, Text]] = {
    "unplugged": (Text("không tìm thấy thiết bị", "is not connected"), _PLUG),
    "no_frame": (Text("không gửi hình", "sends no pictures"), _PLUG),
    "no_picture": (
        Text("gửi hình hỏng", "sends damaged pictures"),
        Text("Dùng dây ngắn hơn hoặc cổng USB khác.", "Use a shorter cable or another USB port."),
    ),
    "frozen": (Text("hình bị đứng, đang mở lại", "shows a frozen picture and is being reopened"), _PLUG),
    "busy": (
        Text("đang bị chương trình khác chiếm dụng", "is held by another program"),
        Text("Đóng chương trình đó hoặc khởi động lại máy.", "Close that program or restart the device."),
    ),
    "not_permitted": (
        Text("hệ thống chưa cho phép truy cập", "may not be used by this service"),
        Text(
            "Cài các quy tắc udev đi kèm rồi cắm lại thiết bị.",
            "Install the udev rules that come with the appliance, then plug the device in again.",
        ),
    ),
    "library_missing": (
        Text("thiếu thư viện hệ thống", "needs a library that is not installed"),
        Text(
            "Cài gói python3-picamera2 (camera Pi), rồi khởi động lại dịch vụ.",
            "Install python3-picamera2 (Pi camera), then restart the service.",
        ),
    ),
    "overrun": (
        Text(
            "gõ nhanh hơn máy kịp đọc, một mã bị bỏ", "typed faster than this device could read; one code was discarded"
        ),
        Text("Quét lại mã đó.", "Scan that code again."),
    ),
    "unusable": (
        Text("không nhận các thiết lập này", "does not take these settings"),
        Text("Sửa đường dẫn và tốc độ trong cấu hình.", "Correct the path and speed in the profile."),
    ),
}
_OTHER = (
    Text("gặp lỗi ({code})", "has a fault ({code})"),
    Text("Cắm lại thiết bị; nếu vẫn lỗi, khởi động lại máy.", "Plug it in again; if it stays, restart the device."),
)


def check(condition: Condition, extra: Text | None = None) -> HealthCheck:
    """One device's line. ``extra`` is added where all is well (frames per second and the like)."""
    kind, _, name = condition.name.partition(":")
    what = _WHAT[kind].format(name=name)
    if condition.stalled:
        return HealthCheck(
            condition.name,
            HealthLevel.FAULT,
            _join(
                what,
                Text("không trả lời đã {s} giây", "has not answered for {s} seconds").format(
                    s=round(condition.last_progress)
                ),
            ),
            Text(
                "Rút thiết bị rồi cắm lại; dịch vụ sẽ tự khởi động lại nếu cần.",
                "Unplug it and plug it in again; the service restarts itself if need be.",
            ),
        )
    begun = condition.last_progress < condition.in_state_for  # it got on since this attempt began
    if condition.state is WorkerState.RUNNING and not begun and not condition.error:
        starting = _join(what, Text("đang khởi động", "is starting"))
        return HealthCheck(condition.name, HealthLevel.INFO, starting, pending=True)
    if condition.state is WorkerState.RUNNING and begun:
        words = Text("hoạt động tốt", "works")
        if extra:
            words = Text(f"{words.vi} ({extra.vi})", f"{words.en} ({extra.en})")
        return HealthCheck(condition.name, HealthLevel.OK, _join(what, words))
    if condition.state is WorkerState.STOPPED:
        stopped = _join(what, Text("chưa chạy", "is not running"))
        return HealthCheck(condition.name, HealthLevel.INFO, stopped, pending=True)
    words, advice = _TROUBLES.get(condition.error, _OTHER)
    level = HealthLevel.FAULT
    if condition.state is not WorkerState.FAILED and condition.failures < 3:
        level = HealthLevel.WARNING
    return HealthCheck(condition.name, level, _join(what, words.format(code=condition.error)), advice)


def _join(what: Text, words: Text) -> Text:
    return Text(f"{what.vi}: {words.vi}.", f"{what.en}: {words.en}.")
