"""``kiosk receipt preview`` shows a ticket without a printer; ``kiosk printer test`` helps to choose the mode with one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from hardware.printers import commands as escpos
from hardware.virtual.escpos import draw
from kiosk.domain import Block, Heading, Paragraph
from plugins.receipt_printing import outcomes
from plugins.receipt_printing.code_pages import DrawnCodePages
from plugins.receipt_printing.job import JobOptions, compose_body, compose_job, seconds_at
from plugins.receipt_printing.sample import sample_ticket, vietnamese_letters
from plugins.receipt_printing.settings import Mode

if TYPE_CHECKING:
    from plugins.receipt_printing import ReceiptPrinting

MODES: tuple[Mode, ...] = ("raster", "glyph", "text")
SLOW_LINE = 9600  # baud, the slowest line still common


def receipt_group(plugin: ReceiptPrinting) -> click.Group:
    """``kiosk receipt``."""

    @click.group("receipt", help="Tickets on paper.")
    def group() -> None:
        pass

    @group.command("preview", help="Draw a made-up ticket to a PNG, through the same bytes that a printer would get.")
    @click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PNG to write.")
    @click.option("--width", type=click.Choice(["58", "80"]), help="Paper in millimetres; the profile's by default.")
    @click.option("--mode", type=click.Choice(MODES), help="How text is sent; the profile's by default.")
    @click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
    def preview(out: Path, width: str | None, mode: Mode | None, language: str) -> None:
        plugin.load_logo()
        options = plugin.options()
        options = replace(options, width=int(width) if width else options.width, mode=mode or options.mode)
        ticket = sample_ticket(plugin.station.site_name, language, options.logo is not None)
        job = compose_job(ticket, options)
        draw(job, options.dots, DrawnCodePages(options.profile))[0].save(out, format="PNG")
        seconds = seconds_at(SLOW_LINE, len(job))
        click.echo(f"{out}: {options.mode}, {options.width} mm, {len(job)} bytes, {seconds:.1f} s at {SLOW_LINE} baud")

    return group


def printer_group(plugin: ReceiptPrinting) -> click.Group:
    """``kiosk printer``."""

    @click.group("printer", help="The receipt printer.")
    def group() -> None:
        pass

    @group.command("test", help="Print a test page with all Vietnamese letters, in each mode or in one.")
    @click.option("--mode", type=click.Choice(MODES), help="Only this mode.")
    def test(mode: Mode | None) -> None:
        if plugin.printer is None:
            raise click.ClickException(outcomes.NO_PRINTER_SET_UP.advice.en)
        plugin.load_logo()
        options = plugin.options()
        modes = (mode,) if mode else MODES
        job = letters_page(options, modes)
        if plugin.virtual:
            plugin.virtual.start()
        try:
            status = plugin.printer.send(job)
        finally:
            if plugin.virtual:
                plugin.virtual.stop()
        if not status.ready:
            words = outcomes.health(status)
            message = f"{words.text.vi} {words.advice.vi}\n{words.text.en} {words.advice.en}"
            raise click.ClickException(message)
        click.echo("Trang thử đã in. / The test page is printed.")
        for one in modes:
            ticket = compose_job(sample_ticket(plugin.station.site_name), replace(options, mode=one))
            seconds = seconds_at(SLOW_LINE, len(ticket))
            click.echo(f"  {one:7} {len(ticket):6} bytes a ticket, {seconds:5.1f} s at {SLOW_LINE} baud")
        click.echo(
            "Chọn chế độ nhanh nhất mà mọi chữ đều đúng dấu, rồi ghi vào mục receipt_printing của cấu hình: "
            'mode = "…".\n'
            "Choose the fastest mode in which every letter has its right marks, and write it into the profile's "
            'receipt_printing section: mode = "…".'
        )
        if plugin.virtual:
            click.echo(str(plugin.papers.folder / plugin.papers.names()[0]))

    return group


def letters_page(options: JobOptions, modes: Sequence[Mode]) -> bytes:
    """All Vietnamese letters in each of ``modes``, each part with its mode's name above it."""
    body = b""
    for mode in modes:
        letters: list[Block] = [Paragraph(row) for row in vietnamese_letters()]
        blocks = [
            Heading(mode.upper()),
            *letters,
            Paragraph("Nguyễn Thị Hằng – Đã tiêm mũi 2. Ưu tiên: NGƯỜI CAO TUỔI"),
        ]
        body += escpos.INITIALISE + compose_body(blocks, replace(options, mode=mode))
    return body + escpos.cut()
