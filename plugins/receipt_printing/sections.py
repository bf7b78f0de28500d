"""This plugin's part of every receipt: the site's head, time and place, and the closing lines."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import Block, Encounter, Field, Heading, Logo, Paragraph, ReceiptSection, Record, Rule, Text
from plugins.receipt_printing.settings import Settings

HEAD, PLACE, FOOT = 0, 70, 100

TIME = Text("Thời gian", "Time")
TIME_NOT_SURE = Text("Giờ của thiết bị chưa được đồng bộ.", "The device's clock was not synchronised.")
LANE = Text("Cửa", "Lane")


def sections(
    settings: Settings, time_zone: str, encounter: Encounter, record: Record, language: str
) -> list[ReceiptSection]:
    """Head, time and place, foot; in ``language``, with the site's own time (an IANA zone)."""
    head: list[Block] = [Logo()] if settings.logo else []
    head.append(Heading(encounter.station.site_name))
    head += [Paragraph(line, centred=True, small=True) for line in settings.header]
    head.append(Rule())
    when = datetime.fromtimestamp(record.occurred_at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone))
    place: list[Block] = [
        Field(TIME.in_language(language), f"{when:%H:%M %d/%m/%Y}"),
        Field(LANE.in_language(language), encounter.station.lane),
    ]
    if not record.clock_trusted:
        place.append(Paragraph(TIME_NOT_SURE.in_language(language), small=True))
    found = [ReceiptSection(HEAD, tuple(head)), ReceiptSection(PLACE, tuple(place))]
    if settings.footer:
        foot = [Paragraph(line, centred=True, small=True) for line in settings.footer]
        found.append(ReceiptSection(FOOT, (Rule(), *foot)))
    return found
