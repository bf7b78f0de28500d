"""Keeps keys in order, in a thread: a device announces its key and asks again in time; the platform answers.
Signs no token."""

from __future__ import annotations

import base64
import functools
from collections.abc import Callable, Sequence

from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from kiosk.delegation import cose, key_files
from kiosk.delegation.key_ring import KeyRing
from kiosk.delegation.models import DelegationRow, IssuerKeyRow, SigningKeyRow
from kiosk.delegation.records import (
    DELEGATION,
    ISSUER_KEY,
    SIGNING_KEY,
    DelegationRecord,
    IssuerKey,
    SigningKey,
)
from kiosk.delegation.token import delegate
from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.audiences import NATION, site_audience
from kiosk.journal.saying import say
from kiosk.plugin import Clock, Services
from kiosk.repeating import Repeating

DAY = 86_400  # seconds
LOOK_SECONDS = 5.0  # between two looks for keys to announce or answer
AT_ONCE = 200


class Keeper:
    """One per appliance. ``tick`` is the whole work; the thread only repeats it."""

    def __init__(self, services: Services, clock: Clock, ring: KeyRing, delegation_days: int) -> None:
        self._services = services
        self._clock = clock
        self._ring = ring
        self._delegation_days = delegation_days
        self.repeated = Repeating("signing-keys", self.tick, LOOK_SECONDS, "signing keys could not be looked after")
        self.delegated_until: int | None = None  # for health; Unix seconds, 0: none yet, None: not looked yet

    def tick(self) -> None:
        """One look. Raises ``SQLAlchemyError``, ``NotRecorded``, ``OSError`` or ``ValueError``."""
        if self._ring.authority:
            self._publish_own_key()
            self._answer()
        else:
            self._announce()

    # --- a device

    def _announce(self) -> None:
        point = key_files.point(self._ring.own_key())
        device = self._ring.device
        with self._services.session() as session:
            asked = session.execute(
                select(SigningKeyRow.writer, SigningKeyRow.seq)
                .where(SigningKeyRow.point == point, SigningKeyRow.writer.startswith(f"{device}.", autoescape=True))
                .order_by(SigningKeyRow.occurred_at_ms.desc(), SigningKeyRow.seq.desc())
                .limit(1)
            ).one_or_none()
            known = self._ring.delegation(session)
            answered = asked is not None and self._answered(session, asked.writer, asked.seq)
        self.delegated_until = known[1] if known else 0
        if asked is None or (answered and self._wears_out(known)):
            self._services.record([Draft(SIGNING_KEY, SigningKey(point=_text(point)))])

    def _answered(self, session: Session, writer: str, seq: int) -> bool:
        found = select(DelegationRow.seq).where(DelegationRow.asked_by == writer, DelegationRow.asked_seq == seq)
        return session.scalar(found.limit(1)) is not None

    def _wears_out(self, known: tuple[bytes, int] | None) -> bool:
        """Whether less than half of the time is left, as far as the clock can tell."""
        if known is None or not self._clock.trusted():
            return False
        left = known[1] - self._clock.now().timestamp()
        return bool(left < self._delegation_days * DAY / 2)

    # --- the platform

    def _publish_own_key(self) -> None:
        point = key_files.point(self._ring.own_key())

        def missing(session: Session) -> bool:
            found = session.scalar(select(IssuerKeyRow.seq).where(IssuerKeyRow.point == point).limit(1))
            return found is None

        with self._services.session() as session:
            if not missing(session):
                return
        draft = Draft(ISSUER_KEY, IssuerKey(point=_text(point)))
        self._say(NATION, lambda session: [draft] if missing(session) else [])

    def _answer(self) -> None:
        with self._services.session() as session:
            sites = {row.site for row in self._unanswered(session)}
        for site in sorted(sites):
            self._say(site_audience(site), functools.partial(self._answers, site))

    def _unanswered(self, session: Session, site: str | None = None) -> list[SigningKeyRow]:
        answered = exists().where(
            DelegationRow.asked_by == SigningKeyRow.writer, DelegationRow.asked_seq == SigningKeyRow.seq
        )
        query = select(SigningKeyRow).where(~answered)
        if site is not None:
            query = query.where(SigningKeyRow.site == site)
        return list(session.scalars(query.order_by(SigningKeyRow.writer, SigningKeyRow.seq).limit(AT_ONCE)))

    def _answers(self, site: str, session: Session) -> list[Draft]:
        """One delegation for each request of the site; who sent it was proven when its batch was taken."""
        until = int(self._clock.now().timestamp()) + self._delegation_days * DAY
        return [
            Draft(DELEGATION, self._delegation(row.writer.rpartition(".")[0], row, until))
            for row in self._unanswered(session, site)
        ]

    def _delegation(self, device: str, row: SigningKeyRow, until: int) -> DelegationRecord:
        key = _public(row.point)
        token = delegate(self._ring.own_key(), device, key, until) if key else b""
        return DelegationRecord(
            device=device, token=_text(token), not_after=until if key else 0, asked_by=row.writer, asked_seq=row.seq
        )

    def _say(self, audience: str, compose: Callable[[Session], Sequence[Draft]]) -> None:
        """What ``compose`` finds to be said is asked under the audience's lock: several processes say it once."""
        clock = self._clock

        def entries(session: Session) -> list[Entry]:
            return entries_of(compose(session), clock.now(), clock.trusted())

        say(self._services.journal, audience, entries)


def _public(point: bytes) -> EllipticCurvePublicKey | None:
    """None for bytes that are no point: such a request is answered with nothing, so that it is not asked for ever."""
    try:
        return cose.load_point(point)
    except cose.BadCose:
        return None


def _text(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode("ascii")
