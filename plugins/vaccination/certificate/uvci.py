"""The unique certificate identifier: ``URN:UVCI:01:VN:<opaque>#<check>``, schema option 3 of the eHealth Network's "Guidelines on
verifiable vaccination certificates", release 2, annex 2. The opaque part is random: it says nothing of anybody."""

from __future__ import annotations

import base64
import hashlib
import secrets

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789/:"  # its order is that of the check character's code points
_VALUES = {letter: value for value, letter in enumerate(ALPHABET)}
OPAQUE_BYTES = 15  # 120 bits: 24 characters of base32


def mint(country: str) -> str:
    """A new one. ``country``: ISO 3166-1 alpha-2."""
    opaque = base64.b32encode(secrets.token_bytes(OPAQUE_BYTES)).decode("ascii")
    text = f"URN:UVCI:01:{country}:{opaque}"
    return f"{text}#{check_character(text)}"


def check_character(text: str) -> str:
    """Luhn's sum modulo 38 over the whole text before ``#``. Raises ``KeyError`` for a letter that no UVCI has."""
    total, factor, size = 0, 2, len(ALPHABET)
    for letter in reversed(text):
        product = factor * _VALUES[letter]
        total += product // size + product % size
        factor = 3 - factor
    return ALPHABET[-total % size]


def checks(uvci: str) -> bool:
    """Whether the check character fits: a slip of the finger does not."""
    text, mark, check = uvci.partition("#")
    try:
        return bool(mark) and check == check_character(text)
    except KeyError:
        return False


def hash_of(uvci: str) -> str:
    """SHA-256, hex: how records and lists name a certificate without naming anybody."""
    return hashlib.sha256(uvci.encode()).hexdigest()
