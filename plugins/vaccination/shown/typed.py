"""The form for a dose that stands on paper without a code: read and checked. Records nothing."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from kiosk.domain import Text
from plugins.vaccination.arrival.enrolment import Wrong
from plugins.vaccination.shown.document import FIRST_DAY, DoseOnPaper

OTHER = "other"  # the list's last entry: a vaccine that is not in it
PRODUCT = Text("Chọn vắc xin, hoặc ghi đúng tên trên giấy.", "Choose the vaccine, or write the name from the paper.")
DAY = Text("Ngày tiêm phải là ngày có thật, từ năm 2020: ngày/tháng/năm.", "A real day from 2020 on: day/month/year.")
LATER = Text("Ngày tiêm ở sau hôm nay.", "The day of the dose is after today.")
PLACE = Text("Ghi nơi tiêm như trên giấy.", "Write the place as the paper has it.")


def dose_of(said: Mapping[str, Any], today: date) -> DoseOnPaper:
    """The form's fields ``product`` (or ``other``, with ``other_product``), ``on``, ``place``; ``number`` and ``lot`` may be empty.
    Raises ``Wrong``."""
    product = _text(said, "product")
    product = _text(said, "other_product") if product == OTHER else product
    if len(product) < 2:
        raise Wrong("other_product" if said.get("product") == OTHER else "product", PRODUCT)
    on = _day(_text(said, "on"))
    if on is None or on < FIRST_DAY:
        raise Wrong("on", DAY)
    if on > today:
        raise Wrong("on", LATER)
    place = _text(said, "place")
    if len(place) < 2:
        raise Wrong("place", PLACE)
    number = _text(said, "number")
    known = int(number) if re.fullmatch("[1-9]", number) else 0
    return DoseOnPaper(product[:60], on, known, 0, _text(said, "lot")[:40], place[:80])


def _text(said: Mapping[str, Any], name: str) -> str:
    value = said.get(name)
    text = value if isinstance(value, str) else ""
    return " ".join("".join(letter if letter.isprintable() else " " for letter in text[:400]).split())


def _day(text: str) -> date | None:
    """``10/08/2021`` or ``2021-08-10``."""
    local = re.fullmatch(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})", text, re.ASCII)
    try:
        return date(int(local[3]), int(local[2]), int(local[1])) if local else date.fromisoformat(text)
    except ValueError:
        return None
