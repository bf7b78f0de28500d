"""Who asks for a journal on the post's own network: proof by Ed25519 signature over a number used once. No clock is relied on.

The asked device gives out a nonce; the asker signs it together with who asks whom and for what. A nonce counts once, so that what was
overheard is worth nothing; it is replaced with every reply.
"""

from __future__ import annotations

import base64
import secrets
import threading

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

PURPOSE = "kiosk-checkpoint-peer/1"


def message(nonce: str, asker: str, asked: str, body: bytes) -> bytes:
    """What is signed. ``asker`` and ``asked`` are device ids."""
    return b"\n".join([PURPOSE.encode(), nonce.encode(), asker.encode(), asked.encode(), body])


def sign(key: Ed25519PrivateKey, nonce: str, asker: str, asked: str, body: bytes) -> str:
    """The proof as base64."""
    return base64.b64encode(key.sign(message(nonce, asker, asked, body))).decode("ascii")


def public_key(text: str) -> Ed25519PublicKey:
    """The key of a profile's entry. Raises ``ValueError``."""
    return Ed25519PublicKey.from_public_bytes(base64.b64decode(text))


class Nonces:
    """The nonce that each peer must sign next. Safe from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._next: dict[str, str] = {}

    def fresh(self, peer: str) -> str:
        """A new nonce for this peer; the one before is void."""
        nonce = secrets.token_urlsafe(24)
        with self._lock:
            self._next[peer] = nonce
        return nonce

    def proves(self, key: Ed25519PublicKey, proof: str, asker: str, asked: str, body: bytes) -> bool:
        """Whether the proof is right for the nonce that this peer was given; the nonce is used up either way."""
        with self._lock:
            nonce = self._next.pop(asker, "")
        if not nonce:
            return False
        try:
            key.verify(base64.b64decode(proof, validate=True), message(nonce, asker, asked, body))
        except (InvalidSignature, ValueError):
            return False
        return True
