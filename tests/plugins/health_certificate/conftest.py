"""Reading as a command would: by given keys, at a given time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from kiosk.domain import Credential, Malformed, Scan
from plugins.health_certificate import reader
from plugins.health_certificate.key_files import read_keys
from plugins.health_certificate.trust import KeyRing, TrustAt
from tests.support.issuing import AT, Issuer, issuer

__all__ = ["read", "rsa_signer", "signer"]

Read = Callable[..., Credential | Malformed | None]


def scan_of(payload: str | bytes, at: datetime = AT) -> Scan:
    raw = payload if isinstance(payload, bytes) else payload.encode("utf-8", "surrogatepass")
    text = payload if isinstance(payload, str) else payload.decode("utf-8", "replace")
    return Scan(UUID(int=1), text, raw, "QRCode", "test", at)


def read_by(payload: str | bytes, *keys: bytes, at: datetime = AT) -> Credential | Malformed | None:
    found = reader.recognise(scan_of(payload, at))
    if found is None:
        return None
    ring = KeyRing([key for content in keys for key in read_keys(content)])
    return reader.read(found, TrustAt(at, (ring,)), at.astimezone(ZoneInfo("Asia/Ho_Chi_Minh")).date())


def step_of(found: Credential | Malformed | None) -> str | None:
    """The failed step, or None where all went well."""
    assert found is not None
    if isinstance(found, Malformed):
        return found.code.rpartition(".")[2]
    return found.value("failed_step")


@pytest.fixture(scope="session")
def signer() -> Issuer:
    """Signs everything, with P-256."""
    return issuer()


@pytest.fixture(scope="session")
def rsa_signer() -> Issuer:
    return issuer(rsa_key=True)


@pytest.fixture
def read(signer: Issuer) -> Read:
    """Read a payload by the signer's certificate; ``at`` by keyword."""

    def run(payload: str | bytes, at: datetime = AT) -> Credential | Malformed | None:
        return read_by(payload, signer.der, at=at)

    return run
