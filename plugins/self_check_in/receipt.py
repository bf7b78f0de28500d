"""The citizen's ticket: number, name as the site shows it, next step, and the ticket's code."""

from __future__ import annotations

from typing import TYPE_CHECKING

from kiosk.domain import BigNumber, Block, Field, Paragraph, QrCode, ReceiptSection, Record, Rule, Text
from kiosk.receipts.tickets import encode_ticket
from plugins.self_check_in.records import Visit

if TYPE_CHECKING:
    from plugins.self_check_in import SelfCheckInSettings

NUMBER = Text("SỐ THỨ TỰ", "YOUR NUMBER")
NAME = Text("Họ tên", "Name")
KEEP = Text("Giữ phiếu này tới khi ra về", "Keep this ticket until you leave")


def sections(record: Record, language: str, settings: SelfCheckInSettings) -> list[ReceiptSection]:
    """Empty for records of other kinds and visits without a number."""
    visit = record.data
    if not isinstance(visit, Visit) or not visit.ticket:
        return []
    blocks: list[Block] = [BigNumber(NUMBER.in_language(language), visit.ticket)]
    if visit.name:
        blocks.append(Field(NAME.in_language(language), visit.name))
    next_step = Text(settings.next_step_vi, settings.next_step_en).in_language(language)
    return [
        ReceiptSection(40, tuple(blocks)),
        ReceiptSection(75, (Rule(), Paragraph(next_step, centred=True))),
        ReceiptSection(80, (QrCode(encode_ticket(record.id), KEEP.in_language(language)),)),
    ]
