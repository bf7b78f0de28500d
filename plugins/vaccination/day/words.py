"""What the supervisor's page and the day's report say, in Vietnamese and English."""

from __future__ import annotations

from kiosk.domain import Text
from plugins.vaccination.day.finding_words import FOUND
from plugins.vaccination.day.reason_words import ASKED, REFUSED

DAY = {
    "title": Text("Tổng kết ngày", "The day"),
    "report": Text("BÁO CÁO NGÀY TIÊM CHỦNG", "VACCINATION DAY REPORT"),
    "day": Text("Ngày", "Day"),
    "look": Text("Xem ngày", "Show"),
    "open": Text("Ngày chưa chốt.", "This day is not closed."),
    "closed_at": Text("Đã chốt lúc {t}.", "Closed at {t}."),
    "changed": Text("Đã đổi sau khi chốt", "Changed after closing"),
    "changed_step": Text(
        "Có bản ghi mới hoặc sửa đổi về ngày này. Xem lại, rồi chốt lại để báo cáo đúng.",
        "Something about this day was recorded or corrected later. Look at it, then close again.",
    ),
    "before": Text("Khi chốt", "When closed"),
    "now": Text("Bây giờ", "Now"),
    "what": Text("Mục", "Figure"),
    "close": Text("Chốt ngày", "Close the day"),
    "close_again": Text("Chốt lại ngày", "Close the day again"),
    "note": Text("Ghi chú khi chốt", "Note"),
    "done": Text("Đã chốt ngày; báo cáo có chữ ký đã sẵn sàng.", "The day is closed; the signed report is ready."),
    "pdf": Text("Báo cáo có chữ ký (PDF)", "Signed report (PDF)"),
    "csv": Text("Danh sách mũi tiêm (CSV)", "Doses (CSV)"),
    "fhir": Text("Gói FHIR R4 (JSON)", "FHIR R4 bundle (JSON)"),
    "arrivals": Text("Người đến", "Arrivals"),
    "doses": Text("Mũi tiêm", "Doses"),
    "left_early": Text("Về sớm", "Left early"),
    "stock": Text("Vắc xin theo lô (liều)", "Vaccine by lot (doses)"),
    "product": Text("Vắc xin", "Vaccine"),
    "lot": Text("Số lô", "Lot"),
    "opening": Text("Đầu ngày", "Opening"),
    "received": Text("Nhận", "Received"),
    "given": Text("Đã tiêm", "Given"),
    "wasted": Text("Hao phí", "Wasted"),
    "transferred": Text("Chuyển", "Transferred"),
    "left": Text("Còn (sổ)", "Left (books)"),
    "counted": Text("Kiểm kê", "Counted"),
    "difference": Text("Chênh lệch", "Difference"),
    "less_than_none": Text(
        "Tiêm nhiều hơn số đã nhận: còn thiếu phiếu nhập.", "More was given than came: a receipt is missing."
    ),
    "by_hour": Text("Mũi tiêm theo giờ", "Doses by hour"),
    "tables": Text("Theo bàn", "By table"),
    "table": Text("Bàn", "Table"),
    "step": Text("Bước", "Step"),
    "people": Text("Người", "People"),
    "screening": Text("Khám sàng lọc", "Screening"),
    "injection": Text("Tiêm", "Injection"),
    "screened": Text("Kết quả khám", "Screening outcomes"),
    "eligible": Text("Đủ điều kiện", "Eligible"),
    "caution": Text("Thận trọng", "Caution"),
    "postpone": Text("Hoãn", "Postponed"),
    "contraindicated": Text("Chống chỉ định", "Contraindicated"),
    "reasons": Text("Lý do khi khám", "Reasons at screening"),
    "not_given": Text("Không tiêm được, theo lý do", "Doses refused, by reason"),
    "corrected_in_spite": Text("Bản sửa có cảnh báo, theo lý do", "Corrections in spite of a finding"),
    "findings": Text(
        "Điều gì giữ người lại, hoặc làm dù có cảnh báo", "What stopped people, or was done in spite of it"
    ),
    "findings_hint": Text(
        "Một lần từ chối có thể có nhiều lý do; giờ là giờ ghi nhận.",
        "One refusal may have several reasons; the hours are those of the record.",
    ),
    "reason": Text("Lý do", "Reason"),
    "when": Text("Lúc", "When"),
    "at_arrival": Text("Đón tiếp: chuyển nhân viên", "Arrival: sent to staff"),
    "at_screening": Text("Khám: hoãn, chống chỉ định", "Screening: not today"),
    "at_injection": Text("Bàn tiêm: không tiêm", "Injection: refused"),
    "at_given": Text("Đã tiêm, có cảnh báo", "Given, with a warning"),
    "at_corrected": Text("Bản sửa có cảnh báo", "Corrected, with a warning"),
    "wasted_by": Text("Hao phí, theo lý do", "Wasted, by reason"),
    "open_too_long": Text("Mở quá hạn", "Open too long"),
    "left_over": Text("Còn dư cuối buổi", "Left over"),
    "broken": Text("Vỡ, hỏng", "Broken"),
    "cold_chain": Text("Đứt chuỗi lạnh", "Cold chain broken"),
    "expired": Text("Hết hạn", "Expired"),
    "recalled": Text("Bị thu hồi", "Recalled"),
    "drawn_wrong": Text("Rút sai", "Drawn wrong"),
    "other": Text("Khác", "Other"),
    "reactions": Text("Phản ứng", "Reactions"),
    "grade": Text("Mức độ", "Grade"),
    "temperatures": Text("Nhiệt độ bảo quản (°C)", "Storage temperatures (°C)"),
    "store": Text("Tủ", "Store"),
    "readings": Text("Lần đo", "Readings"),
    "lowest": Text("Thấp nhất", "Lowest"),
    "highest": Text("Cao nhất", "Highest"),
    "outside": Text("Ngoài ngưỡng", "Out of range"),
    "count": Text("Số lượng", "Count"),
    "none": Text("Không có.", "None."),
    "no_temperatures": Text("Hôm đó không có lần đo nhiệt độ nào.", "No temperature was read on that day."),
    "digest": Text("SHA-256 của số liệu", "SHA-256 of the figures"),
    "signature": Text("Chữ ký của thiết bị (Ed25519)", "The device's signature (Ed25519)"),
    "key": Text("Khóa của thiết bị", "The device's key"),
    "verify": Text("Kiểm tra: kiosk vaccination verify-report TỆP", "To verify: kiosk vaccination verify-report FILE"),
    "sign_by_hand": Text("Người phụ trách (ký, ghi rõ họ tên)", "Supervisor (signature, name)"),
    "page": Text("Trang", "Page"),
}

EXPORT_HEAD = (
    Text("Mã bản ghi", "Record"),
    Text("Ghi lúc", "Recorded at"),
    Text("Ngày tiêm", "Given on"),
    Text("Họ tên", "Name"),
    Text("Ngày sinh", "Birth date"),
    Text("Giấy tờ", "Document"),
    Text("Vắc xin", "Vaccine"),
    Text("Số lô", "Lot"),
    Text("Lọ số", "Vial"),
    Text("Mũi thứ", "Dose"),
    Text("Trên tổng số mũi", "Doses of the course"),
    Text("Bàn", "Table"),
    Text("Mũi sau từ ngày", "Next dose from"),
    Text("Người ghi", "Recorded by"),
)


def code_words(code: str) -> Text:
    """A code of a reason in words where there are any; else as it stands. Of ``question.pregnant`` the last part says it."""
    last = code.rpartition(".")[2]
    plain = code.replace("_", " ")
    return DAY.get(code) or ASKED.get(last) or REFUSED.get(last) or FOUND.get(last) or Text(plain, plain)
