"""A virtual ESC/POS printer: a strict interpreter that draws the paper, and a twin that speaks TCP or serial."""

from collections.abc import Mapping

from PIL import Image

from hardware.virtual.escpos.character_sets import COMMON_CODE_PAGES
from hardware.virtual.escpos.interpreter import DOTS, Interpreter
from hardware.virtual.escpos.reader import EscposError

__all__ = ["DOTS", "EscposError", "Interpreter", "draw"]


def draw(data: bytes, width: int = DOTS[58], code_pages: Mapping[int, str] = COMMON_CODE_PAGES) -> list[Image.Image]:
    """Draw a whole job: one picture per cut, and one for what follows the last cut. Raises ``EscposError``."""
    interpreter = Interpreter(width, code_pages=code_pages)
    interpreter.feed(data)
    interpreter.finish()
    uncut = interpreter.uncut()
    return interpreter.papers + ([uncut] if uncut else [])
