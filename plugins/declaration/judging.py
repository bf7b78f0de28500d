"""What a shown pass means for its holder: findings with their reason, legal basis and next step. Changes nothing."""

from __future__ import annotations

from kiosk.delegation.token import UNKNOWN_KEY
from kiosk.domain import Encounter, Finding, Severity, Text
from plugins.declaration.reading import KIND

DECLARE_AGAIN = Text(
    "Mời bạn khai lại trên điện thoại hoặc tại máy khai báo, rồi đưa mã mới.",
    "Please declare again on your phone or at a kiosk, then show the new code.",
)
TO_STAFF = Text(
    "Mời bạn gặp nhân viên để kiểm tra tờ khai.", "Please see a member of staff, who checks the declaration."
)
TO_MEDICAL = Text(
    "Mời bạn đeo khẩu trang, đứng cách người khác và gặp nhân viên y tế.",
    "Please keep your mask on, stand apart from others and see the medical staff.",
)

FORGED = Text(
    "Chữ ký của tờ khai không đúng: mã này đã bị sửa hoặc làm giả.",
    "The declaration's signature is wrong: the code was altered or forged.",
)
ENDED = Text(
    "Tờ khai do một máy không còn quyền cấp ký.", "The declaration was signed by a kiosk that may no longer issue any."
)
UNKNOWN = Text(
    "Điểm này chưa biết khóa đã ký tờ khai, nên chưa xác nhận được nguồn gốc.",
    "This post does not know the key that signed the declaration, so its origin is not proven.",
)
WITHDRAWN = Text(
    "Tờ khai này đã được rút hoặc thay bằng tờ khai mới.", "This declaration was withdrawn, or replaced by a newer one."
)
EXPIRED = Text("Tờ khai đã hết hiệu lực.", "The declaration is no longer valid.")
NOT_YET = Text(
    "Theo đồng hồ của máy, tờ khai này chưa có hiệu lực.", "By this machine's clock the declaration is not valid yet."
)
CLOCK = Text(
    "Đồng hồ của máy chưa được đồng bộ, nên không xét được thời hạn của tờ khai.",
    "This machine's clock is not synchronised, so whether the declaration is still valid cannot be told.",
)
SYMPTOMS = Text("Tờ khai có triệu chứng nghi ngờ.", "The declaration names symptoms.")
CONTACT = Text(
    "Tờ khai có tiếp xúc với người bệnh, người nghi mắc hoặc người từ vùng dịch.",
    "The declaration names contact with a case, a suspect or somebody from an affected area.",
)
GOOD = Text("Tờ khai y tế hợp lệ.", "The medical declaration is valid.")

_STEPS = {
    "signature": ("not_genuine", Severity.BAR, FORGED, DECLARE_AGAIN),
    "delegation_signature": ("not_genuine", Severity.BAR, FORGED, DECLARE_AGAIN),
    "delegation_ended": ("issuer_ended", Severity.BAR, ENDED, DECLARE_AGAIN),
    "device_barred": ("issuer_ended", Severity.BAR, ENDED, DECLARE_AGAIN),
    **dict.fromkeys(UNKNOWN_KEY, ("key_unknown", Severity.CONCERN, UNKNOWN, TO_STAFF)),
    "withdrawn": ("withdrawn", Severity.BAR, WITHDRAWN, DECLARE_AGAIN),
    "expired": ("expired", Severity.BAR, EXPIRED, DECLARE_AGAIN),
    "not_yet_valid": ("not_yet_valid", Severity.CONCERN, NOT_YET, TO_STAFF),
}
_OF_TIME = frozenset({"expired", "not_yet_valid"})


def judge(encounter: Encounter, pass_admits: bool, law: str) -> list[Finding]:
    """Nothing for other credentials. Where the clock is not trusted, validity is a person's business and bars nobody.

    ``law``: by which declarations are asked for."""
    credential = encounter.credential
    if credential is None or credential.kind != KIND:
        return []
    steps = [warning.removeprefix("declaration.") for warning in credential.warnings]
    findings = [_finding(*_STEPS[step], law) for step in steps if encounter.clock_trusted or step not in _OF_TIME]
    if not encounter.clock_trusted:
        findings.append(_finding("clock_untrusted", Severity.CONCERN, CLOCK, TO_STAFF, law))
    if credential.value("declaration.symptoms") == "yes":
        findings.append(_finding("symptoms", Severity.CONCERN, SYMPTOMS, TO_MEDICAL, law))
    if credential.value("declaration.contact") == "yes":
        findings.append(_finding("contact", Severity.CONCERN, CONTACT, TO_MEDICAL, law))
    if not findings:
        severity = Severity.GROUND if pass_admits else Severity.NOTE
        findings.append(_finding("valid", severity, GOOD, Text("", ""), law))
    return findings


def _finding(code: str, severity: Severity, text: Text, next_step: Text, law: str) -> Finding:
    return Finding(f"declaration.{code}", severity, text, next_step, law)
