"""Draws an ESC/POS byte stream as a thermal printer would, and rejects what a strict one would not know.

After Epson's ESC/POS command reference, the part that receipt printers of all makers share. It stands for no make in
particular: bar codes, page mode, slips, colours and downloaded logos are errors here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from PIL import Image

from hardware.virtual.escpos.character_sets import COMMON_CODE_PAGES, CodePage, is_international_set
from hardware.virtual.escpos.graphics import QrMaker, columns, raster, stored_graphics, user_defined
from hardware.virtual.escpos.paper import Dots, Paper
from hardware.virtual.escpos.reader import EscposError, IncompleteCommandError, Reader, require
from hardware.virtual.escpos.rom_font import FONT_A, FONT_B
from hardware.virtual.escpos.text_line import DEFAULT_LINE_SPACING, TextLine, TextState, aligned, cell_dots

MARGIN = 24  # dots of white added above and below, as the cutter leaves them
DOTS = {58: 384, 80: 576}  # printable dots by paper width in millimetres, 203 dots per inch

StatusReply = Callable[[str, int], bytes]  # ("DLE EOT" or "GS r", n) -> what the printer answers


def ready(request: str, number: int) -> bytes:
    """The answers of a printer that is on line, with paper, closed."""
    return b"\x12" if request == "DLE EOT" else b"\x00"


class Interpreter:
    """One printer's state. Feed it bytes as they come; each cut finishes a paper.

    Raises ``EscposError`` at the first byte that no command explains; nothing is drawn after that.
    """

    def __init__(
        self,
        width: int = DOTS[58],
        *,
        status: StatusReply = ready,
        reply: Callable[[bytes], None] = lambda answer: None,
        code_pages: Mapping[int, CodePage] = COMMON_CODE_PAGES,
    ) -> None:
        self.papers: list[Image.Image] = []
        self._width = width
        self._status = status
        self._reply = reply
        self._code_pages = code_pages
        self._buffer = bytearray()
        self._consumed = 0  # bytes of the stream before the buffer
        self._paper = Paper(width)
        self._stored: Dots | None = None
        self._initialise()

    # --- receiving

    def feed(self, data: bytes) -> None:
        """Interpret what is complete; the beginning of a command waits for its rest."""
        self._buffer += data
        position = 0
        try:
            while position < len(self._buffer):
                reader = Reader(self._buffer, position)
                try:
                    self._one(reader)
                except IncompleteCommandError:
                    break
                except EscposError:
                    raise
                except ValueError as error:
                    raise EscposError(self._consumed + position, str(error)) from error
                position = reader.position
        finally:
            del self._buffer[:position]
            self._consumed += position

    def finish(self) -> None:
        """Say that the stream ends here. Raises ``EscposError`` where a command was cut off."""
        if self._buffer:
            raise EscposError(self._consumed, "the stream ends inside a command")

    def uncut(self) -> Image.Image | None:
        """The paper that is not cut yet, where something stands on it."""
        return None if self._paper.is_blank() else _framed(self._paper)

    def _one(self, reader: Reader) -> None:
        first = reader.byte()
        if first >= 0x20 and first != 0x7F:
            self._line.add(cell_dots(self._text, first), self._paper, self._text)
        elif first == 0x0A:
            self._line.print(self._paper, self._text)
        elif first == 0x09:
            self._line.tab(self._text)
        elif first == 0x0D:
            return  # no printer feeds on CR unless its switches say so
        elif first == 0x1B:
            self._escape(reader)
        elif first == 0x1D:
            self._group(reader)
        elif first == 0x1C:
            require(reader.byte() == ord("."), "FS command other than FS . (no Chinese characters)")
        elif first == 0x10:
            self._real_time(reader)
        else:
            raise ValueError(f"control character 0x{first:02X}")

    # --- ESC

    def _escape(self, reader: Reader) -> None:
        command = chr(reader.byte())
        text = self._text
        match command:
            case "@":
                self._initialise()
            case "!":
                self._print_mode(reader.byte())
            case "-":
                text.underline = reader.digit(2)
            case "E" | "G":
                text.bold = bool(reader.byte() & 1)
            case "M":
                text.font = (FONT_A, FONT_B)[reader.digit(1)]
            case "a":
                value = reader.digit(2)
                self._at_line_start("ESC a")
                text.align = value
            case "t":
                number = reader.byte()
                require(number in self._code_pages, f"ESC t {number}: this printer has no such code page")
                text.code_page = self._code_pages[number]
            case "R":
                number = reader.byte()
                require(is_international_set(number), f"ESC R {number}: no such international set")
                text.international = number
            case "2":
                text.line_spacing = DEFAULT_LINE_SPACING
            case "3":
                text.line_spacing = reader.byte()
            case " ":
                text.character_spacing = reader.byte()
            case "$":
                self._line.move_to(reader.word())
            case "d":
                self._feed_lines(reader.byte())
            case "J":
                rows = reader.byte()
                if not self._line.empty:
                    spacing, text.line_spacing = text.line_spacing, 0
                    self._line.print(self._paper, text)
                    text.line_spacing = spacing
                self._paper.feed(rows)
            case "%":
                text.user_defined_on = bool(reader.byte() & 1)
            case "&":
                self._define_characters(reader)
            case "?":
                text.user_defined.pop((text.font, reader.byte()), None)
            case "*":
                self._line.add(columns(reader), self._paper, text)
            case "D":
                stops = reader.until_nul(32)
                text.tabs = tuple(stop * text.font.width for stop in stops)
            case "i" | "m":
                self._cut()
            case "p":
                reader.take(3)  # a pulse for a cash drawer, which is not on the paper
            case _:
                raise ValueError(f"ESC {command!r} is not a command of this printer")

    def _print_mode(self, mode: int) -> None:
        require(not mode & 0b01000110, f"ESC ! 0x{mode:02X}: undefined bits")
        text = self._text
        text.font = FONT_B if mode & 1 else FONT_A
        text.bold = bool(mode & 8)
        text.height_factor = 2 if mode & 16 else 1
        text.width_factor = 2 if mode & 32 else 1
        text.underline = 1 if mode & 128 else 0

    def _define_characters(self, reader: Reader) -> None:
        rows, first, last = reader.byte(), reader.byte(), reader.byte()
        require(rows == 3, f"ESC &: {rows} bytes a column, fonts A and B take 3")
        require(0x20 <= first <= last <= 0x7E, f"ESC &: codes 0x{first:02X} to 0x{last:02X}, 0x20 to 0x7E exist")
        font = self._text.font
        defined = {(font, code): user_defined(reader, font.width, font.height) for code in range(first, last + 1)}
        self._text.user_defined.update(defined)

    def _feed_lines(self, lines: int) -> None:
        if not self._line.empty and lines:
            self._line.print(self._paper, self._text)
            lines -= 1
        self._paper.feed(lines * self._text.line_spacing)

    # --- GS

    def _group(self, reader: Reader) -> None:
        command = chr(reader.byte())
        text = self._text
        match command:
            case "!":
                size = reader.byte()
                require(not size & 0x88, f"GS ! 0x{size:02X}: sizes go from 1 to 8")
                text.width_factor, text.height_factor = 1 + (size >> 4), 1 + (size & 7)
            case "B":
                text.reverse = bool(reader.byte() & 1)
            case "L":
                text.left_margin = reader.word()
            case "W":
                text.area_width = reader.word()
            case "V":
                self._cut_command(reader.byte(), reader)
            case "v":
                require(reader.byte() == ord("0"), "GS v without 0")
                self._image(raster(reader))
            case "(":
                self._long_command(reader)
            case "8":
                require(reader.byte() == ord("L"), "GS 8 without L")
                self._graphics(reader.take(reader.long()))
            case "r":
                number = reader.byte()
                require(number in (1, 2, 49, 50), f"GS r {number}")
                self._reply(self._status("GS r", number))
            case "a":
                require(reader.byte() == 0, "GS a: this printer sends no status by itself")
            case _:
                raise ValueError(f"GS {command!r} is not a command of this printer")

    def _long_command(self, reader: Reader) -> None:
        kind = chr(reader.byte())
        body = reader.take(reader.word())
        if kind == "L":
            self._graphics(body)
        elif kind == "k":
            symbol = self._qr.command(body)
            if symbol is not None:
                self._image(symbol)
        else:
            raise ValueError(f"GS ( {kind!r} is not a command of this printer")

    def _graphics(self, body: bytes) -> None:
        require(body[:1] == b"0", "GS ( L: m must be 48")
        if body[1:2] == b"p":
            self._stored = stored_graphics(body[2:])
        elif body[1:] in (b"2", b"\x02"):
            require(self._stored is not None, "GS ( L: nothing stored to print")
            assert self._stored is not None
            self._image(self._stored)
            self._stored = None
        else:
            raise ValueError("GS ( L: only functions 112 (store) and 50 (print)")

    def _image(self, dots: Dots) -> None:
        self._at_line_start("an image")
        require(dots.shape[1] <= self._width, f"image {dots.shape[1]} dots wide on {self._width} dots of paper")
        self._paper.put(aligned(dots.shape[1], self._paper, self._text), dots)
        self._paper.feed(dots.shape[0])

    # --- paper and status

    def _cut_command(self, mode: int, reader: Reader) -> None:
        if mode in (65, 66):
            rows = reader.byte()
            self._at_line_start("GS V")
            self._paper.feed(rows)
        else:
            require(mode in (0, 1, 48, 49), f"GS V {mode}")
        self._cut()

    def _cut(self) -> None:
        self._at_line_start("a cut")
        self.papers.append(_framed(self._paper))
        self._paper = Paper(self._width)

    def _real_time(self, reader: Reader) -> None:
        kind, number = reader.byte(), reader.byte()
        if kind == 0x04 and 1 <= number <= 4:
            self._reply(self._status("DLE EOT", number))
        elif kind == 0x05 and number in (1, 2):
            return  # DLE ENQ: go on after an error; this printer has none of its own
        elif kind == 0x14 and number == 1:
            reader.take(2)  # DLE DC4 1 m t: a pulse
        else:
            raise ValueError(f"DLE 0x{kind:02X} {number} is not a real-time command of this printer")

    def _at_line_start(self, what: str) -> None:
        require(self._line.empty, f"{what} in the middle of a line: printers ignore it there")

    def _initialise(self) -> None:
        self._text = TextState(self._code_pages[0])
        self._line = TextLine()
        self._qr = QrMaker()
        self._stored = None


def _framed(paper: Paper) -> Image.Image:
    drawn = paper.image()
    framed = Image.new("1", (drawn.width, drawn.height + 2 * MARGIN), 1)
    framed.paste(drawn, (0, MARGIN))
    return framed
