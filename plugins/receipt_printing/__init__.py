"""Receipt printing: head and foot of the ticket, drawing it, and a thermal printer on any cable."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from hardware.printers import Printer
from hardware.virtual.escpos.paper_folder import PaperFolder
from hardware.virtual.escpos.tcp import VirtualPrinter
from kiosk.domain import Encounter, HealthCheck, PrintOutcome, Receipt, ReceiptSection, Record
from kiosk.plugin import PluginContext, hookimpl
from plugins.receipt_printing import outcomes
from plugins.receipt_printing.job import DOTS, JobOptions, compose_job
from plugins.receipt_printing.logo import load_logo
from plugins.receipt_printing.printers import PrinterWatch, build_printer, virtual_printer
from plugins.receipt_printing.sections import sections
from plugins.receipt_printing.settings import NoPrinterSettings, Settings

if TYPE_CHECKING:
    import click
    from flask import Blueprint

log = logging.getLogger(__name__)


class ReceiptPrinting:
    """Built once per appliance; touches no device before ``startup``."""

    Settings = Settings

    def __init__(self, context: PluginContext) -> None:
        self.settings: Settings = context.settings
        self.station = context.station
        self._time_zone = context.time_zone
        self.papers = PaperFolder(Path(context.data_dir) / "receipts", self.settings.keep_papers, context.clock.now)
        self.virtual: VirtualPrinter | None = virtual_printer(self.settings, self.papers)
        self.printer: Printer | None = build_printer(self.settings, self.virtual)
        self._watch = PrinterWatch(self.printer, self.settings.check_every) if self.printer else None
        self._logo: Image.Image | None = None

    def options(self) -> JobOptions:
        """How this site prints."""
        printer = self.settings.printer
        plain = JobOptions(width=self.settings.width, mode=self.settings.mode, logo=self._logo)
        if isinstance(printer, NoPrinterSettings):
            return plain
        return JobOptions(plain.width, plain.mode, printer.native_qr, printer.profile, plain.logo)

    def load_logo(self) -> None:
        """Read the logo's file; without a readable one tickets go without."""
        if self.settings.logo:
            dots = DOTS[self.settings.width]
            try:
                self._logo = load_logo(self.settings.logo, dots * 5 // 8, 120)
            except ValueError as error:
                log.warning("%s", error)

    # --- paper

    @hookimpl
    def receipt_sections(self, encounter: Encounter, record: Record, language: str) -> Iterable[ReceiptSection]:
        return sections(self.settings, self._time_zone, encounter, record, language)

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome | None:
        if self.printer is None or self._watch is None:
            return None
        try:
            job = compose_job(receipt.blocks, self.options())
        except ValueError as error:  # one receipt's content must not count as the printer's fault
            log.error("receipt not composed: %s", type(error).__name__)
            return outcomes.NOT_COMPOSED
        return outcomes.outcome(self._watch.note(self.printer.send(job)))

    # --- pages and commands

    @hookimpl
    def blueprint(self) -> Blueprint:
        from plugins.receipt_printing.views import make_blueprint

        return make_blueprint(self.papers, drawn=self.virtual is not None)

    @hookimpl
    def commands(self) -> Iterable[click.Command]:
        from plugins.receipt_printing.commands import printer_group, receipt_group

        return [receipt_group, printer_group]

    # --- operation

    @hookimpl
    def health_checks(self) -> Iterable[HealthCheck]:
        return [outcomes.health(self._watch.last) if self._watch else outcomes.NO_PRINTER_SET_UP]

    @hookimpl
    def startup(self) -> None:
        self.load_logo()
        if self.virtual:
            self.virtual.start()
        if self._watch:
            self._watch.start()

    @hookimpl
    def shutdown(self) -> None:
        if self._watch:
            self._watch.stop()
        if self.virtual:
            self.virtual.stop()
