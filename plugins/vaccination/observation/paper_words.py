"""What the slip and the hand-over say, in Vietnamese and English. Short: the paper is 58 mm wide."""

from __future__ import annotations

from kiosk.domain import Text

SLIP = {
    "dose": Text("ĐÃ TIÊM MŨI", "VACCINATED, DOSE"),
    "ticket": Text("Số thứ tự", "Number"),
    "name": Text("Họ tên", "Name"),
    "birth_date": Text("Sinh", "Born"),
    "vaccine": Text("Vắc xin", "Vaccine"),
    "lot": Text("Số lô", "Lot"),
    "given_on": Text("Ngày tiêm", "Given on"),
    "table": Text("Bàn tiêm", "Table"),
    "colour": Text("Thẻ", "Certificate"),
    "yellow": Text("VÀNG (chưa đủ liều)", "YELLOW (not complete)"),
    "green": Text("XANH (đủ liều)", "GREEN (full course)"),
    "next_on": Text("Mũi sau từ", "Next dose from"),
    "stay_until": Text("NGỒI LẠI THEO DÕI ĐẾN", "STAY UNTIL"),
    "stay": Text(
        "Thấy khó chịu, gọi nhân viên ngay. Trước khi về, quét phiếu ở lối ra.",
        "Feeling unwell? Call staff at once. Scan this slip at the exit before you go.",
    ),
    "stay_minutes": Text(
        "Giờ của máy chưa chắc: ngồi đủ {n} phút từ lúc tiêm.",
        "The clock is not sure: stay {n} minutes from the injection.",
    ),
    "advice_day": Text(
        "24 giờ đầu: luôn có người bên cạnh, không uống rượu bia, không làm nặng; đo nhiệt độ nếu sốt.",
        "First 24 hours: have somebody with you, no alcohol, no hard work; measure your temperature.",
    ),
    "advice_weeks": Text(
        "3 tuần đầu: đau ngực, khó thở, đau đầu dữ dội, đau bụng kéo dài, phù chân, phát ban, chảy máu bất thường: đến "
        "bệnh viện ngay và đưa phiếu này.",
        "For 3 weeks: chest pain, short breath, severe headache, lasting belly pain, swollen legs, rash, unusual "
        "bleeding: go to hospital at once with this slip.",
    ),
    "call": Text("Cấp cứu: 115", "Ambulance: 115"),
    "call_site": Text("Báo phản ứng: {number}. Cấp cứu: 115", "Report a reaction: {number}. Ambulance: 115"),
    "proof": Text(
        "Xác nhận tạm, {days} ngày, dùng tại chốt đến khi có chứng nhận",
        "Proof for {days} days at checkpoints, until the certificate is there",
    ),
    "withdrawn": Text("MŨI TIÊM ĐÃ ĐƯỢC SỬA HOẶC HỦY", "THIS DOSE WAS CORRECTED OR WITHDRAWN"),
    "withdrawn_step": Text(
        "Phiếu cũ không còn giá trị. Hỏi bàn tiêm để lấy phiếu mới.",
        "The earlier slip does not count. Ask the injection table for a new one.",
    ),
}

HANDOVER = {
    "title": Text("CHUYỂN CẤP CỨU", "HAND-OVER"),
    "to": Text("Nơi nhận", "To"),
    "dose": Text("Mũi tiêm", "Dose"),
    "lot": Text("Số lô", "Lot"),
    "given_at": Text("Tiêm lúc", "Given at"),
    "reaction": Text("Phản ứng", "Reaction"),
    "onset": Text("Khởi phát sau", "Began after"),
    "minutes": Text("{n} phút", "{n} min"),
    "done": Text("ĐÃ XỬ TRÍ", "WHAT WAS DONE"),
}

VITALS = {
    "temperature": Text("Nhiệt độ °C", "Temperature °C"),
    "pulse": Text("Mạch /phút", "Pulse /min"),
    "systolic": Text("HA tâm thu mmHg", "Systolic mmHg"),
    "diastolic": Text("HA tâm trương mmHg", "Diastolic mmHg"),
    "respiration": Text("Nhịp thở /phút", "Breaths /min"),
    "usual_systolic": Text("HA thường ngày", "Usual systolic"),
}
