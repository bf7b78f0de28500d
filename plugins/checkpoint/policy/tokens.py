"""The words of the rule notation. Knows no facts and no grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<string>"[^"\n]*" | '[^'\n]*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<mark><=|>=|==|!=|[<>()\[\],+-])
    | (?P<foreign>&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)
_INSTEAD = {
    "=": "write '==' for “is equal to”",
    "&&": "write 'and'",
    "||": "write 'or'",
    "!": "write 'not'",
    '"': "this text has no closing quote",
    "'": "this text has no closing quote",
    "“": 'write straight quotes: "…"',
    "”": 'write straight quotes: "…"',
    "≥": "write '>='",
    "≤": "write '<='",
}


class NotationError(ValueError):
    """A rule that cannot be read. ``place``: the offset in the text where it went wrong."""

    def __init__(self, message: str, place: int) -> None:
        super().__init__(message)
        self.message = message
        self.place = place


@dataclass(frozen=True, slots=True)
class Token:
    """One word. ``kind``: number, string (``text`` without quotes), name, mark, or end."""

    kind: str
    text: str
    place: int

    @property
    def shown(self) -> str:
        """The word for a message."""
        return "the end" if self.kind == "end" else repr(self.text[:40])


def tokens(text: str) -> list[Token]:
    """The words of ``text``, ended by one of kind ``end``. Raises ``NotationError``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup or "", match.group()
        if kind == "foreign":
            raise NotationError(_INSTEAD.get(word, f"{word!r} has no meaning here"), match.start())
        if kind != "space":
            found.append(Token(kind, word[1:-1] if kind == "string" else word, match.start()))
    return [*found, Token("end", "", len(text))]
