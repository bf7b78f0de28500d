"""Who this appliance is: its signing key, its writer name, and the key under which citizens are named.

Files below ``<data>/identity``: ``device.pem`` (Ed25519, never leaves), ``pseudonym.key`` (32 bytes; from the second epoch
on ``pseudonym.<epoch>.key``, the nation's after enrolment), ``writer.json`` (device id and epoch), ``session.key``. A key on
the same card as the data protects neither from who takes the card; the technician's guide says so.
"""

from __future__ import annotations

import base64
import hashlib
import json
import os
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from kiosk.domain import Credential


def write_private(path: Path, data: bytes) -> None:
    """Write a file that only its owner reads, all of it or nothing of it, durable on return."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    try:
        os.write(descriptor, data)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    draft.replace(path)
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)


class DamagedIdentityError(ValueError):
    """A file of the identity that is not what was once written there. Its text names the file, and nothing that is in it."""


@dataclass(frozen=True)
class Identity:
    """The appliance's secrets and names, loaded once at start."""

    folder: Path
    device: str  # 12 letters and digits, minted at first start
    epoch: int  # grows on enrolment and after a restore: a journal is never continued from an old copy
    signing_key: Ed25519PrivateKey
    pseudonym_key: bytes
    session_key: bytes

    @property
    def writer(self) -> str:
        return f"{self.device}.{self.epoch}"

    def digest_key(self, writer: str) -> bytes:
        """The key under which the bodies of ``writer``'s journal were digested: of an own earlier epoch that epoch's."""
        device, _, epoch = writer.partition(".")
        if device == self.device and epoch.isdigit() and int(epoch) < self.epoch:
            return epoch_key(self.folder, int(epoch)).read_bytes()
        return self.pseudonym_key

    def public_key_pem(self) -> str:
        return (
            self.signing_key.public_key()
            .public_bytes(serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo)
            .decode("ascii")
        )

    def pseudonym(self, national_id: str) -> str:
        """BLAKE2b-128 of the national id under the pseudonym key, base64url: 22 characters."""
        digest = hashlib.blake2b(
            national_id.encode(), key=self.pseudonym_key, digest_size=16, person=b"citizen"
        ).digest()
        return base64.urlsafe_b64encode(digest).rstrip(b"=").decode("ascii")


def citizen_of(credential: Credential, pseudonym: Callable[[str], str]) -> str | None:
    """The keyed hash of who this is: of the national id, else the one that a proven pass carries, else of the document that stands
    for it."""
    number = credential.value("national_id")
    if number is None:
        if (named := credential.named_citizen) is not None:
            return named
        insured, document = credential.value("insurance_number"), credential.value("document_number")
        if insured:
            number = f"bhyt:{insured}"
        elif document:
            number = f"document:{credential.issuer}:{document}"
    return pseudonym(number) if number else None


def epoch_key(folder: Path, epoch: int) -> Path:
    """The file that holds one epoch's pseudonym key. Earlier ones stay: their journals must still verify."""
    own = folder / f"pseudonym.{epoch}.key"
    return own if own.exists() else folder / "pseudonym.key"


def load_identity(data_dir: Path) -> Identity:
    """Read the identity, minting what is missing. Raises ``OSError``, or ``DamagedIdentityError`` (a ``ValueError``)."""
    folder = data_dir / "identity"
    writer_file, key_file = folder / "writer.json", folder / "device.pem"
    if not writer_file.exists():
        device = base64.b32encode(secrets.token_bytes(8)).decode("ascii").rstrip("=").lower()[:12]
        write_private(writer_file, json.dumps({"device": device, "epoch": 1}).encode())
    if not key_file.exists():
        fresh = Ed25519PrivateKey.generate()
        write_private(
            key_file,
            fresh.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            ),
        )
    for name in ("pseudonym.key", "session.key"):
        if not (folder / name).exists():
            write_private(folder / name, secrets.token_bytes(32))
    return read_identity(data_dir)


def read_identity(data_dir: Path) -> Identity:
    """Read the identity as it is there. Raises ``OSError``, also where a file is missing, or ``DamagedIdentityError``."""
    folder = data_dir / "identity"
    device, epoch = _read_names(folder / "writer.json")
    return Identity(
        folder=folder,
        device=device,
        epoch=epoch,
        signing_key=_read_signing_key(folder / "device.pem"),
        pseudonym_key=_read_secret(epoch_key(folder, epoch)),
        session_key=_read_secret(folder / "session.key"),
    )


def nobodys_identity(data_dir: Path) -> Identity:
    """One that lasts as long as the process, for commands that look at codes where there is no appliance. Touches no file."""
    return Identity(
        folder=data_dir / "identity",
        device="nobody",
        epoch=1,
        signing_key=Ed25519PrivateKey.generate(),
        pseudonym_key=secrets.token_bytes(32),
        session_key=secrets.token_bytes(32),
    )


def _read_names(file: Path) -> tuple[str, int]:
    try:
        names = json.loads(file.read_text("utf-8"))
        device, epoch = names["device"], names["epoch"]
    except (ValueError, LookupError, TypeError, RecursionError):
        raise DamagedIdentityError(f"{file}: damaged; expected the device's name and epoch") from None
    if not isinstance(device, str) or not re.fullmatch(r"[a-z0-9]{1,24}", device):
        raise DamagedIdentityError(f"{file}: damaged; 'device' is not a device's name")
    if type(epoch) is not int or epoch < 1:
        raise DamagedIdentityError(f"{file}: damaged; 'epoch' is not a number from 1 on")
    return device, epoch


def _read_signing_key(file: Path) -> Ed25519PrivateKey:
    try:
        key = serialization.load_pem_private_key(file.read_bytes(), password=None)
    except (ValueError, TypeError, UnsupportedAlgorithm):
        raise DamagedIdentityError(f"{file}: damaged; expected an unencrypted private key in PEM") from None
    if not isinstance(key, Ed25519PrivateKey):
        raise DamagedIdentityError(f"{file}: not an Ed25519 private key")
    return key


def _read_secret(file: Path) -> bytes:
    """32 bytes: an empty key would be no error to BLAKE2b, and name citizens without any secret."""
    secret = file.read_bytes()
    if len(secret) != 32:
        raise DamagedIdentityError(f"{file}: damaged; expected 32 bytes, found {len(secret)}")
    return secret


def begin_epoch(data_dir: Path, pseudonym_key: bytes | None = None) -> Identity:
    """Start a new journal under the same device: after enrolment (with the nation's key) or a restore."""
    identity = load_identity(data_dir)
    epoch = identity.epoch + 1
    # the key first: power may go between the two writes, and an epoch must never change its key
    write_private(identity.folder / f"pseudonym.{epoch}.key", pseudonym_key or identity.pseudonym_key)
    write_private(identity.folder / "writer.json", json.dumps({"device": identity.device, "epoch": epoch}).encode())
    return load_identity(data_dir)
