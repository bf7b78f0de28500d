"""The private keys that tokens are signed with: files of mode 0600 below ``<data>/identity``. They never leave; no log names
their content."""

from __future__ import annotations

import contextlib
import os
import secrets
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey, generate_private_key
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)

DEVICE_KEY = "signing-device.pem"
PLATFORM_KEY = "signing-platform.pem"


def load_or_make(path: Path) -> EllipticCurvePrivateKey:
    """The key in ``path``, made where there is none. Several processes may ask at once and get the same.

    Raises ``OSError``, or ``ValueError`` where the file holds no unencrypted key on P-256.
    """
    if not path.exists():
        _write_once(path, _fresh())
    try:
        key = load_pem_private_key(path.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise ValueError(f"{path}: damaged; expected an unencrypted private key in PEM") from None
    if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
        raise ValueError(f"{path}: not a private key on P-256")
    return key


def point(key: EllipticCurvePrivateKey) -> bytes:
    """The public key as a compressed point: 33 bytes."""
    return key.public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)


def _fresh() -> bytes:
    return generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _write_once(path: Path, data: bytes) -> None:
    """Write a private file durably, unless somebody else was quicker: a link, unlike a rename, replaces nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{secrets.token_hex(4)}.new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    with contextlib.suppress(FileExistsError):
        os.link(draft, path)
    draft.unlink()
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
