"""The QR code of a consignment: what a delivery of vaccine holds, as one line of text. Writes and reads it; books nothing.

``VXC1|id|from|to|YYYYMMDD|line|…|digest``; a line is ``gtin~product~lot~YYYYMMDD~vials~doses``. Fields are UTF-8; ``|``, ``~``, ``%``
and what is not ASCII are percent-encoded (RFC 3986). The digest is the first 16 hexadecimal digits of the SHA-256 of all before its
``|``: it finds damage and slips, and proves nobody's origin. What a site may use is settled by the platform's allocation.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from urllib.parse import quote, unquote

from kiosk.domain import Text
from plugins.vaccination.rules.gs1 import Gs1Error, typed_lot
from plugins.vaccination.rules.gs1_elements import checks

MARK = "VXC1"
LONGEST = 2300  # bytes: what a QR code of version 40 holds at level M in byte mode (ISO/IEC 18004), 2331, less a margin
MOST_LINES, MOST_VIALS, MOST_DOSES, LONGEST_NAME = 40, 1_000_000, 50, 64
_SAFE = " !\"'()*+,-./:;<=>?@_&#$[]{}^`"
_DIGITS = 16

_ASK = Text("Quét lại, hoặc nhập theo phiếu xuất kho.", "Scan again, or enter what the delivery note says.")
_WORDS = {
    "not_a_consignment": (
        Text("Đây không phải mã của một chuyến vắc xin.", "This is not the code of a consignment."),
        _ASK,
    ),
    "newer": (
        Text("Mã này thuộc phiên bản mới hơn thiết bị.", "This code is of a newer version than the device."),
        Text("Báo kỹ thuật cập nhật thiết bị.", "Have the technician update the device."),
    ),
    "too_long": (Text("Mã quá dài.", "The code is too long."), _ASK),
    "damaged": (Text("Mã bị hỏng hoặc đọc thiếu.", "The code is damaged or was read in part."), _ASK),
    "content": (
        Text("Nội dung mã không hợp lệ.", "The code's content is not valid."),
        Text("Không nhận lô này. Gọi nơi xuất kho.", "Do not take this delivery in. Call the store that sent it."),
    ),
}


class ConsignmentError(ValueError):
    """A code or a content that cannot be used. ``code``: ``not_a_consignment``, ``newer``, ``too_long``, ``damaged`` or ``content``."""

    def __init__(self, code: str, field: str = "") -> None:
        super().__init__(f"{code}: {field}" if field else code)
        self.code, self.field = code, field
        self.text, self.next_step = _WORDS[code]


@dataclass(frozen=True, slots=True)
class Line:
    """One lot. ``gtin``: 14 digits or empty; ``expiry``: last day of use; ``vials``: how many; ``doses``: in each."""

    gtin: str
    product: str
    lot: str
    expiry: date
    vials: int
    doses: int


@dataclass(frozen=True, slots=True)
class Consignment:
    """One delivery. ``id`` is the sender's, and the same delivery has the same: so it is taken in once."""

    id: str
    sender: str
    receiver: str
    sent_on: date
    lines: tuple[Line, ...]


def encode(consignment: Consignment) -> str:
    """The text of the QR code. Raises ``ConsignmentError`` where the content is not valid or more than one code holds."""
    _check(consignment)
    head = [consignment.id, consignment.sender, consignment.receiver, _written(consignment.sent_on)]
    body = "|".join(
        [MARK, *map(_quoted, head)]
        + [
            "~".join(
                map(_quoted, (one.gtin, one.product, one.lot, _written(one.expiry), str(one.vials), str(one.doses)))
            )
            for one in consignment.lines
        ]
    )
    text = f"{body}|{_digest(body)}"
    if len(text) > LONGEST:
        raise ConsignmentError("too_long")
    return text


def is_consignment(text: str) -> bool:
    """Whether a scan means to be one, whatever its state."""
    return text.lstrip().startswith("VXC")


def parse(text: str) -> Consignment:
    """The consignment that a QR code tells. Raises ``ConsignmentError``; never anything else, whatever the text."""
    code = text.strip()
    if not is_consignment(code):
        raise ConsignmentError("not_a_consignment")
    if len(code) > LONGEST:
        raise ConsignmentError("too_long")
    mark, _, _ = code.partition("|")
    if mark != MARK:
        raise ConsignmentError("newer" if mark[3:].isdecimal() else "not_a_consignment")
    body, _, digest = code.rpartition("|")
    if not code.isascii() or digest != _digest(body):
        raise ConsignmentError("damaged")
    fields = body.split("|")[1:]
    if len(fields) < 4 or len(fields) > 4 + MOST_LINES:
        raise ConsignmentError("content", "lines")
    consignment_id, sender, receiver, sent_on = map(_unquoted, fields[:4])
    found = Consignment(consignment_id, sender, receiver, _day(sent_on, "sent_on"), tuple(map(_line, fields[4:])))
    _check(found)
    return found


def _line(written: str) -> Line:
    cells = [_unquoted(cell) for cell in written.split("~")]
    if len(cells) != 6:
        raise ConsignmentError("content", "line")
    gtin, product, lot, expiry, vials, doses = cells
    return Line(gtin, product, lot, _day(expiry, "expiry"), _count(vials, "vials"), _count(doses, "doses"))


def _check(consignment: Consignment) -> None:
    for name in ("id", "sender", "receiver"):
        _check_name(getattr(consignment, name), name)
    if not 1 <= len(consignment.lines) <= MOST_LINES:
        raise ConsignmentError("content", "lines")
    lots = set()
    for line in consignment.lines:
        _check_name(line.product, "product")
        try:
            unchanged = typed_lot(line.lot) == line.lot
        except Gs1Error:
            unchanged = False
        if not unchanged:
            raise ConsignmentError("content", "lot")
        if line.gtin and not (
            len(line.gtin) == 14 and line.gtin.isascii() and line.gtin.isdigit() and checks(line.gtin)
        ):
            raise ConsignmentError("content", "gtin")
        if not (1 <= line.vials <= MOST_VIALS and 1 <= line.doses <= MOST_DOSES):
            raise ConsignmentError("content", "vials")
        if (line.product, line.lot) in lots:  # one lot on two lines would be counted by whoever reads last
            raise ConsignmentError("content", "lot")
        lots.add((line.product, line.lot))


def _check_name(value: str, field: str) -> None:
    if not value.strip() or len(value) > LONGEST_NAME or not value.isprintable():
        raise ConsignmentError("content", field)


def _quoted(value: str) -> str:
    return quote(value, safe=_SAFE).replace("~", "%7E")  # which RFC 3986 has as unreserved


def _unquoted(value: str) -> str:
    try:
        return unquote(value, errors="strict")
    except UnicodeDecodeError:
        raise ConsignmentError("content") from None


def _written(day: date) -> str:
    return f"{day.year:04}{day.month:02}{day.day:02}"  # strftime drops zeros before a year on some systems


def _day(written: str, field: str) -> date:
    if len(written) != 8 or not (written.isascii() and written.isdigit()):
        raise ConsignmentError("content", field)
    try:
        return datetime.strptime(written, "%Y%m%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError:
        raise ConsignmentError("content", field) from None


def _count(written: str, field: str) -> int:
    if not (written.isascii() and written.isdigit()) or len(written) > 7 or str(int(written)) != written:
        raise ConsignmentError("content", field)
    return int(written)


def _digest(body: str) -> str:
    return hashlib.sha256(body.encode("utf-8", "surrogatepass")).hexdigest()[:_DIGITS]
