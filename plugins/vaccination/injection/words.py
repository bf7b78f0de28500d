"""What the injection table says of a dose: what is wrong, and what to do next. Words of the pages are in ``page_words``."""

from __future__ import annotations

from kiosk.domain import Finding, Severity, Text
from plugins.vaccination.rules.problem import Problem

_DESK = Text("Mời người dân ra bàn tiếp nhận.", "Send the person to the desk.")
_SCREENING = Text("Không tiêm. Mời người dân về bàn khám sàng lọc.", "Do not inject. Send the person to screening.")
_SUPERVISOR = Text(
    "Không tiêm. Để lọ riêng và báo người phụ trách điểm tiêm.",
    "Do not inject. Set the vial apart and tell the supervisor.",
)

_WORDS: dict[str, tuple[Severity, Text, Text]] = {
    # --- the person
    "citizen_unknown": (
        Severity.BAR,
        Text("Không biết người này là ai.", "It is not known who this is."),
        Text(
            "Quét phiếu hôm nay hoặc thẻ căn cước; nếu không có, mời ra bàn tiếp nhận.",
            "Scan today's ticket or the ID card; without either, send the person to the desk.",
        ),
    ),
    "no_person_data": (
        Severity.BAR,
        Text("Chưa có họ tên và ngày sinh của người này.", "Name and birth date of this person are not known here."),
        _DESK,
    ),
    "ticket_of_another_day": (
        Severity.BAR,
        Text("Phiếu này của ngày khác.", "This ticket is of another day."),
        Text("Mời người dân ra bàn tiếp nhận lấy số hôm nay.", "Send the person to the desk for today's number."),
    ),
    "not_screened_today": (
        Severity.BAR,
        Text("Hôm nay chưa khám sàng lọc.", "Not screened today."),
        _SCREENING,
    ),
    "screened_postpone": (
        Severity.BAR,
        Text("Khám sàng lọc: hoãn tiêm.", "Screening: postponed."),
        Text("Không tiêm. Hẹn lại theo phiếu khám.", "Do not inject. Make an appointment as the screening says."),
    ),
    "screened_contraindicated": (
        Severity.BAR,
        Text("Khám sàng lọc: chống chỉ định.", "Screening: contraindicated."),
        Text("Không tiêm. Mời bác sĩ sàng lọc giải thích.", "Do not inject. Ask the screening doctor to explain."),
    ),
    "screened_caution": (
        Severity.NOTE,
        Text("Khám sàng lọc: thận trọng.", "Screening: caution."),
        Text("Theo dõi {minutes} phút sau tiêm.", "Observe for {minutes} minutes afterwards."),
    ),
    "no_consent": (
        Severity.BAR,
        Text("Chưa ký phiếu đồng ý hôm nay.", "No consent signed today."),
        Text("Không tiêm. Mời người dân về bàn khám để ký.", "Do not inject. Send the person to screening to sign."),
    ),
    "consent_declined": (
        Severity.BAR,
        Text("Người dân không đồng ý tiêm.", "The person declined."),
        Text("Không tiêm. Cảm ơn và cho về.", "Do not inject. Thank the person; they may go."),
    ),
    "consent_withdrawn": (
        Severity.BAR,
        Text("Người dân đã rút lại đồng ý.", "The person took consent back."),
        Text("Không tiêm. Hỏi lại; nếu đổi ý, ký lại ở bàn khám.", "Do not inject. If they agree again, sign anew."),
    ),
    "age_unknown": (
        Severity.BAR,
        Text("Không biết ngày sinh: chưa kiểm tra được tuổi.", "The birth date is not known: age cannot be checked."),
        _DESK,
    ),
    "namesake": (
        Severity.OPEN,
        Text(
            "Có {count} người khác cùng họ tên và ngày sinh.", "{count} other people have the same name and birth date."
        ),
        Text(
            "Xem giấy tờ của người này rồi đánh dấu “Đã xem giấy tờ”.",
            "Look at this person's document, then tick “Document seen”.",
        ),
    ),
    "told_by_platform": (
        Severity.NOTE,
        Text(
            "Hệ thống quốc gia báo mũi tiêm trước của người này chưa khớp.",
            "The national platform reports that this person's earlier doses do not fit together.",
        ),
        Text("Hỏi người dân về các mũi đã tiêm.", "Ask the person about earlier doses."),
    ),
    "overridden": (
        Severity.NOTE,
        Text(
            "Tiêm sớm {days} ngày, trong mức cho phép {most} ngày: {reason}",
            "{days} days early, within the {most} that are allowed: {reason}",
        ),
        Text("", ""),
    ),
    "may_override": (
        Severity.OPEN,
        Text(
            "Sớm {days} ngày; quy định cho phép bác sĩ quyết định khi sớm không quá {most} ngày.",
            "{days} days early; within {most} days a doctor may decide.",
        ),
        Text("Bác sĩ ghi lý do, hoặc hẹn lại.", "The doctor gives a reason; or make another appointment."),
    ),
    # --- the vial
    "no_vial": (
        Severity.OPEN,
        Text("Chưa có lọ vắc xin.", "There is no vial yet."),
        Text("Quét mã trên lọ hoặc hộp.", "Scan the code on the vial or box."),
    ),
    "no_lot": (
        Severity.BAR,
        Text("Mã này không có số lô.", "This code has no lot."),
        Text("Gõ số lô in trên lọ.", "Type the lot that is printed on the vial."),
    ),
    "which_product": (
        Severity.OPEN,
        Text("Không biết lô {lot} là vắc xin nào.", "It is not known which vaccine lot {lot} is."),
        Text("Chọn tên vắc xin in trên lọ.", "Choose the vaccine that is printed on the vial."),
    ),
    "recalled_because": (
        Severity.NOTE,
        Text("Lý do thu hồi: {reason}", "Recalled because: {reason}"),
        Text("", ""),
    ),
    "other_product": (
        Severity.BAR,
        Text(
            "Theo sổ, lô {lot} là {papers}, không phải {product}.",
            "By the books lot {lot} is {papers}, not {product}.",
        ),
        _SUPERVISOR,
    ),
    "expiry_differs": (
        Severity.NOTE,
        Text(
            "Hạn dùng trên lọ {here}, trên giấy {papers}: tính theo ngày sớm hơn.",
            "Expiry on the vial {here}, on paper {papers}: the earlier counts.",
        ),
        Text("Báo người phụ trách kho.", "Tell who keeps the stock."),
    ),
    "vial_not_open": (
        Severity.BAR,
        Text("Lọ {vial} chưa được mở ở đây.", "Vial {vial} was not opened here."),
        Text("Quét lại mã trên lọ.", "Scan the vial's code again."),
    ),
    "vial_elsewhere": (
        Severity.BAR,
        Text("Lọ {vial} đang mở ở bàn {table}.", "Vial {vial} is open at table {table}."),
        Text(
            "Nếu lọ đang ở tay bạn, bấm “Chuyển lọ về bàn này”; nếu không, lấy lọ khác.",
            "If it is in your hand, press “Move the vial here”; else take another.",
        ),
    ),
    "none_left": (
        Severity.NOTE,
        Text("Theo sổ, lô {lot} không còn lọ nào.", "By the books no vial of lot {lot} is left."),
        Text("Vẫn tiêm được; báo người phụ trách kho kiểm đếm.", "You may go on; have the stock counted."),
    ),
    "history_from_paper": (
        Severity.NOTE,
        Text("Mũi trước chỉ biết {told}.", "The earlier dose is known only {told_en}."),
        Text(
            "Hỏi lại người dân ngày tiêm và loại vắc xin; phiếu sau tiêm in thẻ vàng.",
            "Ask for the day and the vaccine again; the slip will be yellow.",
        ),
    ),
    # --- what was scanned
    "ticket_damaged": (
        Severity.BAR,
        Text("Mã phiếu bị hỏng hoặc đọc thiếu.", "The ticket's code is damaged or was read in part."),
        Text("Quét lại, hoặc gõ số trên phiếu.", "Scan again, or type the number on the ticket."),
    ),
    "ticket_unknown": (
        Severity.BAR,
        Text("Máy này không biết phiếu đó.", "This device does not know that ticket."),
        _DESK,
    ),
    "code_unknown": (
        Severity.BAR,
        Text("Không đọc được mã này.", "This code says nothing that is known here."),
        Text(
            "Quét phiếu, thẻ căn cước, hoặc mã trên lọ vắc xin.",
            "Scan the ticket, the ID card, or the code on the vial.",
        ),
    ),
    # --- the device
    "clock_not_trusted": (
        Severity.CONCERN,
        Text(
            "Đồng hồ của máy chưa được xác nhận: máy đang nghĩ hôm nay là {today}.",
            "This device's clock is not trusted: it believes that today is {today}.",
        ),
        Text(
            "Không tiêm khi chưa chắc ngày. Người phụ trách xác nhận ngày giờ ở trang Ngày giờ.",
            "Do not inject while the date is in doubt. The supervisor confirms it on the page Date and time.",
        ),
    ),
    "refused_before": (
        Severity.BAR,
        Text("Lần bấm này đã bị từ chối trước đó.", "This press was refused before."),
        Text("Quét lại phiếu để xem lý do hiện tại.", "Scan the ticket again to see how things stand."),
    ),
}


def finding(code: str, **values: object) -> Finding:
    """The finding of this code, its words filled in."""
    severity, text, step = _WORDS[code]
    return Finding(f"vaccination.{code}", severity, text.format(**values), step.format(**values))


def of_problem(problem: Problem, severity: Severity | None = None) -> Finding:
    """What the rules say, as a finding: it bars where it blocks."""
    weight = severity or (Severity.BAR if problem.blocks else Severity.NOTE)
    return Finding(f"vaccination.{problem.code}", weight, problem.text, problem.next_step)
