"""What the stock says of deliveries, counts and temperatures: what is wrong, and what to do next."""

from __future__ import annotations

from kiosk.domain import Finding, Severity, Text

_SENDER = Text(
    "Không nhận. Gọi nơi xuất kho theo số trên phiếu.", "Do not take it in. Call the sender by the number on the note."
)
_APART = Text(
    "Để riêng, dán nhãn “không dùng”, báo người phụ trách.",
    "Set it apart, label it “do not use”, tell the supervisor.",
)
_COUNT = Text("Đếm lại, rồi nhập số đúng.", "Count again, then enter what is right.")

_WORDS: dict[str, tuple[Severity, Text, Text]] = {
    "for_another_site": (
        Severity.BAR,
        Text(
            "Chuyến này gửi cho {receiver}, không phải điểm này.",
            "This consignment is for {receiver}, not for this site.",
        ),
        _SENDER,
    ),
    "already_received": (
        Severity.BAR,
        Text(
            "Lô {lot} của chuyến {consignment} đã nhận lúc {time}.",
            "Lot {lot} of consignment {consignment} was received at {time}.",
        ),
        Text(
            "Không nhập lần nữa. Thiếu hàng thì kiểm đếm.",
            "Do not enter it again. If vials are missing, count the stock.",
        ),
    ),
    "not_announced": (
        Severity.CONCERN,
        Text("Lô {lot} chưa được phân bổ cho điểm này.", "Lot {lot} is not allocated to this site."),
        Text(
            "Nhận vào kho nhưng chưa được tiêm cho đến khi hệ thống quốc gia phân bổ.",
            "Take it in, but it cannot be used until the national platform allocates it.",
        ),
    ),
    "other_number": (
        Severity.NOTE,
        Text(
            "Phân bổ {announced} lọ, chuyến này ghi {here} lọ.",
            "{announced} vials are allocated, this delivery says {here}.",
        ),
        Text("Đếm kỹ và ghi chú.", "Count with care and leave a note."),
    ),
    "other_expiry": (
        Severity.NOTE,
        Text(
            "Hạn dùng theo phân bổ {announced}, theo chuyến {here}.",
            "Expiry by allocation {announced}, by this delivery {here}.",
        ),
        Text("Xem hạn in trên lọ; ngày sớm hơn được tính.", "Look at the vial; the earlier day counts."),
    ),
    "other_product": (
        Severity.CONCERN,
        Text("Theo phân bổ lô {lot} là {announced}.", "By allocation lot {lot} is {announced}."),
        _APART,
    ),
    "expired": (Severity.CONCERN, Text("Lô {lot} đã hết hạn {on}.", "Lot {lot} expired on {on}."), _APART),
    "recalled": (
        Severity.CONCERN,
        Text("Lô {lot} đang bị thu hồi: {reason}", "Lot {lot} is recalled: {reason}"),
        _APART,
    ),
    "warm": (
        Severity.CONCERN,
        Text("{celsius} °C, ngoài khoảng {least} đến {most} °C.", "{celsius} °C, outside {least} to {most} °C."),
        Text(
            "Chưa dùng số vắc xin này. Chuyển sang tủ đạt nhiệt độ, dán nhãn, báo người phụ trách và nhà sản xuất hướng dẫn.",
            "Do not use this vaccine yet. Move it to a store that holds its temperature, label it, tell the supervisor; the maker decides.",
        ),
    ),
    "still_warm": (
        Severity.CONCERN,
        Text(
            "{store}: lần đo cuối {celsius} °C, ngoài khoảng {least} đến {most} °C.",
            "{store}: the last reading was {celsius} °C, outside {least} to {most} °C.",
        ),
        Text(
            "Không dùng vắc xin trong tủ này cho tới khi người phụ trách quyết định. Đo lại và ghi.",
            "Do not use the vaccine in it until the supervisor decides. Measure again and record it.",
        ),
    ),
    "too_many_damaged": (
        Severity.BAR,
        Text("Số lọ hỏng nhiều hơn số lọ của lô {lot}.", "More damaged vials than lot {lot} has."),
        _COUNT,
    ),
    "more_than_there": (
        Severity.BAR,
        Text(
            "Theo sổ lô {lot} chỉ còn {left} lọ chưa mở.",
            "By the books only {left} closed vials of lot {lot} are left.",
        ),
        _COUNT,
    ),
    "unknown_lot": (
        Severity.BAR,
        Text("Điểm này không có lô {lot}.", "This site has no lot {lot}."),
        Text("Chọn lô trong danh sách.", "Choose a lot of the list."),
    ),
    "expiry_missing": (
        Severity.BAR,
        Text("Chưa biết hạn dùng của lô {lot}.", "The expiry of lot {lot} is not known."),
        Text(
            "Nhận lô bằng mã chuyến hàng hoặc nhập hạn dùng trước.",
            "Receive the lot by its consignment, or enter its expiry first.",
        ),
    ),
    "not_a_number": (
        Severity.BAR,
        Text("“{value}” không phải số dùng được.", "“{value}” is no number that can be used."),
        Text("Nhập lại bằng chữ số.", "Enter it again in figures."),
    ),
    "out_of_bounds": (
        Severity.BAR,
        Text("“{value}” không nằm trong khoảng {least} đến {most}.", "“{value}” is not between {least} and {most}."),
        Text("Xem lại rồi nhập số đúng.", "Look again, then enter what is right."),
    ),
    "not_a_date": (
        Severity.BAR,
        Text("“{value}” không phải một ngày.", "“{value}” is no date."),
        Text("Chọn ngày, tháng, năm in trên lọ.", "Choose the day, month and year that are printed on the vial."),
    ),
    "characters": (
        Severity.BAR,
        Text("Ô {field} có ký tự không dùng được.", "{field} has a character that cannot be used."),
        Text("Xoá đi và gõ lại.", "Delete it and type it again."),
    ),
    "unknown_store": (
        Severity.BAR,
        Text("Điểm này không có tủ {store}.", "This site has no store {store}."),
        Text("Chọn tủ trong danh sách.", "Choose a store of the list."),
    ),
    "own_site": (
        Severity.BAR,
        Text("{receiver} chính là điểm này.", "{receiver} is this very site."),
        Text(
            "Nhập mã hoặc tên của điểm sẽ nhận. Vắc xin ở lại đây thì không ghi chuyển đi.",
            "Enter the id or name of the site that will receive it. What stays here is no transfer.",
        ),
    ),
    "missing": (
        Severity.BAR,
        Text("Còn ô chưa điền: {field}.", "A field is missing: {field}."),
        Text("Điền rồi gửi lại.", "Fill it in and send again."),
    ),
    "platform_recall": (
        Severity.BAR,
        Text("Lệnh thu hồi này do hệ thống quốc gia đưa ra.", "This recall is the national platform's."),
        Text("Chỉ hệ thống quốc gia gỡ được.", "Only the national platform can lift it."),
    ),
}


def finding(code: str, **values: object) -> Finding:
    """The finding of this code, its words filled in; a value that is a ``Text`` itself in each language."""
    severity, text, step = _WORDS[code]
    return Finding(f"vaccination.{code}", severity, _filled(text, values), _filled(step, values))


def _filled(words: Text, values: dict[str, object]) -> Text:
    def of(lang: str) -> dict[str, object]:
        return {name: one.in_language(lang) if isinstance(one, Text) else one for name, one in values.items()}

    return Text(words.vi.format(**of("vi")), words.en.format(**of("en")))
