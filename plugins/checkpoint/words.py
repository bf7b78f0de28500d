"""The words of the officers' pages, in Vietnamese and English. What a finding says stands with the finding."""

from __future__ import annotations

from kiosk.domain import Text

KINDS = {
    "cccd": Text("Thẻ căn cước", "ID card"),
    "typed_id": Text("Số căn cước (gõ tay)", "ID number (typed)"),
    "national_qr": Text("Mã QR cá nhân", "National QR"),
    "bhyt": Text("Thẻ BHYT", "Insurance card"),
    "mrz_td1": Text("Thẻ căn cước (MRZ)", "ID card (MRZ)"),
    "mrz_td3": Text("Hộ chiếu", "Passport"),
    "mrz": Text("Hộ chiếu", "Passport"),
    "declaration_pass": Text("Tờ khai y tế", "Declaration"),
    "vaccination_proof": Text("Phiếu tiêm", "Vaccination slip"),
    "eu_dcc": Text("Chứng nhận HC1", "HC1 certificate"),
    "smart_health_card": Text("Thẻ SMART", "SMART card"),
    "who_ddcc": Text("Chứng nhận WHO", "WHO certificate"),
    "divoc": Text("Chứng nhận DIVOC", "DIVOC certificate"),
    "vds_nc": Text("Chứng nhận ICAO", "ICAO certificate"),
    "by_hand": Text("Ghi tay", "By hand"),
    "ticket": Text("Phiếu", "Ticket"),
}


def kind_words(kind: str) -> dict[str, str]:
    """What a document is called; its own code where nobody has a word for it."""
    words = KINDS.get(kind, Text(kind, kind))
    return {"vi": words.vi, "en": words.en}


ACTIONS = {
    "undone_before": Text("Lượt này đã được hủy rồi.", "This passage was undone before."),
    "undo_too_late": Text(
        "Đã quá thời gian hủy. Ghi sự việc vào sổ giao ca.", "Too late to undo. Write it into the hand-over note."
    ),
    "nothing_to_settle": Text("Lượt này không chờ quyết định.", "This passage waits for no decision."),
    "nothing_new": Text("Hãy quét mã hoặc trả lời ít nhất một câu.", "Scan a code or answer at least one question."),
    "names_nobody": Text(
        "Giấy này không nói là của ai. Quét thẻ căn cước hoặc tờ khai.",
        "This document names nobody. Scan an ID card or a declaration.",
    ),
    "scan_first": Text("Hãy quét giấy tờ của người này.", "Scan this person's document."),
    "nothing_to_complete": Text(
        "Lượt này không cần bổ sung: đã hủy, hoặc không phải lượt xả chốt của một người.",
        "Nothing is to be completed here: it was undone, or is no single person's passage of surge mode.",
    ),
    "another_person": Text(
        "Mã này của người khác, không phải của lượt này. Chưa ghi gì.",
        "This code belongs to another person than this passage. Nothing is recorded.",
    ),
    "unknown_code": Text("Không nhận ra mã này. Quét lại.", "This code is not known. Scan it again."),
    "surge_is_off": Text("Chưa bật chế độ xả chốt.", "Surge mode is off."),
    "empty_note": Text("Ghi chú đang trống.", "The note is empty."),
    "no_reason": Text("Hãy ghi lý do.", "Give a reason."),
    "not_here": Text("Máy này không giữ lượt đó.", "This device does not hold that passage."),
    "not_recorded": Text(
        "Không ghi được vào sổ; chưa có gì thay đổi. Gọi kỹ thuật.",
        "It could not be recorded; nothing has changed. Call a technician.",
    ),
    "not_on_duty": Text(
        "Làn này đã có người khác nhận, hoặc chưa ai nhận. Hãy nhận làn lại.",
        "Somebody else has taken this lane, or nobody has. Take the lane again.",
    ),
    "nobody": Text("Chưa có ai ở làn này.", "Nobody is before this lane."),
    "typed_nothing": Text("Hãy ghi họ tên hoặc số giấy tờ.", "Give a name or a document number."),
    "not_a_year": Text("Năm sinh gồm 4 chữ số.", "A year of birth has 4 digits."),
    "bad_request": Text("Trang gửi dữ liệu sai. Tải lại trang.", "The page sent something wrong. Reload it."),
    "readers_busy": Text("Máy đang đọc nhiều ảnh, thử lại.", "Too many pictures are being read; again in a moment."),
}

PAGE = {
    "title": Text("Chốt kiểm soát", "Checkpoint"),
    "post": Text("Chốt", "Post"),
    "lane": Text("Làn", "Lane"),
    "direction": Text("Chiều", "Direction"),
    "in": Text("Vào", "In"),
    "out": Text("Ra", "Out"),
    "take": Text("Nhận làn", "Take the lane"),
    "choose": Text("Chọn làn trực", "Choose your lane"),
    "taken_by": Text("đang trực: {who}", "on duty: {who}"),
    "leave": Text("Rời làn", "Leave the lane"),
    "menu": Text("Trang chính", "Staff pages"),
    "day_night": Text("Ngày / đêm", "Day / night"),
    "sound": Text("Âm thanh", "Sound"),
    "admit": Text("CHO QUA", "GO"),
    "ask": Text("HỎI THÊM", "ASK"),
    "refer": Text("XEM XÉT", "CHECK"),
    "refuse": Text("DỪNG", "STOP"),
    "ready": Text("SẴN SÀNG", "READY"),
    "ready_hint": Text(
        "Quét mã của người đi đường, hoặc gõ số căn cước.", "Scan the traveller's code, or type the ID number."
    ),
    "recalled": Text(
        "Trang vừa tải lại. Đây là kết quả đã ghi của người đang ở làn.",
        "The page was loaded again. This is what was recorded of who stands here.",
    ),
    "working": Text("Đang đọc…", "Reading…"),
    "no_answer": Text("Máy không trả lời", "No answer"),
    "no_answer_hint": Text(
        "Chưa ghi gì. Quét lại; nếu vẫn vậy, xem xét bằng mắt và báo kỹ thuật.",
        "Nothing is recorded. Scan again; if it stays, decide by eye and call a technician.",
    ),
    "step_again": Text(
        "Quét lại. Nếu vẫn vậy: gõ số căn cước, hoặc quyết định bằng mắt theo giấy tờ gốc.",
        "Scan again. If it stays: type the ID number, or decide by eye on the originals.",
    ),
    "step_by_eye": Text(
        "Quyết định bằng mắt theo giấy tờ gốc. Nếu lặp lại, gọi kỹ thuật.",
        "Decide by eye on the originals. If it comes again, call a technician.",
    ),
    "next": Text("Người tiếp", "Next person"),
    "type": Text("Gõ tay", "Type"),
    "camera": Text("Máy ảnh", "Camera"),
    "camera_off": Text("Tắt máy ảnh", "Camera off"),
    "camera_denied": Text(
        "Trình duyệt không cho dùng máy ảnh. Cho phép trong cài đặt trang, hoặc dùng máy quét.",
        "The browser does not let the camera be used. Allow it in the site's settings, or use a scanner.",
    ),
    "camera_insecure": Text(
        "Máy ảnh cần kết nối bảo mật (https). Dùng máy quét, hoặc hỏi kỹ thuật.",
        "The camera needs a secure connection (https). Use a scanner, or ask a technician.",
    ),
    "undo": Text("Hủy lượt", "Undo"),
    "undo_title": Text("Hủy lượt vừa ghi", "Undo the passage"),
    "undo_left": Text("còn {n} giây", "{n} s left"),
    "reason": Text("Lý do", "Reason"),
    "undo_reasons": Text(
        "Quét nhầm người|Người đó quay lại|Nhầm làn, nhầm chiều",
        "Wrong person|They turned back|Wrong lane or direction",
    ),
    "settle_admit": Text("Cho qua", "Let pass"),
    "settle_refuse": Text("Không cho qua", "Turn back"),
    "settle_title": Text("Quyết định của cán bộ", "The officer decides"),
    "settle_reasons": Text(
        "Đã đối chiếu giấy tờ gốc|Cấp cứu, nhiệm vụ khẩn|Giấy tờ không hợp lệ|Không đúng người",
        "Originals compared|Emergency or urgent duty|Papers not valid|Another person",
    ),
    "vehicle": Text("Xe", "Vehicle"),
    "vehicle_title": Text("Xe đang ở làn", "The vehicle at the lane"),
    "plate": Text("Biển số", "Plate"),
    "vehicle_class": Text("Loại xe", "Class"),
    "expected": Text("Số người trên xe", "People in it"),
    "vehicle_people": Text("Từng người trên xe", "Each person in it"),
    "vehicle_left": Text("Xe đã đi", "Vehicle has left"),
    "vehicle_none": Text(
        "Chưa có xe. Quét từng người, hoặc bấm Xe.", "No vehicle. Scan people one by one, or press Vehicle."
    ),
    "of_people": Text("{n}/{m} người", "{n} of {m} people"),
    "people_n": Text("{n} người", "{n} people"),
    "missing_n": Text("còn thiếu {n} người", "{n} still to come"),
    "surge": Text("Xả chốt", "Surge"),
    "surge_title": Text("Chế độ xả chốt", "Surge mode"),
    "surge_hint": Text(
        "Ghi nhận nhanh, cho qua tất cả, trừ người trong danh sách, có giấy giả hoặc giấy của người khác, khai có triệu chứng, "
        "đã bị từ chối. Tự tắt khi hết giờ; mọi lần bật đều được ghi lại.",
        "Records quickly and lets everybody pass, but for who is on a list, shows a forged or another person's document, declares "
        "symptoms, or was refused before. Ends by itself; every use is recorded.",
    ),
    "surge_on": Text("Bật", "Switch on"),
    "surge_off": Text("Tắt xả chốt", "End surge mode"),
    "surge_banner": Text("ĐANG XẢ CHỐT tới {t}: {why}", "SURGE MODE until {t}: {why}"),
    "minutes": Text("Số phút", "Minutes"),
    "count": Text("+{n} người", "+{n} people"),
    "surge_reasons": Text(
        "Ùn tắc kéo dài|Mất điện, mất mạng|Lệnh của chỉ huy", "Long queue|No power or network|Ordered by the command"
    ),
    "surge_off_reasons": Text(
        "Hết ùn tắc|Có điện, có mạng lại|Lệnh của chỉ huy",
        "The queue is gone|Power or network is back|Ordered by the command",
    ),
    "later": Text("cần bổ sung", "to complete"),
    "search": Text("Tìm", "Search"),
    "search_title": Text("Tìm lượt qua chốt", "Find a passage"),
    "search_hint": Text("Tên, 4 số cuối, 12 số căn cước, hoặc biển số", "Name, last 4 digits, 12-digit ID, or plate"),
    "search_none": Text(
        "Không thấy trong thời gian còn lưu ở đây.", "Nothing found within the time that is kept here."
    ),
    "reprint": Text("In lại", "Print again"),
    "reprinted": Text("Đang in lại phiếu.", "The slip is being printed again."),
    "handover": Text("Giao ca", "Hand-over"),
    "handover_title": Text("Ghi chú giao ca", "Note for the next shift"),
    "handover_last": Text("Ghi chú trước", "The last note"),
    "save": Text("Lưu", "Save"),
    "cancel": Text("Đóng", "Close"),
    "reveal": Text("Hiện đủ", "Show in full"),
    "reveal_hint": Text("việc xem được ghi lại", "looking is recorded"),
    "revealed": Text("Đã ghi lại", "Recorded"),
    "verified": Text("chữ ký đúng", "signature good"),
    "unverified": Text("chưa xác minh", "not verified"),
    "invalid": Text("không hợp lệ", "invalid"),
    "law": Text("Căn cứ", "Legal basis"),
    "do": Text("Việc cần làm", "Next step"),
    "more_reasons": Text("và {n} lý do khác", "and {n} more reasons"),
    "type_title": Text("Không có mã: gõ tay", "No code: type it"),
    "type_id": Text("12 số căn cước", "12-digit ID number"),
    "type_picture": Text("Ảnh chụp mã QR", "A picture of the QR code"),
    "no_code_in_picture": Text(
        "Không thấy mã trong ảnh. Chụp lại gần hơn, đủ sáng, hoặc gõ số.",
        "No code was found in the picture. Take it again, closer and with light, or type the number.",
    ),
    "type_name": Text("Họ tên", "Full name"),
    "type_year": Text("Năm sinh", "Year of birth"),
    "type_document": Text("Giấy tờ khác (hộ chiếu, giấy phép)", "Another document (passport, permit)"),
    "examine": Text("Xét", "Examine"),
    "answer": Text("Trả lời", "Answer"),
    "per_hour": Text("người/giờ", "people/h"),
    "median": Text("giây/người", "s each"),
    "inside": Text("bên trong", "inside"),
    "unsent": Text("chưa gửi", "unsent"),
    "platform": Text("Nền tảng", "Platform"),
    "no_platform": Text("chưa nối nền tảng", "no platform"),
    "clock": Text("Đồng hồ", "Clock"),
    "clock_good": Text("đúng giờ", "trusted"),
    "clock_hand": Text("đặt tay", "set by hand"),
    "clock_bad": Text("CHƯA TIN CẬY", "NOT TRUSTED"),
    "line_lost": Text(
        "Mất kết nối với máy tại chốt. Xem xét bằng mắt cho tới khi có lại.",
        "The post's computer cannot be reached. Decide by eye until it can.",
    ),
    "recent": Text("Vừa qua", "Just now"),
    "undone": Text("đã hủy", "undone"),
    "settled": Text("cán bộ quyết định", "decided by an officer"),
    "done": Text("Đã ghi.", "Recorded."),
    "no_script": Text("Trang này cần JavaScript.", "This page needs JavaScript."),
}

LATER = {
    "title": Text("Bổ sung sau xả chốt", "Complete after surge mode"),
    "hint": Text(
        "Người đã qua lúc xả chốt mà còn thiếu thông tin, 3 ngày gần đây. Họ vẫn được tính là đã qua; mỗi lần bổ sung đều được ghi.",
        "People who passed in surge mode and of whom something is missing, last 3 days. They stay passed; completing is on record.",
    ),
    "none": Text("Không còn lượt nào cần bổ sung.", "Nothing is left to complete."),
    "most": Text("Chỉ hiện {n} lượt cũ nhất.", "Only the oldest {n} are shown."),
    "when": Text("Lúc", "When"),
    "who": Text("Người", "Person"),
    "lane": Text("Làn", "Lane"),
    "missing": Text("Còn thiếu", "Missing"),
    "facts_n": Text("{n} mục", "{n}"),
    "complete": Text("Bổ sung", "Complete"),
    "back": Text("Danh sách", "The list"),
    "lanes": Text("Về làn", "To the lanes"),
    "shown": Text("Đã trình", "Shown"),
    "nothing_shown": Text("chưa có giấy tờ nào", "nothing"),
    "code": Text("Quét mã của người này", "Scan this person's code"),
    "code_hint": Text(
        "Thẻ căn cước, tờ khai hoặc chứng nhận; máy quét gõ vào ô này. Hạn của giấy tờ được xét theo lúc họ đi qua.",
        "ID card, declaration or certificate; the scanner types into this box. Terms are examined as of when they passed.",
    ),
    "not_known": Text("– chưa biết –", "– not known –"),
    "save": Text("Lưu bổ sung", "Save"),
    "saved": Text("Đã ghi bổ sung.", "Recorded."),
    "would": Text("Quy định lúc đó nói", "What the policy of that time says"),
    "no_policy": Text("Chốt không đặt quy định.", "No policy was set."),
    "nobody": Text("không rõ tên", "name not known"),
    "heads_title": Text("Chỉ mới đếm đầu người", "Heads that were only counted"),
    "heads_hint": Text(
        "Ai trong số này quay lại trình giấy tờ thì được tách ra thành lượt của chính họ; tổng số người không đổi.",
        "Whoever of them comes back with a document gets a passage of their own; the number of people stays the same.",
    ),
    "heads_n": Text("{n} người", "{n} people"),
    "name_one": Text("Ghi tên một người", "Name one of them"),
    "name_save": Text("Ghi người này", "Record this person"),
}

PLATFORM = {
    "flow_title": Text("Lưu lượng qua các chốt", "Flow at the posts"),
    "flow_hint": Text("Số người theo giờ, 24 giờ qua; chỉ có số đếm.", "People by hour, last 24 hours; counts alone."),
    "site": Text("Điểm", "Site"),
    "post": Text("Chốt", "Post"),
    "sum": Text("Cộng", "Sum"),
    "stopped": Text("Không cho qua", "Stopped"),
    "no_flow": Text("Chưa có lượt nào trong 24 giờ qua.", "No passage within the last 24 hours."),
    "od_title": Text("Đi từ đâu, đến đâu", "From where to where"),
    "od_hint": Text("Người được cho qua, theo tỉnh, 7 ngày qua.", "People let through, by province, last 7 days."),
    "origin": Text("Nơi đi", "From"),
    "destination": Text("Nơi đến", "To"),
    "people": Text("Số người", "People"),
    "unknown": Text("không rõ", "unknown"),
    "tracing_title": Text("Ai đã ở đó", "Who was there"),
    "tracing_hint": Text(
        "Mỗi lần tra cứu đều được ghi lại cùng tên người tra và lý do. Kết quả chỉ có mã và họ tên đã che.",
        "Every look-up is recorded with who asked and why. The result has keyed hashes and masked names, nothing more.",
    ),
    "from": Text("Từ lúc", "From"),
    "to": Text("Đến lúc", "To"),
    "why": Text("Lý do tra cứu (số vụ việc)", "Why (case number)"),
    "look_up": Text("Tra cứu", "Look up"),
    "found_n": Text("{n} lượt", "{n} passages"),
    "more": Text("Chỉ hiện {n} lượt đầu; hãy thu hẹp thời gian.", "Only the first {n} are shown; narrow the time."),
    "nothing": Text("Không có lượt nào.", "No passage."),
    "time": Text("Giờ", "Time"),
    "citizen": Text("Mã công dân", "Citizen"),
    "name": Text("Họ tên (che)", "Name (masked)"),
    "plate": Text("Biển số", "Plate"),
    "direction": Text("Chiều", "Direction"),
    "decision": Text("Kết quả", "Result"),
    "lane": Text("Làn", "Lane"),
    "bad_time": Text(
        "Nhập thời gian bắt đầu và kết thúc, không quá {n} giờ.",
        "Give a beginning and an end, {n} hours apart at most.",
    ),
    "bad_place": Text("Chọn một chốt trong danh sách.", "Choose a post from the list."),
    "inside": Text(
        "Cả người đã vào trong {n} giờ trước đó và chưa ra",
        "Also those who had come in within the {n} hours before and not left",
    ),
    "inside_mark": Text("vào từ trước", "came in before"),
    "bad_reason": Text("Ghi lý do tra cứu.", "Say why you look this up."),
    "in": Text("vào", "in"),
    "out": Text("ra", "out"),
    "admit": Text("Cho qua", "Let through"),
    "refer": Text("Xem xét", "Referred"),
    "refuse": Text("Không cho qua", "Stopped"),
    "ask": Text("Hỏi thêm", "Asked"),
}


def both(words: dict[str, Text]) -> dict[str, dict[str, str]]:
    """The words as JSON has them: language -> key -> words."""
    return {"vi": {key: text.vi for key, text in words.items()}, "en": {key: text.en for key, text in words.items()}}
