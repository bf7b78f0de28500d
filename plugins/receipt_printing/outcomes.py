"""What a printer's answer means for the citizen, for staff and for the technician, in words."""

from __future__ import annotations

from hardware.printers import PrinterStatus
from kiosk.domain import HealthCheck, HealthLevel, PrintOutcome, Text
from plugins.receipt_printing.detail_words import detail_words

GO_ON = Text(
    " Lượt của bạn đã được ghi nhận: hãy nhớ số trên màn hình và đi tiếp.",
    " Your visit is recorded: remember the number on the screen and go on.",
)
WHAT = {
    "paper_out": Text("Máy in hết giấy.", "The printer is out of paper."),
    "cover_open": Text("Nắp máy in đang mở.", "The printer's cover is open."),
    "offline": Text("Không liên lạc được với máy in.", "The printer cannot be reached."),
    "timeout": Text("Máy in không trả lời.", "The printer does not answer."),
    "busy": Text("Máy in đang được chương trình khác sử dụng.", "Another program is using the printer."),
    "fault": Text("Máy in báo lỗi.", "The printer reports a fault."),
}
ADVICE = {
    "paper_out": Text(
        "Lắp cuộn giấy mới, mặt in nhiệt hướng ra ngoài, rồi đóng nắp. Phiếu của 15 phút gần đây sẽ tự in trong "
        "nửa phút; phiếu cũ hơn: bấm “In lại” ở trang “Lượt hôm nay”.",
        "Put in a new roll, thermal side outwards, and close the cover. Tickets of the last 15 minutes then print by "
        "themselves within half a minute; for older ones press “Reprint” on the page “Today’s visits”.",
    ),
    "cover_open": Text(
        "Đóng nắp cho đến khi nghe tiếng cạch ở cả hai bên. Phiếu của 15 phút gần đây sẽ tự in trong nửa phút.",
        "Close the cover until it clicks on both sides. Tickets of the last 15 minutes then print by themselves "
        "within half a minute.",
    ),
    "offline": Text(
        "Kiểm tra nguồn điện, cáp, địa chỉ hoặc cổng của máy in trong cấu hình; với USB: quyền truy cập (udev).",
        "Check power, cable, and the printer's address or port in the profile; for USB also the access rule (udev).",
    ),
    "timeout": Text(
        "Kiểm tra giấy và nắp, rồi tắt và bật lại máy in. Nếu máy vẫn in được nhưng không bao giờ trả lời, "
        "đặt answers_status = false trong cấu hình.",
        "Check paper and cover, then switch the printer off and on. If it prints but never answers, "
        "set answers_status = false in the profile.",
    ),
    "busy": Text(
        "Đóng chương trình đang giữ máy in (thường là CUPS), hoặc khởi động lại thiết bị.",
        "End the program that holds the printer (often CUPS), or restart the device.",
    ),
    "fault": Text(
        "Tắt máy in, gỡ giấy kẹt ở dao cắt, để đầu in nguội, rồi bật lại.",
        "Switch the printer off, free the knife of jammed paper, let the head cool, and switch it on again.",
    ),
}
PRINTED = PrintOutcome()
NOT_COMPOSED = PrintOutcome(
    "fault",
    Text(
        "Không dựng được nội dung phiếu." + GO_ON.vi,
        "The ticket's content could not be composed." + GO_ON.en,
    ),
)


def outcome(status: PrinterStatus) -> PrintOutcome:
    """For the citizen: empty where paper came out."""
    if status.ready:
        return PRINTED
    what = WHAT[status.error]
    return PrintOutcome(status.error, Text(what.vi + GO_ON.vi, what.en + GO_ON.en), sent=status.sent > 0)


def health(status: PrinterStatus | None) -> HealthCheck:
    """For the technician. None: not asked yet."""
    if status is None:
        unasked = Text("Chưa hỏi máy in.", "The printer was not asked yet.")
        return HealthCheck("printer", HealthLevel.INFO, unasked, pending=True)
    if status.error:
        return HealthCheck("printer", HealthLevel.FAULT, _with_detail(status), ADVICE[status.error])
    if status.paper == "near_end":
        return HealthCheck(
            "printer",
            HealthLevel.WARNING,
            Text("Giấy in sắp hết.", "The paper roll is nearly at its end."),
            Text("Chuẩn bị sẵn một cuộn giấy mới.", "Have a new roll ready."),
        )
    if status.mute:
        return HealthCheck(
            "printer",
            HealthLevel.INFO,
            Text(
                "Máy in một chiều: không biết còn giấy hay không.", "One-way printer: whether it has paper is unknown."
            ),
            Text("Thỉnh thoảng nhìn cuộn giấy.", "Look at the roll now and then."),
        )
    return HealthCheck("printer", HealthLevel.OK, Text("Máy in sẵn sàng.", "The printer is ready."))


def _with_detail(status: PrinterStatus) -> Text:
    what = WHAT[status.error]
    detail = detail_words(status.detail)
    return Text(
        f"{what.vi} ({detail.vi})" if detail.vi else what.vi, f"{what.en} ({detail.en})" if detail.en else what.en
    )


NO_PRINTER_SET_UP = HealthCheck(
    "printer",
    HealthLevel.INFO,
    Text("Chưa cấu hình máy in: không in phiếu.", "No printer is set up: no tickets are printed."),
    Text(
        "Chọn máy in trong mục receipt_printing của cấu hình.", "Choose one in the profile's receipt_printing section."
    ),
)
