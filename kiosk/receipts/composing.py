"""Receipts: composing them from the plugins' sections, and what may become of them, in words.

Knows no printer and draws nothing; a fault here never touches the visit, which is in the journal already. The queue that prints
them is in ``kiosk/receipts/print_queue.py``.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any, Protocol

from kiosk.domain import Encounter, PrintOutcome, Receipt, ReceiptSection, Record, Text

log = logging.getLogger(__name__)

NO_PRINTER = PrintOutcome(
    "no_printer",
    Text(
        "Không có máy in nào nhận phiếu. Bạn không cần giấy: hãy đi tiếp theo hướng dẫn trên màn hình.",
        "No printer took the ticket. You do not need paper: go on as the screen says.",
    ),
)
BUSY = PrintOutcome(
    "busy",
    Text(
        "Máy in đang có quá nhiều phiếu chờ. Hãy nhờ nhân viên in lại phiếu này.",
        "Too many tickets are waiting for the printer. Please ask staff to print this one again.",
    ),
)
FAULT = PrintOutcome(
    "fault",
    Text(
        "Không in được phiếu vì lỗi phần mềm in. Hãy nhờ nhân viên in lại; lượt của bạn đã được ghi nhận.",
        "The ticket could not be printed because the printing program failed. Ask staff to print it again; "
        "your visit is recorded.",
    ),
)

UNSURE = PrintOutcome(
    "unsure",
    Text(
        "Không rõ phiếu đã ra hay chưa: hãy nhìn máy in. Không thấy phiếu thì nhờ nhân viên in lại; lượt của bạn đã được ghi nhận.",
        "Whether the ticket came out is not known: look at the printer. Without a ticket ask staff to print it again; your visit "
        "is recorded.",
    ),
)
MISSED = PrintOutcome(
    "missed",
    Text(
        "Máy khởi động lại trước khi phiếu này ra. Ai còn cần phiếu thì nhân viên bấm “In lại”.",
        "The device started anew before this ticket came out. Staff press “Reprint” for whoever still needs it.",
    ),
)

# what a person at the printer can put right, so that trying again may help; after other problems it would not
PASSING_PROBLEMS = frozenset({"paper_out", "cover_open", "offline", "timeout", "busy"})
# of those, what people mend sooner or later: such a receipt may be printed late without anybody asking
PAPER_PROBLEMS = frozenset({"paper_out", "cover_open"})


class ReceiptHost(Protocol):
    """What is needed of ``kiosk.plugin_host.host.PluginHost``."""

    def collect(self, hook: str, **arguments: Any) -> Any:
        """Call every implementation: ``.results`` holds (plugin, value)."""

    def first(self, hook: str, **arguments: Any) -> Any:
        """The first answer: ``.value``; ``.faults`` lists the plugins that failed."""


def compose(host: ReceiptHost, encounter: Encounter, record: Record, language: str) -> Receipt:
    """Ask every plugin for its sections and put them in ascending ``order``; equal orders keep the profile's order.

    A plugin that fails leaves its part out, and the rest is printed.
    """
    sections: list[ReceiptSection] = []
    collected = host.collect("receipt_sections", encounter=encounter, record=record, language=language)
    for plugin, value in collected.results:
        sections.extend(_sections(plugin, value))
    sections.sort(key=lambda section: section.order)
    return Receipt(record.id, language, tuple(block for section in sections for block in section.blocks))


def _sections(plugin: str, value: Iterable[Any]) -> list[ReceiptSection]:
    given = list(value)
    good = [section for section in given if isinstance(section, ReceiptSection)]
    if len(good) != len(given):
        log.error("plugin %s returned a receipt section of the wrong type; left out", plugin)
    return good
