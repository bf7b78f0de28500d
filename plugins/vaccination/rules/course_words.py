"""The words for what is wrong with a dose, in Vietnamese and English: what it is and what to do next."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from kiosk.domain import Text
from plugins.vaccination.rules.problem import Problem

_DOCTOR = Text("Không tiêm. Mời bác sĩ sàng lọc xem lại.", "Do not inject. Ask the screening doctor.")
_OTHER_VACCINE = Text(
    "Không tiêm vắc xin này. Chọn vắc xin khác hoặc hẹn ngày khác.",
    "Do not give this vaccine. Take another or another day.",
)
_TO_CENTRE = Text("Không tiêm. Báo người phụ trách điểm tiêm.", "Do not inject. Tell the site's supervisor.")

_WORDS: dict[str, tuple[Text, Text]] = {
    "unknown_product": (
        Text("Không biết vắc xin “{product}”.", "The vaccine “{product}” is not known."),
        Text(
            "Không tiêm. Quét lại lọ hoặc chọn tên vắc xin trong danh sách.",
            "Do not inject. Scan the vial again or pick the vaccine from the list.",
        ),
    ),
    "not_in_use": (
        Text("{product} không được sử dụng vào ngày này.", "{product} is not in use on this day."),
        _TO_CENTRE,
    ),
    "too_young": (
        Text("{product} chỉ tiêm cho người từ {age} tuổi.", "{product} is for people of {age} years and older."),
        _OTHER_VACCINE,
    ),
    "too_old": (
        Text("{product} chỉ tiêm cho người đến {age} tuổi.", "{product} is for people of up to {age} years."),
        _OTHER_VACCINE,
    ),
    "dose_today_already": (
        Text(
            "Hôm nay đã tiêm {product}, lô {lot}, tại {site}.", "Given {product} today already, lot {lot}, at {site}."
        ),
        Text("Không tiêm. Hỏi lại người dân và bàn tiêm kia.", "Do not inject. Ask the person and the other table."),
    ),
    "dose_in_future": (
        Text("Có mũi tiêm ghi ngày {on}, sau hôm nay.", "A dose is recorded for {on}, which is after today."),
        Text(
            "Không tiêm. Kiểm tra ngày giờ của thiết bị và của mũi tiêm đó.",
            "Do not inject. Check this device's date and that dose's.",
        ),
    ),
    "course_complete": (
        Text(
            "Đã tiêm đủ liều: {doses} mũi, mũi cuối ngày {on}.",
            "The course is complete: {doses} doses, the last on {on}.",
        ),
        _DOCTOR,
    ),
    "unknown_product_before": (
        Text(
            "Mũi ngày {on} là vắc xin “{product}”, không có trong danh mục.",
            "The dose of {on} was “{product}”, which is not in the list.",
        ),
        _DOCTOR,
    ),
    "interval_short": (
        Text(
            "Mới {days} ngày từ mũi trước, cần ít nhất {least} ngày.",
            "Only {days} days since the last dose; {least} are needed.",
        ),
        Text("Không tiêm. Hẹn lại từ ngày {on}.", "Do not inject. Make an appointment from {on}."),
    ),
    "interval_long": (
        Text(
            "Đã {days} ngày từ mũi trước, quá {most} ngày khuyến cáo.",
            "{days} days since the last dose, more than the {most} recommended.",
        ),
        Text(
            "Vẫn tiêm mũi tiếp theo, không tiêm lại từ đầu.",
            "Give the next dose all the same; the course does not start again.",
        ),
    ),
    "not_allowed_mix": (
        Text("Không được tiêm {second} sau {first}.", "{second} must not follow {first}."),
        Text(
            "Không tiêm. Mũi này phải là {first} hoặc loại được phép phối hợp.",
            "Do not inject. This dose must be {first} or one that may follow it.",
        ),
    ),
}
_ONLY_SAID = {"interval_long"}


def problem(code: str, **values: object) -> Problem:
    """The problem of this code, its words filled in."""
    text, next_step = _WORDS[code]
    return Problem(code, text.format(**values), next_step.format(**values), code not in _ONLY_SAID)


def day(value: date) -> str:
    """As people write it in Viet Nam, and as the slip has it."""
    return f"{value:%d/%m/%Y}"


def known_from(problem: Problem, told: Text) -> Problem:
    """The same, saying by which document the doses are known that it rests on."""
    text = Text(f"{problem.text.vi} Biết {told.vi}.", f"{problem.text.en} Known {told.en}.")
    return replace(problem, text=text)
