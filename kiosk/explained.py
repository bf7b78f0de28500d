"""Errors that say in both languages what is wrong and what to do. Prints nothing."""

from __future__ import annotations

from kiosk.domain import Text


class Explained(ValueError):
    """Something that a person must put right; ``text`` says it to them."""

    def __init__(self, vi: str, en: str) -> None:
        super().__init__(en)
        self.text = Text(vi, en)


def text_of(error: BaseException) -> Text:
    """An error's own words where it has some in both languages, else the same words twice."""
    if isinstance(error, Explained):
        return error.text
    plain = (error.strerror if isinstance(error, OSError) else None) or str(error) or type(error).__name__
    return Text(plain, plain)
