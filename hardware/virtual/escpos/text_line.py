"""Text settings and the line being set: which dots each character gets, and how a line goes onto the paper."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from hardware.virtual.escpos.character_sets import CodePage, printed_character
from hardware.virtual.escpos.paper import Dots, Paper
from hardware.virtual.escpos.rom_font import FONT_A, RomFont, cell

LEFT, CENTRE, RIGHT = 0, 1, 2
DEFAULT_LINE_SPACING = 30  # dots, 1/6 inch on most heads
TAB_CELLS = 8


@dataclass(slots=True)
class TextState:
    """What ESC @ resets."""

    code_page: CodePage
    font: RomFont = FONT_A
    width_factor: int = 1
    height_factor: int = 1
    bold: bool = False
    underline: int = 0  # dots
    reverse: bool = False
    align: int = LEFT
    international: int = 0
    line_spacing: int = DEFAULT_LINE_SPACING
    character_spacing: int = 0
    left_margin: int = 0
    area_width: int | None = None  # None: to the paper's edge
    tabs: tuple[int, ...] = tuple(TAB_CELLS * FONT_A.width * column for column in range(1, 32))
    user_defined_on: bool = False
    user_defined: dict[tuple[RomFont, int], Dots] = field(default_factory=dict)


def cell_dots(state: TextState, byte: int) -> Dots:
    """The dots of one byte's character as the settings have it now, enlarged."""
    dots = state.user_defined.get((state.font, byte)) if state.user_defined_on else None
    if dots is None:
        dots = cell(printed_character(byte, state.code_page, state.international), state.font)
    if state.bold:  # the head burns each dot a second time, one step to the right
        dots = dots.copy()
        dots[:, 1:] |= dots[:, :-1].copy()
    if state.character_spacing:
        dots = np.pad(dots, ((0, 0), (0, state.character_spacing)))
    if state.height_factor > 1 or state.width_factor > 1:
        dots = dots.repeat(state.height_factor, axis=0).repeat(state.width_factor, axis=1)
    if state.underline:
        dots = dots.copy()
        dots[-state.underline :, :] = True
    return ~dots if state.reverse else dots


class TextLine:
    """Characters and column images that wait for their line to be printed."""

    def __init__(self) -> None:
        self._parts: list[tuple[int, Dots]] = []  # position from the left margin, dots
        self._end = 0

    @property
    def empty(self) -> bool:
        """Whether the next command stands at the beginning of a line."""
        return not self._parts and not self._end

    def add(self, dots: Dots, paper: Paper, state: TextState) -> None:
        """Append; where it does not fit any more, print the line first, as printers do."""
        if self._end + dots.shape[1] > _area(paper, state) and self._parts:
            self.print(paper, state)
        self._parts.append((self._end, dots))
        self._end += dots.shape[1]

    def move_to(self, position: int) -> None:
        """Set where the next part begins, in dots from the left margin."""
        self._end = max(position, 0)

    def tab(self, state: TextState) -> None:
        """Go to the next tab stop; without one, stay."""
        self._end = next((stop for stop in state.tabs if stop > self._end), self._end)

    def print(self, paper: Paper, state: TextState) -> None:
        """Burn the line, letters standing on a common foot, and feed by the line spacing or the tallest part."""
        height = max((dots.shape[0] for _, dots in self._parts), default=0)
        x = aligned(self._end, paper, state)
        for position, dots in self._parts:
            paper.put(x + position, dots, paper.y + height - dots.shape[0])
        paper.feed(max(height, state.line_spacing))
        self._parts.clear()
        self._end = 0


def _area(paper: Paper, state: TextState) -> int:
    rest = paper.width - state.left_margin
    return rest if state.area_width is None else min(state.area_width, rest)


def aligned(width: int, paper: Paper, state: TextState) -> int:
    """Where something ``width`` dots wide begins, by ESC a and the margins."""
    spare = max(_area(paper, state) - width, 0)
    return state.left_margin + {LEFT: 0, CENTRE: spare // 2, RIGHT: spare}[state.align]
