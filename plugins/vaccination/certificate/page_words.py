"""The words of the certificate's page and paper, Vietnamese and English."""

from __future__ import annotations

from kiosk.domain import Text

PAGE = {
    "title": Text("Chứng nhận tiêm chủng COVID-19", "COVID-19 vaccination certificate"),
    "other_language": Text("English", "Tiếng Việt"),
    "intro": Text(
        "Chụp hoặc quét mã trên phiếu tiêm, rồi nhập ngày sinh. Không cần đăng ký tài khoản.",
        "Take a picture of the code on your vaccination slip, or scan it, then enter your birth date. No account is needed.",
    ),
    "picture": Text("Ảnh mã trên phiếu tiêm", "Picture of the code on the slip"),
    "picture_hint": Text(
        "Chụp gần, đủ sáng, thấy cả bốn góc của mã. Ảnh chỉ được đọc, không được lưu.",
        "Close, well lit, with all four corners of the code. The picture is read and not kept.",
    ),
    "code": Text("Hoặc nội dung mã (máy quét, dán)", "Or the code's text (scanner, pasted)"),
    "code_hint": Text("Bắt đầu bằng VNV1: hoặc HC1:", "Begins with VNV1: or HC1:"),
    "birth": Text("Ngày sinh", "Birth date"),
    "birth_hint": Text(
        "Ngày/tháng/năm, ví dụ 28/02/1990; hoặc chỉ năm, nếu giấy tờ chỉ ghi năm.",
        "Day/month/year, such as 28/02/1990; the year alone where your papers have no more.",
    ),
    "show": Text("Xem chứng nhận", "Show my certificate"),
    "name": Text("Họ và tên", "Name"),
    "born": Text("Sinh", "Born"),
    "dose": Text("Mũi {n}", "Dose {n}"),
    "doses": Text("Các mũi tiêm", "Doses"),
    "vaccine": Text("Vắc xin", "Vaccine"),
    "lot": Text("Số lô", "Lot"),
    "day": Text("Ngày tiêm", "Date"),
    "place": Text("Nơi tiêm", "Place"),
    "identifier": Text("Mã chứng nhận", "Identifier"),
    "issuer": Text("Nơi cấp", "Issued by"),
    "until": Text("Có giá trị đến", "Valid until"),
    "issued": Text("Ngày cấp", "Issued on"),
    "yellow": Text("THẺ VÀNG", "YELLOW"),
    "green": Text("THẺ XANH", "GREEN"),
    "yellow_about": Text("Đã tiêm {n}/{total} mũi, chưa đủ liều.", "{n} of {total} doses: course not complete."),
    "green_about": Text("Đã tiêm đủ liều: {n}/{total} mũi.", "Full course: {n} of {total} doses."),
    "hc1": Text(
        "Mã QR chính thức (HC1). Đưa mã này cho nhân viên ở chốt, nơi công cộng, sân bay.",
        "The official QR code (HC1). Show it at checkpoints, public places and airports.",
    ),
    "hc1_label": Text("Mã QR của chứng nhận", "The certificate's QR code"),
    "pdf": Text("Tải bản PDF để in", "Download a PDF to print"),
    "again": Text("Tra chứng nhận khác", "Look up another"),
    "match": Text("Xuất trình cùng giấy tờ tùy thân có ảnh.", "Show it together with a photo ID."),
    "next": Text("Mũi tiếp theo từ ngày {day}.", "Next dose from {day}."),
}
# why nothing is shown: what happened, and what to do next
PROBLEMS = {
    "no_code": Text(
        "Chưa có mã. Chụp mã trên phiếu tiêm, hoặc dán nội dung mã.",
        "There is no code yet. Take a picture of it, or paste its text.",
    ),
    "not_read": Text(
        "Không đọc được mã trong ảnh. Chụp lại gần hơn, đủ sáng, không lóa, thấy cả bốn góc.",
        "The code in the picture could not be read. Take it again: closer, well lit, without glare, all four corners.",
    ),
    "not_a_slip": Text(
        "Đây không phải mã của phiếu tiêm hay chứng nhận tiêm chủng. Mã trên phiếu bắt đầu bằng VNV1:",
        "This is not the code of a vaccination slip or certificate. A slip's code begins with VNV1:",
    ),
    "birth": Text(
        "Ngày sinh chưa đúng dạng. Nhập như 28/02/1990.",
        "The birth date is not in the right form. Enter it like 28/02/1990.",
    ),
    "wrong": Text(
        "Mã và ngày sinh không khớp với hồ sơ nào. Xem lại ngày sinh như trên giấy tờ; nếu vẫn không được, mang phiếu và giấy tờ "
        "tới điểm tiêm.",
        "Code and birth date fit no entry. Check the birth date against your papers; if that does not help, take slip and papers to "
        "the vaccination site.",
    ),
    "unproven": Text(
        "Chưa xác nhận được nơi đã in phiếu này. Mang phiếu và giấy tờ tới điểm tiêm để in lại phiếu, rồi tra bằng phiếu mới.",
        "Who printed this slip cannot be proven yet. Take slip and papers to the vaccination site to have it printed anew, then use "
        "the new one.",
    ),
    "busy": Text(
        "Tra quá nhiều lần. Hãy đợi một phút rồi thử lại.", "Too many attempts. Wait a minute, then try again."
    ),
    "locked": Text(
        "Mã này đã bị thử sai nhiều lần, nên tạm khóa một ngày. Cần ngay: mang phiếu và giấy tờ tới điểm tiêm.",
        "This code was tried with wrong birth dates too often and is locked for a day. In a hurry: take slip and papers to the site.",
    ),
}
WAITING = {
    "not_arrived": Text(
        "Mũi tiêm chưa về tới nền tảng (điểm tiêm có thể đang mất mạng). Phiếu tiêm vẫn dùng được; hãy xem lại sau vài giờ.",
        "The dose has not reached the platform yet (the site may be offline). Your slip counts meanwhile; look again in some hours.",
    ),
    "soon": Text(
        "Chứng nhận đang được ký. Hãy xem lại sau vài phút; phiếu tiêm vẫn dùng được.",
        "The certificate is being signed. Look again in a few minutes; your slip counts meanwhile.",
    ),
    "temporary": Text(
        "Bạn được tiêm với mã tạm. Mang giấy tờ tùy thân tới điểm tiêm để ghi số giấy tờ; sau đó chứng nhận được cấp.",
        "You were vaccinated under a temporary id. Take an identity document to the site; the certificate is issued after that.",
    ),
    "name": Text(
        "Hồ sơ chưa có họ tên đọc được. Mang giấy tờ tới điểm tiêm để bổ sung.",
        "Your entry has no name that can be written on a certificate. Take your papers to the site.",
    ),
    "birth_date": Text(
        "Hồ sơ chưa có ngày sinh. Mang giấy tờ tới điểm tiêm để bổ sung.",
        "Your entry has no birth date. Take your papers to the site.",
    ),
    "product": Text(
        "Hồ sơ ghi loại vắc xin chưa có mã để cấp chứng nhận. Cơ quan y tế đang xem; hãy gọi đường dây nóng.",
        "Your entry names a vaccine that has no code for certificates. The health authority looks into it; call the hotline.",
    ),
    "conflict": Text(
        "Các mũi tiêm trong hồ sơ không khớp nhau (trùng ngày, khoảng cách hoặc loại vắc xin). Cơ quan y tế đang xem xét; mang phiếu tới "
        "điểm tiêm để được giúp.",
        "The doses in your entry do not go together (same day, interval or vaccine). The health authority looks into it; take your "
        "slips to the site for help.",
    ),
    "revoked": Text(
        "Chứng nhận đã bị thu hồi. Mang phiếu và giấy tờ tới điểm tiêm để biết lý do.",
        "The certificate was revoked. Take slip and papers to the site, where you are told why.",
    ),
    "taken_back": Text(
        "Mũi tiêm trên phiếu này đã được sửa hoặc hủy tại điểm tiêm. Mang phiếu tới đó để kiểm tra.",
        "The dose on this slip was corrected or withdrawn at the site. Take the slip there to have it checked.",
    ),
}
