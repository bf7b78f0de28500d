"""The public keys of official certificates, for anybody who verifies them: as a JWK set (RFC 7517) with the certificates in it, and as the
list of document signers that EU states publish. Public; holds nothing else."""

from __future__ import annotations

import base64
from collections.abc import Sequence
from typing import Any

import jwt
from cryptography import x509
from sqlalchemy.orm import Session

from plugins.vaccination import lookups
from plugins.vaccination.models import SignerKeyRow


def trust_list(session: Session, country: str, now: int) -> dict[str, Any]:
    """``keys``: JWKs by kid (base64, as trust lists of HC1 write it); ``certificates``: the same as ``rawData`` (base64 of DER). Keys that
    are withdrawn, or whose time is over, are left out. ``now``: Unix seconds."""
    valid = [row for row in lookups.signer_keys(session) if not row.withdrawn and now <= row.not_after]
    return {"keys": [_jwk(row) for row in valid], "certificates": [_listed(row, country) for row in valid]}


def newest_of(rows: Sequence[SignerKeyRow], now: int) -> SignerKeyRow | None:
    """The key that signs now, as far as the nation was told."""
    fitting = [row for row in rows if not row.withdrawn and row.not_before <= now < row.signs_until]
    return fitting[-1] if fitting else None


def _jwk(row: SignerKeyRow) -> dict[str, Any]:
    certificate = x509.load_der_x509_certificate(base64.b64decode(row.certificate))
    key: Any = certificate.public_key()
    jwk = dict(jwt.algorithms.ECAlgorithm.to_jwk(key, as_dict=True))
    return {**jwk, "kid": row.kid, "use": "sig", "alg": "ES256", "x5c": [row.certificate]}


def _listed(row: SignerKeyRow, country: str) -> dict[str, Any]:
    return {"kid": row.kid, "country": country, "certificateType": "DSC", "rawData": row.certificate}
