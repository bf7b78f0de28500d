"""Foreign bytes within bounds: inflating, CBOR and JSON that can grow neither memory nor time. Knows no certificate."""

from __future__ import annotations

import json
import zlib
from typing import Any, NoReturn

import cbor2

LONGEST_PAYLOAD = 16_384  # characters; QR codes hold at most 4,296 alphanumeric, sets of SMART chunks a few times that
LARGEST_CBOR = (
    16_384  # bytes after inflating; real ones have under 1,000, and maps with colliding keys grow slow with size
)
LARGEST_JSON = 131_072  # bytes after inflating; real ones have under 10,000
DEEPEST = 24  # levels of nested CBOR; real certificates have 5
_RAW = -15  # zlib's word for a stream without header and checksum

# everything that cbor2 would turn into objects by itself: some of them are bombs (10 ** 2**64, regular expressions)
_BUILT_IN_TAGS = (0, 1, 2, 3, 4, 5, 25, 28, 29, 30, 35, 36, 37, 52, 54, 100, 256, 258, 260, 261, 1004, 43000, 55799)


def inflate(data: bytes, largest: int, *, raw: bool = False) -> bytes:
    """Undo zlib (RFC 1950), or ``raw`` deflate (RFC 1951). Raises ``ValueError`` where it is broken, cut short, or has more than
    ``largest`` bytes."""
    stream = zlib.decompressobj(_RAW if raw else zlib.MAX_WBITS)
    try:
        content = stream.decompress(data, largest + 1)
    except zlib.error:
        raise ValueError("cannot be inflated") from None
    if len(content) > largest:
        raise ValueError("inflates to more than any certificate has")
    if not stream.eof:
        raise ValueError("ends too early")
    return content


def _no_tag(*_value: object) -> NoReturn:
    raise ValueError("a tag where none belongs")


_NO_TAGS = dict.fromkeys(_BUILT_IN_TAGS, _no_tag)


def read_cbor(data: bytes) -> Any:
    """One CBOR item without tags (RFC 8949). Raises ``ValueError``."""
    try:
        return cbor2.loads(data, tag_hook=_no_tag, semantic_decoders=_NO_TAGS, max_depth=DEEPEST)
    except (cbor2.CBORDecodeError, RecursionError, OverflowError, MemoryError, TypeError):
        raise ValueError("not CBOR") from None


def read_json(data: bytes | str) -> Any:
    """One JSON text; a byte order mark before it is passed over. Raises ``ValueError``."""
    text = data.decode("utf-8") if isinstance(data, bytes) else data
    if len(text) > LARGEST_JSON:
        raise ValueError("larger than any certificate")
    try:
        return json.loads(text.removeprefix("\ufeff"), parse_constant=_no_constant)
    except RecursionError:
        raise ValueError("too deep") from None


def _no_constant(_name: str) -> NoReturn:
    raise ValueError("not a number of JSON")
