"""Base45 (RFC 9285): bytes as the characters that a QR code packs best. Nothing else."""

from __future__ import annotations

import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_OUTSIDE = 255
_VALUES = bytes(ALPHABET.find(chr(code)) if chr(code) in ALPHABET else _OUTSIDE for code in range(256))
_PLACES = np.array([1, 45, 45 * 45], np.int32)  # the first letter counts least


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one."""
    pieces = []
    for start in range(0, len(data), 2):
        pair = data[start : start + 2]
        rest, first = divmod(int.from_bytes(pair), 45)
        third, second = divmod(rest, 45)
        pieces.append(ALPHABET[first] + ALPHABET[second] + (ALPHABET[third] if len(pair) == 2 else ""))
    return "".join(pieces)


def decode(text: str) -> bytes:
    """The bytes of ``text``. Raises ``ValueError`` for what ``encode`` cannot have made: characters outside the alphabet, a
    length that cannot be, a group above FFFF."""
    # one product of arrays: a loop over the characters takes several times as long, and a queue waits for it
    digits = text.encode("ascii").translate(_VALUES)  # UnicodeEncodeError is a ValueError
    if _OUTSIDE in digits or len(digits) % 3 == 1:
        raise ValueError("not base45")
    whole = len(digits) // 3 * 3
    decoded = _groups(digits, whole) if whole else b""
    rest = digits[whole:]
    if not rest:
        return decoded
    last = rest[0] + 45 * rest[1]
    if last > 0xFF:
        raise ValueError("not base45")
    return decoded + bytes((last,))


def _groups(digits: bytes, whole: int) -> bytes:
    """Three letters each, two bytes of it."""
    values = np.frombuffer(digits, np.uint8, whole).reshape(-1, 3) @ _PLACES
    if (values > 0xFFFF).any():
        raise ValueError("not base45")
    return values.astype(">u2").tobytes()
