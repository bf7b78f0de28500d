"""What a USB webcam says of itself and answers, as bytes: "USB Device Class Definition for Video Devices" 1.0, one MJPEG format, 640 x 480,
bulk transfer. Moves nothing; webcam.py does.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

WIDTH, HEIGHT = 640, 480
INTERVAL = 2_000_000  # 100 ns: five pictures a second, since the processor may be an emulated one
LONGEST_PICTURE = WIDTH * HEIGHT * 2
PAYLOAD = 16384  # bytes of one transfer

DEVICE = struct.pack("<BBHBBBBHHHBBBB", 18, 1, 0x0200, 0xEF, 2, 1, 64, 0x1D6B, 0x0102, 0x0100, 1, 2, 3, 1)
STRINGS = {1: "Test", 2: "Webcam", 3: "1"}


def _of_class(kind: int, form: str, *fields: int) -> bytes:
    """A class-specific interface descriptor (type 0x24)."""
    body = struct.pack("<" + form, *fields)
    return bytes((len(body) + 3, 0x24, kind)) + body


def _interface(number: int, end_points: int, subclass: int) -> bytes:
    return bytes((9, 4, number, 0, end_points, 0x0E, subclass, 0, 0))


def _configuration() -> bytes:
    camera = _of_class(2, "BHBBHHHBBBB", 1, 0x0201, 0, 0, 0, 0, 0, 3, 0, 0, 0)
    output = _of_class(3, "BHBBB", 2, 0x0101, 0, 1, 0)
    control = _of_class(1, "HHIBB", 0x0100, 13 + len(camera) + len(output), 6_000_000, 1, 1) + camera + output
    picture = _of_class(6, "BBBBBBBB", 1, 1, 1, 1, 0, 0, 0, 0)
    rate = LONGEST_PICTURE * 8 * 5
    size = _of_class(7, "BBHHIIIIBI", 1, 0, WIDTH, HEIGHT, rate, rate, LONGEST_PICTURE, INTERVAL, 1, INTERVAL)
    streaming = _of_class(1, "BHBBBBBBBB", 1, 14 + len(picture) + len(size), 0x81, 0, 2, 0, 0, 0, 1, 0) + picture + size
    body = bytes((8, 0x0B, 0, 2, 0x0E, 3, 0, 0)) + _interface(0, 0, 1) + control + _interface(1, 1, 2) + streaming
    body += struct.pack("<BBBBHB", 7, 5, 0x81, 2, 512, 0)
    return struct.pack("<BBHBBBBB", 9, 2, 9 + len(body), 2, 1, 0, 0x80, 250) + body


CONFIGURATION = _configuration()


def _descriptor(value: int) -> bytes | None:
    kind, index = value >> 8, value & 0xFF
    if kind == 1:
        return DEVICE
    if kind == 2:
        return CONFIGURATION
    if kind == 3 and index == 0:
        return b"\x04\x03\x09\x04"  # American English
    if kind == 3 and index in STRINGS:
        words = STRINGS[index].encode("utf-16-le")
        return bytes((len(words) + 2, 3)) + words
    return None


def _probe(request: int) -> bytes | None:
    """Video probe and commit controls: there is one choice, whatever is asked for."""
    if request == 0x86:  # GET_INFO: may be read and written
        return b"\x03"
    if request == 0x85:  # GET_LEN
        return b"\x1a\x00"
    return struct.pack("<HBBIHHHHHII", 1, 1, 1, INTERVAL, 0, 0, 0, 0, 0, LONGEST_PICTURE, PAYLOAD)


def answer(setup: bytes) -> bytes | None:
    """The answer to a request on end point 0; empty where there is nothing to say, None: not supported."""
    kind, request, value, index, length = struct.unpack("<BBHHH", setup)
    if kind == 0x80 and request == 6:
        found = _descriptor(value)
    elif kind == 0xA1 and index & 0xFF == 1 and value >> 8 in (1, 2):
        found = _probe(request)
    elif kind == 0x80 and request == 0:  # GET_STATUS
        found = b"\0\0"
    elif kind & 0x80 == 0 and (kind & 0x60 == 0 or (index & 0xFF == 1 and value >> 8 in (1, 2))):
        return b""  # SET_CONFIGURATION, SET_INTERFACE, CLEAR_FEATURE, the choice of a format
    else:
        return None
    return found if found is None else found[:length]


def payloads(picture: bytes, odd: bool) -> Iterator[bytes]:
    """A picture as transfers, each with a header: end of header, end of picture, and which of two pictures it belongs to."""
    room = PAYLOAD - 2
    for at in range(0, len(picture), room):
        last = at + room >= len(picture)
        yield bytes((2, 0x80 | (0x02 if last else 0) | (0x01 if odd else 0))) + picture[at : at + room]
