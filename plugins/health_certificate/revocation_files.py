"""What a file of revocations says: hashes or ids, one a line, or a batch as the EU's gateway hands it out. Verifies no signature.

The batch's JSON is ``{"country", "expires", "kid", "hashType", "entries": [{"hash": base64}]}``; a hash is the first half of SHA-256 of the
UVCI, of country and UVCI, or of the signature: EU Digital COVID Certificate Revocation, eHealth Network, 2022, and the interface of
dgc-gateway. ICAO's certificate revocation lists and the binary lists of national apps are not read.
"""

from __future__ import annotations

import base64
import json
from typing import Any

from kiosk.explained import Explained
from plugins.health_certificate.trust import hash_of_id

HASH_TYPES = ("SIGNATURE", "UCI", "COUNTRYCODEUCI")
HASH_BYTES = 16


class NotABatch(Explained):
    """A file that begins as JSON and is no revocation batch. Its text says what is wrong."""


def hashes_in(text: str, are_ids: bool = False) -> list[str]:
    """The hashes, 32 hex digits each, as ``trust.revocation_hashes`` makes them; lines are taken as they are. ``are_ids``: the lines
    are certificates' own ids. Raises ``NotABatch``."""
    if text.lstrip().startswith("{"):
        return _batch(text)
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return [hash_of_id(line) for line in lines] if are_ids else lines


def _batch(text: str) -> list[str]:
    try:
        batch: Any = json.loads(text)
    except (ValueError, RecursionError):
        raise NotABatch("không phải JSON", "not JSON") from None
    if batch.get("hashType") not in HASH_TYPES:
        known = ", ".join(HASH_TYPES)
        raise NotABatch(f"hashType không phải một trong {known}", f"hashType is none of {known}")
    entries = batch.get("entries")
    if not isinstance(entries, list) or not entries:
        raise NotABatch("không có mục nào", "there are no entries")
    return [_hash(number, entry) for number, entry in enumerate(entries, 1)]


def _hash(number: int, entry: Any) -> str:
    value = entry.get("hash") if isinstance(entry, dict) else None
    try:
        found = base64.b64decode(value, validate=True) if isinstance(value, str) else b""
    except ValueError:
        found = b""
    if len(found) != HASH_BYTES:
        raise NotABatch(
            f"mục {number}: không phải base64 của {HASH_BYTES} byte",
            f"entry {number}: not base64 of {HASH_BYTES} bytes",
        )
    return found.hex()
