"""Finds a passage by what an officer is told: a name, last digits, an ID number, a plate. By keyed hashes; no name is stored."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import timedelta
from typing import TYPE_CHECKING

from kiosk.domain import Text
from kiosk.plugin import PluginContext
from plugins.checkpoint import lookups, names, plates

if TYPE_CHECKING:
    from plugins.checkpoint.models import PassageRow

SEARCH_HOURS = 72
_PLATE = re.compile(r"\d{2}[A-Z]{1,2}\d{4,7}", re.ASCII)  # province, series, number: 29A12345, 59X112345


class Finder:
    """Looks in the passages of this site, of the last days."""

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    def find(self, text: str) -> Sequence[PassageRow]:
        """Newest first; empty where nothing was asked for."""
        services = self._context.services
        digits = re.sub(r"[\s.-]", "", text)
        plate = plates.normal(text)
        citizen, keys, plate_key = None, [], ""
        if digits.isascii() and digits.isdigit():
            if len(digits) == 12:
                citizen = services.pseudonym(digits)
            elif len(digits) == 4:
                keys = [names.find_key("tail", digits, services.pseudonym)]
            plate_key = plates.key(plate, services.pseudonym) if 5 <= len(digits) < 12 else ""
        elif _PLATE.fullmatch(plate):
            plate_key = plates.key(plate, services.pseudonym)
        else:
            keys = names.find_keys(text, services.pseudonym)
        since = self._context.clock.now() - timedelta(hours=SEARCH_HOURS)
        with services.session() as session:
            return lookups.search(
                session, self._context.station.site, int(since.timestamp() * 1000), citizen, keys, plate_key
            )

    def why(self, rows: Sequence[PassageRow]) -> list[Text]:
        """For each of these passages why it was stopped; empty where it was not."""
        stopped = ("refuse", "refer")
        with self._context.services.session() as session:
            return [
                lookups.why(session, row.writer, row.seq) if row.decision in stopped or row.settled else Text("", "")
                for row in rows
            ]

    def passage(self, passage: str) -> PassageRow | None:
        """The record that counts of a passage."""
        with self._context.services.session() as session:
            return lookups.by_passage(session, passage[:36])
