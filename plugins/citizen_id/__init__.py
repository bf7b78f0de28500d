"""Identity documents: recognises ID cards, insurance cards, passports, the national QR and typed numbers.

Does not decide who may pass, and reads no signed health certificates.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from zoneinfo import ZoneInfo

from config import value_set
from kiosk.domain import Credential, Encounter, Finding, Malformed, Scan
from kiosk.plugin import PluginContext, hookimpl
from plugins.citizen_id import settings, warnings
from plugins.citizen_id.reader import Reader


class CitizenId:
    """One grammar a file: ``cccd``, ``cccd_by_type``, ``national_qr``, ``bhyt``, ``mrz``, ``typed``, ``patterns``."""

    Settings = settings.Settings

    def __init__(self, context: PluginContext) -> None:
        self._context = context

    @hookimpl
    def startup(self) -> None:
        """Load the value sets, so that a missing file shows now and not before the first citizen."""
        self._reader  # noqa: B018 - building it is the point

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | Malformed | None:
        """An identity document, or what is wrong with it, or None for another format."""
        return self._reader.read(scan)

    @hookimpl
    def judge(self, encounter: Encounter) -> Iterable[Finding]:
        """The credential's warnings in words; contradictions need a person's eye."""
        if encounter.credential is None:
            return ()
        return tuple(warnings.findings(encounter.credential, encounter.clock_trusted))

    @cached_property
    def _reader(self) -> Reader:
        provinces = {row["code"]: row["name"] for row in value_set("provinces_id_number")}
        return Reader(self._context.settings, provinces, ZoneInfo(self._context.time_zone))
