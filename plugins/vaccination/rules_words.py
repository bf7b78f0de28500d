"""What ``kiosk vaccination-rules`` prints of the data files, line by line, in Vietnamese and English. Reads nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from kiosk.domain import Text


def lines(shown: Mapping[str, Any]) -> Iterator[Text]:
    """``shown``: what ``--json`` gives."""
    day = shown["day"]
    yield Text(f"mọi tệp dùng được; tính đến {day}:", f"all files usable; as of {day}:")
    yield _screening(shown["screening"])
    yield Text(f"  phản vệ: {shown['anaphylaxis']}", f"  anaphylaxis: {shown['anaphylaxis']}")
    consent, groups = shown["consent"], shown["priority"]
    yield Text(
        f"  phiếu đồng ý: {consent or 'không có văn bản nào đang hiệu lực, nên không ai ký được'}",
        f"  consent: {consent or 'no text is in force, so nobody can consent'}",
    )
    yield Text(
        f"  nhóm ưu tiên: {groups or 'không có danh mục nào đang hiệu lực'}",
        f"  priority groups: {groups or 'no list is in force'}",
    )
    for one in shown["vaccines"]:
        yield Text(_vaccine_vi(one), _vaccine_en(one))


def _screening(pack: Mapping[str, Any] | None) -> Text:
    if pack is None:
        return Text(
            "  sàng lọc: không có bộ câu hỏi nào đang hiệu lực, nên không ai đủ điều kiện",
            "  screening: no pack is in force, so nobody is eligible",
        )
    questions, signs, minutes = pack["questions"], pack["vital_signs"], pack["observe_minutes"]
    digest = pack["digest"][:12]
    return Text(
        f"  sàng lọc: {pack['id']} ({questions} câu hỏi, {signs} chỉ số, theo dõi {minutes} phút; mã băm {digest})",
        f"  screening: {pack['id']} ({questions} questions, {signs} vital signs, {minutes} minutes of observation; "
        f"digest {digest})",
    )


def _days(one: Mapping[str, Any]) -> str:
    return f"{one['min_days']}" if one["max_days"] is None else f"{one['min_days']}-{one['max_days']}"


def _vaccine_vi(one: Mapping[str, Any]) -> str:
    interval = "" if one["doses"] == 1 else f", cách nhau {_days(one)} ngày"
    vial = f"{one['doses_per_vial']} liều một lọ" + (
        f", mở dùng {one['open_minutes']} phút" if one["open_minutes"] else ""
    )
    ages = f"từ {one['minimum_age_years']}" + (f" đến {one['maximum_age_years']}" if one["maximum_age_years"] else "")
    after = f"; tiêm được sau {', '.join(one['may_follow'])}" if one["may_follow"] else ""
    unsure = "" if one["course_sure"] else "; liệu trình chưa chắc, xem vaccines.csv"
    unsure += "" if one["sure"] else "; quy cách lọ chưa chắc, xem vials.csv"
    return f"  {one['product']}: {one['doses']} mũi{interval}; {vial}; {ages} tuổi{after}{unsure}"


def _vaccine_en(one: Mapping[str, Any]) -> str:
    interval = "" if one["doses"] == 1 else f", {_days(one)} days apart"
    vial = f"{one['doses_per_vial']} in a vial" + (f", open {one['open_minutes']} min" if one["open_minutes"] else "")
    ages = f"from {one['minimum_age_years']}" + (f" to {one['maximum_age_years']}" if one["maximum_age_years"] else "")
    after = f"; may follow {', '.join(one['may_follow'])}" if one["may_follow"] else ""
    unsure = "" if one["course_sure"] else "; course not settled, see vaccines.csv"
    unsure += "" if one["sure"] else "; vial not settled, see vials.csv"
    doses = "dose" if one["doses"] == 1 else "doses"
    return f"  {one['product']}: {one['doses']} {doses}{interval}; {vial}; ages {ages}{after}{unsure}"
