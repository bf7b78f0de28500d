"""One batch of official certificates: read what is due, decide, sign, and append to the journal ``certificates``, all in one
transaction under that journal's lock. So two signers never issue the same, and one that is killed leaves nothing half done."""

from __future__ import annotations

import base64
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.domain import Draft
from kiosk.journal.append import Entry, entries_of
from kiosk.journal.models import JournalRecord
from kiosk.journal.saying import say
from kiosk.plugin import PluginContext
from plugins.vaccination.certificate import dcc, hc1, known, uvci
from plugins.vaccination.certificate.dcc import Wanted
from plugins.vaccination.certificate.deciding import RENEW_SECONDS, Decided, Person, decide
from plugins.vaccination.certificate.signer import due
from plugins.vaccination.certificate.signer.keys import DocumentSigner, KeyFolder
from plugins.vaccination.folding.rows import CERTIFICATES
from plugins.vaccination.lookups import withdrawn_keys
from plugins.vaccination.records import Certificate, Revoked
from plugins.vaccination.rules.vaccine import Vaccines

DAY = 86_400
MOST = 300  # people in a batch: a fraction of a second under the journal's lock
CLOCK_SLACK = 300  # seconds that a clock may seem to have gone back
CORRECTED = "corrected"


class CannotSign(RuntimeError):
    """Nothing is signed, and why. ``code``: ``clock_untrusted``, ``clock_behind``, ``no_key`` or ``not_folded``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(slots=True)
class Batch:
    """What came of one look."""

    looked: int = 0
    moved: bool = False  # something was looked through: there may be more
    issued: int = 0
    revoked: int = 0
    blocked: Counter[str] = field(default_factory=Counter)


class Issuing:
    """One signer's work on one platform's database. ``any_clock``: sign also while nobody knows whether the time is right."""

    def __init__(
        self, context: PluginContext, folder: KeyFolder, vaccines: Vaccines, any_clock: bool = False, most: int = MOST
    ) -> None:
        self._context = context
        self._settings = context.settings
        self._folder = folder
        self._vaccines = vaccines
        self._any_clock = any_clock
        self._most = most

    def batch(self) -> Batch:
        """One look. Raises ``CannotSign``, ``KeyTrouble``, ``OSError``, ``ProjectionFailed`` or what the database raises."""
        clock = self._context.clock
        now, trusted = clock.now(), clock.trusted()
        if not trusted and not self._any_clock:
            raise CannotSign("clock_untrusted")
        today = now.astimezone(ZoneInfo(self._context.time_zone)).date()
        with self._context.services.session() as session:
            if not due.is_any(session, known.as_number(today)):
                return Batch()
            withdrawn = withdrawn_keys(session)
        signer = self._folder.current(now, frozenset(map(base64.b64decode, withdrawn)))
        if signer is None:
            raise CannotSign("no_key")
        done = Batch()

        def compose(session: Session) -> list[Entry]:
            """Asked under the journal's lock."""
            done.looked = done.issued = done.revoked = 0
            done.moved = False
            done.blocked.clear()
            self._refuse_a_clock_that_went_back(session, now)
            drafts = self._drafts(session, signer, now, today, withdrawn, done)
            return entries_of(drafts, now, trusted)

        # what is in no table would be issued again
        say(self._context.services.journal, CERTIFICATES, compose, only_folded=True)
        return done

    def _drafts(
        self,
        session: Session,
        signer: DocumentSigner,
        now: datetime,
        today: date,
        withdrawn: frozenset[str],
        done: Batch,
    ) -> list[Draft]:
        settings, seconds = self._settings, int(now.timestamp())
        found = due.collect(session, self._most, known.as_number(today))
        people = known.people(session, list(found.citizens)) if found.citizens else {}
        drafts: list[Draft] = []
        again: dict[str, int] = {}
        blocked: dict[str, str] = {}
        for citizen, person in sorted(people.items()):
            country, issuer = settings.certificate_country, settings.certificate_issuer
            decided = decide(person, today, seconds, self._vaccines, country, issuer, withdrawn)
            for one in decided.revoke:
                drafts.append(Draft("vaccination.revoked", Revoked(uvci_hash=one, reason=CORRECTED)))
            if decided.issue is not None:
                drafts.append(
                    Draft("vaccination.certificate", self._certificate(decided.issue, signer, seconds), citizen)
                )
            if decided.blocked:
                blocked[citizen] = decided.blocked
            days = [decided.again_on, self._renewed_on(decided, person, seconds)]
            later = [day for day in days if day is not None and day > today]
            if later:
                again[citizen] = known.as_number(min(later))
            done.revoked += len(decided.revoke)
            done.issued += decided.issue is not None
        done.looked = len(people)
        done.blocked.update(blocked.values())
        done.moved = bool(found.cursors or found.waited)
        due.note(session, found, again, blocked, sorted({name for one in people.values() for name in one.names}))
        return drafts

    def _certificate(self, wanted: Wanted, signer: DocumentSigner, now: int) -> Certificate:
        settings = self._settings
        identifier = uvci.mint(settings.certificate_country)
        content = dcc.content(wanted, identifier, settings.certificate_country, settings.certificate_issuer)
        ends = min(now + settings.certificate_days * DAY, int(signer.certificate.not_valid_after_utc.timestamp()))
        return Certificate(
            uvci=identifier,
            colour=wanted.colour,  # type: ignore[arg-type]
            kid=base64.b64encode(signer.kid).decode("ascii"),
            issued_at=now,
            expires_at=ends,
            dose=wanted.dose,
            number=wanted.number,
            total=wanted.total,
            payload=hc1.write(content, settings.certificate_country, now, ends, signer.key, signer.kid),
        )

    def _renewed_on(self, decided: Decided, person: Person, now: int) -> date | None:
        """The day after the one on which the newest certificate becomes due for renewal, at the site: whoever is looked at on it is
        not told to wait on. Looked at for another reason meanwhile, they go on waiting for it."""
        held = [one.expires_at for one in person.held if not one.revoked and one.uvci_hash not in decided.revoke]
        if decided.issue is not None:
            held.append(now + self._settings.certificate_days * DAY)
        if not held:
            return None
        due_at = datetime.fromtimestamp(max(held) - RENEW_SECONDS, ZoneInfo(self._context.time_zone))
        return due_at.date() + timedelta(days=1)

    def _refuse_a_clock_that_went_back(self, session: Session, now: datetime) -> None:
        last = session.scalar(
            select(JournalRecord.occurred_at_ms)
            .where(JournalRecord.writer == CERTIFICATES)
            .order_by(JournalRecord.seq.desc())
            .limit(1)
        )
        if last is not None and now.timestamp() < last / 1000 - CLOCK_SLACK:
            raise CannotSign("clock_behind")


def words_of(blocked: Mapping[str, int]) -> str:
    """Counts by reason, for a log: no names."""
    return ", ".join(f"{reason} {count}" for reason, count in sorted(blocked.items()))
