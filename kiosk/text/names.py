"""How a citizen's name is shown: as much as the site chooses, never more. And how names of several documents are compared."""

from __future__ import annotations

import unicodedata


def mask_name(name: str, masking: str) -> str:
    """``initials``: N*** V** An (first letters, the given name whole); ``family``: Nguyễn ***; ``full``: unchanged."""
    words = unicodedata.normalize("NFC", name).split()
    if masking == "full" or not words:
        return " ".join(words)
    if masking == "family":
        return f"{words[0]} ***"
    if len(words) == 1:
        return words[0][0] + "***"
    return " ".join([word[0] + "***" for word in words[:-1]] + [words[-1]])


def plain(name: str) -> str:
    """Capital ASCII letters, words separated by one space: ``Nguyễn  Thị Đào`` is ``NGUYEN THI DAO``."""
    text = unicodedata.normalize("NFKD", name.replace("Đ", "D").replace("đ", "d")).upper()
    letters = "".join(letter if letter.isascii() and letter.isalnum() else " " for letter in _without_marks(text))
    return " ".join(letters.split())


def _without_marks(text: str) -> str:
    return "".join(letter for letter in text if not unicodedata.combining(letter))
