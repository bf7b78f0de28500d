"""Vehicle plates as people write them: one spelling, a mask for screens and paper, a keyed hash for records."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

LONGEST = 12


def normal(text: str) -> str:
    """Capital letters and digits alone: ``29a-123.45`` and ``29A 12345`` are one plate. Empty where nothing is left."""
    plain = unicodedata.normalize("NFKD", text.replace("Đ", "D").replace("đ", "d")).upper()
    return "".join(letter for letter in plain if letter.isascii() and letter.isalnum())[:LONGEST]


def masked(plate: str) -> str:
    """The series and the last two: ``29A***45``. What an officer needs to tell the vehicles in a queue apart."""
    return plate if len(plate) < 6 else f"{plate[:3]}***{plate[-2:]}"


def key(plate: str, pseudonym: Callable[[str], str]) -> str:
    """The keyed hash by which a plate is found again: 22 characters of base64url; empty for an empty plate."""
    return pseudonym(f"plate:{plate}") if plate else ""
