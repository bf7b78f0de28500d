"""Who is before which lane just now: the codes that one traveller has shown. In memory alone, and forgotten soon.

Holds names for as long as a person stands there; nothing here is written down, logged or kept over a restart.
"""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from uuid import UUID

from kiosk.domain import Credential, Decision, Finding
from plugins.checkpoint import plates

KEPT = 512  # travellers remembered, over all lanes
SWEEP = timedelta(seconds=1)  # between two looks through all of them: each costs more than many a scan
SHOWN = 12  # codes of one traveller; who shows more is an officer's business: see judging.TOO_MANY
ABOUT = frozenset({"declaration", "vaccination", "test", "recovery", "certificate"})


@dataclass(frozen=True, slots=True)
class Shown:
    """One code that was shown. ``adverse``: what other plugins found against it when it was shown; ``replaced``: a further
    document of its kind was shown in its stead, because something was wrong with this one."""

    key: UUID
    credential: Credential
    citizen: str | None
    adverse: tuple[Finding, ...] = ()
    replaced: bool = False


@dataclass(frozen=True, slots=True)
class Traveller:
    """One person before a lane. ``id`` is the first code's key; ``record`` is the last record's id, or empty."""

    id: UUID
    opened_at: datetime
    seen_at: datetime
    shown: tuple[Shown, ...] = ()
    answers: Mapping[str, str] = field(default_factory=dict)
    record: str = ""
    decision: Decision = Decision.ASK

    @property
    def standing(self) -> tuple[Shown, ...]:
        """The documents that count, identity documents first."""
        counting = [one for one in self.shown if not one.replaced]
        if len(counting) > 1:
            counting.sort(key=lambda one: not is_identity(one.credential))
        return tuple(counting)

    def value(self, claim: str) -> str | None:
        """The first document's word on ``claim``."""
        return next((found for one in self.standing if (found := one.credential.value(claim)) is not None), None)

    def citizen(self) -> str | None:
        """Who it is: by the identity document, else by a proven pass that names its holder, else by whatever names somebody."""
        standing = self.standing
        ways = [one.citizen for one in standing if is_identity(one.credential)]
        ways += [one.credential.named_citizen for one in standing]
        return next((found for found in [*ways, *(one.citizen for one in standing)] if found), None)


@dataclass(frozen=True, slots=True)
class Vehicle:
    """The vehicle before a lane. ``plate`` is in one spelling, or masked where it comes from a record; ``expected`` people are
    in it, 0 where nobody said."""

    id: str
    plate: str = ""
    vehicle_class: str = ""
    expected: int = 0
    masked: bool = False
    plate_key: str = ""
    declared: bool = False  # a pass said so; an officer's word stays until the vehicle has left
    people: tuple[tuple[UUID, str | None], ...] = ()  # travellers, and who they are where a document has said so

    def has(self, traveller: UUID, citizen: str | None) -> bool:
        """Whether they have been counted. Somebody who shows their codes again is no further person."""
        return any(one == traveller or (citizen and who == citizen) for one, who in self.people)

    def joined_by(self, traveller: UUID, citizen: str | None) -> Vehicle:
        """With this traveller in it, once; who they are may be said by a later code than the first."""
        others = tuple(one for one in self.people if one[0] != traveller)
        known = bool(citizen) and any(who == citizen for _, who in others)
        return replace(self, people=others if known else (*others, (traveller, citizen))[-500:])

    def without(self, traveller: UUID) -> Vehicle:
        """Without somebody who turned out not to be of it."""
        return replace(self, people=tuple(one for one in self.people if one[0] != traveller))

    @property
    def full(self) -> bool:
        """Whether everybody whom the pass names has shown something."""
        return self.declared and len(self.people) >= max(1, self.expected)

    @property
    def shown(self) -> str:
        """The plate as screens, paper and records have it."""
        return self.plate if self.masked else plates.masked(self.plate)


@dataclass(frozen=True, slots=True)
class Desk:
    """One lane of one post, as an officer has taken it. ``token`` is what scans from its page carry."""

    post: str
    lane: str
    token: str
    direction: str = "in"
    operator: str | None = None
    traveller: UUID | None = None
    vehicle: Vehicle | None = None


def is_identity(credential: Credential) -> bool:
    """Whether this document itself says by a number who its holder is. Passes and certificates say something about a person;
    whether it is the one who shows them is to be checked."""
    claims = credential.claims
    return "national_id" in claims and not any(name.partition(".")[0] in ABOUT for name in claims)


class Desks:
    """All lanes of this appliance, and the travellers before them. Safe from any thread."""

    def __init__(self, traveller_seconds: int) -> None:
        self._lasts = timedelta(seconds=traveller_seconds)
        self._lock = threading.Lock()
        self._desks: dict[tuple[str, str], Desk] = {}
        self._travellers: OrderedDict[UUID, Traveller] = OrderedDict()
        self._of_key: OrderedDict[UUID, UUID] = OrderedDict()  # a scan's key -> its traveller
        self._swept_at: datetime | None = None

    # --- desks

    def desk(self, post: str, lane: str) -> Desk:
        """The desk of a lane; made where nobody took it yet."""
        with self._lock:
            return self._desk(post, lane)

    def _desk(self, post: str, lane: str) -> Desk:
        found = self._desks.get((post, lane))
        if found is None:
            found = self._desks[(post, lane)] = Desk(post, lane, secrets.token_urlsafe(18))
        return found

    def by_token(self, token: str) -> Desk | None:
        """The desk whose page sent this; None for anything else."""
        with self._lock:
            for desk in self._desks.values():
                if secrets.compare_digest(desk.token.encode(), token.encode("utf-8", "replace")):
                    return desk
        return None

    def change(self, post: str, lane: str, **changes: object) -> Desk:
        """A new state of a desk's fields."""
        with self._lock:
            made = replace(self._desk(post, lane), **changes)  # type: ignore[arg-type]
            self._desks[(post, lane)] = made
            return made

    # --- travellers

    def current(self, desk: Desk, now: datetime) -> Traveller | None:
        """Who stands before this lane; None where nobody has shown a code for a while."""
        with self._lock:
            now_desk = self._desk(desk.post, desk.lane)
            found = self._travellers.get(now_desk.traveller) if now_desk.traveller else None
        return found if found and now - found.seen_at <= self._lasts else None

    def of_key(self, key: UUID) -> Traveller | None:
        """The traveller who showed this very code: a page repeats the key with answers."""
        with self._lock:
            found = self._of_key.get(key)
            return self._travellers.get(found) if found else None

    def keep(self, traveller: Traveller, desk: Desk | None) -> None:
        """Remember what was shown. The same again changes nothing."""
        with self._lock:
            self._travellers[traveller.id] = traveller
            self._travellers.move_to_end(traveller.id)
            for one in traveller.shown:
                self._of_key[one.key] = traveller.id
            while len(self._travellers) > KEPT:
                self._travellers.popitem(last=False)
            while len(self._of_key) > KEPT * 2:
                self._of_key.popitem(last=False)
            if desk is not None:
                known = self._desk(desk.post, desk.lane)
                self._desks[(desk.post, desk.lane)] = replace(known, traveller=traveller.id)

    def next(self, desk: Desk) -> None:
        """The traveller has gone; what they showed goes too."""
        with self._lock:
            known = self._desk(desk.post, desk.lane)
            if known.traveller:
                self._travellers.pop(known.traveller, None)
            self._desks[(desk.post, desk.lane)] = replace(known, traveller=None)

    def sweep(self, now: datetime) -> None:
        """Forget everybody who has not shown anything for a while; looks no more than once in ``SWEEP``."""
        with self._lock:
            if self._swept_at is not None and timedelta(0) <= now - self._swept_at < SWEEP:
                return
            self._swept_at = now
            for key in [one.id for one in self._travellers.values() if now - one.seen_at > self._lasts]:
                del self._travellers[key]
