"""Which number stands for the person whom a credential names. Hashes nothing and looks nobody up."""

from __future__ import annotations

from kiosk.domain import Credential


def subject_of(credential: Credential) -> str | None:
    """The national id, else the document that stands for it; None where the credential names nobody. Records know the person by the
    keyed hash of this: ``services.pseudonym(subject)``."""
    number = credential.value("national_id")
    if number is None:
        insured, document = credential.value("insurance_number"), credential.value("document_number")
        if insured:
            return f"bhyt:{insured}"
        if document:
            return f"document:{credential.issuer}:{document}"
    return number or None
