"""``kiosk receipt preview`` shows a ticket without a printer; ``kiosk printer test`` helps to choose the mode with one.

Both do as a site's profile says. The shipped profile has no printer, so ``printer test`` needs the site's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from hardware.printers import PrinterStatus
from hardware.printers import commands as escpos
from hardware.virtual.escpos import draw
from kiosk.cli import DATA_OPTION, PROFILE_OPTION
from kiosk.cli.loading import with_plugin
from kiosk.cli.saying import say, stop
from kiosk.domain import Block, Heading, Paragraph, Text
from plugins.receipt_printing import outcomes
from plugins.receipt_printing.cells import Line, set_in_cells
from plugins.receipt_printing.code_pages import DrawnCodePages, not_printed
from plugins.receipt_printing.glyphs import WIDTH
from plugins.receipt_printing.job import JobOptions, compose_body, compose_job, seconds_at
from plugins.receipt_printing.sample import site_ticket, vietnamese_letters
from plugins.receipt_printing.settings import Mode

if TYPE_CHECKING:
    from plugins.receipt_printing import ReceiptPrinting

PLUGIN = "receipt_printing"
MODES: tuple[Mode, ...] = ("raster", "glyph", "text")
JSON = click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
SLOW_LINE = 9600  # baud, the slowest line still common


@click.group("receipt", help="Tickets on paper.")
def receipt_group() -> None:
    pass


@receipt_group.command("preview")
@click.option("--out", required=True, type=click.Path(dir_okay=False, path_type=Path), help="The PNG to write.")
@click.option("--width", type=click.Choice(["58", "80"]), help="Paper in millimetres; the profile's by default.")
@click.option("--mode", type=click.Choice(MODES), help="How text is sent; the profile's by default.")
@click.option("--language", type=click.Choice(["vi", "en"]), default="vi", show_default=True)
@PROFILE_OPTION
@JSON
def preview(out: Path, width: str | None, mode: Mode | None, language: str, profile_name: str, as_json: bool) -> None:
    """Draw a made-up ticket of the profile's site to a PNG, through the same bytes that a printer would get."""
    appliance, plugin = with_plugin(PLUGIN, profile_name)
    plugin.load_logo()
    options = plugin.options()
    options = replace(options, width=int(width) if width else options.width, mode=mode or options.mode)
    ticket = site_ticket(appliance, language)
    job = compose_job(ticket, options)
    picture = draw(job, options.dots, DrawnCodePages(options.profile))[0]
    try:
        picture.save(out, format="PNG")
    except OSError as error:
        stop(f"không ghi được {out}: {error.strerror or error}", f"{out} cannot be written: {error.strerror or error}")
    seconds = seconds_at(SLOW_LINE, len(job))
    if as_json:
        click.echo(json.dumps({"file": str(out), "width": options.width, **_size(options.mode, job)}))
        return
    size = f"{out}: {options.mode}, {options.width} mm, {len(job)}"
    say(
        Text(
            f"{size} byte, {seconds:.1f} giây ở {SLOW_LINE} baud", f"{size} bytes, {seconds:.1f} s at {SLOW_LINE} baud"
        )
    )
    if options.mode == "text":
        _say_what_is_not_printed(ticket, options)


def _size(mode: str, job: bytes) -> dict[str, Any]:
    """``seconds``: at ``SLOW_LINE`` baud."""
    return {"mode": mode, "bytes": len(job), "seconds": round(seconds_at(SLOW_LINE, len(job)), 2)}


def _say_what_is_not_printed(ticket: Sequence[Block], options: JobOptions) -> None:
    lines = [item for item in set_in_cells(ticket, options.dots // WIDTH) if isinstance(item, Line)]
    letters = " ".join(not_printed("".join(line.text for line in lines), options.profile))
    if letters:
        say(
            Text(
                f"Chế độ text: máy in thông dụng không có bảng mã cho những chữ như {letters} và in “?”. Dùng glyph hoặc raster, "
                "hoặc ghi tên máy in (profile) vào mục printer rồi in thử.",
                f"Text mode: common printers have no code page for letters such as {letters} and print “?”. Use glyph or raster, "
                "or name the printer (profile) in its line of the profile and print a test page.",
            ),
            err=True,
        )


@click.group("printer", help="The receipt printer.")
def printer_group() -> None:
    pass


@printer_group.command("test")
@click.option("--mode", type=click.Choice(MODES), help="Only this mode.")
@PROFILE_OPTION
@DATA_OPTION
@JSON
def test(mode: Mode | None, profile_name: str, data_dir: Path, as_json: bool) -> None:
    """Print a test page on the profile's printer: all Vietnamese letters, in each mode or in one."""
    appliance, plugin = with_plugin(PLUGIN, profile_name, data_dir)
    if plugin.printer is None:
        told = outcomes.NO_PRINTER_SET_UP
        stop(
            f"{appliance.profile.path}: {told.text.vi} {told.advice.vi}",
            f"{appliance.profile.path}: {told.text.en} {told.advice.en}",
        )
    plugin.load_logo()
    options = plugin.options()
    modes = (mode,) if mode else MODES
    status = _send(plugin, letters_page(options, modes))
    if not status.ready:
        told = outcomes.health(status)
        stop(f"{told.text.vi} {told.advice.vi}", f"{told.text.en} {told.advice.en}")
    sizes = [_size(one, compose_job(site_ticket(appliance), replace(options, mode=one))) for one in modes]
    paper = _paper(plugin) if plugin.virtual else None
    if as_json:
        click.echo(json.dumps({"printed": True, "tickets": sizes, "paper": paper}))
        return
    say(Text("Trang thử đã in.", "The test page is printed."))
    for one in sizes:
        size = f"  {one['mode']:7} {one['bytes']:6}"
        say(
            Text(
                f"{size} byte mỗi phiếu, {one['seconds']:5.1f} giây ở {SLOW_LINE} baud",
                f"{size} bytes a ticket, {one['seconds']:5.1f} s at {SLOW_LINE} baud",
            )
        )
    say(
        Text(
            "Chọn chế độ nhanh nhất mà mọi chữ đều đúng dấu, rồi ghi vào mục receipt_printing của cấu hình: "
            'mode = "…".',
            "Choose the fastest mode in which every letter has its right marks, and write it into the profile's "
            'receipt_printing section: mode = "…".',
        )
    )
    if paper:
        click.echo(paper)


def _paper(plugin: ReceiptPrinting) -> str:
    """The file with what a virtual printer printed last."""
    names = plugin.papers.names()
    if not names:
        stop(
            f"không ghi được {plugin.papers.folder}; hãy đưa --data khác",
            f"{plugin.papers.folder} cannot be written; give another --data",
        )
    return str(plugin.papers.folder / names[0])


def _send(plugin: ReceiptPrinting, job: bytes) -> PrinterStatus:
    assert plugin.printer is not None
    if plugin.virtual:
        plugin.virtual.start()
    try:
        return plugin.printer.send(job)
    finally:
        if plugin.virtual:
            plugin.virtual.stop()


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
