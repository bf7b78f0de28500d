"""What can go wrong between a device and the platform, as types. Knows no HTTP library and decides nothing."""

from __future__ import annotations


class SyncFault(Exception):
    """Nothing was acknowledged; trying again later is right. ``code`` is stable and holds no personal data."""

    def __init__(self, code: str, detail: str = "", retry_after: float | None = None) -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail
        self.retry_after = retry_after  # seconds, where the platform asked for them


class Unreachable(SyncFault):
    """No answer: refused, timed out, cut off, or not who it should be (TLS). Codes ``refused``, ``timeout``, ``cut``, ``tls``."""


class Busy(SyncFault):
    """The platform says that it cannot now (429, 5xx). Codes ``busy``, ``server``."""


class NotUnderstood(SyncFault):
    """An answer that the protocol does not have: a portal's page, half a document, a lie. Code ``garbage``."""


class Unauthorised(SyncFault):
    """The platform does not accept this device. Codes ``unauthorised``, ``revoked``, ``clock``, ``forbidden``; when
    enrolling also ``site`` (the code is for another one) and ``device`` (its name is taken)."""


class TooLarge(SyncFault):
    """The batch is larger than the platform takes. Code ``too_large``."""


class MalformedLine(SyncFault):
    """The platform cannot read line ``line`` (1 is the first, 0 the batch as a whole). Code ``malformed``."""

    def __init__(self, line: int, detail: str) -> None:
        super().__init__("malformed", detail)
        self.line = line


class Gap(SyncFault):
    """The platform expects another record next. Code ``gap``."""

    def __init__(self, expected: int) -> None:
        super().__init__("gap", f"expected {expected}")
        self.expected = expected


class Fork(SyncFault):
    """The platform holds another record under this number: this card, or the other, is a copy. Code ``fork``."""

    def __init__(self, seq: int) -> None:
        super().__init__("fork", f"at {seq}")
        self.seq = seq


class BadCursor(SyncFault):
    """The platform does not know the place where a pull should go on. Code ``cursor``."""
