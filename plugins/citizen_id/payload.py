"""From a scan to the text that the grammars read: bytes decoded, bounded, NULs dropped, mojibake undone, NFC."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass

from kiosk.domain import Scan
from kiosk.text import mojibake

LONGEST = 8192  # characters; the largest QR code holds 7089 digits, no document of ours comes near


@dataclass(frozen=True, slots=True)
class PayloadText:
    """``repaired``: mojibake was undone. ``damaged``: letters were lost on the way and cannot be brought back."""

    text: str
    repaired: bool = False
    damaged: bool = False


def text_of(scan: Scan) -> PayloadText | None:
    """The payload's text; None where it is empty, or longer than any format of ours (looked at no further)."""
    if len(scan.payload) > LONGEST or len(scan.raw) > 4 * LONGEST:
        return None
    text = _decoded(scan)
    if "\0" in text:
        text = text.replace("\0", "")  # insurance cards are padded with them
    text = text.removeprefix("\ufeff").strip(" \t\r\n")
    if not text:
        return None
    if text.isascii():
        return PayloadText(text)
    text, repaired = mojibake.repair(text)
    if not repaired and mojibake.damaged(text):  # one lost byte spoils the whole, so try the fields by themselves
        parts = [mojibake.repair(part) for part in text.split("|")]
        text, repaired = "|".join(part for part, _ in parts), any(done for _, done in parts)
    return PayloadText(unicodedata.normalize("NFC", text), repaired, mojibake.damaged(text))


def _decoded(scan: Scan) -> str:
    """The bytes as UTF-8 where they are, for a driver may have decoded them wrongly; else what the device delivered."""
    if scan.raw:
        try:
            return scan.raw.decode()
        except UnicodeDecodeError:
            pass  # no UTF-8: what the device made of them is all there is, and ``damaged`` says what was lost
    try:  # undecodable bytes that Python smuggled through a str come back as bytes
        return scan.payload.encode(errors="surrogateescape").decode(errors="replace")
    except UnicodeEncodeError:  # other lone surrogates are no characters at all
        return scan.payload.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
