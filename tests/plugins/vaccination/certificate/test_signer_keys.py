"""The signer's keys: files that nobody else reads, their roll-over with an overlap, X.509 as verifiers expect it."""

from __future__ import annotations

import hashlib
import stat
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from plugins.vaccination.certificate.signer import authority
from plugins.vaccination.certificate.signer.keys import DocumentSigner, KeyFolder, KeyTrouble

NOW = datetime(2021, 12, 1, tzinfo=UTC)


@pytest.fixture
def folder(tmp_path: Path) -> KeyFolder:
    made = KeyFolder(tmp_path / "signer")
    made.make_authority("VN", "Bộ Y tế", NOW)
    return made


def new(folder: KeyFolder, since: datetime = NOW, days: int = 180) -> DocumentSigner:
    return folder.make_signer("VN", "Bộ Y tế", since, days, 396)


def test_every_file_is_its_owners_alone(folder: KeyFolder) -> None:
    new(folder)
    files = [path for path in folder.folder.rglob("*") if path.is_file()]
    assert len(files) == 4
    assert {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert {stat.S_IMODE(path.stat().st_mode) for path in (folder.folder, folder.folder / "signers")} == {0o700}


def test_the_certificate_is_what_verifiers_expect(folder: KeyFolder) -> None:
    made = new(folder)
    csca, dsc = folder.authority(), made.certificate
    csca.public_key().verify(dsc.signature, dsc.tbs_certificate_bytes, ECDSA(SHA256()))  # type: ignore[union-attr, call-arg]
    assert dsc.issuer == csca.subject
    assert made.kid == hashlib.sha256(dsc.public_bytes(Encoding.DER)).digest()[:8]
    assert dsc.subject.get_attributes_for_oid(x509.NameOID.COUNTRY_NAME)[0].value == "VN"
    usage = dsc.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    assert [one.dotted_string for one in usage] == ["1.3.6.1.4.1.1847.2021.1.2"]  # vaccinations, and nothing else
    assert authority.signs_between(dsc) == (NOW, NOW + timedelta(days=180))
    assert dsc.not_valid_after_utc == NOW + timedelta(days=180 + 396)
    assert csca.extensions.get_extension_for_class(x509.BasicConstraints).value.ca
    assert csca.not_valid_after_utc > dsc.not_valid_after_utc


def test_roll_over(folder: KeyFolder) -> None:
    old = new(folder)
    following = new(folder, NOW + timedelta(days=170))
    assert [one.kid for one in folder.signers()] == [old.kid, following.kid]
    for days, signs in ((0, old), (169, old), (170, following), (179, following), (200, following)):
        found = folder.current(NOW + timedelta(days=days))
        assert found is not None
        assert found.kid == signs.kid, days
    assert folder.current(NOW + timedelta(days=351)) is None
    assert folder.current(NOW - timedelta(days=1)) is None
    fallen_back = folder.current(NOW + timedelta(days=175), frozenset({following.kid}))
    assert fallen_back is not None
    assert fallen_back.kid == old.kid


def test_keys_in_the_platforms_data_are_refused(tmp_path: Path) -> None:
    for inside in (tmp_path, tmp_path / "identity", tmp_path / "x" / ".." / "keys"):
        with pytest.raises(KeyTrouble, match="web process"):
            KeyFolder(inside, tmp_path)


def test_a_key_that_others_may_read_signs_nothing(folder: KeyFolder) -> None:
    made = new(folder)
    path = folder.folder / "signers" / f"{made.kid.hex()}.key"
    path.chmod(0o640)
    with pytest.raises(KeyTrouble, match="chmod 600"):
        folder.signers()


def test_damaged_and_foreign_files_are_named(folder: KeyFolder) -> None:
    one, two = new(folder), new(folder, NOW + timedelta(days=1))
    paths = [folder.folder / "signers" / f"{made.kid.hex()}.key" for made in (one, two)]
    good = paths[0].read_bytes()
    paths[0].write_bytes(paths[1].read_bytes())
    with pytest.raises(KeyTrouble, match="another's"):
        folder.signers()
    for damage in (b"", b"nothing", good[:100], b"\xff" * 300):
        paths[0].write_bytes(damage)
        with pytest.raises(KeyTrouble, match="damaged"):
            folder.signers()
    paths[0].unlink()
    with pytest.raises(KeyTrouble, match=r"\.key: there is no such file"):
        folder.signers()
    paths[0].write_bytes(good)
    paths[0].chmod(0o600)
    assert len(folder.signers()) == 2


def test_an_authority_is_never_replaced(folder: KeyFolder) -> None:
    before = folder.authority()
    with pytest.raises(KeyTrouble, match="never replaced"):
        folder.make_authority("VN", "Bộ Y tế", NOW)
    assert folder.authority() == before


def test_without_an_authority_there_is_no_signer(tmp_path: Path) -> None:
    with pytest.raises(KeyTrouble, match="signer init"):
        new(KeyFolder(tmp_path))
