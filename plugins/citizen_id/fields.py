"""What every pipe-separated format asks of its fields: bounded, printable, readable. Knows no grammar."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from plugins.citizen_id.refusals import Refused

LONGEST_FIELD = 1200  # characters; the hex of a long address fits

_SEXES = {"nam": "male", "nữ": "female", "nu": "female"}  # "Nu" without its accent occurs


def clean(fields: Iterable[str]) -> list[str]:
    """The fields, trimmed. ``Refused`` for one that is too long or holds a control or invisible character."""
    trimmed = []
    for field in fields:
        if len(field) > LONGEST_FIELD:
            raise Refused("too_long")
        if not field.isprintable():
            field = _spaces_made_plain(field)
        trimmed.append(field.strip())
    return trimmed


def _spaces_made_plain(field: str) -> str:
    """Typographic spaces become plain ones; everything else that does not print is refused: also the marks that
    turn the direction of writing, which would let a name show as another."""
    plain = "".join(" " if unicodedata.category(character) == "Zs" else character for character in field)
    if not plain.isprintable():
        raise Refused("control_character")
    return plain


def sex(word: str) -> str | None:
    """ "male" or "female" for Nam, Nữ or Nu; None for anything else."""
    return _SEXES.get(word.casefold())
