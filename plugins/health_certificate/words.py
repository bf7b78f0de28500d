"""Everything that this plugin says to people, in both languages: what happened, and what to do next."""

from __future__ import annotations

from kiosk.domain import Text
from plugins.health_certificate.steps import Step

_SCAN_AGAIN = Text(
    "Mở lại chứng nhận trên điện thoại cho sáng và rõ rồi quét lại.",
    "Open the certificate again, bright and sharp, and scan it again.",
)
_ISSUER = Text("Nếu vẫn vậy, hỏi nơi cấp chứng nhận.", "If it stays so, ask whoever issued the certificate.")


def _broken(vi: str, en: str) -> Text:
    return Text(f"{vi} {_SCAN_AGAIN.vi} {_ISSUER.vi}", f"{en} {_SCAN_AGAIN.en} {_ISSUER.en}")


_DAMAGED = _broken(
    "Mã chứng nhận bị hỏng hoặc đọc thiếu.", "The certificate's code is damaged or was read only in part."
)
_NOT_ONE = _broken(
    "Mã có dạng chứng nhận nhưng nội dung không phải chứng nhận.",
    "The code has the form of a certificate, and its content is none.",
)
_CANNOT_BE = _broken(
    "Chứng nhận có cấu trúc không đúng quy chuẩn.", "The certificate is not built as its standard says."
)

# steps that can fail before there is a certificate to show
MALFORMED: dict[Step, Text] = {
    Step.PREFIX: _NOT_ONE,
    Step.CHUNKS: _DAMAGED,
    Step.NUMERIC: _DAMAGED,
    Step.BASE45: _DAMAGED,
    Step.ZIP: _DAMAGED,
    Step.ZLIB: _DAMAGED,
    Step.CBOR: _DAMAGED,
    Step.JSON: _DAMAGED,
    Step.COSE: _CANNOT_BE,
    Step.JWS: _CANNOT_BE,
    Step.PAYLOAD: _NOT_ONE,
}

# a verification that went wrong: what happened
INVALID: dict[Step, Text] = {
    Step.ALGORITHM: Text(
        "Chứng nhận được ký bằng cách mà quy chuẩn của nó không cho phép.",
        "The certificate is signed in a way that its standard does not allow.",
    ),
    Step.CHAIN: Text(
        "Chứng thư ký kèm theo không do cơ quan mà nó ghi cấp.",
        "The signer's certificate does not come from the authority that it names.",
    ),
    Step.JWS: Text(
        "Phần chữ ký của chứng nhận không đúng quy chuẩn.",
        "The signature is not built as the certificate's standard says.",
    ),
    Step.SIGNATURE: Text(
        "Chữ ký không khớp: nội dung đã bị sửa hoặc bị giả mạo.",
        "The signature does not match: the content was changed or forged.",
    ),
    Step.KEY_USAGE: Text(
        "Khóa ký này không được phép cấp loại chứng nhận này.",
        "The key that signed it may not be used for this kind of certificate.",
    ),
    Step.REVOKED: Text("Chứng nhận đã bị thu hồi.", "The certificate was revoked."),
}
EXPIRED = Text("Chứng nhận đã hết hạn.", "The certificate has expired.")
NOT_YET = Text("Chứng nhận chưa tới ngày có hiệu lực.", "The certificate is not valid yet.")
KEY_TERM = Text(
    "Khóa ký chứng nhận này ngoài thời hạn của nó.", "The key that signed this certificate is outside its term."
)
TELL_HOLDER = Text(
    "Nhân viên giải thích lý do và hướng dẫn xin cấp lại ở nơi cấp.",
    "Staff: explain why, and how to get a new one from the issuer.",
)
RENEW = Text(
    "Xin cấp lại chứng nhận còn hạn (Sổ sức khỏe điện tử hoặc nơi cấp), hoặc dùng giấy tờ khác.",
    "Get one that is still valid (Electronic Health Book, or the issuer), or use another document.",
)
BY_EYE = Text(
    "Nhân viên xem ngày trên chứng nhận và giấy tờ tùy thân bằng mắt.",
    "Staff: check the dates on the certificate and the identity document by eye.",
)
CLOCK = Text(
    "Giờ của máy chưa được đồng bộ nên không chắc chứng nhận còn hạn.",
    "The clock of this device is not synchronised, so it is not sure that the certificate is in its term.",
)
NO_KEY = Text(
    "Máy không có khóa của nơi cấp nên không kiểm tra được chữ ký.",
    "This device does not have the issuer's key, so the signature cannot be checked.",
)
NO_LIST = Text(
    "Máy chưa có danh sách khóa tin cậy nào nên không kiểm tra được chữ ký.",
    "This device has no trust list at all, so the signature cannot be checked.",
)
NOT_CANONICAL = Text(
    "Không dựng lại được nội dung đã ký của chứng nhận nên không kiểm tra được.",
    "What was signed cannot be made out from the certificate, so it cannot be checked.",
)
NOT_COVERED = Text(
    "Chữ ký đúng nhưng không bao gồm họ tên hoặc mũi tiêm.",
    "The signature is right, and does not cover the name or the dose.",
)
COMPARE = Text(
    "Nhân viên so chứng nhận với giấy tờ tùy thân và xem bản giấy.",
    "Staff: compare it with the identity document and look at the paper.",
)
GET_LIST = Text(
    "Nhân viên xem bản giấy; kỹ thuật viên kết nối nền tảng hoặc nạp danh sách khóa từ tệp.",
    "Staff: look at the paper. Technician: connect to the platform, or load a trust list from a file.",
)
STALE = Text(
    "Danh sách khóa tin cậy đã cũ ({days} ngày): chứng nhận mới bị thu hồi có thể chưa biết.",
    "The trust list is {days} days old: what was revoked lately may not be known.",
)
RENEW_LIST = Text(
    "Kỹ thuật viên kết nối nền tảng để cập nhật danh sách.", "Technician: connect to the platform to renew the list."
)
OTHER_CODES = Text(
    "Chứng nhận này gồm {total} mã, mới đọc {seen}.", "This certificate is in {total} codes; {seen} read so far."
)
SHOW_OTHERS = Text("Lần lượt đưa các mã còn lại.", "Show the other codes, one after another.")

VALID = {
    "green": Text("Chứng nhận hợp lệ: thẻ xanh, đã tiêm đủ liều.", "Valid certificate: green, fully vaccinated."),
    "yellow": Text(
        "Chứng nhận hợp lệ: thẻ vàng, chưa tiêm đủ liều.", "Valid certificate: yellow, not fully vaccinated."
    ),
    "test": Text("Phiếu xét nghiệm hợp lệ.", "Valid test certificate."),
    "test_negative": Text("Phiếu xét nghiệm hợp lệ: âm tính.", "Valid test certificate: negative."),
    "test_positive": Text("Phiếu xét nghiệm hợp lệ: DƯƠNG TÍNH.", "Valid test certificate: POSITIVE."),
    "recovery": Text("Chứng nhận khỏi bệnh hợp lệ.", "Valid certificate of recovery."),
    "none": Text("Chứng nhận hợp lệ.", "Valid certificate."),
}
MATCH_PERSON = Text(
    "So tên và ngày sinh với giấy tờ tùy thân.", "Compare name and date of birth with the identity document."
)

# warnings in words; a code that ends with a field's name is looked up without it
WARNINGS: dict[str, Text] = {
    "code_unknown": Text("Có mã không nằm trong danh mục chuẩn.", "It carries a code that is in no standard list."),
    "code_deprecated": Text("Có mã đã ngừng dùng trong danh mục chuẩn.", "It carries a code that is no longer in use."),
    "more_than_one_entry": Text("Có nhiều mục hơn quy chuẩn.", "It holds more entries than its standard allows."),
    "schema": Text("Thiếu mục mà quy chuẩn đòi hỏi.", "It lacks something that its standard asks for."),
    "other_disease": Text(
        "Có mũi vắc xin phòng bệnh khác; các mũi đó không tính.",
        "It has doses against other diseases; those do not count.",
    ),
    "not_completed": Text(
        "Có mũi tiêm hoặc xét nghiệm chưa hoàn thành; không tính.",
        "A dose or test in it was not completed; not counted.",
    ),
    "byte_order_mark": Text("Nội dung có ký tự thừa ở đầu.", "There is a stray character before its content."),
    "no_beginning": Text("Không ghi ngày bắt đầu hiệu lực.", "It does not say from when it is valid."),
    "mixed_products": Text(
        "Các mũi khác loại vắc xin chưa được phép phối hợp.", "The doses are of vaccines that were not to be mixed."
    ),
    "interval_short": Text(
        "Hai mũi tiêm gần nhau hơn quy định.", "Two doses were closer together than they should be."
    ),
    "unknown_product": Text("Loại vắc xin không có trong danh mục.", "The vaccine is not in the list."),
    "dose_without_date": Text("Có mũi tiêm không ghi ngày; không tính.", "A dose has no date; it is not counted."),
}
