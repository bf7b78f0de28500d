"""Whether what is signed here counts elsewhere. Answers from memory."""

from __future__ import annotations

from kiosk.delegation.signing import Signing
from kiosk.domain import HealthCheck, HealthLevel, Text

NAME = "signing"


def checks(signing: Signing, now: float) -> list[HealthCheck]:
    """``now``: Unix seconds. Nothing where no slice signs."""
    keeper = signing.keeper
    failure = keeper.repeated.failure
    if failure:
        return [
            HealthCheck(
                NAME,
                HealthLevel.FAULT,
                Text(
                    f"Không xử lý được khóa ký mã ({failure}).",
                    f"The keys that codes are signed with failed ({failure}).",
                ),
                Text(
                    "Kiểm tra thẻ nhớ và thư mục identity, rồi khởi động lại.",
                    "Check the card and the identity folder, then restart.",
                ),
            )
        ]
    if signing.ring.authority:
        return []
    if keeper.delegated_until is None:
        if not keeper.repeated.runs:
            return []
        looking = Text(
            "Đang xem máy có được ủy quyền ký mã không.", "Whether codes may be signed here is being looked up."
        )
        return [HealthCheck(NAME, HealthLevel.INFO, looking, pending=True)]
    if keeper.delegated_until == 0:
        return [
            HealthCheck(
                NAME,
                HealthLevel.INFO,
                Text(
                    "Nền tảng chưa ủy quyền cho máy này ký mã.",
                    "The platform has not delegated this device to sign codes yet.",
                ),
                Text(
                    "Mã ký tại đây chỉ xác nhận được tại máy này. Đăng ký máy và kết nối nền tảng.",
                    "Codes signed here prove themselves at this device only. Enrol it and connect to the platform.",
                ),
            )
        ]
    if keeper.delegated_until < now:
        return [
            HealthCheck(
                NAME,
                HealthLevel.WARNING,
                Text("Quyền ký mã của máy này đã hết hạn.", "This device's right to sign codes has ended."),
                Text("Kết nối máy với nền tảng để gia hạn.", "Connect it to the platform to renew it."),
            )
        ]
    return [HealthCheck(NAME, HealthLevel.OK, Text("Ký được mã.", "Codes can be signed."))]
