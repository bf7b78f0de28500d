"""An authority's own X.509 list of the signers it withdrew: from the file to the verdict on a seal."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.domain import Draft
from plugins.health_certificate.records import Revocation
from tests.plugins.health_certificate.test_trust_records import PLUGINS, at, run, trusting
from tests.support.appliance import Workshop, codes, show
from tests.support.issuing import AT, Issuer, issuer, vds_nc


def list_of(authority: Issuer, *serials: int, reason: x509.ReasonFlags | None = None) -> x509.CertificateRevocationList:
    """As an authority publishes it (RFC 5280)."""
    builder = (
        x509.CertificateRevocationListBuilder()
        .issuer_name(authority.certificate.subject)
        .last_update(AT)
        .next_update(AT + timedelta(days=90))
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.key.public_key()), critical=False)
    )
    for serial in serials:
        entry = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(AT)
        builder = builder.add_revoked_certificate(
            (entry.add_extension(x509.CRLReason(reason), critical=False) if reason else entry).build()
        )
    return builder.sign(authority.key, hashes.SHA256())


def revoked_by(workshop: Workshop, made: x509.CertificateRevocationList, encoding: Encoding) -> list[Draft]:
    file = workshop.folder / "authority.crl"
    file.write_bytes(made.public_bytes(encoding))
    lines = run("certificate", "revoke", "--records", str(file))
    assert lines.exit_code == 0, lines.output
    bodies = [Revocation.model_validate_json(line) for line in lines.stdout.splitlines()]
    return [Draft("health_certificate.revocation", body) for body in bodies]


@pytest.mark.parametrize("encoding", [Encoding.DER, Encoding.PEM])
def test_a_signer_on_its_authoritys_list_counts_no_more(workshop: Workshop, encoding: Encoding) -> None:
    now = datetime.now(UTC)
    span = {"begin": now - timedelta(days=9), "end": now + timedelta(days=900)}
    authority, another = (issuer(authority=True, name=name, **span) for name in ("CSCA một", "CSCA hai"))
    withdrawn, good = (issuer(by=authority, name=name, **span) for name in ("Barcode 1", "Barcode 2"))
    seal = vds_nc(withdrawn)
    appliance = workshop.start(PLUGINS)
    appliance.record([trusting(authority)])
    assert "health_certificate.valid.green" in codes(show(appliance, seal))
    serial = withdrawn.certificate.serial_number
    appliance.record(revoked_by(workshop, list_of(another, serial), encoding))  # another authority's number
    assert "health_certificate.valid.green" in codes(show(appliance, seal))
    taken_off = list_of(authority, serial, reason=x509.ReasonFlags.remove_from_crl)
    assert revoked_by(workshop, taken_off, encoding) == revoked_by(workshop, list_of(authority), encoding) == []
    appliance.record(revoked_by(workshop, list_of(authority, 1, serial), encoding))
    answer = show(appliance, seal)
    assert (answer.decision, "health_certificate.invalid.revoked" in codes(answer)) == ("refuse", True)
    assert "health_certificate.valid.green" in codes(show(appliance, vds_nc(good)))


def test_an_empty_list_of_an_authority_is_no_mistake(workshop: Workshop) -> None:
    file = workshop.folder / "empty.crl"
    file.write_bytes(list_of(issuer(authority=True)).public_bytes(Encoding.DER))
    told = run("certificate", "revoke", *at(workshop), str(file))
    assert (told.exit_code, told.stdout) == (0, "revoked here: 0 hashes\n"), told.output
