"""The words of the desk and of the call board, in Vietnamese and English. What a refusal says stands with the refusal."""

from __future__ import annotations

from collections.abc import Mapping

from kiosk.domain import Text

COMMON = {
    "mute": Text("Máy chủ tại điểm không trả lời.", "The site's computer does not answer."),
    "mute_step": Text(
        "Chưa chắc thao tác đã được ghi. Kiểm tra mạng rồi bấm lại: bấm lại không ghi hai lần.",
        "Whether it was recorded is not known. Check the network and press again: it is never recorded twice.",
    ),
    "line_lost": Text("Mất kết nối với máy chủ tại điểm.", "The connection to the site's computer is lost."),
    "clock_bad": Text(
        "ĐỒNG HỒ CHƯA TIN CẬY – máy đang ghi ngày {day}. Đối chiếu ngày, báo kỹ thuật.",
        "CLOCK NOT TRUSTED – the computer writes {day}. Compare the date, tell a technician.",
    ),
    "camera": Text("Máy ảnh", "Camera"),
    "camera_denied": Text(
        "Trình duyệt không cho dùng máy ảnh. Cho phép trong cài đặt trang, hoặc dùng máy quét.",
        "The browser does not let the camera be used. Allow it in the site's settings, or use a scanner.",
    ),
    "camera_insecure": Text(
        "Máy ảnh cần kết nối bảo mật (https). Dùng máy quét, hoặc hỏi kỹ thuật.",
        "The camera needs a secure connection (https). Use a scanner, or ask a technician.",
    ),
    "too_long": Text("Mã quá dài, không đọc được.", "The code is too long to be read."),
    "close": Text("Đóng", "Close"),
    "save": Text("Lưu", "Save"),
    "no_script": Text("Trang này cần JavaScript.", "This page needs JavaScript."),
    "name": Text("Họ và tên", "Full name"),
    "birth_date": Text("Ngày sinh", "Date of birth"),
    "birth_hint": Text("ngày/tháng/năm, hoặc chỉ năm", "day/month/year, or the year alone"),
    "sex": Text("Giới tính", "Sex"),
    "male": Text("Nam", "Male"),
    "female": Text("Nữ", "Female"),
    "other": Text("Khác", "Other"),
    "phone": Text("Điện thoại", "Telephone"),
    "address": Text("Địa chỉ", "Address"),
    "document": Text("Giấy tờ", "Document"),
    "guardian": Text("Người giám hộ", "Guardian"),
    "guardian_hint": Text("dưới 18 tuổi: cần khi ký đồng ý", "under 18: needed for the consent"),
    "priority_group": Text("Nhóm ưu tiên", "Priority group"),
    "no_group": Text("chưa xếp nhóm", "no group"),
    "age_n": Text("{n} tuổi", "{n} years"),
    "appointment": Text("Lịch hẹn", "Appointment"),
    "walk_in": Text("không hẹn trước", "walk-in"),
    "doses": Text("Các mũi đã biết", "Known doses"),
    "no_doses": Text("chưa biết mũi nào", "none known"),
    "temporary": Text("Mã tạm", "Temporary id"),
    "screening": Text("Khám sàng lọc", "Screening"),
    "injection": Text("Tiêm", "Injection"),
}

DESK = {
    **COMMON,
    "title": Text("Bàn đón tiếp", "Reception desk"),
    "box": Text(
        "Quét thẻ hoặc phiếu; hoặc gõ tên, số thứ tự, số giấy tờ",
        "Scan a card or ticket; or type a name, number or document",
    ),
    "go": Text("Tìm", "Find"),
    "ready": Text("Sẵn sàng", "Ready"),
    "ready_hint": Text(
        "Quét thẻ căn cước của người đến. Không có thẻ: bấm “Ghi tên bằng tay”.",
        "Scan the visitor's ID card. Without a card: press “Enrol by hand”.",
    ),
    "enrol": Text("Ghi tên bằng tay", "Enrol by hand"),
    "enrol_title": Text("Ghi tên người đến", "Enrol somebody"),
    "number": Text("Số giấy tờ (căn cước 12 số, hộ chiếu …)", "Document number (12-digit ID, passport …)"),
    "number_hint": Text(
        "Để trống nếu không có giấy tờ: máy cấp mã tạm.", "Leave empty without any document: a temporary code is given."
    ),
    "enrol_go": Text("Ghi tên và in phiếu", "Enrol and print the ticket"),
    "another": Text("Đây là người khác", "This is another person"),
    "open": Text("Mở", "Open"),
    "edit": Text("Sửa thông tin", "Change data"),
    "edit_title": Text("Sửa thông tin", "Change data"),
    "merge": Text("Gộp với giấy tờ thật", "Merge with the real id"),
    "merge_title": Text("Gộp mã tạm với giấy tờ thật", "Merge a temporary id with the real one"),
    "merge_hint": Text(
        "Quét thẻ của người này, hoặc gõ 12 số rồi bấm Xem.",
        "Scan this person's card, or type the 12 digits and press Look.",
    ),
    "merge_look": Text("Xem", "Look"),
    "undo_merge": Text("Tách mã tạm gộp nhầm", "Undo a wrong merge"),
    "undo_hint": Text(
        "Chọn mã tạm không phải của người này. Từ nay mỗi người một sổ; mũi đã ghi theo phiếu của người kia được trả về cho họ. "
        "Nếu hôm nay đã khám dưới tên này, người kia phải khám và ký lại.",
        "Choose the temporary id that is not this person's. From now on each has a record of their own; doses recorded on the "
        "other's ticket go back to them. Who was screened today under this name must be screened and sign again.",
    ),
    "undo_which": Text("Mã tạm đã gộp vào người này", "Temporary ids merged into this person"),
    "undo_reasons": Text(
        "Quét nhầm thẻ của người khác|Trùng tên nhưng là người khác",
        "Another person's card was scanned|Same name, another person",
    ),
    "undo_go": Text("Tách thành hai người", "Make them two people again"),
    "undone": Text("Đã tách. Đây là người mang mã tạm.", "Undone. This is the person with the temporary id."),
    "undone_doses": Text(
        "Đã trả lại {n} mũi tiêm; phiếu mới đang in.", "{n} doses were given back; new slips are printed."
    ),
    "merge_go": Text("Gộp thành một người", "Merge into one person"),
    "merge_before": Text("Mã tạm", "Temporary id"),
    "merge_real": Text("Giấy tờ vừa quét", "The document just scanned"),
    "merge_reasons": Text(
        "Xuất trình căn cước bản gốc|Có giấy xác nhận của công an|Người giám hộ xác nhận",
        "Showed the original ID card|Confirmed by the police in writing|Confirmed by the guardian",
    ),
    "merge_differs": Text(
        "Hai bên khác nhau: {fields}. Chỉ gộp khi chắc chắn là một người.",
        "These differ: {fields}. Merge only if you are sure that it is one person.",
    ),
    "merge_double": Text(
        "Cả hai bên đều có mũi tiêm: sau khi gộp, mọi mũi được tính cho một người.",
        "Both have doses: after the merge all of them count for one person.",
    ),
    "reason": Text("Lý do", "Reason"),
    "reprint": Text("In lại phiếu", "Print the ticket again"),
    "reprinted": Text("Đang in lại phiếu.", "The ticket is being printed again."),
    "taken_anyway": Text("Vẫn nhận vào hàng chờ", "Take into the queue"),
    "checked_in": Text("Đã ghi nhận, số {ticket}", "Checked in, number {ticket}"),
    "already": Text("Đã có số {ticket} hôm nay", "Has number {ticket} today already"),
    "not_here": Text("Hôm nay chưa đến", "Not here today"),
    "saved": Text("Đã lưu.", "Saved."),
    "merged": Text("Đã gộp. Mọi mũi tiêm nay thuộc về một người.", "Merged. All doses now belong to one person."),
    "found_none": Text("Không tìm thấy ai.", "Nobody was found."),
    "found_hint": Text("Thử ít chữ hơn, hoặc ghi tên bằng tay.", "Try fewer letters, or enrol by hand."),
    "found_n": Text("Tìm thấy {n} người", "{n} people found"),
    "same_name": Text("Trùng họ tên và ngày sinh", "Same name and birth date"),
    "queue": Text("Hàng chờ", "Queue"),
    "waiting_n": Text("{n} người chờ", "{n} waiting"),
    "next_up": Text("Sắp tới", "Next"),
    "at_tables": Text("Đang ở bàn", "At tables"),
    "table_n": Text("bàn {n}", "table {n}"),
    "absent": Text("Vắng mặt", "Absent"),
    "absent_none": Text("Không có ai vắng.", "Nobody is absent."),
    "back": Text("Đã có mặt", "Has come"),
    "board": Text("Mở bảng gọi số", "Open the call board"),
}

BOARD = {
    "title": Text("Bảng gọi số", "Call board"),
    "called": Text("Mời vào", "Please come"),
    "number": Text("Số", "Number"),
    "table": Text("Bàn", "Table"),
    "screening": Text("Khám sàng lọc", "Screening"),
    "injection": Text("Tiêm", "Injection"),
    "nobody": Text("Chưa gọi số nào", "No number is called yet"),
    "recent": Text("Vừa gọi", "Called before"),
    "waiting": Text("Đang chờ", "Waiting"),
    "waiting_n": Text("{n} người", "{n} people"),
    "about": Text("khoảng {n} phút", "about {n} minutes"),
    "soon": Text("vào ngay", "no wait"),
    "unknown": Text("chưa đủ số liệu để ước tính", "too early to estimate"),
    "say": Text("Mời số {ticket}, đến bàn {table}.", "Number {ticket}, please go to table {table}."),
    "lost": Text("KHÔNG CẬP NHẬT từ {t} – nghe nhân viên gọi", "NOT UPDATED since {t} – listen to the staff"),
    "clock_bad": Text("Đồng hồ máy chưa tin cậy", "The computer's clock is not trusted"),
    "voice": Text("Giọng đọc", "Voice"),
    "chime": Text("Chuông (không có giọng tiếng Việt)", "Chime (no voice for this language)"),
    "sound_off": Text("Chạm để bật âm thanh", "Touch to switch the sound on"),
    "muted": Text("Đã tắt tiếng", "Muted"),
    "no_script": Text("Trang này cần JavaScript.", "This page needs JavaScript."),
}


def both(words: Mapping[str, Text]) -> dict[str, dict[str, str]]:
    """The words as JSON has them: language -> key -> words."""
    return {"vi": {key: text.vi for key, text in words.items()}, "en": {key: text.en for key, text in words.items()}}
