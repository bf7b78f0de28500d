"""What was scanned, and what it says once it was read."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple
from uuid import UUID

from kiosk.domain.text import Text


@dataclass(frozen=True, slots=True)
class Scan:
    """One payload that a device or a page delivered. ``key`` is minted before any I/O."""

    key: UUID
    payload: str
    raw: bytes
    symbology: str  # "QRCode", "DataMatrix", "MRZ", "typed" … as the source names it
    source: str  # which device: "camera:front", "scanner:usb-1", "page", "api"
    scanned_at: datetime


class Claim(NamedTuple):  # a tuple, for one credential has a dozen and is made while somebody waits
    """One statement of a credential, with how sure the reader is of it (0.0 to 1.0)."""

    value: str
    confidence: float = 1.0


_KEYED_HASH = re.compile(r"[A-Za-z0-9_-]{22}")


class Trust(StrEnum):
    """How far a credential's origin was proven."""

    VERIFIED = "verified"  # a signature was checked
    UNVERIFIED = "unverified"  # carries no signature, or none that we can check
    INVALID = "invalid"  # a check failed


@dataclass(frozen=True, slots=True)
class Credential:
    """A payload that was recognised.

    ``claims`` uses the field's names: ``national_id`` (12 digits), ``name``, ``birth_date`` (ISO 8601, may be a
    year alone), ``sex`` ("male"/"female"), ``address``, ``issued_on``, ``expires_on``, ``insurance_number``, ``citizen`` (the
    holder's keyed hash, as records name people; counts only where the origin is proven) …
    ``warnings`` are stable codes such as ``"id_number.birth_year_differs"``.
    """

    kind: str
    claims: Mapping[str, Claim]
    trust: Trust = Trust.UNVERIFIED
    issuer: str = ""
    warnings: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        object.__setattr__(self, "claims", MappingProxyType(dict(self.claims)))

    def value(self, claim: str) -> str | None:
        """The claim's value, or None where the credential does not carry it."""
        found = self.claims.get(claim)
        return found.value if found else None

    @property
    def named_citizen(self) -> str | None:
        """The keyed hash by which a proven credential names its holder; None for one that anybody could have written."""
        named = self.value("citizen") or ""
        return named if self.trust is Trust.VERIFIED and _KEYED_HASH.fullmatch(named) else None


@dataclass(frozen=True, slots=True)
class Malformed:
    """A payload whose format was recognised and whose content breaks that format's rules."""

    kind: str
    code: str  # stable, such as "cccd.impossible_date"
    text: Text
