"""An authority's own X.509 list of the signers it withdrew: from the file, whose signature is checked, to the verdict on a seal."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import Result
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Draft
from plugins.health_certificate.key_files import read_keys
from plugins.health_certificate.records import Revocation
from plugins.health_certificate.signer_lists import NotAList, NotGenuine, is_signer_list, read_signer_list
from plugins.health_certificate.trust import KeyRing
from tests.support.appliance import Workshop, codes, records, show
from tests.support.both_languages import assert_both_languages
from tests.support.issuing import Issuer, issuer, vds_nc
from tests.support.trust_records import PLUGINS, at, run, trusting

NOW = datetime.now(UTC).replace(microsecond=0)
SPAN: dict[str, Any] = {"begin": NOW - timedelta(days=90), "end": NOW + timedelta(days=900)}
GOOD = "health_certificate.valid.green"


def list_of(
    authority: Issuer,
    *serials: int,
    reason: x509.ReasonFlags | None = None,
    by: Issuer | None = None,
    made: datetime = NOW,
    due: datetime = NOW + timedelta(days=90),
    extension: x509.ExtensionType | None = None,
) -> x509.CertificateRevocationList:
    """As an authority publishes it (RFC 5280); ``by``: whose key really signs it."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(made)
        .next_update(due)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    if extension is not None:
        builder = builder.add_extension(extension, critical=True)
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(made)
        builder = builder.add_revoked_certificate(
            (entry.add_extension(x509.CRLReason(reason), critical=False) if reason else entry).build()
        )
    return builder.sign((by or authority).key, hashes.SHA256())


@dataclass
class Post:
    """A post's data directory, with files to load into it and an authority that issued a signer."""

    workshop: Workshop
    authority: Issuer
    signer: Issuer

    def trust(self, *authorities: Issuer) -> None:
        appliance = self.workshop.start(PLUGINS)
        appliance.record([trusting(one) for one in authorities])
        self.workshop.stop(appliance)

    def load(
        self, made: x509.CertificateRevocationList | bytes, *options: str, encoding: Encoding = Encoding.DER
    ) -> Result:
        file = self.workshop.folder / "authority.crl"
        file.write_bytes(made if isinstance(made, bytes) else made.public_bytes(encoding))
        return run("certificate", "revoke", *at(self.workshop), *options, str(file))

    def verdict(self, signer: Issuer | None = None) -> tuple[str, str]:
        appliance = self.workshop.start(PLUGINS)
        answer = show(appliance, vds_nc(signer or self.signer))
        self.workshop.stop(appliance)
        return answer.decision, codes(answer)[-1]

    def revocations(self) -> int:
        appliance = self.workshop.start(PLUGINS)
        count = [one.kind for one in records(appliance)].count("health_certificate.revocation")
        self.workshop.stop(appliance)
        return count


@pytest.fixture
def post(workshop: Workshop) -> Post:
    authority = issuer(authority=True, name="CSCA một", **SPAN)
    made = Post(workshop, authority, issuer(by=authority, name="Barcode 1", **SPAN))
    made.trust(authority)
    return made


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_signer_on_its_authoritys_list_counts_no_more(post: Post, encoding: Encoding) -> None:
    another = issuer(authority=True, name="CSCA hai", **SPAN)
    good = issuer(by=post.authority, name="Barcode 2", **SPAN)
    post.trust(another)
    assert post.verdict()[1] == GOOD
    serial = post.signer.certificate.serial_number
    told = post.load(list_of(another, serial), encoding=encoding)  # another authority's number
    assert (told.exit_code, "the signature is right" in told.stderr) == (0, True), told.output
    assert post.verdict()[1] == GOOD
    taken_off = list_of(post.authority, serial, reason=x509.ReasonFlags.remove_from_crl)
    assert post.load(taken_off, encoding=encoding).stdout == "revoked here: 0 hashes\n"
    assert post.load(list_of(post.authority, 1, serial), encoding=encoding).exit_code == 0
    assert post.verdict() == ("refuse", "health_certificate.invalid.revoked")
    assert post.verdict(good)[1] == GOOD


def test_an_empty_list_of_an_authority_is_no_mistake(post: Post) -> None:
    told = post.load(list_of(post.authority))
    assert (told.exit_code, told.stdout) == (0, "revoked here: 0 hashes\n"), told.output
    assert post.revocations() == 0


def test_a_list_by_another_key_is_refused_with_the_reason_and_no_flag_helps(post: Post) -> None:
    forged = list_of(post.authority, post.signer.certificate.serial_number, by=issuer(authority=True))
    for options in ((), ("--unchecked",), ("--withdraw",)):
        told = post.load(forged, *options)
        assert (told.exit_code, told.stdout) == (1, "")
        assert "the signature does not match" in told.stderr
    told = run("--lang", "vi", "certificate", "revoke", *at(post.workshop), str(post.workshop.folder / "authority.crl"))
    assert "chữ ký không khớp" in told.stderr
    assert (post.revocations(), post.verdict()[1]) == (0, GOOD)


def test_no_flipped_bit_makes_another_list(post: Post) -> None:
    """Wherever it is: the list is refused, or what was flipped says nothing about whom it names or who signed."""
    made = list_of(post.authority, 4711)
    content, signed = made.public_bytes(Encoding.DER), made.tbs_certlist_bytes
    ring = KeyRing(read_keys(post.authority.der))
    whole = read_signer_list(content, [ring])
    assert whole.verified
    refused = 0
    for bit in range(0, len(content) * 8, 3):
        broken = bytearray(content)
        broken[bit // 8] ^= 1 << bit % 8
        try:
            found = read_signer_list(bytes(broken), [ring], unchecked=True)
        except (NotAList, NotGenuine) as problem:
            assert_both_languages(problem.text)
            refused += 1
            continue
        if found.verified:  # the count of bits that a signature does not use is not signed
            assert x509.load_der_x509_crl(bytes(broken)).tbs_certlist_bytes == signed, bit
    assert refused > len(content) * 2


def test_a_list_of_nobody_known_is_taken_only_by_who_says_so(post: Post) -> None:
    stranger = issuer(authority=True, name="CSCA lạ", **SPAN)
    signer = issuer(by=stranger, name="Barcode 9", **SPAN)
    made = list_of(stranger, signer.certificate.serial_number)
    told = post.load(made)
    assert (told.exit_code, told.stdout) == (1, "")
    assert "CSCA lạ" in told.stderr
    assert "--unchecked" in told.stderr
    assert post.revocations() == 0
    told = post.load(made, "--unchecked")
    assert (told.exit_code, "signature NOT checked" in told.stderr) == (0, True), told.output
    post.trust(stranger)
    assert post.verdict(signer) == ("refuse", "health_certificate.invalid.revoked")


def test_a_platform_checks_by_a_certificate_in_a_file(post: Post) -> None:
    """Records for publishing are made without an appliance: the authority's certificate is given."""
    (authority := post.workshop.folder / "csca.pem").write_bytes(post.authority.pem)
    made = list_of(post.authority, post.signer.certificate.serial_number)
    told = post.load(made, "--records")
    assert (told.exit_code, told.stdout) == (1, "")
    told = post.load(made, "--records", "--authority", str(authority))
    assert (told.exit_code, "the signature is right" in told.stderr) == (0, True), told.output
    body = Revocation.model_validate_json(told.stdout)
    appliance = post.workshop.start(PLUGINS)
    appliance.record([Draft("health_certificate.revocation", body)])
    assert "health_certificate.invalid.revoked" in codes(show(appliance, vds_nc(post.signer)))


def test_an_outdated_list_counts_and_is_told(post: Post) -> None:
    old = {"made": NOW - timedelta(days=60), "due": NOW - timedelta(days=3)}
    told = post.load(list_of(post.authority, post.signer.certificate.serial_number, **old))
    assert told.exit_code == 0, told.output
    assert f"out of date since {old['due'].date()}" in told.stderr
    assert post.verdict() == ("refuse", "health_certificate.invalid.revoked")
    early = {"made": NOW + timedelta(days=5), "due": NOW + timedelta(days=30)}
    assert "look at the clock" in post.load(list_of(post.authority, **early)).stderr


def test_a_list_from_outside_its_authoritys_term_is_refused(post: Post) -> None:
    told = post.load(list_of(post.authority, 1, made=NOW - timedelta(days=200)))
    assert (told.exit_code, "outside the term" in told.stderr) == (1, True), told.output


def test_an_authority_does_not_withdraw_anothers_signers(post: Post) -> None:
    """Signed by an authority that is trusted, with its key's name, in the name of another one."""
    other = issuer(authority=True, name="CSCA hai", **SPAN)
    post.trust(other)
    in_its_name = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(post.authority.certificate.subject)
        .last_update(NOW)
        .next_update(NOW + timedelta(days=1))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(other.key.public_key()), critical=False)
        .add_revoked_certificate(
            x509.RevokedCertificateBuilder()
            .serial_number(post.signer.certificate.serial_number)
            .revocation_date(NOW)
            .build()
        )
        .sign(other.key, hashes.SHA256())
    )
    told = post.load(in_its_name)
    assert (told.exit_code, post.revocations(), post.verdict()[1]) == (1, 0, GOOD), told.output


@pytest.mark.parametrize("indirect", [True, False])
def test_a_list_for_several_authorities_is_not_read(post: Post, indirect: bool) -> None:
    point = x509.IssuingDistributionPoint(None, None, not indirect, False, None, indirect, False)
    told = post.load(list_of(post.authority, 1, extension=point))
    assert (told.exit_code, "several authorities" in told.stderr) == ((1, True) if indirect else (0, False))


def test_an_authority_whose_key_was_withdrawn_by_name_vouches_for_nobody(post: Post) -> None:
    kid = read_keys(post.authority.der)[0].ids[0]
    assert run("certificate", "revoke", *at(post.workshop), "-", text=f"kid:{kid}").exit_code == 0
    assert post.verdict() == ("refuse", "health_certificate.invalid.revoked")


@given(
    st.binary(max_size=300).map(lambda one: b"\x30\x82" + one)
    | st.text(max_size=300).map(lambda one: b"-----BEGIN X509 CRL-----\n" + one.encode())
)
def test_any_bytes_are_told(content: bytes) -> None:
    assert is_signer_list(content)
    with pytest.raises(NotAList) as raised:
        read_signer_list(content, [], unchecked=True)
    assert_both_languages(raised.value.text)


def test_a_file_that_is_no_authority_is_told(post: Post, tmp_path: Path) -> None:
    (nothing := tmp_path / "nothing.pem").write_bytes(b"nothing")
    told = post.load(list_of(post.authority), "--authority", str(nothing))
    assert (told.exit_code, "nothing.pem" in told.stderr) == (1, True)
