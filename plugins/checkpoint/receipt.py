"""The slip of who was let through: number, post, lane, time, and a code that finds the passage again. No name beyond the mask."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import BigNumber, Block, Field, Paragraph, QrCode, ReceiptSection, Record, Rule, Text
from kiosk.receipts.tickets import encode_ticket
from plugins.checkpoint.records import Passage
from plugins.checkpoint.settings import PostSettings

NUMBER = Text("ĐƯỢC ĐI QUA", "MAY PASS")
POST, LANE, TIME, NAME, PLATE = (
    Text("Chốt", "Post"),
    Text("Làn", "Lane"),
    Text("Giờ", "Time"),
    Text("Họ tên", "Name"),
    Text("Biển số", "Plate"),
)
KEEP = Text("Xuất trình khi được hỏi", "Show it when asked")
NOTE = Text("Phiếu chỉ ghi lượt qua chốt này.", "This slip tells of this passage alone.")


def sections(record: Record, language: str, post: PostSettings | None, time_zone: str) -> list[ReceiptSection]:
    """Empty for records of other kinds and passages without a slip."""
    body = record.data
    if not isinstance(body, Passage) or not body.ticket:
        return []
    at = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))
    name = Text(post.name_vi, post.name_en).in_language(language) if post else body.post
    lines = [(POST, name), (LANE, body.lane), (TIME, at.strftime("%H:%M %d/%m/%Y"))]
    lines += [(NAME, body.name)] if body.name else []
    lines += [(PLATE, body.plate)] if body.plate else []
    blocks: list[Block] = [BigNumber(NUMBER.in_language(language), body.ticket)]
    blocks += [Field(label.in_language(language), value) for label, value in lines]
    return [
        ReceiptSection(40, tuple(blocks)),
        ReceiptSection(75, (Rule(), Paragraph(NOTE.in_language(language), centred=True, small=True))),
        ReceiptSection(80, (QrCode(encode_ticket(record.id), KEEP.in_language(language)),)),
    ]
