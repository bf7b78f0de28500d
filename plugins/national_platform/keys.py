"""A device exchanges its key: signed by the old one, which goes on counting for a while, so that nothing in flight is lost."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy.orm import Session

from plugins.national_platform.assertion import load_device_key
from plugins.national_platform.models import Device

DAY_MS = 86_400_000


class KeyRequest(BaseModel):
    model_config = ConfigDict(extra="ignore")

    public_key_pem: str = Field(max_length=1000)

    @field_validator("public_key_pem")
    @classmethod
    def _is_public_key(cls, value: str) -> str:
        load_device_key(value)
        return value


def change(session: Session, device: str, public_key_pem: str, now_ms: int, overlap_days: int) -> int:
    """From now on the new key counts, the old one until the returned Unix time in milliseconds. Asking twice is once."""
    row = session.get_one(Device, device, with_for_update=True)
    if row.public_key_pem.strip() != public_key_pem.strip():
        row.previous_key_pem, row.previous_until_ms = row.public_key_pem, now_ms + overlap_days * DAY_MS
        row.public_key_pem = public_key_pem
    return row.previous_until_ms
