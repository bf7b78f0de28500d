"""What pages need to have doses shown to them: words, addresses, the list of vaccines. Reads no table, holds no route."""

from __future__ import annotations

from typing import Any

from flask import url_for

from kiosk.domain import Text
from plugins.vaccination.shown.views import ACTIONS
from plugins.vaccination.site import Site

WORDS = {
    "shown_hint": Text(
        "Người này đưa chứng nhận hay phiếu tiêm nơi khác: quét mã ngay tại đây.",
        "They show a certificate or slip of another place: scan its code here.",
    ),
    "shown_mark": Text("(theo giấy)", "(by a document)"),
    "shown_not_listed": Text("không có trong danh mục, mời bác sĩ xem", "not in the list: ask the doctor"),
    "shown_paper": Text("Ghi mũi theo giấy", "Enter from paper"),
    "shown_paper_title": Text("Ghi mũi tiêm theo giấy (không có mã)", "Enter a dose from paper (no code)"),
    "shown_paper_hint": Text(
        "Chỉ ghi từ giấy gốc đang cầm. Mũi này được tính khoảng cách, ghi kèm tên bạn, không dùng để cấp thẻ xanh.",
        "Only from the paper original in your hands. It counts for intervals, carries your name, and makes no one green.",
    ),
    "shown_paper_go": Text("Ghi mũi này", "Record this dose"),
    "shown_product": Text("Vắc xin", "Vaccine"),
    "shown_choose": Text("chọn …", "choose …"),
    "shown_other": Text("Loại khác, ghi tên", "Another: write its name"),
    "shown_other_name": Text("Tên vắc xin trên giấy", "The vaccine's name on the paper"),
    "shown_on": Text("Ngày tiêm", "Day of the dose"),
    "shown_on_hint": Text("ngày/tháng/năm", "day/month/year"),
    "shown_number": Text("Mũi số", "Dose number"),
    "shown_unknown_number": Text("không ghi", "not said"),
    "shown_place": Text("Nơi tiêm", "Where"),
    "shown_lot": Text("Số lô (nếu có)", "Lot (if there is one)"),
    "shown_taken": Text("Đã ghi {n} mũi theo giấy chứng nhận.", "{n} doses recorded from the certificate."),
    "shown_taken_none": Text("Các mũi này đã có trong hồ sơ.", "These doses are known already."),
    "shown_not_counted": Text("Mũi {product} không tính: {why}.", "{product} does not count: {why}."),
    "shown_typed": Text("Đã ghi mũi theo giấy.", "The dose is recorded from paper."),
    "shown_compared": Text("Đã đối chiếu giấy gốc", "Compared with the paper"),
    "shown_on_document": Text("Trên giấy", "On the document"),
    "shown_take_back": Text("Rút", "Take back"),
    "shown_take_back_title": Text("Rút mũi ghi theo giấy", "Take a shown dose back"),
    "shown_take_back_hint": Text(
        "Mũi này không còn được tính. Việc ghi và rút đều được lưu.",
        "It counts no longer. Both the entry and this are kept.",
    ),
    "shown_reasons": Text(
        "Giấy của người khác|Ghi nhầm ngày|Ghi nhầm vắc xin|Không phải vắc xin COVID-19",
        "Another person's document|Wrong day|Wrong vaccine|Not a vaccine against COVID-19",
    ),
    "shown_reason": Text("Lý do rút", "Reason"),
    "shown_taken_back": Text("Đã rút. Mũi này không còn được tính.", "Taken back. It counts no longer."),
}


def urls() -> dict[str, Any]:
    """For the page's script: where to ask. Within a request."""
    return {f"shown_{name}": url_for(f".shown_{name}") for name in ACTIONS}


def products(site: Site) -> list[str]:
    """Every vaccine that is known, whether sites here give it or not."""
    return sorted(site.vaccines.dated)
