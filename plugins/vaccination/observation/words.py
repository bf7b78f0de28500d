"""What the observation room's pages say, in Vietnamese and English. What a refusal says stands with the refusal."""

from __future__ import annotations

from kiosk.domain import Text
from plugins.vaccination.arrival.words import COMMON
from plugins.vaccination.observation.paper_words import VITALS

ROOM = {
    **{key: COMMON[key] for key in ("mute", "mute_step", "line_lost", "clock_bad", "camera", "camera_denied")},
    **{key: COMMON[key] for key in ("camera_insecure", "too_long", "close", "no_script")},
    "reason": Text("Lý do", "Reason"),
    **VITALS,
    "title": Text("Theo dõi sau tiêm", "Observation after the dose"),
    "box": Text("Lối ra: quét phiếu, hoặc gõ số thứ tự", "Exit: scan the ticket, or type its number"),
    "go": Text("Xem", "Look"),
    "watching": Text("Đang theo dõi", "Watched"),
    "done": Text("Đã đủ giờ", "Time over"),
    "done_tile": Text("ĐỦ GIỜ", "MAY GO"),
    "minutes": Text("phút", "min"),
    "until": Text("đến {t}", "until {t}"),
    "unsure": Text("giờ chưa chắc", "time not sure"),
    "unsure_hint": Text(
        "Đồng hồ chưa tin cậy lúc tiêm hoặc giờ tiêm chưa tới: xem giờ bằng mắt, hỏi người tiêm.",
        "The clock was not trusted at the dose, or the dose bears a later time: look at a watch and ask.",
    ),
    "nobody": Text("Chưa có ai trong phòng theo dõi.", "Nobody is in the observation room."),
    "nobody_hint": Text(
        "Người vừa tiêm hiện ở đây ngay khi bàn tiêm bấm xác nhận.",
        "People appear here as soon as the injection table confirms the dose.",
    ),
    "gone": Text(
        "{n} người đã quá giờ từ lâu mà không quét phiếu khi về.",
        "{n} people whose time was over long ago went without scanning.",
    ),
    "report": Text("Báo phản ứng", "Report a reaction"),
    "later": Text("Phản ứng báo qua điện thoại", "Reaction told by telephone"),
    "later_hint": Text("Họ tên, số thứ tự hôm nay, hoặc số giấy tờ", "Name, today's number, or document number"),
    "lots": Text("Phản ứng theo lô", "Reactions by lot"),
    "tv": Text("Mở bảng cho màn hình lớn", "Open the television's board"),
    "slip": Text("In lại phiếu", "Print the slip again"),
    "slip_done": Text("Đang in lại phiếu.", "The slip is being printed again."),
    "slip_not": Text("Máy này không còn giữ mũi tiêm đó.", "This device no longer has that dose."),
    "leave": Text("Đã về", "Has gone"),
    "may_go": Text("MỜI VỀ", "MAY GO"),
    "may_go_step": Text(
        "Đã ghi là đã về. Nhắc theo dõi tại nhà 24 giờ.", "Recorded. Remind them of the 24 hours at home."
    ),
    "not_yet": Text("CHƯA ĐƯỢC VỀ – CÒN {n} PHÚT", "NOT YET – {n} MINUTES LEFT"),
    "not_yet_step": Text(
        "Mời quay lại ghế. Nếu nhất định về: hỏi bác sĩ, rồi ghi lý do.",
        "Ask them to sit down again. If they insist: ask the doctor, then write the reason.",
    ),
    "exit_unsure": Text("GIỜ TIÊM CHƯA CHẮC", "THE TIME OF THE DOSE IS NOT SURE"),
    "exit_reaction": Text("ĐANG CÓ PHẢN ỨNG", "UNDER A REACTION"),
    "exit_reaction_step": Text(
        "Bác sĩ ghi “Hết phản ứng” hoặc chuyển cấp cứu trước khi người này về.",
        "The doctor records that it is over, or hands over, before this person goes.",
    ),
    "left_already": Text("Đã ghi là đã về", "On record as gone"),
    "left_already_step": Text("Không cần làm gì thêm.", "Nothing more is needed."),
    "let_go": Text("Cho về sớm", "Let go early"),
    "sit_down": Text("Quay lại theo dõi", "Back to the seat"),
    "early_reasons": Text(
        "Bác sĩ cho về|Tự ý về, đã giải thích|Theo dõi tiếp ở nơi khác|Đã xem đồng hồ: đủ giờ",
        "Doctor let them go|Goes on own will, was told|Watched on elsewhere|Looked at a watch: time over",
    ),
    "left": Text("Đã ghi: về sớm.", "Recorded: left early."),
    "signs": Text("Dấu hiệu", "Signs"),
    "vitals": Text("Dấu hiệu sinh tồn (để trống nếu chưa đo)", "Vital signs (leave empty if not measured)"),
    "note": Text("Ghi chú, phản ứng khác (sốt, đau chỗ tiêm …)", "Note, other reactions (fever, sore arm …)"),
    "grade": Text("Mức độ theo bác sĩ", "Grade, by the doctor"),
    "grade_by_signs": Text("theo dấu hiệu", "by the signs"),
    "onset": Text("Bắt đầu sau khi tiêm (giờ)", "Began after the dose (hours)"),
    "save": Text("Ghi và xem phác đồ", "Record and see the protocol"),
    "protocol": Text("Phác đồ", "Protocol"),
    "no_prompts": Text(
        "Không có dấu hiệu phản vệ: bác sĩ xem, tiếp tục theo dõi.",
        "No sign of anaphylaxis: the doctor looks, observation goes on.",
    ),
    "do": Text("Đã làm", "Done"),
    "do_again": Text("Đã làm lại", "Done again"),
    "due_in": Text("làm lại sau {n} phút", "again in {n} min"),
    "due_now": Text("LÀM LẠI NGAY", "DO IT AGAIN NOW"),
    "again": Text("Khám lại, thêm dấu hiệu", "Look again, more signs"),
    "end": Text("Hết phản ứng", "Reaction is over"),
    "end_sure": Text("Bấm lần nữa để ghi là đã hết", "Press again: it is over"),
    "hand_over": Text("Chuyển cấp cứu", "Hand over to an ambulance"),
    "to": Text("Xe cấp cứu hoặc bệnh viện nhận", "Ambulance or hospital"),
    "summary": Text("Tóm tắt, đã xử trí thêm", "Summary, what else was done"),
    "hand_over_go": Text("Ghi và in giấy chuyển", "Record and print the paper"),
    "handed_over": Text("Đã ghi, đang in giấy chuyển cấp cứu.", "Recorded; the hand-over is being printed."),
    "paper_again": Text("In lại giấy chuyển", "Print the hand-over again"),
    "signs_n": Text("Độ {n}", "Grade {n}"),
    "reaction": Text("PHẢN ỨNG", "REACTION"),
    "open_case": Text("Mở phác đồ", "Open the protocol"),
    "dose_n": Text("mũi {n}", "dose {n}"),
    "found_none": Text("Không có mũi tiêm nào ở đây như vậy.", "No such dose was given here."),
    "sound_off": Text("Chạm để bật âm thanh", "Touch to switch the sound on"),
    "sound_on": Text("Âm thanh bật", "Sound is on"),
}

TELEVISION = {
    "title": Text("Phòng theo dõi sau tiêm", "Observation after the dose"),
    "hint": Text(
        "Ngồi đến khi ô số của bạn chuyển XANH. Khó chịu: gọi nhân viên ngay.",
        "Stay until your number turns GREEN. Feeling unwell: call staff at once.",
    ),
    "done_tile": ROOM["done_tile"],
    "minutes": Text("phút nữa", "min left"),
    "unsure": Text("hỏi nhân viên", "ask staff"),
    "nobody": ROOM["nobody"],
    "more": Text("và {n} số nữa", "and {n} more"),
    "lost": Text("KHÔNG CẬP NHẬT từ {t} – hỏi nhân viên", "NOT UPDATED since {t} – ask the staff"),
    "clock_bad": Text(
        "Đồng hồ máy chưa tin cậy – hỏi nhân viên", "The computer's clock is not trusted – ask the staff"
    ),
    "no_script": COMMON["no_script"],
}

LOTS = {
    "title": Text("Phản ứng theo lô", "Reactions by lot"),
    "days": Text("Từ ngày", "From"),
    "lot": Text("Số lô", "Lot"),
    "vaccine": Text("Vắc xin", "Vaccine"),
    "given": Text("Mũi đã tiêm", "Doses given"),
    "other": Text("Khác", "Other"),
    "severe": Text("Độ II trở lên", "Grade II and more"),
    "all": Text("Tất cả", "All"),
    "at": Text("Thời điểm", "When"),
    "ticket": Text("Số", "Number"),
    "signs": Text("Dấu hiệu", "Signs"),
    "grade": Text("Mức độ", "Grade"),
    "state": Text("Tình trạng", "State"),
    "after": Text("Sau tiêm", "After the dose"),
    "none": Text("Chưa có phản ứng nào được ghi.", "No reaction is on record."),
    "minutes": Text("{n} phút", "{n} min"),
    "hours": Text("{n} giờ", "{n} h"),
    "room": Text("Phòng theo dõi", "Observation room"),
}
