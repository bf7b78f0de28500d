"""The plain values that claims of a signed code are made of, checked where they are read. Knows no claim by name."""

from __future__ import annotations

from typing import Any


class BadClaims(ValueError):
    """Claims that no code of this system has. Its text never holds their values."""


def whole_number(value: Any, least: int, most: int) -> int:
    """A whole number from ``least`` to ``most``; a truth value is none. Raises ``BadClaims``."""
    if type(value) is not int or not least <= value <= most:
        raise BadClaims("a number out of range")
    return value


def short_text(value: Any, most_bytes: int) -> str:
    """A printable text of at most ``most_bytes`` in UTF-8. Raises ``BadClaims``."""
    if (
        not isinstance(value, str)
        or len(value.encode("utf-8", "surrogatepass")) > most_bytes
        or not value.isprintable()
    ):
        raise BadClaims("a text that is too long or not text")
    return value
