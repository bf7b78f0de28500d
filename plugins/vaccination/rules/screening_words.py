"""The words of screening that no pack brings, in Vietnamese and English."""

from __future__ import annotations

from collections.abc import Sequence

from kiosk.domain import Text
from plugins.vaccination.rules.screening_outcome import Conclusion, Reason
from plugins.vaccination.rules.vaccine import Vaccine

LEAST_MINUTES = 30  # of observation, where no pack says how long

EMPTY = Text("", "")
WITHIN = Text("Trong giới hạn.", "Within the limits.")
IMPLAUSIBLE = Text(
    "Số này không hợp lý (từ {least} đến {most} {unit}). Đo hoặc gõ lại.",
    "This cannot be right ({least} to {most} {unit}). Measure or type it again.",
)
NEXT_STEPS = {
    "contraindicated": Text(
        "Không tiêm vắc xin này. Bác sĩ giải thích và ghi vào phiếu.",
        "Do not give this vaccine. The doctor explains and notes it.",
    ),
    "postpone": Text("Chưa tiêm hôm nay. Hẹn ngày khác.", "Not today. Make another appointment."),
    "caution": Text("Bác sĩ khám kỹ và quyết định.", "The doctor examines with care and decides."),
}
_ANOTHER = Text("Chọn vắc xin khác hoặc hẹn ngày khác.", "Take another vaccine or another day.")


def no_pack() -> Reason:
    """No decision's questions are in force."""
    return _reason(
        "pack.none",
        "open",
        Text(
            "Không có bộ câu hỏi sàng lọc nào có hiệu lực vào ngày này.",
            "No screening questions are in force on this day.",
        ),
        Text(
            "Kiểm tra ngày của thiết bị, rồi báo sở y tế.", "Check the device's date, then tell the health department."
        ),
    )


def about_vaccine(covered: Sequence[str], vaccine: Vaccine | None, age: int | None) -> list[Reason]:
    """What the planned vaccine itself rules out: its ages, and a pack that was not made for it."""
    if vaccine is None:
        return []
    found = []
    if covered and vaccine.product not in covered:
        text = Text("Bộ câu hỏi này không dành cho {product}.", "These questions were not made for {product}.")
        found.append(_reason("vaccine.not_in_pack", "open", text.format(product=vaccine.product), _ANOTHER))
    if age is not None and age < vaccine.minimum_age_years:
        text = Text("{product} chỉ tiêm cho người từ {age} tuổi.", "{product} is for people of {age} years and older.")
        text = text.format(product=vaccine.product, age=vaccine.minimum_age_years)
        found.append(_reason("vaccine.too_young", "postpone", text, _ANOTHER))
    if age is not None and vaccine.maximum_age_years is not None and age > vaccine.maximum_age_years:
        text = Text("{product} chỉ tiêm cho người đến {age} tuổi.", "{product} is for people of up to {age} years.")
        text = text.format(product=vaccine.product, age=vaccine.maximum_age_years)
        found.append(_reason("vaccine.too_old", "postpone", text, _ANOTHER))
    return found


def _reason(code: str, outcome: str, text: Text, next_step: Text) -> Reason:
    return Reason(code, Conclusion(outcome), text, next_step)
