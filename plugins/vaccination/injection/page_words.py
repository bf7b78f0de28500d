"""The words of the injection table's pages, in Vietnamese and English. What a finding says stands with the finding."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.domain import Text

PAGE = {
    "title": Text("Bàn tiêm", "Injection"),
    "choose": Text("Chọn bàn tiêm", "Choose your table"),
    "table": Text("Bàn tiêm {table}", "Injection table {table}"),
    "other_table": Text("Đổi bàn", "Other table"),
    "clock": Text("Ngày giờ", "Date and time"),
    "stock": Text("Kho vắc xin", "Stock"),
    "given_today": Text("Đã tiêm tại bàn", "Given at this table"),
    "camera": Text("Máy ảnh", "Camera"),
    "camera_insecure": Text("Máy ảnh cần kết nối an toàn (https).", "The camera needs a secure connection (https)."),
    "camera_denied": Text("Trình duyệt không cho dùng máy ảnh.", "The browser does not allow the camera."),
    "line_lost": Text(
        "Mất kết nối với máy của điểm. Chưa ghi được gì mới; thử lại khi có mạng.",
        "The site's device does not answer. Nothing new is recorded; try again when it does.",
    ),
    "unread": Text("Không dùng được mã này", "This code cannot be used"),
    # the three steps
    "step_who": Text("1. Người tiêm", "1. Person"),
    "step_vial": Text("2. Lọ vắc xin", "2. Vial"),
    "step_confirm": Text("3. Xác nhận", "3. Confirm"),
    "scan_who": Text("Quét phiếu hoặc thẻ căn cước", "Scan the ticket or the ID card"),
    "type_who": Text("Số phiếu hoặc số căn cước", "Ticket or ID number"),
    "scan_vial": Text("Quét mã trên lọ hoặc hộp", "Scan the code on the vial or box"),
    "type_vial": Text(
        "Số lô in trên lọ, hoặc số viết tay trên lọ", "Lot printed on the vial, or the number written on it"
    ),
    "call_next": Text("Gọi số tiếp", "Call next"),
    "call_again": Text("Gọi lại", "Call again"),
    "absent": Text("Vắng mặt", "Absent"),
    "called": Text("Đang gọi {ticket}", "Called {ticket}"),
    "waiting": Text("{n} người chờ tiêm", "{n} wait for the injection"),
    "mute": Text("Máy của điểm chưa trả lời.", "The site's device does not answer."),
    "mute_step": Text("Thử lại; nếu vẫn vậy, gọi kỹ thuật.", "Try again; if it stays, call a technician."),
    "find": Text("Tìm", "Find"),
    "use": Text("Dùng", "Use"),
    "clear": Text("Bỏ, gọi người khác", "Clear, next person"),
    "ask_birth": Text("Hỏi họ tên và ngày sinh", "Ask name and birth date"),
    "born": Text("Sinh ngày {birth}", "Born {birth}"),
    "years": Text("{n} tuổi", "{n} years"),
    "male": Text("Nam", "Male"),
    "female": Text("Nữ", "Female"),
    "other": Text("Khác", "Other"),
    "guardian": Text("Người giám hộ: {name}", "Guardian: {name}"),
    "temporary": Text("Mã tạm, chưa có giấy tờ", "Temporary code, no document yet"),
    "screened_eligible": Text("Sàng lọc: đủ điều kiện", "Screening: eligible"),
    "screened_caution": Text("Sàng lọc: thận trọng", "Screening: caution"),
    "screened_postpone": Text("Sàng lọc: hoãn tiêm", "Screening: postponed"),
    "screened_contraindicated": Text("Sàng lọc: chống chỉ định", "Screening: contraindicated"),
    "screened_": Text("Chưa sàng lọc hôm nay", "Not screened today"),
    "consent_given": Text("Đã đồng ý tiêm", "Consent given"),
    "consent_declined": Text("Không đồng ý", "Declined"),
    "consent_withdrawn": Text("Đã rút đồng ý", "Consent withdrawn"),
    "consent_": Text("Chưa ký đồng ý", "No consent yet"),
    "earlier": Text("Các mũi trước", "Earlier doses"),
    "no_earlier": Text("Chưa biết mũi nào trước đây", "No earlier dose is known"),
    # the vial
    "lot": Text("Số lô", "Lot"),
    "expiry": Text("Hạn dùng", "Expiry"),
    "expiry_unknown": Text("chưa biết", "not known"),
    "product_unknown": Text("Chưa biết vắc xin nào", "Vaccine not known"),
    "vial": Text("Lọ số", "Vial"),
    "vial_new": Text("lọ mới", "new vial"),
    "left": Text("còn {left}/{doses} liều", "{left} of {doses} doses left"),
    "use_by": Text("dùng đến {time}", "use by {time}"),
    "minutes_left": Text("còn {n} phút", "{n} minutes left"),
    "too_late": Text("quá giờ", "time is over"),
    "new_vial": Text("Mở lọ mới", "Open a new vial"),
    "waste": Text("Hao phí", "Waste"),
    "product": Text("Vắc xin in trên lọ", "Vaccine printed on the vial"),
    "expiry_on_vial": Text("Hạn dùng in trên lọ", "Expiry printed on the vial"),
    "take_over": Text("Chuyển lọ về bàn này", "Move the vial here"),
    "vial_opened": Text("Đã mở lọ mới.", "A new vial is open."),
    # the confirm
    "dose": Text("Mũi {number}/{total}", "Dose {number} of {total}"),
    "body_site": Text("Vị trí tiêm", "Body site"),
    "left_arm": Text("Tay trái", "Left arm"),
    "right_arm": Text("Tay phải", "Right arm"),
    "left_thigh": Text("Đùi trái", "Left thigh"),
    "right_thigh": Text("Đùi phải", "Right thigh"),
    "document_seen": Text("Đã xem giấy tờ của người này", "This person's document was seen"),
    "override": Text("Lý do bác sĩ cho tiêm sớm", "Why the doctor lets it be given early"),
    "confirm": Text("Đã tiêm – ghi lại", "Given – record it"),
    "record_refusal": Text("Không tiêm – ghi lý do", "Not given – record why"),
    "do_not": Text("KHÔNG TIÊM", "DO NOT INJECT"),
    "answer_first": Text("CÒN THIẾU", "STILL MISSING"),
    "may": Text("ĐƯỢC TIÊM", "MAY BE GIVEN"),
    "ready": Text("Sẵn sàng", "Ready"),
    "ready_hint": Text("Quét phiếu của người tiếp theo.", "Scan the next person's ticket."),
    "working": Text("Đang ghi…", "Recording…"),
    "done": Text("ĐÃ GHI", "RECORDED"),
    "done_dose": Text("{product}, mũi {number}/{total}", "{product}, dose {number} of {total}"),
    "done_next": Text(
        "Theo dõi {minutes} phút. Mũi sau: từ {next_on}.", "Observe {minutes} minutes. Next dose: from {next_on}."
    ),
    "done_last": Text("Theo dõi {minutes} phút. Đã đủ mũi.", "Observe {minutes} minutes. The course is complete."),
    "write": Text("Viết lên lọ: {number}", "Write on the vial: {number}"),
    "refused": Text("Đã ghi: không tiêm.", "Recorded: not given."),
    "no_answer": Text(
        "Máy chưa trả lời. Bấm lại: cùng một lần bấm không bao giờ ghi hai mũi.",
        "No answer yet. Press again: one press never records two doses.",
    ),
    "retry": Text("Gửi lại", "Send again"),
    # corrections
    "recent": Text("Các mũi vừa tiêm", "Last doses"),
    "recent_none": Text("Chưa có mũi nào hôm nay.", "None today yet."),
    "correct": Text("Sửa", "Correct"),
    "correct_title": Text("Sửa mũi tiêm", "Correct a dose"),
    "correct_hint": Text(
        "Bản ghi cũ được giữ; bản sửa thay thế nó, kèm lý do và tên bạn.",
        "The old record is kept; the correction replaces it, with the reason and your name.",
    ),
    "corrected": Text("đã sửa", "corrected"),
    "number": Text("Mũi thứ", "Dose number"),
    "reason": Text("Lý do", "Reason"),
    "correct_reasons": Text(
        "Chọn nhầm lọ|Gõ sai số lô|Nhầm vị trí tiêm|Nhầm mũi thứ",
        "Wrong vial chosen|Lot mistyped|Wrong body site|Wrong dose number",
    ),
    "void": Text("Hủy: chưa tiêm mũi này", "Void: this dose was never given"),
    "given_in_spite": Text("Đúng, mũi này đã tiêm như vậy", "Yes, this dose was given so"),
    "save": Text("Lưu bản sửa", "Save the correction"),
    "saved": Text("Đã lưu bản sửa.", "The correction is saved."),
    "print": Text("In lại phiếu", "Print the slip again"),
    "printing": Text("Đang in lại phiếu.", "The slip is being printed again."),
    "cancel": Text("Đóng", "Close"),
    # waste
    "waste_title": Text("Ghi hao phí của lọ này", "Waste of this vial"),
    "waste_doses": Text("Số liều bỏ", "Doses wasted"),
    "waste_reason": Text("Vì sao", "Why"),
    "left_over": Text("Còn dư cuối buổi", "Left over at the end"),
    "drawn_wrong": Text("Rút sai", "Drawn wrong"),
    "open_too_long": Text("Quá giờ mở lọ", "Open too long"),
    "broken": Text("Vỡ, đổ", "Broken or spilt"),
    "cold_chain": Text("Hỏng do nhiệt độ", "Cold chain broken"),
    "expired": Text("Hết hạn", "Expired"),
    "recalled": Text("Bị thu hồi", "Recalled"),
    "note": Text("Ghi chú", "Note"),
    "waste_save": Text("Ghi hao phí", "Record the waste"),
    "wasted": Text("Đã ghi hao phí.", "The waste is recorded."),
    "no_script": Text("Trang này cần JavaScript.", "This page needs JavaScript."),
}

CLOCK = {
    "title": Text("Ngày giờ của máy", "This device's date and time"),
    "says": Text("Máy nghĩ bây giờ là", "The device believes that it is"),
    "trusted": Text(
        "Đồng hồ được đồng bộ qua mạng. Không cần xác nhận.",
        "The clock is kept right by the network. Nothing to confirm.",
    ),
    "untrusted": Text(
        "Đồng hồ chưa được đồng bộ. Hạn dùng, khoảng cách mũi và “đã khám hôm nay” đều tính theo ngày này.",
        "The clock is not synchronised. Expiry, intervals and “screened today” all go by this date.",
    ),
    "confirmed": Text(
        "Đã xác nhận bởi {who}, đến hết ngày hoặc khi máy khởi động lại.",
        "Confirmed by {who}, until the day ends or the device restarts.",
    ),
    "compare": Text(
        "So với đồng hồ và lịch khác. Đúng thì xác nhận; sai thì gọi kỹ thuật chỉnh giờ trước.",
        "Compare with another clock and calendar. If right, confirm; if wrong, have the technician set it first.",
    ),
    "supervisor": Text(
        "Người phụ trách điểm tiêm (quản trị) xác nhận ở trang này.",
        "The site's supervisor (administrator) confirms it on this page.",
    ),
    "confirm": Text("Đúng, hôm nay là {day}", "Right, today is {day}"),
    "done": Text("Đã xác nhận ngày giờ.", "Date and time are confirmed."),
    "other_day": Text(
        "Ngày của máy vừa đổi. Xem lại rồi xác nhận.", "The device's date has just changed. Look again, then confirm."
    ),
}


def both(words: Mapping[str, Text]) -> dict[str, dict[str, str]]:
    """The words as the page's script takes them: by language, then by key."""
    return {
        "vi": {key: text.vi for key, text in words.items()},
        "en": {key: text.en for key, text in words.items()},
    }
