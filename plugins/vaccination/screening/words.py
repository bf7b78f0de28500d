"""The words of the screening page, in Vietnamese and English. Questions and limits have theirs in the pack."""

from __future__ import annotations

from kiosk.domain import Text
from plugins.vaccination.arrival.words import COMMON

OUTCOMES = {
    "eligible": Text("ĐỦ ĐIỀU KIỆN", "ELIGIBLE"),
    "caution": Text("THẬN TRỌNG", "CAUTION"),
    "postpone": Text("HOÃN TIÊM", "POSTPONE"),
    "contraindicated": Text("CHỐNG CHỈ ĐỊNH", "CONTRAINDICATED"),
    "open": Text("CHƯA ĐỦ", "INCOMPLETE"),
}
HINTS = {
    "within": Text("Trong giới hạn", "Within limits"),
    "caution": Text("Thận trọng", "Caution"),
    "postpone": Text("Hoãn", "Postpone"),
    "contraindicated": Text("Chống chỉ định", "Contraindicated"),
    "implausible": Text("Không hợp lý", "Cannot be right"),
    "empty": Text("", ""),
}

SCREENING = {
    **COMMON,
    **{f"outcome_{code}": text for code, text in OUTCOMES.items()},
    **{f"hint_{code}": text for code, text in HINTS.items()},
    "title": Text("Khám sàng lọc", "Screening"),
    "choose": Text("Chọn bàn khám", "Choose your table"),
    "table": Text("Bàn", "Table"),
    "busy": Text("đang có số {ticket}", "number {ticket} is here"),
    "free": Text("trống", "free"),
    "other_table": Text("Đổi bàn", "Another table"),
    "next": Text("Gọi số tiếp", "Call next"),
    "again": Text("Gọi lại", "Call again"),
    "absent": Text("Vắng mặt", "Absent"),
    "nobody": Text("Chưa gọi ai", "Nobody called"),
    "calls_n": Text("đã gọi {n} lần", "called {n} times"),
    "waiting_n": Text("{n} người chờ", "{n} waiting"),
    "ready": Text(
        "Gọi số tiếp, hoặc quét phiếu của người đang ở bàn.", "Call the next number, or scan the ticket of who is here."
    ),
    "type_who": Text("Số phiếu hoặc số căn cước", "Number on the ticket, or of the ID card"),
    "open": Text("Mở", "Open"),
    "unsigned": Text("Đã khám, chưa ký:", "Screened, not signed:"),
    "was_absent": Text("Đã ghi vắng mặt: {ticket}.", "Recorded as absent: {ticket}."),
    "confirm": Text(
        "Hỏi họ tên và ngày sinh, đối chiếu với màn hình", "Ask for name and birth date, compare with the screen"
    ),
    "questions": Text("Câu hỏi", "Questions"),
    "no_to_rest": Text(
        "Đã hỏi hết: trả lời “Không” cho {n} câu còn lại", "All were asked: “No” to the {n} that are open"
    ),
    "no_to_rest_done": Text(
        "Đã ghi “Không” cho {n} câu cùng lúc. Câu nào “Có”, chạm vào câu đó.",
        "“No” was entered for {n} at once. Where the answer is “Yes”, tap it.",
    ),
    "vitals": Text("Chỉ số sinh tồn", "Vital signs"),
    "vaccine": Text("Vắc xin dự kiến", "Vaccine planned"),
    "no_vaccine": Text("chưa chọn", "not chosen"),
    "yes": Text("Có", "Yes"),
    "no": Text("Không", "No"),
    "needed": Text("cần đo", "to be measured"),
    "if_known": Text("nếu biết", "if known"),
    "result": Text("Kết quả", "Result"),
    "missing_n": Text("còn {n} mục", "{n} still open"),
    "observe": Text("Theo dõi sau tiêm", "Observation"),
    "minutes_n": Text("{n} phút", "{n} minutes"),
    "until": Text("Hẹn lại từ {day}", "Again from {day}"),
    "hospital": Text("Tiêm tại bệnh viện", "At a hospital"),
    "doctor": Text("Bác sĩ quyết định", "The doctor decides"),
    "by_rules": Text("Theo kết quả", "By the rules"),
    "decide_postpone": Text("Hoãn tiêm", "Postpone"),
    "decide_contraindicated": Text("Chống chỉ định", "Contraindicated"),
    "note": Text("Ghi chú của người khám", "Examiner's note"),
    "save_result": Text("Lưu kết quả khám", "Save the result"),
    "saved": Text("Đã lưu kết quả khám.", "The result is saved."),
    "saved_stop": Text(
        "Giải thích lý do, hẹn ngày nếu hoãn, rồi gọi số tiếp.", "Explain why, agree on a day, then call the next."
    ),
    "done_before": Text(
        "Đã khám hôm nay: {outcome}. Lưu lần nữa sẽ thay kết quả.",
        "Screened today: {outcome}. Saving again replaces it.",
    ),
    "law": Text("Căn cứ", "Legal basis"),
    "pack": Text("Bộ câu hỏi", "Rules"),
    "consent": Text("Phiếu đồng ý", "Consent"),
    "rescreen": Text("Khám lại", "Screen again"),
    "consent_hand": Text(
        "Đưa máy cho người tiêm (hoặc người giám hộ) đọc và ký.",
        "Hand the tablet to the person (or guardian) to read and sign.",
    ),
    "by_self": Text("Người tiêm ký", "The person signs"),
    "by_guardian": Text("Người giám hộ ký", "The guardian signs"),
    "guardian_name": Text("Họ tên người giám hộ", "The guardian's name"),
    "sign_here": Text("Ký vào khung này", "Sign in this frame"),
    "clear": Text("Ký lại", "Sign again"),
    "by_keys": Text("Không ký được bằng tay: ký bằng bàn phím", "Cannot draw: sign by keyboard"),
    "typed": Text("Họ tên đầy đủ của người ký", "The signer's whole name"),
    "typed_hint": Text(
        "Người đó tự gõ, hoặc đọc cho bạn gõ. Bạn làm chứng: tên bạn được ghi cùng.",
        "They type it, or say it to you. You are the witness: your name is recorded with it.",
    ),
    "agree": Text("Đồng ý tiêm", "I agree"),
    "decline": Text("Không đồng ý", "I do not agree"),
    "agreed": Text(
        "Đã ghi đồng ý. Mời người này sang khu chờ tiêm.", "Consent is recorded. Send them to wait for the injection."
    ),
    "declined": Text(
        "Đã ghi không đồng ý. Người này không vào hàng chờ tiêm.",
        "The refusal is recorded. They do not wait for the injection.",
    ),
    "withdraw": Text("Rút lại đồng ý", "Take consent back"),
    "withdraw_hint": Text(
        "Bàn tiêm sẽ từ chối người này cho tới khi ký lại.", "The injection refuses them until they sign again."
    ),
    "withdraw_reasons": Text(
        "Đổi ý|Muốn hỏi thêm bác sĩ|Muốn loại vắc xin khác",
        "Changed their mind|Wants to ask a doctor|Wants another vaccine",
    ),
    "withdrawn": Text("Đã ghi việc rút lại đồng ý. Bàn tiêm bị chặn.", "Recorded. The injection is blocked."),
    "consent_now": Text("Đã đồng ý hôm nay", "Consented today"),
    "reason": Text("Lý do", "Reason"),
    "no_text": Text(
        "Không có phiếu đồng ý nào có hiệu lực hôm nay. Kiểm tra ngày của máy.",
        "No consent text is in force today. Check the computer's date.",
    ),
}
