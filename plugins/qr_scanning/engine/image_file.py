"""From the bytes of an image file to a grey picture, safely. Does not look for codes and writes nothing."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import cv2
import numpy as np
from PIL import Image

from kiosk.domain import Text
from plugins.qr_scanning.engine.decoder import Grey

MAX_BYTES = 64 * 1024 * 1024
MAX_PIXELS = 64_000_000


_EMPTY = Text("Tệp rỗng. Hãy chọn tệp ảnh khác.", "The file is empty. Choose another image file.")
_TOO_BIG = Text(
    "Tệp lớn hơn {limit} MiB. Hãy giảm kích thước ảnh rồi thử lại.",
    "The file is larger than {limit} MiB. Make the image smaller and try again.",
)
_TOO_MANY_PIXELS = Text(
    "Ảnh có hơn {limit} triệu điểm ảnh. Hãy giảm kích thước ảnh rồi thử lại.",
    "The image has more than {limit} million pixels. Make it smaller and try again.",
)
_NO_IMAGE = Text(
    "Tệp không phải là ảnh đọc được. Hãy dùng PNG, JPEG hoặc WebP.",
    "The file is not an image that can be read. Use PNG, JPEG or WebP.",
)
_DAMAGED = Text(
    "Ảnh bị hỏng hoặc bị cắt mất phần sau. Hãy chụp hoặc sao chép lại.",
    "The image is damaged or cut short. Take or copy it again.",
)


class UnreadableImage(ValueError):
    """Why a file gave no picture, in words for a person."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text


def read_grey(data: bytes) -> Grey:
    """Decode PNG, JPEG, WebP, BMP, TIFF … to grey, turned upright by its EXIF orientation.

    Raises ``UnreadableImage`` where the bytes are no such image, are cut short beyond use, or exceed 64 MiB or 64
    million pixels. The size is taken from the header before any pixel is unpacked, so that a small file cannot claim
    the device's memory.
    """
    if not data:
        raise UnreadableImage(_EMPTY)
    if len(data) > MAX_BYTES:
        raise UnreadableImage(_TOO_BIG.format(limit=MAX_BYTES >> 20))
    if _pixels_by_header(data) > MAX_PIXELS:
        raise UnreadableImage(_TOO_MANY_PIXELS.format(limit=MAX_PIXELS // 1_000_000))
    try:
        picture = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    except cv2.error as error:
        raise UnreadableImage(_DAMAGED) from error
    if picture is None:
        raise UnreadableImage(_DAMAGED)
    return picture


def read_grey_file(path: Path) -> Grey:
    """``read_grey`` of a file. Raises ``UnreadableImage`` as there, and ``OSError`` where the file cannot be read."""
    with path.open("rb") as file:
        return read_grey(file.read(MAX_BYTES + 1))


def _pixels_by_header(data: bytes) -> int:
    try:
        with Image.open(BytesIO(data)) as header:
            return header.width * header.height
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        return MAX_PIXELS + 1  # beyond Pillow's own, larger limit
    except Exception as error:
        raise UnreadableImage(_NO_IMAGE) from error
