"""The record kinds by which signing keys travel: asked for by a device, delegated and barred by the platform. No personal data."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated, ClassVar

from pydantic import BaseModel, Field

from kiosk.plugin import RecordBody

POINT = r"^[A-Za-z0-9_-]{44}$"  # a compressed point of P-256, base64url


class SigningKey(RecordBody):
    """A device asks to be delegated: its public key. Who asks is the journal's writer, and nothing in the body."""

    retention_days: ClassVar[None] = None

    point: str = Field(pattern=POINT)


class DelegationRecord(RecordBody):
    """The platform's answer: the delegation that the device puts into its tokens."""

    retention_days: ClassVar[None] = None

    device: str = Field(max_length=24)
    token: Annotated[str, Field(max_length=400)]  # base64url of the COSE_Sign1
    not_after: int = Field(ge=0, description="Unix seconds")
    asked_by: str = Field(max_length=32, description="writer and seq of the record that it answers")
    asked_seq: int = Field(ge=1)


class IssuerKey(RecordBody):
    """A public key of the platform. A later record on the same key may revoke it."""

    retention_days: ClassVar[None] = None

    point: str = Field(pattern=POINT)
    revoked: bool = False


class BarredDevice(RecordBody):
    """The platform takes a device's right to sign away, at once and for every token that it ever signed: a kiosk was stolen."""

    retention_days: ClassVar[None] = None

    device: str = Field(pattern=r"^[a-z0-9]{1,24}$")
    barred: bool = True
    reason: str = Field(default="", max_length=120)


SIGNING_KEY, DELEGATION, ISSUER_KEY, BARRED_DEVICE = (
    f"core.{name}" for name in ("signing_key", "delegation", "issuer_key", "barred_device")
)
KINDS: Mapping[str, type[BaseModel]] = {
    SIGNING_KEY: SigningKey,
    DELEGATION: DelegationRecord,
    ISSUER_KEY: IssuerKey,
    BARRED_DEVICE: BarredDevice,
}
