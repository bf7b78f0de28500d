"""Base45 (RFC 9285): bytes as the characters that a QR code packs best. Nothing else."""

from __future__ import annotations

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
_VALUE = {char: value for value, char in enumerate(ALPHABET)}


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
    """The bytes of ``text``. Raises ``ValueError`` for what ``encode`` cannot have made."""
    try:
        values = [_VALUE[char] for char in text]
    except KeyError:
        raise ValueError("a character that base45 does not have") from None
    data = bytearray()
    for start in range(0, len(values), 3):
        group = values[start : start + 3]
        number = sum(value * 45**place for place, value in enumerate(group))
        if len(group) == 1 or number >> (8 * (len(group) - 1)):
            raise ValueError("not base45")
        data += number.to_bytes(len(group) - 1)
    return bytes(data)
