"""The record kinds of health certificates: whom to believe, and what was withdrawn. Written by the platform, or by a site for itself."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, field_validator

from kiosk.plugin import RecordBody
from plugins.health_certificate.key_files import NotKeys, read_once

Hash = Annotated[str, Field(pattern=r"^(?:[0-9a-f]{32}|kid:[A-Za-z0-9+/=_.:#-]{1,200})$")]
LONGEST_KEY = 12_000  # characters; an RSA certificate with a chain has under 6,000


class TrustKey(RecordBody):
    """A key whose certificates count, in force until a later record for the same ``material`` says otherwise."""

    retention_days: ClassVar[None] = None  # counts until withdrawn; no personal data

    material: str = Field(
        max_length=LONGEST_KEY, description="one certificate (PEM or base64 DER), JWK or DID document"
    )
    issuer: str = Field(
        default="", max_length=200, description="for JWKs: the only issuer (an https address) it is for"
    )
    source: str = Field(default="", max_length=80, description="which list it is from, for people")
    active: bool = True

    @field_validator("material")
    @classmethod
    def _holds_a_key(cls, value: str) -> str:
        try:
            read_once(value.encode())
        except NotKeys as problem:
            raise ValueError(str(problem)) from None
        return value


class Revocation(RecordBody):
    """Certificates that were withdrawn, by hash (see ``trust.revocation_hashes``); ``kid:…`` withdraws all that a key signed."""

    retention_days: ClassVar[None] = None

    hashes: list[Hash] = Field(min_length=1, max_length=2000)
    source: str = Field(default="", max_length=80)
    active: bool = True


class TrustList(RecordBody):
    """Everything of one source was published, as of this record: what keeps a list from being called stale."""

    retention_days: ClassVar[None] = None

    source: str = Field(max_length=80)
    keys: int = Field(ge=0, description="how many keys the list has")
