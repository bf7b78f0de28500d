"""The site's logo, made black and white and fitted to the paper. Any picture that Pillow reads."""

from __future__ import annotations

from pathlib import Path

from PIL import Image, ImageOps

MAX_PIXELS = 16_000_000  # of the file: more is a photograph put there by mistake


def load_logo(path: Path, width: int, height: int) -> Image.Image:
    """Mode "1", no larger than ``width`` by ``height`` dots, proportions kept, on white.

    Raises ``ValueError`` where the file is missing, no picture, or far too large.
    """
    try:
        with Image.open(path) as opened:
            if opened.width * opened.height > MAX_PIXELS:
                raise ValueError(f"logo {path}: {opened.width} x {opened.height} pixels are too many")
            coloured = opened.convert("RGBA")
    except OSError as error:
        raise ValueError(f"logo {path}: cannot be read as a picture") from error
    white = Image.new("RGBA", coloured.size, "white")
    grey = Image.alpha_composite(white, coloured).convert("L")
    fitted = ImageOps.contain(grey, (width, height), Image.Resampling.LANCZOS)
    return fitted.convert("1")  # dithered: photographs and shades stay recognisable
