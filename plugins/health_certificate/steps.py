"""The steps of a verification, in the order in which they are taken, and what it means when one fails. Checks nothing itself."""

from __future__ import annotations

from enum import StrEnum

from kiosk.domain import Trust


class Step(StrEnum):
    """What was being done when a verification ended. The values are stable: commands, findings and policies show them."""

    PREFIX = "prefix"  # the format's first characters
    CHUNKS = "chunks"  # one of several codes that belong together
    NUMERIC = "numeric"  # the digit pairs of a SMART Health Card
    BASE45 = "base45"
    ZIP = "zip"  # the archive of a DIVOC code
    ZLIB = "zlib"
    CBOR = "cbor"
    COSE = "cose"  # the structure of COSE_Sign1
    JWS = "jws"  # the structure of a compact JWS and its header
    JSON = "json"
    PAYLOAD = "payload"  # signed, but not the certificate that the format promises
    ALGORITHM = "algorithm"  # a signature of a kind that this format does not allow
    KID = "kid"  # no trusted key, or authority, of this name
    CANONICAL = "canonical"  # the text that was signed cannot be made again
    CHAIN = "chain"  # the certificate in the code says it is from an authority that did not sign it
    SIGNATURE = "signature"
    COVERAGE = "coverage"  # signed, but the signature does not cover what the certificate says
    TIME = "time"  # not yet valid or expired: the certificate, or the key that signed it
    KEY_USAGE = "keyusage"  # the key may sign, but not this kind of certificate
    REVOKED = "revoked"


# cannot be checked, or not yet: nothing was found wrong
UNDECIDED = frozenset({Step.CHUNKS, Step.KID, Step.CANONICAL, Step.COVERAGE})


def trust_of(failed: Step | None) -> Trust:
    """Verified where nothing failed, unverified where nothing could be checked, else invalid."""
    if failed is None:
        return Trust.VERIFIED
    return Trust.UNVERIFIED if failed in UNDECIDED else Trust.INVALID


class StepFailed(Exception):
    """A step failed before there was anything to show. ``kind`` is the credential's."""

    def __init__(self, step: Step, kind: str = "") -> None:
        super().__init__(step.value)
        self.step = step
        self.kind = kind
