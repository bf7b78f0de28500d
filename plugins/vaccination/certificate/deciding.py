"""Which certificate a person should have now, and which of those issued count no longer. Pure; reads no table, signs nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from plugins.vaccination.certificate import dcc, icao
from plugins.vaccination.certificate.dcc import Wanted
from plugins.vaccination.rules.course import PastDose, dose_problems, doses_by
from plugins.vaccination.rules.vaccine import Vaccines

RENEW_SECONDS = 30 * 86_400  # so long before its end a certificate is issued anew
# reasons why two doses do not go together (see ``rules.course``): a person looks at them before anything is certified
CONFLICTS = frozenset({"dose_today_already", "interval_short", "not_allowed_mix", "course_complete"})


@dataclass(frozen=True, slots=True)
class Held:
    """A certificate that was issued. ``content``: see ``dcc``; ``revoked``: it counts no longer; ``by_hand``: somebody said so,
    not the signer after a correction."""

    uvci_hash: str
    dose: str
    kid: str
    expires_at: int
    content: Mapping[str, Any] = field(repr=False)
    revoked: bool = False
    by_hand: bool = False


@dataclass(frozen=True, slots=True)
class Person:
    """What is known of somebody. ``temporary``: has no id yet. ``settled``: pairs of doses' records on which somebody has decided."""

    name: str
    birth_date: str
    temporary: bool
    doses: Sequence[PastDose]  # those that count
    held: Sequence[Held] = ()
    settled: frozenset[frozenset[str]] = frozenset()
    names: frozenset[str] = frozenset()  # every keyed hash that stands for them
    elsewhere: Sequence[PastDose] = ()  # that a verified certificate or slip told of, and no record


@dataclass(frozen=True, slots=True)
class Decided:
    """``issue``: None where nothing is due. ``blocked``: why not, in one word. ``revoke``: hashes of UVCIs. ``again_on``: look again then,
    for a dose is dated after today."""

    issue: Wanted | None = None
    revoke: tuple[str, ...] = ()
    blocked: str = ""
    again_on: date | None = None


def decide(
    person: Person,
    today: date,
    now: int,
    vaccines: Vaccines,
    country: str,
    issuer: str,
    withdrawn: frozenset[str] = frozenset(),
) -> Decided:
    """``now``: Unix seconds; ``withdrawn``: ids of signers' keys that count no longer.

    Nobody is certified who has no id yet, whose name or birth date is not known, or whose doses do not go together as long as
    nobody has decided on them. A certificate of a dose that was taken back, or that says something else now, is revoked.
    """
    later = [dose.on for dose in person.doses if dose.on > today]
    again_on = min(later) if later else None
    counted = {dose.record for dose in person.doses}
    valid = [one for one in person.held if not one.revoked]
    stale = {one.uvci_hash for one in valid if one.dose not in counted}
    blocked = _blocked(person, today, vaccines)
    wanted = None if blocked else _wanted(person, today, vaccines)
    if wanted is None:
        return Decided(None, tuple(sorted(stale)), blocked, again_on)
    content = dcc.content(wanted, "", country, issuer)
    about = [one for one in person.held if one.dose == wanted.dose]
    same = [one for one in about if dcc.says_the_same(one.content, content)]
    stale |= {one.uvci_hash for one in about if not one.revoked and one not in same}
    good = [one for one in same if not one.revoked and one.kid not in withdrawn]
    lasting = [one for one in same if one.by_hand] or [one for one in good if one.expires_at - now > RENEW_SECONDS]
    # what was revoked by hand and says the same is not issued again behind the back of who revoked it
    return Decided(None if lasting else wanted, tuple(sorted(stale)), "", again_on)


def _wanted(person: Person, today: date, vaccines: Vaccines) -> Wanted | None:
    given = _given(person.doses, today)
    if not given:
        return None
    last = given[-1]
    product = vaccines.product_of(last.product)
    rule = vaccines.known(product, last.on)
    assert rule is not None
    number = _number(given, person.elsewhere, vaccines)
    return Wanted(last.record, person.name, person.birth_date, product, last.on, number, max(rule.doses, number))


def _number(given: Sequence[PastDose], elsewhere: Sequence[PastDose], vaccines: Vaccines) -> int:
    """Which dose the last one is, those before it counted that were given elsewhere; unless they do not go together with the rest."""
    last, days = given[-1].on, {dose.on for dose in given}
    others = [one for one in elsewhere if one.on < last and one.on not in days]
    ordered = sorted([*given, *others], key=lambda one: (one.on, one.record))
    for place, dose in enumerate(ordered[1:], 1):
        before = [one for one in ordered[:place] if one.on < dose.on]
        problems = {problem.code for problem in dose_problems(before, dose.product, dose.on, vaccines)}
        if problems & {*CONFLICTS, "unknown_product_before"}:
            return len(given)
    return doses_by(ordered, last)


def _blocked(person: Person, today: date, vaccines: Vaccines) -> str:
    """In the order in which people can do something about it."""
    given = [dose for dose in person.doses if dose.on <= today]
    if not given:
        return ""
    if person.temporary:
        return "temporary"
    family, _ = icao.parts_of(person.name)
    if not icao.machine_readable(family):
        return "name"
    if not person.birth_date:
        return "birth_date"
    if any(not dcc.known(vaccines.product_of(dose.product)) for dose in given):
        return "product"
    return "conflict" if _open_conflict(given, person.settled, vaccines) else ""


def _open_conflict(given: Sequence[PastDose], settled: frozenset[frozenset[str]], vaccines: Vaccines) -> bool:
    ordered = sorted(given, key=lambda one: (one.on, one.record))
    for place, dose in enumerate(ordered[1:], 1):
        history = ordered[:place]
        problems = {problem.code for problem in dose_problems(history, dose.product, dose.on, vaccines)} & CONFLICTS
        if not problems:
            continue
        pairs = {frozenset((dose.record, one.record)) for one in history} | {frozenset((dose.record,))}
        if not pairs & settled:
            return True
    return False


def _given(doses: Sequence[PastDose], today: date) -> list[PastDose]:
    """In order, one a day: two on one day on which somebody has decided are one."""
    by_day: dict[date, PastDose] = {}
    for dose in sorted(doses, key=lambda one: (one.on, one.record)):
        if dose.on <= today:
            by_day.setdefault(dose.on, dose)
    return list(by_day.values())
