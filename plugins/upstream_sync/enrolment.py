"""What a device keeps of its enrolment, and the file it keeps it in. Talks to nobody."""

from __future__ import annotations

import hashlib
import ipaddress
import json
from dataclasses import asdict, dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import load_pem_public_key

from kiosk.explained import Explained
from kiosk.identity import write_private

FILE = Path("identity") / "enrolment.json"


class NotSecure(Explained):
    """An address that would send records in the clear."""


@dataclass(frozen=True, slots=True)
class Enrolment:
    """Where this device is enrolled, and whose signature it trusts."""

    platform: str  # base URL without a final slash
    device: str
    site: str
    platform_key_pem: str
    audiences: tuple[str, ...]
    epoch: int  # the journal that begins with the enrolment
    enrolled_at_ms: int
    code_digest: str  # of the code it was enrolled with, so that giving it again is harmless
    insecure: bool = False  # plain http to another machine was asked for

    def platform_key(self) -> Ed25519PublicKey:
        """Raises ``ValueError`` where the key is not Ed25519 in PEM."""
        return public_key(self.platform_key_pem)


def public_key(pem: str) -> Ed25519PublicKey:
    """Raises ``ValueError`` where it is not an Ed25519 public key in PEM."""
    key = load_pem_public_key(pem.encode())
    if not isinstance(key, Ed25519PublicKey):
        raise ValueError("not an Ed25519 public key")
    return key


def load(data_dir: Path) -> Enrolment | None:
    """None: not enrolled. Raises ``OSError`` or ``ValueError`` on a damaged file."""
    try:
        content = json.loads((data_dir / FILE).read_text("utf-8"))
    except FileNotFoundError:
        return None
    try:
        return Enrolment(**{**content, "audiences": tuple(content["audiences"])})
    except (TypeError, KeyError) as error:
        raise ValueError(f"{data_dir / FILE}: not an enrolment: {error}") from None


def save(data_dir: Path, enrolment: Enrolment) -> None:
    """Durable on return, readable by the owner alone."""
    write_private(data_dir / FILE, json.dumps(asdict(enrolment), ensure_ascii=False, indent=1).encode())


def code_digest(code: str) -> str:
    return hashlib.sha256(code.encode()).hexdigest()


def base_address(url: str, insecure: bool) -> str:
    """The address in its plain form. Raises ``NotSecure``, or ``ValueError`` where it is no http(s) address."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment or parts.username:
        raise Explained(
            f"{url!r} không phải địa chỉ như https://platform.example",
            f"{url!r} is not an address such as https://platform.example",
        )
    if parts.scheme == "http" and not insecure and not _loopback(parts.hostname):
        raise NotSecure(f"{url} không được mã hóa", f"{url} is not encrypted")
    return f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}"


def _loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
