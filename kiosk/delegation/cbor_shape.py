"""Looks at CBOR (RFC 8949) before it is decoded: only what our tokens are made of, of bounded size and depth. Decodes nothing.

A general decoder turns tags into dates, patterns and fractions, and believes lengths; a foreign code must not get that far.
"""

from __future__ import annotations

DEEPEST = 8  # a token with its delegation nests six deep
MOST_ITEMS = 200

_UNSIGNED, _NEGATIVE, _BYTES, _TEXT, _ARRAY, _MAP, _TAG, _SIMPLE = range(8)
_BOOLEANS = (20, 21)


class BadShape(ValueError):
    """Not the CBOR of a token."""


def check(data: bytes) -> None:
    """Raise ``BadShape`` unless ``data`` is one item of integers, byte and text strings, booleans, arrays and maps, all of definite
    length. At most ``DEEPEST`` levels and ``MOST_ITEMS`` items; no tags, no floats, nothing after the item."""
    position, seen = 0, 0
    open_levels = [1]  # items still to come at each level
    while open_levels:
        if open_levels[-1] == 0:
            open_levels.pop()
            continue
        open_levels[-1] -= 1
        seen += 1
        if seen > MOST_ITEMS:
            raise BadShape("too many items")
        kind, value, position = _head(data, position)
        if kind in (_BYTES, _TEXT):
            position += value
            if position > len(data):
                raise BadShape("a string beyond the end")
        elif kind in (_ARRAY, _MAP):
            if value > MOST_ITEMS or len(open_levels) >= DEEPEST:
                raise BadShape("too large or too deep")
            open_levels.append(value * 2 if kind == _MAP else value)
        elif kind == _TAG or (kind == _SIMPLE and value not in _BOOLEANS):
            raise BadShape("a kind of item that no token has")
    if position != len(data):
        raise BadShape("bytes after the end")


def _head(data: bytes, position: int) -> tuple[int, int, int]:
    """Major type, argument, and where the content begins."""
    if position >= len(data):
        raise BadShape("cut short")
    first = data[position]
    kind, short = first >> 5, first & 31
    if short < 24:
        return kind, short, position + 1
    if short > 27 or kind == _SIMPLE:
        raise BadShape("indefinite length, float or reserved")
    width = 1 << (short - 24)
    end = position + 1 + width
    if end > len(data):
        raise BadShape("cut short")
    return kind, int.from_bytes(data[position + 1 : end]), end
