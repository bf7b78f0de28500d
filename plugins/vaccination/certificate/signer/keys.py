"""The signer's folder: private keys and their certificates, files of mode 0600 that only the signer's own user reads. Signs nothing.

``csca.key``, ``csca.pem``: the authority, where it is kept here; ``signers/<kid>.key`` and ``.pem``: document signers.
"""

from __future__ import annotations

import stat
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, EllipticCurvePrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, load_pem_private_key

from kiosk.domain import Text
from kiosk.explained import Explained, text_of
from kiosk.identity import write_private
from plugins.vaccination.certificate.signer import authority

_DAMAGED = Text("tệp hỏng", "damaged")
_NOT_P256 = Text("không phải khóa riêng trên P-256", "not a private key on P-256")
_OTHER_KEY = Text("khóa bên cạnh là của chứng thư khác", "the key beside it is another's")
_OPEN_TO_OTHERS = Text(
    "người khác đọc được tệp này (quyền {mode}); hãy chmod 600", "others may read it (mode {mode}); chmod 600"
)


class KeyTrouble(Explained):
    """What is wrong with the folder, for who runs the signer. Its words name files and nothing that is in them."""


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
                f"{folder} nằm trong thư mục dữ liệu của nền tảng, nơi tiến trình web đọc được; "
                "hãy chọn thư mục mà chỉ người dùng của bộ ký đọc được",
                f"{folder} lies in the platform's own data directory, which its web process reads; "
                "choose a folder that only the signer's user can read",
            )

    def is_new(self) -> bool:
        return not (self.folder / "csca.pem").exists() and not self.signers()

    def make_authority(self, country: str, organisation: str, now: datetime) -> x509.Certificate:
        """A CSCA of our own. Raises ``KeyTrouble`` where there is one."""
        if (self.folder / "csca.pem").exists():
            there = self.folder / "csca.pem"
            raise KeyTrouble(
                f"{there} đã có rồi; không bao giờ thay", f"{there} is there already; it is never replaced"
            )
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
            there, why = self.folder / "csca.pem", _why(error)
            raise KeyTrouble(
                f"{there}: {why.vi}; 'signer init' tạo một khóa gốc", f"{there}: {why.en}; 'signer init' makes one"
            ) from None

    def signers(self) -> list[DocumentSigner]:
        """Every document signer, oldest first; certificates count whole seconds, so of one second's the file written last is the
        newest. Raises ``KeyTrouble``."""
        found = []
        for path in sorted((self.folder / "signers").glob("*.pem")):
            try:
                certificate = x509.load_pem_x509_certificate(path.read_bytes())
            except (OSError, ValueError) as error:
                raise _trouble(path, _why(error)) from None
            key = self._key(path.with_suffix(".key"))
            if key.public_key() != certificate.public_key():
                raise _trouble(path, _OTHER_KEY)
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
                raise _trouble(path, _OPEN_TO_OTHERS.format(mode=f"{mode:o}"))
            key = load_pem_private_key(path.read_bytes(), password=None)
        except (OSError, TypeError, UnsupportedAlgorithm) as error:
            raise _trouble(path, _why(error)) from None
        except KeyTrouble:
            raise
        except ValueError as error:
            raise _trouble(path, _why(error)) from None
        if not isinstance(key, EllipticCurvePrivateKey) or not isinstance(key.curve, SECP256R1):
            raise _trouble(path, _NOT_P256)
        return key


def _pem(key: EllipticCurvePrivateKey) -> bytes:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())


def _trouble(path: Path, said: Text) -> KeyTrouble:
    return KeyTrouble(f"{path}: {said.vi}", f"{path}: {said.en}")


def _why(error: Exception) -> Text:
    if isinstance(error, FileNotFoundError):
        return Text("không có tệp này", "there is no such file")
    return text_of(error) if isinstance(error, OSError) and error.errno else _DAMAGED
