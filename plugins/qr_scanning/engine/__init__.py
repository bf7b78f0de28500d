"""The scanning engine: grey pictures in, codes out. Knows no camera, no plugin machinery, and keeps no global state.

Pictures are two-dimensional ``uint8`` numpy arrays (rows, columns), 0 black to 255 white.
``decode_still`` reads one picture as thoroughly as it can; ``FrameReader`` reads a camera's stream.
"""

from plugins.qr_scanning.engine.frame_reader import FrameReader, FrameReaderOptions, FrameReading
from plugins.qr_scanning.engine.guidance import Hint
from plugins.qr_scanning.engine.image_file import UnreadableImage, read_grey, read_grey_file
from plugins.qr_scanning.engine.still import decode_still
from plugins.qr_scanning.engine.symbologies import KNOWN, LINEAR, LIVE_DEFAULT, MATRIX, STILL_DEFAULT

__all__ = [
    "KNOWN",
    "LINEAR",
    "LIVE_DEFAULT",
    "MATRIX",
    "STILL_DEFAULT",
    "FrameReader",
    "FrameReaderOptions",
    "FrameReading",
    "Hint",
    "UnreadableImage",
    "decode_still",
    "read_grey",
    "read_grey_file",
]
