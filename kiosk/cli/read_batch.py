"""``kiosk read --batch``: many payloads, each by its own keys and its own time. One JSON line in, one out, in the same order."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from kiosk.cli.reading import Read, Reader
from kiosk.domain import Scan

LONGEST_LINE = 1_048_576  # characters
UNKNOWN, BAD_LINE, FAILED_PLUGIN = "unknown", "line", "plugin"
_NO_KEY = UUID(int=0)  # nothing is recorded, so nothing needs a key


def read_lines(
    lines: Iterable[str], reader: Reader, trust: tuple[bytes, ...], at: datetime | None, symbology: str
) -> Iterator[str]:
    """``{"id", "payload", "at", "trust": [base64 DER or JWK, …]}`` -> ``{"id", "kind", "trust", "failed_step", "claims",
    "warnings"}``. ``trust`` and ``at`` (default: now) are for lines that have none of their own. A line that is no such object is
    answered with the failed step ``line``, one at which a plugin failed with ``plugin``.
    """
    for line in lines:
        if line.strip():
            yield json.dumps(_answer(line, reader, trust, at, symbology), ensure_ascii=False, separators=(",", ":"))


def _answer(line: str, reader: Reader, trust: tuple[bytes, ...], at: datetime | None, symbology: str) -> dict[str, Any]:
    try:
        asked = json.loads(line) if len(line) <= LONGEST_LINE else None
    except (ValueError, RecursionError):
        asked = None
    if not isinstance(asked, dict):
        return _shown(None, UNKNOWN, "invalid", BAD_LINE)
    name, payload = asked.get("id"), asked.get("payload")
    try:
        when = _time(asked["at"]) if asked.get("at") is not None else at
        keys = tuple(_key(one) for one in asked.get("trust") or ()) or trust
        if not isinstance(payload, str):
            raise TypeError("no payload")
        raw = payload.encode("utf-8", "surrogatepass")
    except (ValueError, TypeError):
        return _shown(name, UNKNOWN, "invalid", BAD_LINE)
    scan = Scan(_NO_KEY, payload, raw, symbology, "command line", when or datetime.now(UTC))
    found = reader.read(scan, keys)
    return _shown_read(name, found)


def _time(text: str) -> datetime:
    at = datetime.fromisoformat(text)
    return at.replace(tzinfo=UTC) if at.tzinfo is None else at


def _key(given: Any) -> bytes:
    """The content of a file that would hold just this key."""
    if isinstance(given, dict):
        return json.dumps(given, sort_keys=True).encode()
    if isinstance(given, str):
        return given.encode()
    raise TypeError("a key is text or a JWK")


def _shown_read(name: Any, found: Read) -> dict[str, Any]:
    if found.credential is not None:
        claims = {claim: one.value for claim, one in found.claims.items()}
        trust = found.credential.trust.value
        return _shown(name, found.credential.kind, trust, found.failed_step, claims, list(found.credential.warnings))
    if found.malformed is not None:
        return _shown(name, found.malformed.kind, "invalid", found.failed_step)
    if found.fault is not None:
        return _shown(name, UNKNOWN, "invalid", FAILED_PLUGIN)
    # no format's first characters
    return _shown(name, UNKNOWN, "invalid", "prefix")


def _shown(
    name: Any,
    kind: str,
    trust: str,
    failed_step: str,
    claims: dict[str, str] | None = None,
    warnings: list[str] | None = None,
) -> dict[str, Any]:
    return {
        "id": name,
        "kind": kind,
        "trust": trust,
        "failed_step": failed_step or None,
        "claims": claims or {},
        "warnings": warnings or [],
    }
