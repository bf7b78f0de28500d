"""On which line of a TOML text a key stands, for messages. ``tomllib`` reads the values; this reads only positions.

Best effort: for what it cannot place it gives the line of what is around, in the end line 1. Never raises.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

Path = tuple[str | int, ...]

_TOKEN = re.compile(
    r"""(?P<comment>\#[^\n]*)
    | (?P<long>\"\"\"(?:[^\\]|\\.)*?\"{3,5} | '{3}.*?'{3,5})
    | (?P<short>"(?:[^"\\\n]|\\.)*" | '[^'\n]*')
    | (?P<newline>\n)
    | (?P<bare>[A-Za-z0-9_-]+)
    | (?P<mark>[\[\]{}=.,])
    | (?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


class TomlLines:
    """Lines of keys and of the texts in their values, by the path that the parsed document has."""

    def __init__(self, text: str) -> None:
        self._keys: dict[Path, int] = {}
        self._texts: list[tuple[Path, int]] = []
        self._tables: dict[Path, int] = {}
        tokens = list(_tokens(text))
        place = 0
        table: Path = ()
        while place < len(tokens):
            kind, word, line = tokens[place]
            if kind in ("newline", "comment"):
                place += 1
            elif word == "[":
                table, place = self._header(tokens, place)
                self._keys.setdefault(table, line)
            else:
                place = self._pair(tokens, place, table)

    def of(self, path: Path) -> int:
        """The line of the key at ``path``, or of the nearest thing around it."""
        while path:
            if path in self._keys:
                return self._keys[path]
            path = path[:-1]
        return 1

    def of_text(self, path: Path, number: int) -> int:
        """The line where the ``number``-th text (from 0) in the value at ``path`` begins."""
        lines = [line for where, line in self._texts if where[: len(path)] == path]
        return lines[number] if number < len(lines) else self.of(path)

    def _header(self, tokens: list[tuple[str, str, int]], place: int) -> tuple[Path, int]:
        is_array = [word for _, word, _ in tokens[place : place + 2]] == ["[", "["]
        path: Path = ()
        place += 2 if is_array else 1
        while place < len(tokens) and tokens[place][0] != "newline" and tokens[place][1] != "]":
            kind, word, _ = tokens[place]
            if kind in ("bare", "short"):
                path = (*path, _plain(word))
                known = self._tables.get(path)
                if known is not None and tokens[place + 1 : place + 2] and tokens[place + 1][1] == ".":
                    path = (*path, known)  # below the newest of an array of tables
            place += 1
        if is_array:
            number = self._tables[path] = self._tables.get(path, -1) + 1
            path = (*path, number)
        while place < len(tokens) and tokens[place][0] != "newline":
            place += 1
        return path, place

    def _pair(self, tokens: list[tuple[str, str, int]], place: int, table: Path) -> int:
        """One ``key = value``, the value over as many lines as its brackets span."""
        path, depth, in_value = table, 0, False
        while place < len(tokens):
            kind, word, line = tokens[place]
            if kind == "newline" and depth <= 0:
                break
            if not in_value and kind in ("bare", "short"):
                path = (*path, _plain(word))
                self._keys.setdefault(path, line)
            elif not in_value and word == "=":
                in_value = True
            elif in_value and kind in ("short", "long"):
                # a newline right behind the opening quotes is not part of the text
                self._texts.append((path, line + (kind == "long" and word[3:4] == "\n")))
            elif in_value and word in "[{":
                depth += 1
            elif in_value and word in "]}":
                depth -= 1
            place += 1
        return place


def _tokens(text: str) -> Iterator[tuple[str, str, int]]:
    line = 1
    for found in _TOKEN.finditer(text):
        word = found.group()
        if found.lastgroup != "other":
            yield found.lastgroup or "", word, line
        line += word.count("\n")


def _plain(word: str) -> str:
    return word[1:-1] if word[:1] in ('"', "'") else word
