"""Whom to believe: the interface between verifiers and whatever holds keys and revocations. Verifies and stores nothing."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.model import HealthCertificate
from plugins.health_certificate.steps import Step


class TrustSource(Protocol):
    """Where keys and revocations are looked up."""

    @property
    def revokes(self) -> bool:
        """Whether it has revocations at all; naming a certificate takes several hashes."""

    def keys(self, key_id: str) -> Sequence[TrustedKey]:
        """Every trusted key that goes by this id; ids may clash, so there may be several."""

    def revoked(self, hashes: Sequence[str]) -> bool:
        """Whether any of these hashes is on a revocation list."""


class KeyRing:
    """Keys in memory: of files, or given with a command. No revocations."""

    revokes = False

    def __init__(self, keys: Iterable[TrustedKey]) -> None:
        self._by_id: dict[str, list[TrustedKey]] = {}
        self.size = 0
        for key in keys:
            self.size += 1
            for key_id in key.ids:
                self._by_id.setdefault(key_id, []).append(key)

    def keys(self, key_id: str) -> Sequence[TrustedKey]:
        return self._by_id.get(key_id, ())

    def revoked(self, hashes: Sequence[str]) -> bool:
        return False


@dataclass(frozen=True, slots=True)
class TrustAt:
    """Several sources as one, as of a time."""

    at: datetime
    sources: tuple[TrustSource, ...]

    def keys(self, *key_ids: str) -> list[TrustedKey]:
        """The keys of the first id that any source knows."""
        for key_id in key_ids:
            found = [key for source in self.sources for key in source.keys(key_id)]
            if found:
                return found
        return []

    def revoked(self, certificate: HealthCertificate, signature: bytes, kid: str) -> bool:
        """Whether any source withdrew it."""
        asked = [source for source in self.sources if source.revokes]
        return bool(asked) and _on_any(asked, revocation_hashes(certificate, signature, kid))

    def revoked_key(self, key: TrustedKey) -> bool:
        """Whether everything that this key signed is withdrawn, under any of its names."""
        return _on_any((source for source in self.sources if source.revokes), [f"kid:{one}" for one in key.ids])

    def revoked_signer(self, authorities: Iterable[str], serial: int) -> bool:
        """Whether an authority, by any of its names, withdrew the signer's certificate that it numbered so."""
        return _on_any(
            (source for source in self.sources if source.revokes),
            [hash_of_signer(authority, serial) for authority in authorities],
        )


def _on_any(sources: Iterable[TrustSource], hashes: Sequence[str]) -> bool:
    return any(source.revoked(hashes) for source in sources)


def check_after_signature(
    certificate: HealthCertificate, key: TrustedKey, trust: TrustAt, signature: bytes, kid: str
) -> Step | None:
    """What a good signature does not say: the key's usage, revocation, the key's and the certificate's term. The first that fails.

    Revocation before the term: of what is over staff may still believe the doses, of what was withdrawn never."""
    if not key.may_sign(certificate.types):
        return Step.KEY_USAGE
    if trust.revoked(certificate, signature, kid):
        return Step.REVOKED
    if not key.valid_at(trust.at) or not within(certificate, trust.at):
        return Step.TIME
    return None


def within(certificate: HealthCertificate, at: datetime) -> bool:
    """Within the certificate's own term."""
    if certificate.valid_from is not None and at < certificate.valid_from:
        return False
    return certificate.valid_until is None or at <= certificate.valid_until


def revocation_hashes(certificate: HealthCertificate, signature: bytes, kid: str) -> list[str]:
    """What a revocation list may name this certificate by: the first 16 bytes of SHA-256, in hex, of its id (UVCI), of issuing
    country and id, of the signature (its first half for ECDSA), as in the EU's technical specification of revocation lists; and
    ``kid:`` with the key's id where everything that a key signed is withdrawn."""
    half = signature[: len(signature) // 2] if len(signature) == 64 else signature
    named = [hash_of_id(name) for one in certificate.ids for name in (one, certificate.issuer + one)]
    return [f"kid:{kid}", *named, hashlib.sha256(half).hexdigest()[:32]]


def hash_of_id(certificate_id: str) -> str:
    """By what a revocation list names a certificate of this id."""
    return hashlib.sha256(certificate_id.encode()).hexdigest()[:32]


def hash_of_signer(authority: str, serial: int) -> str:
    """By what a revocation list names a signer's certificate: its authority (see ``keys.authority_ids``) and its number there."""
    return hash_of_id(f"{authority} {serial:x}")
