"""Draws what a synthetic citizen holds before the camera: a phone with a QR on its screen, or an identity card.

1280×720 frames in colour, a little turned and soft as a hand holds things. Nothing here is a copy of a real document.
"""

from __future__ import annotations

from pathlib import Path
from random import Random

import cv2
import font_roboto
import numpy as np
import segno
from PIL import Image, ImageDraw, ImageFont

from kiosk.synthetic import Citizen

FRAME = (1280, 720)
BACKGROUND = (126, 128, 124)


def phone(payload: str, title: str) -> Image.Image:
    """A dark phone whose screen shows ``payload`` as QR under ``title``; transparent around it."""
    picture = Image.new("RGBA", (360, 660), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 359, 659), 42, fill=(22, 23, 26))
    draw.rounded_rectangle((14, 14, 345, 645), 30, fill=(250, 250, 250))
    draw.rectangle((14, 60, 345, 118), fill=(11, 87, 164))
    draw.text((180, 89), title, font=_font(24, bold=True), fill="white", anchor="mm")
    code = _qr(payload, 292)
    picture.paste(code, (180 - code.width // 2, 150))
    draw.text((180, 480), "Đưa mã vào máy đọc", font=_font(22), fill=(60, 60, 60), anchor="mm")
    draw.rounded_rectangle((130, 620, 230, 626), 3, fill=(120, 120, 120))
    return picture


def card(citizen: Citizen) -> Image.Image:
    """A plain card with a QR at the top right, as identity cards have it; clearly marked as a sample."""
    picture = Image.new("RGBA", (760, 480), (0, 0, 0, 0))
    draw = ImageDraw.Draw(picture)
    draw.rounded_rectangle((0, 0, 759, 479), 28, fill=(206, 224, 226))
    draw.rectangle((0, 92, 759, 96), fill=(160, 60, 60))
    draw.text((36, 30), "THẺ MẪU – KHÔNG CÓ GIÁ TRỊ", font=_font(30, bold=True), fill=(140, 40, 40))
    draw.rounded_rectangle((36, 130, 226, 380), 10, fill=(178, 196, 200))
    draw.ellipse((86, 165, 176, 255), fill=(120, 140, 148))
    draw.pieslice((56, 265, 206, 460), 180, 360, fill=(120, 140, 148))
    code = _qr(citizen.cccd_2021(), 250)
    picture.paste(code, (760 - 24 - code.width, 108))
    draw.text((36, 404), f"Số: {citizen.national_id}", font=_font(30, bold=True), fill=(40, 40, 40))
    draw.text((36, 440), citizen.name, font=_font(26), fill=(40, 40, 40))
    return picture


def held(thing: Image.Image, rng: Random) -> np.ndarray:
    """The thing before the camera: BGR uint8, 720×1280×3."""
    scale = min(1.0, 660 / thing.height)
    thing = thing.resize((int(thing.width * scale), int(thing.height * scale)), Image.Resampling.LANCZOS)
    turned = thing.rotate(rng.uniform(-7, 7), expand=True, resample=Image.Resampling.BICUBIC)
    frame = Image.new("RGB", FRAME, BACKGROUND)
    left = (FRAME[0] - turned.width) // 2 + rng.randint(-120, 120)
    top = max(-20, (FRAME[1] - turned.height) // 2 + rng.randint(-12, 12))
    frame.paste(turned, (left, top), turned)
    soft = cv2.GaussianBlur(np.asarray(frame)[:, :, ::-1], (0, 0), rng.uniform(0.4, 0.9))
    return np.ascontiguousarray(soft)


def jpeg(frame: np.ndarray) -> bytes:
    """The frame as a JPEG file."""
    done, data = cv2.imencode(".jpg", frame, [cv2.IMWRITE_JPEG_QUALITY, 88])
    if not done:
        raise ValueError("the picture could not be encoded")
    return data.tobytes()


def _qr(payload: str, pixels: int) -> Image.Image:
    """Black on white with its quiet zone, at most ``pixels`` wide, modules whole."""
    code = segno.make(payload, error="m", micro=False, encoding="utf-8")
    modules = code.symbol_size(scale=1, border=4)[0]
    scale = max(1, pixels // modules)
    matrix = np.array(
        [[0 if dark else 255 for dark in row] for row in code.matrix_iter(scale=scale, border=4)], np.uint8
    )
    return Image.fromarray(matrix, "L").convert("RGB")


def _font(size: int, bold: bool = False) -> ImageFont.FreeTypeFont:
    name = "Roboto-Bold.ttf" if bold else "Roboto-Regular.ttf"
    return ImageFont.truetype(Path(font_roboto.font_directory) / name, size)
