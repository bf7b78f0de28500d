"""Base45 (RFC 9285): bytes as the characters that a QR code packs best. Nothing else."""

from __future__ import annotations

import struct

import numpy as np

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_OUTSIDE = 255
_VALUES = bytes(ALPHABET.find(chr(code)) if chr(code) in ALPHABET else _OUTSIDE for code in range(256))
_LETTERS = np.frombuffer(ALPHABET.encode("ascii"), np.uint8)


def encode(data: bytes) -> str:
    """Three characters for two bytes, two for a last single one."""
    # arrays: a signer writes a thousand of these a second
    even = len(data) // 2 * 2
    values = np.frombuffer(data, ">u2", even // 2).astype(np.uint32)
    digits = np.empty((len(values), 3), np.uint8)
    for place in range(3):
        values, digits[:, place] = np.divmod(values, 45)
    text = _LETTERS[digits].tobytes().decode("ascii")
    if even == len(data):
        return text
    second, first = divmod(data[-1], 45)
    return text + ALPHABET[first] + ALPHABET[second]


def decode(text: str) -> bytes:
    """The bytes of ``text``. Raises ``ValueError`` for what ``encode`` cannot have made: characters outside the alphabet, a
    length that cannot be, a group above FFFF."""
    digits = text.encode("ascii").translate(_VALUES)  # UnicodeEncodeError is a ValueError
    if _OUTSIDE in digits or len(digits) % 3 == 1:
        raise ValueError("not base45")
    whole = len(digits) // 3 * 3
    decoded = _groups(digits, whole)
    rest = digits[whole:]
    if not rest:
        return decoded
    last = rest[0] + 45 * rest[1]
    if last > 0xFF:
        raise ValueError("not base45")
    return decoded + bytes((last,))


def _groups(digits: bytes, whole: int) -> bytes:
    """Three letters each, two bytes of it."""
    # no arrays as in ``encode``: one certificate is read now and then, and finds NumPy's code in no cache of the processor
    letters = digits[0:whole:3], digits[1:whole:3], digits[2:whole:3]
    values = [first + 45 * second + 2025 * third for first, second, third in zip(*letters, strict=True)]
    try:
        return struct.pack(f">{len(values)}H", *values)
    except struct.error:
        raise ValueError("not base45") from None
