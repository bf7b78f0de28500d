"""Vaccination's part of the arrival's ticket: where to go, the priority group, what to bring, and the code of who has no id."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy.orm import Session

from kiosk.core_slice import EncounterBody
from kiosk.domain import Block, Field, Heading, Paragraph, QrCode, ReceiptSection, Record, Rule, Text
from kiosk.site_days import day_text
from plugins.vaccination.arrival import temporary
from plugins.vaccination.folding.people import is_arrival
from plugins.vaccination.people import known
from plugins.vaccination.priorities import LAST, rank
from plugins.vaccination.site import Site

NEXT = Text("Bước tiếp theo", "Next step")
SCREENING = Text("Khám sàng lọc, bàn {tables}", "Screening, table {tables}")
SLOT = Text("Giờ hẹn", "Appointment")
WALK_IN = Text("không hẹn trước", "walk-in")
VACCINE = Text("Vắc xin dự kiến", "Vaccine planned")
GROUP = Text("Nhóm ưu tiên", "Priority group")
BRING = Text(
    "Chuẩn bị: giấy tờ tùy thân, sổ tiêm hoặc giấy xác nhận mũi trước, đơn thuốc đang dùng.",
    "Have ready: your identity document, the record of earlier doses, and prescriptions you are on.",
)
TEMPORARY = Text("MÃ TẠM THAY GIẤY TỜ", "TEMPORARY CODE INSTEAD OF AN ID")
KEEP_CODE = Text("Giữ lại và mang theo lần sau", "Keep it and bring it next time")


def sections(record: Record, session: Session, site: Site, language: str) -> list[ReceiptSection]:
    """Empty for what is no arrival."""
    if not is_arrival(record.data) or record.citizen is None:
        return []
    assert isinstance(record.data, EncounterBody)
    day = day_text(datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC), site.context.time_zone)
    person = known(session, record.citizen, site.id, day)
    tables = ", ".join(site.settings.screening_tables)
    blocks: list[Block] = [Field(NEXT.in_language(language), SCREENING.format(tables=tables).in_language(language))]
    booked = person.appointment
    blocks.append(
        Field(SLOT.in_language(language), booked.slot if booked and booked.slot else WALK_IN.in_language(language))
    )
    if booked and booked.product:
        blocks.append(Field(VACCINE.in_language(language), booked.product))
    group = person.said("priority_group")
    place = rank(site.priorities, day, group) if group else LAST
    if place != LAST:  # the number alone: a group's name may tell of a disease, and others see the paper
        blocks.append(Field(GROUP.in_language(language), str(place)))
    blocks.append(Paragraph(BRING.in_language(language), small=True))
    made = [ReceiptSection(50, tuple(blocks))]
    code = person.person.temporary_code if person.person and person.person.temporary else ""
    if code:
        # apart from the ticket's own code, by a line and in words: both look alike
        told = (Rule(), Heading(TEMPORARY.in_language(language)), QrCode(temporary.PREFIX + code, code))
        made.append(ReceiptSection(82, (*told, Paragraph(KEEP_CODE.in_language(language), centred=True))))
    return made
