"""The trust list in the tables: keys by id, revocations by hash, and how old it all is. Reads only."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy import Select, bindparam, exists, func, not_, select
from sqlalchemy.orm import Session, aliased

from kiosk.storage.lookups import Values, several
from kiosk.storage.statements import Prepared
from plugins.health_certificate.key_files import NotKeys, read_once
from plugins.health_certificate.keys import TrustedKey
from plugins.health_certificate.models import KeyRow, ListRow, RevokedRow

LOOKED_AT_SECONDS = 60.0
_MOST_HASHES = 40  # names of one certificate

_later = aliased(KeyRow)
# the same journal may have withdrawn the key when it knew it by fewer names
_WITHDRAWN = exists().where(
    _later.writer == KeyRow.writer,
    _later.fingerprint == KeyRow.fingerprint,
    _later.said_seq > KeyRow.said_seq,
    not_(_later.active),
)
_MATERIAL: Select[Any] = select(KeyRow.material, KeyRow.issuer)  # type: ignore[assignment]
_BY_ID = Prepared(_MATERIAL.where(KeyRow.key_id == bindparam("key_id"), KeyRow.active, not_(_WITHDRAWN)).limit(20))
_COUNT = select(func.count(func.distinct(KeyRow.fingerprint))).where(KeyRow.active, not_(_WITHDRAWN))
_REVOKED = Values(select(RevokedRow.hash).where(RevokedRow.hash.in_(several("hashes")), RevokedRow.active).limit(1))


@dataclass(frozen=True, slots=True)
class TrustState:
    """What there is. ``newest_ms``: when anything of it was said last, 0 for never."""

    keys: int = 0
    newest_ms: int = 0


class TrustStore:
    """A ``TrustSource`` on the appliance's database. ``session`` may give the session of the transaction that is under way."""

    revokes = True

    def __init__(
        self, session: Callable[[], AbstractContextManager[Session]], monotonic: Callable[[], float] = time.monotonic
    ) -> None:
        self._session = session
        self._monotonic = monotonic
        self._state: tuple[float, TrustState] | None = None

    def keys(self, key_id: str) -> Sequence[TrustedKey]:
        """Every key that an active record has under this id."""
        with self._session() as session:
            rows = _BY_ID.rows(session, key_id=key_id)
        unlike = dict.fromkeys((material, issuer) for material, issuer in rows)  # several journals may say the same
        return [key for material, issuer in unlike for key in _keys(material, issuer) if key_id in key.ids]

    def revoked(self, hashes: Sequence[str]) -> bool:
        with self._session() as session:
            return _REVOKED.one(session, hashes=hashes[:_MOST_HASHES]) is not None

    def forget_state(self) -> None:
        """The tables have changed."""
        self._state = None

    def state(self) -> TrustState:
        """Counted at most once a minute."""
        known = self._state
        if known is not None and self._monotonic() - known[0] < LOOKED_AT_SECONDS:
            return known[1]
        with self._session() as session:
            keys = session.scalar(_COUNT) or 0
            newest = max(session.scalar(select(func.max(row.said_at_ms))) or 0 for row in (KeyRow, RevokedRow, ListRow))
        found = TrustState(keys, newest)
        self._state = (self._monotonic(), found)
        return found


def _keys(material: str, issuer: str) -> Sequence[TrustedKey]:
    try:
        found = read_once(material.encode())
    except NotKeys:
        return ()
    return [replace(key, issuer=issuer) for key in found] if issuer else found
