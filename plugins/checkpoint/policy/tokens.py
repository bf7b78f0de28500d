"""The words of the rule notation. Knows no facts and no grammar."""

from __future__ import annotations

import re
from dataclasses import dataclass

from kiosk.domain import Text
from kiosk.explained import Explained

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    | (?P<number>[0-9]+(?:\.[0-9]+)?)
    | (?P<string>"[^"\n]*" | '[^'\n]*')
    | (?P<name>[A-Za-z_][A-Za-z0-9_]*(?:\.[A-Za-z_][A-Za-z0-9_]*)*)
    | (?P<mark><=|>=|==|!=|[<>()\[\],+-])
    | (?P<foreign>&&|\|\||.)""",
    re.VERBOSE | re.DOTALL,
)


def _write(what: str) -> Text:
    return Text(f"hãy viết {what}", f"write {what}")


_OPEN = Text("chữ này thiếu dấu ngoặc kép ở cuối", "this text has no closing quote")
_STRAIGHT = Text('hãy viết dấu ngoặc kép thẳng: "…"', 'write straight quotes: "…"')
_INSTEAD = {
    "=": Text("“bằng” phải viết là '=='", "write '==' for “is equal to”"),
    "&&": _write("'and'"),
    "||": _write("'or'"),
    "!": _write("'not'"),
    '"': _OPEN,
    "'": _OPEN,
    "“": _STRAIGHT,
    "”": _STRAIGHT,
    "≥": _write("'>='"),
    "≤": _write("'<='"),
}


class NotationError(Explained):
    """A rule that cannot be read. ``place``: the offset in the text where it went wrong."""

    def __init__(self, vi: str, en: str, place: int) -> None:
        super().__init__(vi, en)
        self.place = place


@dataclass(frozen=True, slots=True)
class Token:
    """One word. ``kind``: number, string (``text`` without quotes), name, mark, or end."""

    kind: str
    text: str
    place: int

    @property
    def shown(self) -> Text:
        """The word for a message."""
        written = repr(self.text[:40])
        return Text("chỗ hết", "the end") if self.kind == "end" else Text(written, written)


def tokens(text: str) -> list[Token]:
    """The words of ``text``, ended by one of kind ``end``. Raises ``NotationError``."""
    found: list[Token] = []
    for match in _TOKEN.finditer(text):
        kind, word = match.lastgroup or "", match.group()
        if kind == "foreign":
            strange = Text(f"{word!r} không có nghĩa ở đây", f"{word!r} has no meaning here")
            said = _INSTEAD.get(word, strange)
            raise NotationError(said.vi, said.en, match.start())
        if kind != "space":
            found.append(Token(kind, word[1:-1] if kind == "string" else word, match.start()))
    return [*found, Token("end", "", len(text))]
