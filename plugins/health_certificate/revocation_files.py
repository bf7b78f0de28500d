"""What a file of revocations says: hashes or ids, one a line, or a batch of the EU's gateway. An authority's X.509 list is
``signer_lists``' business. Verifies no signature: none of these carries one.

The gateway hands a batch out signed (CMS, RFC 5652); that is told, and not taken, until somebody has checked it. The batch's JSON is
``{"country", "expires", "kid", "hashType", "entries": [{"hash": base64}]}``; a hash is the first half of SHA-256 of the UVCI, of country
and UVCI, or of the signature: EU Digital COVID Certificate Revocation, eHealth Network, 2022, and the interface of dgc-gateway. The
binary lists of national apps are not read.
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
    """A file that begins as one of these and is none, or is no text at all. Its text says what is wrong."""


# the object identifier of signed data (RFC 5652, 5.1) near its beginning, in DER and in the base64 of it that the gateway sends
_SIGNED_DATA = bytes.fromhex("06092a864886f70d010702")
_HEAD = 64  # bytes


def hashes_in(content: bytes, are_ids: bool = False) -> list[str]:
    """The hashes, 32 hex digits each, as ``trust.revocation_hashes`` makes them; lines are taken as they are. ``are_ids``: the lines
    are certificates' own ids. Raises ``NotABatch``."""
    if is_signed(content):
        raise NotABatch(
            "đây là lô đã ký (CMS); máy không kiểm tra chữ ký này. Hãy kiểm tra và lấy nội dung ra bằng chứng thư tải lên (upload) của "
            "nước gửi, ví dụ với openssl cms -verify, rồi nạp tệp JSON",
            "this is a signed batch (CMS), and its signature is not checked here. Check it by the upload certificate of the country that "
            "sent it and take its content out, for example with openssl cms -verify; then load the JSON",
        )
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        raise NotABatch("không phải UTF-8: hãy lưu tệp dạng UTF-8", "not UTF-8: save the file as UTF-8") from None
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


def is_signed(content: bytes) -> bool:
    """Whether it is signed data (CMS), as the gateway hands a batch out: DER, PEM or bare base64."""
    head = content.strip()[:_HEAD]
    if head.startswith((b"-----BEGIN CMS", b"-----BEGIN PKCS7")):
        return True
    if head.startswith(b"MI"):
        try:
            head = base64.b64decode(head[: len(head) // 4 * 4])
        except ValueError:
            return False
    return head.startswith(b"\x30") and _SIGNED_DATA in head
