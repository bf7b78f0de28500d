"""Single-use codes, and the devices that use them."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, field_validator
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kiosk.identity import Identity
from kiosk.journal.audiences import audiences_of
from plugins.national_platform.assertion import load_device_key
from plugins.national_platform.models import Contact, Device, EnrolmentCode

ALPHABET = "ABCDEFGHJKMNPQRSTVWXYZ23456789"  # nothing that is read for another letter
CODE_LETTERS = 12  # 30^12: 58 bits
REPEAT_MS = 15 * 60 * 1000  # how long a used code still repeats its answer to the device that used it
USELESS = "This code is wrong, used or expired. Ask for a new one."


class EnrolmentRefused(Exception):
    """``code``: ``code`` (wrong, used or expired: not told apart), ``site``, ``device``, ``revoked``."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


class EarlierJournal(BaseModel):
    """A journal that the device wrote before it knew the nation's pseudonym key, and the key it used."""

    model_config = ConfigDict(extra="ignore")

    writer: str = Field(pattern=r"^[a-z0-9]{4,24}\.[0-9]{1,6}$")
    seq: int = Field(default=0, ge=0)
    hash: str = ""
    digest_key: str = Field(max_length=128)

    @field_validator("digest_key")
    @classmethod
    def _is_key(cls, value: str) -> str:
        if not 16 <= len(base64.b64decode(value, validate=True)) <= 64:
            raise ValueError("a digest key has 16 to 64 bytes")
        return value


class EnrolmentRequest(BaseModel):
    """What a device says of itself. Unknown fields are let pass: newer devices may say more."""

    model_config = ConfigDict(extra="ignore")

    code: str = Field(max_length=64)
    device: str = Field(pattern=r"^[a-z0-9]{4,24}$")
    public_key_pem: str = Field(max_length=1000)
    site: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{1,39}$")
    name: str = Field(default="", max_length=80)
    role: str = Field(default="kiosk", max_length=20)
    earlier: list[EarlierJournal] = Field(default_factory=list, max_length=32)

    @field_validator("public_key_pem")
    @classmethod
    def _is_public_key(cls, value: str) -> str:
        load_device_key(value)
        return value

    @field_validator("name", "role")
    @classmethod
    def _is_text(cls, value: str) -> str:
        if not value.isprintable():
            raise ValueError("control characters")
        return value


@dataclass(frozen=True, slots=True)
class NewCode:
    """A code as it is told once, and its end in Unix milliseconds."""

    code: str
    expires_at_ms: int


def mint(
    session: Session, identity: Identity, now_ms: int, hours: float, site: str = "", province: str = ""
) -> NewCode:
    """A fresh code; only its hash is kept."""
    letters = "".join(secrets.choice(ALPHABET) for _ in range(CODE_LETTERS))
    code = "-".join(letters[at : at + 4] for at in range(0, CODE_LETTERS, 4))
    expires = now_ms + int(hours * 3_600_000)
    session.add(
        EnrolmentCode(
            code_hash=hash_of(code, identity),
            site=site,
            province=province,
            created_at_ms=now_ms,
            expires_at_ms=expires,
        )
    )
    session.flush()
    return NewCode(code, expires)


def hash_of(code: str, identity: Identity) -> bytes:
    """Keyed, so that the table alone confirms no guess. What a person types is forgiven case, spaces and dashes.

    The table is searched by this value: how long that takes says nothing of the code.
    """
    plain = "".join(letter for letter in code.upper() if letter in ALPHABET)
    return hashlib.blake2b(plain.encode(), key=identity.session_key, digest_size=32, person=b"enrolment").digest()


def enrol(session: Session, identity: Identity, asked: EnrolmentRequest, now_ms: int) -> dict[str, Any]:
    """Use the code and register the device, which has proved that the key is its own. Asking again soon with the same code,
    device, key and site gives the same answer, because the first one may have been lost on the way. Raises
    ``EnrolmentRefused``."""
    code = session.scalars(
        select(EnrolmentCode).where(EnrolmentCode.code_hash == hash_of(asked.code, identity)).with_for_update()
    ).one_or_none()
    device = session.get(Device, asked.device)
    if code is None or code.expires_at_ms <= now_ms or code.used_by not in (None, asked.device):
        raise EnrolmentRefused("code", USELESS)
    if code.site and code.site != asked.site:
        raise EnrolmentRefused("site", "This code is for another site. Check the site's id in the profile.")
    if device is not None and device.revoked_at_ms is not None:
        raise EnrolmentRefused(
            "revoked", "This device was revoked. Clear its data directory and enrol it as a new one."
        )
    if device is not None and device.public_key_pem.strip() != asked.public_key_pem.strip():
        raise EnrolmentRefused("device", "A device of this name is enrolled with another key.")
    if code.used_by is None:
        device = _register(session, code, device, asked, now_ms)
    elif device is None or device.site != asked.site or now_ms - (code.used_at_ms or 0) > REPEAT_MS:
        raise EnrolmentRefused("code", USELESS)
    _note_earlier(session, asked)
    session.flush()
    return {
        "device": asked.device,
        "pseudonym_key": base64.b64encode(identity.pseudonym_key).decode("ascii"),
        "platform_key_pem": identity.public_key_pem(),
        "audiences": audiences_of(device.site, device.province),
        "server_time_ms": now_ms,
    }


def _register(
    session: Session, code: EnrolmentCode, device: Device | None, asked: EnrolmentRequest, now_ms: int
) -> Device:
    used = session.execute(
        update(EnrolmentCode)
        .where(EnrolmentCode.code_hash == code.code_hash, EnrolmentCode.used_at_ms.is_(None))
        .values(used_at_ms=now_ms, used_by=asked.device)
    )
    if used.rowcount != 1:  # type: ignore[attr-defined]
        raise EnrolmentRefused("code", USELESS)
    if device is None:
        device = Device(device=asked.device, public_key_pem=asked.public_key_pem, enrolled_at_ms=now_ms)
        session.add(device)
    device.site, device.province, device.name, device.role = asked.site, code.province, asked.name, asked.role
    return device


def _note_earlier(session: Session, asked: EnrolmentRequest) -> None:
    for journal in asked.earlier:
        if journal.writer.rpartition(".")[0] != asked.device:
            raise EnrolmentRefused("device", "An earlier journal belongs to another device.")
        known = session.get(Contact, journal.writer)
        if known is None:
            session.add(
                Contact(
                    writer=journal.writer,
                    device=asked.device,
                    digest_key=base64.b64decode(journal.digest_key),
                    last_contact_ms=0,
                    drift_ms=0,
                    clock_trusted=False,
                )
            )
