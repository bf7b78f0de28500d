"""The pass on paper: its code, whose it is, and until when."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import Field, Heading, Paragraph, QrCode, ReceiptSection, Record, Text
from kiosk.text.names import mask_name
from plugins.declaration.records import Declared

TITLE = {
    "place": Text("TỜ KHAI Y TẾ", "MEDICAL DECLARATION"),
    "movement": Text("TỜ KHAI DI CHUYỂN", "DECLARATION FOR A JOURNEY"),
}
NAME = Text("Họ tên", "Name")
PLATE = Text("Biển số", "Plate")
UNTIL = Text("Hiệu lực đến", "Valid until")
SHOW = Text("Đưa mã này tại mọi chốt trên đường đi", "Show this code at every post on the way")
WITHDRAWN = Text(
    "Nếu thông tin thay đổi, hãy khai lại. Tờ khai mới thay tờ khai này.",
    "If anything changes, declare again. The new declaration replaces this one.",
)


def sections(record: Record, text: str, language: str, masking: str, time_zone: str) -> list[ReceiptSection]:
    """``text``: the pass's code."""
    body: Declared = record.data
    until = datetime.fromtimestamp(body.expires_at, UTC).astimezone(ZoneInfo(time_zone)).strftime("%H:%M %d/%m/%Y")
    fields = [Field(NAME.in_language(language), mask_name(body.name, masking))]
    if body.journey and body.journey.plate:
        fields.append(Field(PLATE.in_language(language), body.journey.plate))
    fields.append(Field(UNTIL.in_language(language), until))
    return [
        ReceiptSection(40, (Heading(TITLE[body.kind].in_language(language)), *fields)),
        ReceiptSection(60, (QrCode(text, SHOW.in_language(language)),)),
        ReceiptSection(75, (Paragraph(WITHDRAWN.in_language(language), centred=True, small=True),)),
    ]
