"""The signer's folder: private keys and their certificates, files of mode 0600 that only the signer's own user reads. Signs nothing.

``csca.key``, ``csca.pem``: the authority, where it is kept here; ``signers/<kid>.key`` and ``.pem``: document signers.
"""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from kiosk.identity import write_private
from plugins.vaccination.certificate.signer import authority


class KeyTrouble(ValueError):
    """What is wrong with the folder, for who runs the signer. Its text names files and nothing that is in them."""


@dataclass(frozen=True, slots=True)
class DocumentSigner:
    """A key that signs certificates ``since`` … ``until``; what it signed verifies until its certificate ends."""

    certificate: x509.Certificate
    key: EllipticCurvePrivateKey
    since: datetime
    until: datetime

    @property
    def kid(self) -> bytes:
        return authority.kid_of(self.certificate)


class KeyFolder:
    """One signer's. ``data_dir``: the platform's own, which the web process reads: keys must not lie in it."""

    def __init__(self, folder: Path, data_dir: Path | None = None) -> None:
        self.folder = folder
        if data_dir is not None and folder.resolve().is_relative_to(data_dir.resolve()):
            raise KeyTrouble(
                f"{folder} lies in the platform's own data directory, which its web process reads; "
                "choose a folder that only the signer's user can read"
            )

    def is_new(self) -> bool:
        return not (self.folder / "csca.pem").exists() and not self.signers()

    def make_authority(self, country: str, organisation: str, now: datetime) -> x509.Certificate:
        """A CSCA of our own. Raises ``KeyTrouble`` where there is one."""
        if (self.folder / "csca.pem").exists():
            raise KeyTrouble(f"{self.folder / 'csca.pem'} is there already; it is never replaced")
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        key = authority.new_key()
        made = authority.make_csca(key, country, organisation, now)
        write_private(self.folder / "csca.key", _pem(key))
        write_private(self.folder / "csca.pem", made.public_bytes(Encoding.PEM))
        return made

    def make_signer(
        self, country: str, organisation: str, since: datetime, signs_days: int, valid_days: int
    ) -> DocumentSigner:
        """A new document signer that signs from ``since`` for ``signs_days``; its certificate lasts ``valid_days`` longer, as long as
        what it signs. Raises ``KeyTrouble``, ``OSError``."""
        csca, csca_key = self.authority(), self._key(self.folder / "csca.key")
        until = since + timedelta(days=signs_days)
        key = authority.new_key()
        not_after = until + timedelta(days=valid_days)
        made = authority.make_dsc(key, csca, csca_key, country, organisation, (since, until), not_after)
        name = authority.kid_of(made).hex()
        (self.folder / "signers").mkdir(exist_ok=True, mode=0o700)
        write_private(self.folder / "signers" / f"{name}.key", _pem(key))
        # last, for a signer is there when its certificate is
        write_private(self.folder / "signers" / f"{name}.pem", made.public_bytes(Encoding.PEM))
        return DocumentSigner(made, key, *authority.signs_between(made))

    def authority(self) -> x509.Certificate:
        try:
            return x509.load_pem_x509_certificate((self.folder / "csca.pem").read_bytes())
        except (OSError, ValueError) as error:
            raise KeyTrouble(f"{self.folder / 'csca.pem'}: {_why(error)}; 'signer init' makes one") from None

    def signers(self) -> list[DocumentSigner]:
        """Every document signer, oldest first; certificates count whole seconds, so of one second's the file written last is the
        newest. Raises ``KeyTrouble``."""
        found = []
        for path in sorted((self.folder / "signers").glob("*.pem")):
            try:
                certificate = x509.load_pem_x509_certificate(path.read_bytes())
            except (OSError, ValueError) as error:
                raise KeyTrouble(f"{path}: {_why(error)}") from None
            key = self._key(path.with_suffix(".key"))
            if key.public_key() != certificate.public_key():
                raise KeyTrouble(f"{path}: the key beside it is another's")
            signer = DocumentSigner(certificate, key, *authority.signs_between(certificate))
            found.append((signer.since, path.stat().st_mtime_ns, signer))
        return [signer for _, _, signer in sorted(found, key=lambda one: one[:2])]

    def current(self, now: datetime, withdrawn: frozenset[bytes] = frozenset()) -> DocumentSigner | None:
        """The one that signs now: of several the newest; None where none does."""
        fitting = [one for one in self.signers() if one.since <= now < one.until and one.kid not in withdrawn]
        return fitting[-1] if fitting else None

    def _key(self, path: Path) -> EllipticCurvePrivateKey:
        try:
            mode = stat.S_IMODE(path.stat().st_mode)
            if mode & 0o077:
                raise KeyTrouble(f"{path}: others may read it (mode {mode:o}); chmod 600")
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, TypeError, UnsupportedAlgorithm) as error:
            raise KeyTrouble(f"{path}: {_why(error)}") from None
        except KeyTrouble:
            raise
        except ValueError as error:
            raise KeyTrouble(f"{path}: {_why(error)}") from None
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise KeyTrouble(f"{path}: not a private key on P-256")
        return key


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _why(error: Exception) -> str:
    return os.strerror(error.errno) if isinstance(error, OSError) and error.errno else "damaged"
