"""An authority's X.509 list of the signers that it withdrew: whether it is the authority's, and whom it names. Stores nothing.

A certificate revocation list (RFC 5280, section 5 and 6.3.3; ICAO Doc 9303-12). Lists that speak for several authorities are not read.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from cryptography import x509

from kiosk.explained import Explained
from plugins.health_certificate.keys import UNREADABLE, authority_ids, names_in_list
from plugins.health_certificate.trust import TrustSource, hash_of_signer

_IN_PEM, _IN_DER = b"-----BEGIN X509 CRL", (b"\x30\x81", b"\x30\x82", b"\x30\x83", b"\x30\x84")
# what a list may call critical and is understood here: a delta is taken as the part that it is
_UNDERSTOOD = (x509.DeltaCRLIndicator, x509.IssuingDistributionPoint)


class NotAList(Explained):
    """Not such a list, or one that cannot be read here. Its text says why."""


class NotGenuine(Explained):
    """A list whose authority is known and did not make it so. Its text says what is wrong."""


class UnknownAuthority(Explained):
    """A list whose authority's certificate nobody here has: the signature cannot be checked."""


@dataclass(frozen=True, slots=True)
class SignerList:
    """``hashes`` name the signers as ``trust.hash_of_signer`` does; often there are none. ``authority``: its name, for people.
    ``verified``: its signature was checked and is right. ``next_due``: when the authority is to publish the next one, if it says so."""

    hashes: tuple[str, ...]
    authority: str
    verified: bool
    made: datetime
    next_due: datetime | None


def is_signer_list(content: bytes) -> bool:
    """Whether it begins as one does."""
    return content.lstrip().startswith(_IN_PEM) or content.startswith(_IN_DER)


def read_signer_list(content: bytes, sources: Sequence[TrustSource], unchecked: bool = False) -> SignerList:
    """The list in ``content`` (PEM or DER), checked by the certificates of authorities that ``sources`` have. Raises ``NotAList``,
    ``NotGenuine``, and ``UnknownAuthority`` unless that it is ``unchecked`` is accepted."""
    try:
        found = (x509.load_pem_x509_crl if content.lstrip().startswith(b"-") else x509.load_der_x509_crl)(content)
        entries = [(one.serial_number, _reason(one)) for one in found]
        _refuse_unreadable(found)
        name, made, next_due = found.issuer.rfc4514_string(), found.last_update_utc, found.next_update_utc
        names = names_in_list(found)
    except NotAList:
        raise
    except UNREADABLE:
        raise NotAList("không phải danh sách thu hồi X.509", "not an X.509 revocation list") from None
    authority = _authority(found, names, sources)
    if authority is not None:
        names = authority_ids(authority)  # a list may say no more than what its authority goes by
    elif not unchecked:
        raise UnknownAuthority(
            f"không có chứng thư của cơ quan «{name}» nên không kiểm tra được chữ ký. Hãy nạp chứng thư đó (kiosk certificate trust) "
            "hoặc đưa nó sau --authority; nếu đã tự kiểm tra danh sách, thêm --unchecked",
            f"the certificate of the authority “{name}” is not here, so the signature cannot be checked. Load that certificate (kiosk "
            "certificate trust), or give it with --authority; if you have checked the list yourself, add --unchecked",
        )
    # what a delta takes off again is no revocation
    serials = [serial for serial, reason in entries if reason is not x509.ReasonFlags.remove_from_crl]
    hashes = tuple(hash_of_signer(one, serial) for serial in serials for one in names)
    return SignerList(hashes, name, authority is not None, made, next_due)


def _reason(entry: x509.RevokedCertificate) -> x509.ReasonFlags | None:
    reason = None
    for extension in entry.extensions:
        if isinstance(extension.value, x509.CRLReason):
            reason = extension.value.reason
        elif isinstance(extension.value, x509.CertificateIssuer) or extension.critical:
            raise _of_several()
    return reason


def _refuse_unreadable(found: x509.CertificateRevocationList) -> None:
    for extension in found.extensions:
        value = extension.value
        if isinstance(value, x509.IssuingDistributionPoint) and value.indirect_crl:
            raise _of_several()
        if extension.critical and not isinstance(value, _UNDERSTOOD):
            oid = extension.oid.dotted_string
            raise NotAList(
                f"danh sách có phần bắt buộc mà máy không hiểu ({oid})",
                f"the list has a critical part that is not understood here ({oid})",
            )


def _of_several() -> NotAList:
    return NotAList(
        "danh sách nói thay cho nhiều cơ quan; hãy lấy danh sách của từng cơ quan",
        "the list speaks for several authorities; get each authority's own",
    )


def _authority(
    found: x509.CertificateRevocationList, names: Iterable[str], sources: Sequence[TrustSource]
) -> x509.Certificate | None:
    """The certificate whose key signed the list, or None where none of that authority and key is known. Raises ``NotGenuine``."""
    problem: NotGenuine | None = None
    for certificate in _known(found, names, sources):
        problem = _why_not(found, certificate)
        if problem is None:
            return certificate
    if problem is not None:
        raise problem
    return None


def _known(
    found: x509.CertificateRevocationList, names: Iterable[str], sources: Sequence[TrustSource]
) -> Iterator[x509.Certificate]:
    """Certificates of this authority and, where both say which key, of that key: authorities change keys and keep their names."""
    for key in (key for name in names for source in sources for key in source.keys(name)):
        certificate = key.certificate
        if not key.is_authority or certificate is None or certificate.subject != found.issuer:
            continue
        asked, own = names_in_list(found)[:-1], authority_ids(certificate)[1:]
        if not asked or not own or asked == own:
            yield certificate


def _why_not(found: x509.CertificateRevocationList, certificate: x509.Certificate) -> NotGenuine | None:
    name = certificate.subject.rfc4514_string()
    if not certificate.not_valid_before_utc <= found.last_update_utc <= certificate.not_valid_after_utc:
        return NotGenuine(
            f"danh sách được lập ngoài thời hạn chứng thư của cơ quan «{name}»",
            f"the list was made outside the term of the certificate of the authority “{name}”",
        )
    if not _may_sign_lists(certificate):
        return NotGenuine(
            f"chứng thư của cơ quan «{name}» không cho phép ký danh sách thu hồi",
            f"the certificate of the authority “{name}” does not allow it to sign revocation lists",
        )
    try:
        right = found.is_signature_valid(certificate.public_key())  # type: ignore[arg-type]
    except UNREADABLE:
        right = False
    if right:
        return None
    return NotGenuine(
        f"chữ ký không khớp với khóa của cơ quan «{name}»: danh sách đã bị sửa hoặc giả mạo. Không nạp gì; hãy lấy lại từ cơ quan đó",
        f"the signature does not match the key of the authority “{name}”: the list was changed or forged. Nothing was loaded; get it "
        "again from that authority",
    )


def _may_sign_lists(certificate: x509.Certificate) -> bool:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value.crl_sign
    except x509.ExtensionNotFound:
        return True
    except UNREADABLE:
        return False
