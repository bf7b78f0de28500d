"""What a file of revocations says: hashes or ids, one a line, a batch as the EU's gateway hands it out, or an authority's X.509 list.
Verifies no signature.

The batch's JSON is ``{"country", "expires", "kid", "hashType", "entries": [{"hash": base64}]}``; a hash is the first half of SHA-256 of the
UVCI, of country and UVCI, or of the signature: EU Digital COVID Certificate Revocation, eHealth Network, 2022, and the interface of
dgc-gateway. A certificate revocation list (RFC 5280; ICAO Doc 9303-12) names signers of seals by their authority and number there. The
binary lists of national apps are not read.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

from cryptography import x509

from kiosk.explained import Explained
from plugins.health_certificate.keys import names_in_list
from plugins.health_certificate.trust import hash_of_id, hash_of_signer

HASH_TYPES = ("SIGNATURE", "UCI", "COUNTRYCODEUCI")
HASH_BYTES = 16


class NotABatch(Explained):
    """A file that begins as one of these and is none, or is no text at all. Its text says what is wrong."""


_LIST_IN_PEM, _LIST_IN_DER = b"-----BEGIN X509 CRL", (b"\x30\x81", b"\x30\x82", b"\x30\x83")


def hashes_in(content: bytes, are_ids: bool = False) -> list[str]:
    """The hashes, 32 hex digits each, as ``trust.revocation_hashes`` and ``trust.hash_of_signer`` make them; lines are taken as they
    are. ``are_ids``: the lines are certificates' own ids. Raises ``NotABatch``."""
    if content.lstrip().startswith(_LIST_IN_PEM) or content.startswith(_LIST_IN_DER):
        return list(_of_list(content))
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


def _of_list(content: bytes) -> Iterator[str]:
    """Every signer on an authority's list, by each name that the authority goes by; often there is none. What a delta takes off again
    is no revocation."""
    try:
        read = x509.load_pem_x509_crl if content.lstrip().startswith(b"-") else x509.load_der_x509_crl
        revoked = read(content)
        names, entries = names_in_list(revoked), [(one.serial_number, _taken_off(one)) for one in revoked]
    except (ValueError, TypeError, x509.DuplicateExtension):
        raise NotABatch("không phải danh sách thu hồi X.509", "not an X.509 revocation list") from None
    for serial, taken_off in entries:
        if not taken_off:
            yield from (hash_of_signer(name, serial) for name in names)


def _taken_off(entry: x509.RevokedCertificate) -> bool:
    try:
        reason = entry.extensions.get_extension_for_class(x509.CRLReason).value.reason
    except x509.ExtensionNotFound:
        return False
    return reason is x509.ReasonFlags.remove_from_crl
