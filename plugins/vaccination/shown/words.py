"""What staff are told of a document that somebody shows, in Vietnamese and English: what happened, and what to do next."""

from __future__ import annotations

from kiosk.domain import Finding, Severity, Text
from plugins.vaccination.shown.document import Document
from plugins.vaccination.shown.holder import Differs

_FROM_PAPER = Text(
    "Nếu người này có giấy gốc, bấm “Ghi mũi theo giấy”.", "If they have the paper original, press “Enter from paper”."
)
_SCAN_AGAIN = Text(
    "Quét lại cho rõ; nếu vẫn lỗi và có giấy gốc, bấm “Ghi mũi theo giấy”.",
    "Scan it again; if it fails and there is a paper original, press “Enter from paper”.",
)
_GIVE_BACK = Text(
    "Trả giấy lại, không ghi mũi nào. Nếu hồ sơ ở đây ghi sai, sửa thông tin rồi quét lại.",
    "Give it back; nothing is recorded. If the data here is wrong, change it and scan again.",
)
_COMPARE = Text(
    "So họ tên, ngày sinh, ngày tiêm với giấy gốc; nếu đúng, bấm “Đã đối chiếu giấy gốc”.",
    "Compare name, birth date and day of the dose with the paper original; if they fit, press “Compared with the paper”.",
)

_FINDINGS: dict[str, tuple[Severity, Text, Text]] = {
    "no_document": (
        Severity.BAR,
        Text("Mã này không phải chứng nhận hay phiếu tiêm.", "This code is no certificate or slip of a vaccination."),
        Text(
            "Quét mã trên chứng nhận tiêm chủng, hoặc bấm “Ghi mũi theo giấy”.",
            "Scan a vaccination certificate, or press “Enter from paper”.",
        ),
    ),
    "unreadable": (Severity.BAR, Text("Không đọc được mã này.", "This code cannot be read."), _SCAN_AGAIN),
    "other_codes": (
        Severity.OPEN,
        Text(
            "Chứng nhận này gồm {total} mã, mới đọc {seen}.",
            "This certificate is in {total} codes; {seen} read so far.",
        ),
        Text("Lần lượt quét các mã còn lại.", "Scan the other codes, one after another."),
    ),
    "too_many_doses": (
        Severity.BAR,
        Text("Giấy này ghi quá nhiều mũi ({count}).", "This document tells of too many doses ({count})."),
        Text("Bấm “Ghi mũi theo giấy” cho các mũi COVID-19.", "Enter the doses against COVID-19 from paper."),
    ),
    "no_dose_to_count": (
        Severity.BAR,
        Text("Giấy này không có mũi tiêm nào tính được: {why}.", "This document has no dose that can count: {why_en}."),
        Text(
            "Kiểm tra ngày trên máy và trên giấy; chưa rõ thì mời bác sĩ.",
            "Check the date here and on the paper; if in doubt, ask the doctor.",
        ),
    ),
    "other_person": (
        Severity.BAR,
        Text("Giấy này của người khác: {in_what}.", "This document is another person's: {in_what_en}."),
        _GIVE_BACK,
    ),
    "cannot_compare": (
        Severity.BAR,
        Text(
            "Không so được giấy này với người đang mở: {in_what}.",
            "This document cannot be compared with the person who is open: {in_what_en}.",
        ),
        Text(
            "Ghi đủ họ tên, ngày sinh của người này rồi quét lại; giấy không ghi thì bấm “Ghi mũi theo giấy”.",
            "Complete the name and birth date here and scan again; if the document lacks them, enter it from paper.",
        ),
    ),
    "document_unverified": (
        Severity.CONCERN,
        Text("Chưa tính: {why}", "Not counted yet: {why_en}"),
        _COMPARE,
    ),
    "document_invalid": (
        Severity.BAR,
        Text("Không tính giấy này: {why}", "This document does not count: {why_en}"),
        _FROM_PAPER,
    ),
    "dose_known": (
        Severity.BAR,
        Text("Mũi {product} ngày {on} đã có trong hồ sơ.", "The dose of {product} on {on} is known already."),
        Text("Không cần ghi nữa.", "There is nothing to record."),
    ),
    "shown_unknown": (
        Severity.BAR,
        Text("Không có mũi này theo giấy, hoặc đã rút.", "There is no such shown dose, or it was taken back."),
        Text("Tải lại trang để xem hồ sơ hiện tại.", "Reload the page to see how things stand."),
    ),
    "shown_no_reason": (
        Severity.BAR,
        Text("Chưa ghi lý do rút.", "The reason is missing."),
        Text("Chọn hoặc ghi lý do.", "Choose or write a reason."),
    ),
}

DIFFERS = {
    Differs.CITIZEN: Text("mã người trên phiếu không khớp", "the person's code on the slip does not fit"),
    Differs.NAME: Text("họ tên không khớp", "the name differs"),
    Differs.BIRTH_DATE: Text("ngày sinh không khớp", "the birth date differs"),
    Differs.NO_BIRTH_DATE: Text("hồ sơ chưa có ngày sinh", "no birth date is known here"),
    Differs.UNNAMED: Text("giấy không ghi họ tên hoặc ngày sinh", "the document has no name or birth date"),
}

# the steps of a verification, as the claim ``failed_step`` names them, whichever reader it was
_UNKNOWN_KEY = Text("máy không có khóa của nơi cấp.", "this device has no key of the issuer.")
_BAD_SIGNATURE = Text("chữ ký sai, mã bị sửa hoặc làm giả.", "the signature is wrong: the code was altered or forged.")
_ENDED = Text("khóa ký không còn hoặc không được phép dùng.", "the key may not, or no longer, sign.")
STEPS = {
    "kid": _UNKNOWN_KEY,
    "key_unknown": _UNKNOWN_KEY,
    "delegation_key_unknown": _UNKNOWN_KEY,
    "signature": _BAD_SIGNATURE,
    "chain": _BAD_SIGNATURE,
    "delegation_signature": _BAD_SIGNATURE,
    "algorithm": Text("cách ký không đúng quy chuẩn.", "it is signed in a way that is not allowed."),
    "canonical": Text("không dựng lại được nội dung đã ký.", "what was signed cannot be made out."),
    "coverage": Text("chữ ký không bao gồm mũi tiêm.", "the signature does not cover the dose."),
    "keyusage": _ENDED,
    "delegation_ended": _ENDED,
    "device_barred": _ENDED,
    "revoked": Text("chứng nhận đã bị thu hồi.", "the certificate was revoked."),
    "withdrawn": Text("mũi tiêm này đã được sửa hoặc hủy.", "the dose was corrected or withdrawn."),
    "not_yet": Text(
        "phiếu đề giờ sau giờ của máy; kiểm tra ngày giờ của máy.",
        "the slip is of a later time than this device's; check its date.",
    ),
}
EXPIRED = Text("chứng nhận đã hết hạn.", "the certificate has expired.")
FUTURE = Text(
    "chứng nhận chưa tới ngày có hiệu lực, hoặc khóa ký ngoài thời hạn; kiểm tra ngày giờ của máy.",
    "the certificate is not valid yet, or its key is out of its term; check this device's date.",
)
WHY = {
    "future": Text("ngày tiêm ở sau hôm nay", "the day of the dose is after today"),
    "no_day": Text("không ghi ngày tiêm", "the day of the dose is missing"),
    "before_any": Text("ngày tiêm trước khi có vắc xin", "the day is before there was any vaccine"),
}


def finding(code: str, **values: object) -> Finding:
    """The finding of this code, its words filled in."""
    severity, text, step = _FINDINGS[code]
    return Finding(f"vaccination.{code}", severity, text.format(**values), step)


def of_difference(differs: Differs) -> Finding:
    """Why the document is not this person's, or why nobody can tell."""
    unsure = differs in (Differs.NO_BIRTH_DATE, Differs.UNNAMED)
    said = DIFFERS[differs]
    return finding("cannot_compare" if unsure else "other_person", in_what=said.vi, in_what_en=said.en)


def of_belief(document: Document, may_compare: bool) -> Finding:
    """Which step of the verification failed."""
    step = document.failed_step
    if step == "time":
        why = EXPIRED if may_compare else FUTURE
    else:
        other = Text(f"kiểm tra không xong ở bước “{step or '?'}”.", f"the check ended at step “{step or '?'}”.")
        why = STEPS.get(step, other)
    return finding("document_unverified" if may_compare else "document_invalid", why=why.vi, why_en=why.en)
