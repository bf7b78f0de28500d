"""Whether passes signed here count elsewhere. Answers from memory."""

from __future__ import annotations

from kiosk.domain import HealthCheck, HealthLevel, Text
from plugins.declaration.keeper import Keeper

NAME = "declaration.signing"


def checks(keeper: Keeper, authority: bool, now: float) -> list[HealthCheck]:
    """``now``: Unix seconds."""
    if keeper.failure:
        return [
            HealthCheck(
                NAME,
                HealthLevel.FAULT,
                Text(
                    f"Không xử lý được khóa ký tờ khai ({keeper.failure}).",
                    f"The keys of declarations failed ({keeper.failure}).",
                ),
                Text(
                    "Kiểm tra thẻ nhớ và thư mục identity, rồi khởi động lại.",
                    "Check the card and the identity folder, then restart.",
                ),
            )
        ]
    if authority or keeper.delegated_until is None:
        return []
    if keeper.delegated_until == 0:
        return [
            HealthCheck(
                NAME,
                HealthLevel.INFO,
                Text(
                    "Nền tảng chưa ủy quyền cho máy này ký tờ khai.",
                    "The platform has not delegated this kiosk to sign declarations yet.",
                ),
                Text(
                    "Tờ khai cấp tại đây chỉ xác nhận được tại máy này. Đăng ký máy và kết nối nền tảng.",
                    "Passes made here prove themselves at this machine only. Enrol it and connect to the platform.",
                ),
            )
        ]
    if keeper.delegated_until < now:
        return [
            HealthCheck(
                NAME,
                HealthLevel.WARNING,
                Text("Quyền ký tờ khai của máy này đã hết hạn.", "This kiosk's right to sign declarations has ended."),
                Text("Kết nối máy với nền tảng để gia hạn.", "Connect it to the platform to renew it."),
            )
        ]
    return [HealthCheck(NAME, HealthLevel.OK, Text("Ký được tờ khai.", "Declarations can be signed."))]
