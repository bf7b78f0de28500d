"""From a receipt's blocks to the bytes that are sent. Chooses the mode; the modes are in modules of their own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PIL import Image

from hardware.printers import commands
from kiosk.domain import Block, Paragraph, QrCode
from plugins.receipt_printing.cell_job import NATIVE_MODULE, QR_GAP, CellJob
from plugins.receipt_printing.cells import Line, set_in_cells
from plugins.receipt_printing.code_pages import code_pages
from plugins.receipt_printing.glyph_mode import GlyphEncoder
from plugins.receipt_printing.glyphs import WIDTH
from plugins.receipt_printing.raster import draw_receipt
from plugins.receipt_printing.settings import Mode
from plugins.receipt_printing.text_mode import TextEncoder

DOTS = {58: 384, 80: 576}  # printable dots by paper width in millimetres, at 203 dots per inch


@dataclass(frozen=True, slots=True)
class JobOptions:
    """How to print. ``logo`` is mode "1" and no wider than the paper."""

    width: int = 58  # millimetres
    mode: Mode = "raster"
    native_qr: bool = False
    profile: str = "default"
    logo: Image.Image | None = None

    @property
    def dots(self) -> int:
        return DOTS[self.width]


def compose_job(blocks: Sequence[Block], options: JobOptions) -> bytes:
    """The whole job, from initialising to the cut. Raises ``ValueError`` where a block cannot be printed at all."""
    return commands.INITIALISE + compose_body(blocks, options) + commands.cut()


def compose_body(blocks: Sequence[Block], options: JobOptions) -> bytes:
    """The job without its beginning and end, so that several can share a paper."""
    if options.mode != "raster":
        items = set_in_cells(blocks, options.dots // WIDTH)
        lines = [item for item in items if isinstance(item, Line)]
        encoder = GlyphEncoder(lines) if options.mode == "glyph" else TextEncoder(code_pages(options.profile))
        return CellJob(encoder, options.dots, options.native_qr, options.logo).body(items)
    if not options.native_qr:
        return commands.LEFT + commands.raster(draw_receipt(blocks, options.dots, options.logo))
    body, pictured = commands.LEFT, list[Block]()
    for block in blocks:
        if isinstance(block, QrCode):
            body += commands.raster(draw_receipt(pictured, options.dots, options.logo)) + _native_qr(block)
            pictured = [Paragraph(block.caption, centred=True, small=True)]
        else:
            pictured.append(block)
    return body + commands.raster(draw_receipt(pictured, options.dots, options.logo))


def _native_qr(block: QrCode) -> bytes:
    code = commands.native_qr(block.payload.encode(), NATIVE_MODULE)
    return commands.white(QR_GAP) + commands.CENTRE + code + commands.LEFT + commands.white(QR_GAP)


def seconds_at(baud: int, size: int) -> float:
    """How long a serial line at ``baud`` (8N1: ten bits a byte) takes for ``size`` bytes."""
    return size * 10 / baud
