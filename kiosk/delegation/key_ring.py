"""Which keys count here, and with what this appliance signs. Reads tables and the key's file; writes no record."""

from __future__ import annotations

import functools
import threading
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePrivateKey, EllipticCurvePublicKey
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.delegation import cose, key_files
from kiosk.delegation.models import BarredRow, DelegationRow, IssuerKeyRow
from kiosk.delegation.token import Signer, key_id, read_own_delegation
from kiosk.journal.audiences import NATION
from kiosk.plugin import Clock, Services
from kiosk.storage.lookups import Rows, given

Keys = dict[bytes, EllipticCurvePublicKey]
_ISSUERS = Rows(select(IssuerKeyRow))
_DELEGATIONS = Rows(
    select(DelegationRow)
    .where(DelegationRow.device == given("device"))
    .order_by(DelegationRow.not_after.desc())
    .limit(8)
)


@functools.lru_cache(maxsize=256)
def _loaded(point: bytes) -> EllipticCurvePublicKey | None:
    """Decompressing a point takes longer than the look-up that found it."""
    try:
        return cose.load_point(point)
    except cose.BadCose:
        return None


class KeyRing:
    """The keys of one appliance; ``authority``: it is the platform, which delegates. Safe from any thread."""

    def __init__(self, services: Services, clock: Clock, authority: bool) -> None:
        self._services = services
        self._clock = clock
        self.authority = authority
        self._lock = threading.Lock()
        self._key: EllipticCurvePrivateKey | None = None

    @property
    def device(self) -> str:
        return self._services.journal.identity.device

    def own_key(self) -> EllipticCurvePrivateKey:
        """This appliance's signing key: the platform's where it is the platform. Made at first use."""
        with self._lock:
            if self._key is None:
                self._key = key_files.load_or_make(self.path())
            return self._key

    def path(self) -> Path:
        folder = self._services.journal.identity.folder
        return folder / (key_files.PLATFORM_KEY if self.authority else key_files.DEVICE_KEY)

    def issuers(self, session: Session) -> Keys:
        """The platform's keys by id, without revoked ones."""
        rows = _ISSUERS.all(session)
        revoked = {row.point for row in rows if row.revoked}
        keys = [_loaded(row.point) for row in rows if row.point not in revoked]
        found = {key_id(key): key for key in keys if key is not None}
        if self.authority:
            own = self._readable()
            if own is not None and key_files.point(own) not in revoked:
                found[key_id(own.public_key())] = own.public_key()
        return found

    def is_barred(self, session: Session, issuer: str) -> bool:
        """Whether the platform's last word on the device that signed is that it may not. ``issuer``: as in ``token.Origin``."""
        kind, _, device = issuer.partition(":")
        if kind != "device" or not device:
            return False
        word = select(BarredRow.barred).where(BarredRow.device == device, BarredRow.writer == NATION)
        return bool(session.scalar(word.order_by(BarredRow.seq.desc()).limit(1)))

    def own(self) -> Keys:
        """The own key, which needs no delegation at home; the platform's own is among the issuers."""
        key = None if self.authority else self._readable()
        return {key_id(key.public_key()): key.public_key()} if key is not None else {}

    def _readable(self) -> EllipticCurvePrivateKey | None:
        """The own key; None where there is none yet, for reading makes none, and where its file is damaged, for others' tokens can
        still be read. Health says it."""
        if self._key is None and not self.path().exists():
            return None
        try:
            return self.own_key()
        except (OSError, ValueError):
            return None

    def delegation(self, session: Session) -> tuple[bytes, int] | None:
        """The delegation that lasts longest, of the own key by a key of the platform, and until when (Unix seconds)."""
        rows = _DELEGATIONS.all(session, device=self.device)
        if not rows:
            return None
        issuers, own = self.issuers(session), key_id(self.own_key().public_key())
        for row in rows:
            found = read_own_delegation(row.token, issuers)
            if found is not None and key_id(found.key) == own:
                return row.token, found.expires_at
        return None

    def signer(self, session: Session) -> Signer:
        """With what is signed now. Without a delegation that still lasts: with the own key alone."""
        if self.authority:
            return Signer(self.own_key())
        found = self.delegation(session)
        now = int(self._clock.now().timestamp())
        return Signer(self.own_key(), found[0] if found and now < found[1] else b"")
