"""One traveller before one lane, put together: which codes are theirs, what is known of them, what the policy says.

Writes nothing but the desks' memory of who stands where, and that so that the same scan twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from kiosk.domain import Decision, Encounter, Finding
from plugins.checkpoint import facts, lists, lookups, matching, names, plates
from plugins.checkpoint.policy import Outcome, Pack, evaluate
from plugins.checkpoint.travellers import SHOWN, Desk, Desks, Shown, Traveller, Vehicle, is_identity

if TYPE_CHECKING:
    from kiosk.plugin import PluginContext
    from plugins.checkpoint.policies import Policies
    from plugins.checkpoint.settings import CheckpointSettings, PostSettings

DESK = "checkpoint.desk"  # the answer by which a page says which lane it is at
FROM_NETWORK = frozenset({"api", "page", "wedge", "typed", "image"})  # sources that any program can name
DOCUMENTS = ("declaration.id", "certificate.id", "uvci", "document_number", "insurance_number", "record_id")


@dataclass(frozen=True, slots=True)
class Case:
    """All that the verdict on one traveller rests on. ``outcome`` is the policy's, None where nobody is examined."""

    post: PostSettings
    lane: str
    direction: str
    desk: Desk | None
    traveller: Traveller
    citizen: str | None
    facts: Mapping[str, facts.Value]
    policy: str
    pack: Pack | None = None
    outcome: Outcome | None = None
    others: tuple[Finding, ...] = ()
    listed: frozenset[str] = frozenset()
    refused: lookups.Refused | None = None
    entered: int | None = None  # on the way out: when they came in, Unix milliseconds
    surge: lookups.SurgeNow | None = None
    vehicle: Vehicle | None = None
    keys: tuple[str, ...] = field(default=(), repr=False)


class Cases:
    """Makes cases from encounters. Called by the one thread that judges."""

    def __init__(
        self, context: PluginContext, desks: Desks, posts: tuple[PostSettings, ...], policies: Policies
    ) -> None:
        self._context = context
        self._settings: CheckpointSettings = context.settings
        self._desks = desks
        self._posts = {post.id: post for post in posts}
        self._first = posts[0]
        self._policies = policies
        self._zone = ZoneInfo(context.time_zone)
        self._last: tuple[Encounter, Case] | None = None

    def of(self, encounter: Encounter, session: Session) -> Case:
        """The case of an encounter that has a credential."""
        if self._last and _same(self._last[0], encounter):
            return self._last[1]  # the hooks of one encounter ask one after another
        self._desks.sweep(encounter.scan.scanned_at)
        desk = self.desk_of(encounter)
        traveller = self._traveller(encounter, desk)
        self._desks.keep(traveller, desk)
        case = self._case(encounter, session, desk, traveller)
        self._last = (encounter, case)
        return case

    def desk_of(self, encounter: Encounter) -> Desk | None:
        """The lane that this scan was made at: as the page's token says, or the appliance's own for its own scanners. None for
        programs that come over the network: each of their scans stands by itself."""
        token = encounter.answers.get(DESK, "")
        if token:
            return self._desks.by_token(token)
        if encounter.scan.source in FROM_NETWORK:
            return None
        lanes = self._first.lanes
        lane = encounter.station.lane if encounter.station.lane in lanes else lanes[0]
        return self._desks.desk(self._first.id, lane)

    # --- who stands there

    def _traveller(self, encounter: Encounter, desk: Desk | None) -> Traveller:
        assert encounter.credential is not None
        scan = encounter.scan
        shown = Shown(scan.key, encounter.credential, encounter.citizen)
        known = self._desks.of_key(scan.key)
        if known is None and desk is not None:
            current = self._desks.current(desk, scan.scanned_at)
            known = current if current and belongs(current, shown) else None
        said = {key: value for key, value in encounter.answers.items() if not key.startswith("checkpoint.")}
        if known is None:
            return Traveller(scan.key, scan.scanned_at, scan.scanned_at, (shown,), said)
        before = [one for one in known.shown if one.key != scan.key and one.credential != shown.credential]
        others = tuple(replace(one, replaced=True) if _gives_way(one, shown) else one for one in before)
        return replace(
            known,
            seen_at=max(known.seen_at, scan.scanned_at),
            shown=(*others[-(SHOWN - 1) :], shown),
            answers={**known.answers, **said},
        )

    # --- what is known

    def _case(self, encounter: Encounter, session: Session, desk: Desk | None, traveller: Traveller) -> Case:
        settings, scan = self._settings, encounter.scan
        post = self._posts[desk.post] if desk else self._first
        direction = desk.direction if desk else encounter.station.direction
        now_ms = int(scan.scanned_at.timestamp() * 1000)
        citizen = traveller.citizen()
        listed = lists.listed(session, citizen) if citizen else frozenset()
        documents, keys = self._keys(traveller)
        policy = post.policy_out if direction == "out" else post.policy or settings.policy
        vehicle = self._vehicle(desk, traveller, citizen)
        known = self._facts(traveller, post, direction, encounter, listed, vehicle)
        pack = self._policies.find(policy, scan.scanned_at) if policy else None
        return Case(
            post=post,
            lane=desk.lane if desk else encounter.station.lane,
            direction=direction,
            desk=desk,
            traveller=traveller,
            citizen=citizen,
            facts=known,
            policy=policy,
            pack=pack,
            outcome=evaluate(pack, known, scan.scanned_at) if pack is not None else None,
            others=matching.differences(traveller),
            listed=listed,
            refused=self._refused(session, citizen, documents, now_ms, traveller),
            entered=self._entered(session, citizen, now_ms, traveller) if direction == "out" else None,
            surge=lookups.surge(session, self._context.services.journal.identity.writer, post.id, now_ms),
            vehicle=vehicle,
            keys=keys,
        )

    def _facts(
        self,
        traveller: Traveller,
        post: PostSettings,
        direction: str,
        encounter: Encounter,
        listed: frozenset[str],
        vehicle: Vehicle | None,
    ) -> dict[str, facts.Value]:
        fixed: dict[str, facts.Value] = dict(post.facts)
        if vehicle and vehicle.vehicle_class:
            fixed["vehicle_class"] = vehicle.vehicle_class
        # only an officer's word counts: anybody can post an answer to the interface
        answers = self._policies.answers(traveller.answers) if encounter.operator else {}
        place = facts.Place(post.area, direction, fixed, self._settings.risk)
        documents = tuple(one.credential for one in traveller.standing)
        at = encounter.scan.scanned_at.astimezone(self._zone)  # a birthday is the site's day
        folded = facts.fold(documents, answers, place, at, encounter.clock_trusted, listed)
        folded |= facts.confessed(tuple(one.credential for one in traveller.shown))
        return self._policies.usable(folded)

    def _vehicle(self, desk: Desk | None, traveller: Traveller, citizen: str | None) -> Vehicle | None:
        """The vehicle that this traveller is of, with them in it. A pass with a plate opens one, for as many as it names."""
        if desk is None:
            return None
        known = desk.vehicle
        if known is not None and known.full and not known.has(traveller.id, citizen):
            known = None  # all its people are through: whoever comes now is not of it
        plate = plates.normal(traveller.value("vehicle.plate") or "")
        key = plates.key(plate, self._context.services.pseudonym)
        if plate and (known is None or (known.declared and known.plate_key != key)):
            expected = 1 + _number(traveller.value("vehicle.companions"))
            kind = facts.VEHICLES.get(traveller.value("vehicle.class") or "", "")
            known = Vehicle(str(traveller.id), plate, kind, expected, plate_key=key, declared=True)
        if known is not None:
            known = known.joined_by(traveller.id, citizen)
        if known != desk.vehicle:
            self._desks.change(desk.post, desk.lane, vehicle=known)
        return known

    def _keys(self, traveller: Traveller) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """Keyed hashes to find this traveller again: of the documents that name themselves, and of all: words of the name and
        the number's last digits too."""
        pseudonym = self._context.services.pseudonym
        documents = [
            names.find_key("document", f"{one.credential.kind}:{value}", pseudonym)
            for one in traveller.standing
            for claim in DOCUMENTS
            if (value := one.credential.value(claim))
        ]
        spoken = names.find_keys(traveller.value("name") or "", pseudonym)
        number = names.number_of(traveller.value)
        if number:
            spoken.append(names.find_key("tail", number[-4:], pseudonym))
        return tuple(documents), tuple(dict.fromkeys([*spoken, *documents]))[:24]

    def _refused(
        self, session: Session, citizen: str | None, documents: tuple[str, ...], now_ms: int, traveller: Traveller
    ) -> lookups.Refused | None:
        if not self._settings.refused_hours:
            return None
        since = now_ms - self._settings.refused_hours * lookups.HOUR_MS
        return lookups.refused(session, citizen, documents, since, str(traveller.id))

    def _entered(self, session: Session, citizen: str | None, now_ms: int, traveller: Traveller) -> int | None:
        if not citizen:
            return None
        since = now_ms - int(timedelta(hours=self._settings.inside_hours).total_seconds() * 1000)
        row = lookups.last_crossing(session, citizen, self._context.station.site, since, str(traveller.id))
        return row.occurred_at_ms if row is not None and row.direction == "in" else None


def _number(text: str | None) -> int:
    return min(int(text), 499) if text and text.isascii() and text.isdigit() and len(text) < 5 else 0


def _same(one: Encounter, other: Encounter) -> bool:
    return one.scan is other.scan and one.credential is other.credential and one.answers == other.answers


def _gives_way(one: Shown, newer: Shown) -> bool:
    """Whether a further document of the same kind stands for this one: something was found against it, or it is of somebody
    else. Two good ones, such as of a dose and of a test, stand side by side."""
    if one.credential.kind != newer.credential.kind:
        return False
    return bool(one.adverse) or any(matching.differing_claims(one.credential, newer.credential))


def belongs(current: Traveller, shown: Shown) -> bool:
    """Whether a further code is the same traveller's. One who was let through has gone on: a code that differs is the next
    person's. Before that it is held against them, which is how another person's pass is found out."""
    documents = [one.credential for one in current.shown]
    if any(one.credential == shown.credential for one in current.shown):
        return True
    known = current.citizen()
    if known and shown.citizen == known:
        return True
    if is_identity(shown.credential) and any(map(is_identity, documents)):
        return False  # two identity documents of two numbers are two people
    differs = any(list(matching.differing_claims(one, shown.credential)) for one in documents)
    return not (differs and current.decision is Decision.ADMIT)
