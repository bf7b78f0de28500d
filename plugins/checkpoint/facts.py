"""Folds what a traveller shows and says into the facts that a policy is asked about. Pure.

A fact that nobody told is left out: the policy then finds it open, and asks. What a signed document says weighs more than what
was typed, and what the post is set to weighs most. The names of facts are those of the policies' catalogue.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime

from kiosk.domain import Credential, Trust

Value = str | int | float | bool
NOT_RECORDED = frozenset(
    {"birth_date", "now"}
)  # the one tells of a person more than its age does, the other is on the record
TIMES = frozenset({"last_dose_on", "sampled_at", "first_positive_on"})  # a policy counts the days since then
CONFESSED = ("declaration.symptoms", "declaration.contact")
TRUST_ORDER = ("invalid", "unverified", "verified")
COLOUR_ORDER = ("none", "yellow", "green")
# fact -> the claim of passes and certificates that may hold it, taken as it stands
WORDS = {
    "vaccine": "vaccination.product",
    "test_kind": "test.kind",
    "test_result": "test.result",
    "certificate_kind": "certificate.types",
    "purpose": "purpose",
    "vehicle_class": "vehicle.class",
    "last_dose_on": "vaccination.last_dose_on",
    "sampled_at": "test.sampled_at",
    "first_positive_on": "recovery.first_positive_on",
    **{
        f"{end}.{part}": f"{end}.{part}"
        for end in ("origin", "destination")
        for part in ("province", "district", "ward")
    },
}
NUMBERS = {"doses": "vaccination.doses_given", "doses_total": "vaccination.doses_total"}
COLOUR = "certificate.colour"
# what documents call things -> what policies call them
VEHICLES = {
    **{name: name for name in ("goods", "car", "motorbike", "ambulance", "official", "on_foot")},
    "bus": "passenger",
    "truck": "goods",
    "bicycle": "on_foot",
    "train": "other",
    "boat": "other",
    "aircraft": "other",
}
PURPOSES = {"family": "other", "study": "other"}
TESTS = {"naat": "pcr", "antigen": "rapid"}
DECLARED_VALID, DECLARED_AT = "declaration.valid", "declaration.issued_at"


@dataclass(frozen=True, slots=True)
class Place:
    """Where the post stands (area code: province, then district, then ward), what always holds there, and risk levels by area."""

    area: str
    direction: str
    fixed: Mapping[str, Value]
    risk: Mapping[str, str]


def fold(
    credentials: tuple[Credential, ...],
    answers: Mapping[str, Value],
    place: Place,
    at: datetime,
    clock_trusted: bool,
    listed: frozenset[str],
) -> dict[str, Value]:
    """The facts. ``answers``: facts that an officer typed, in the fact's own type; ``at``: by the site's clock, whose day counts for ages.

    Documents whose check failed say nothing. What days and hours are counted from is left out while the clock is not trusted:
    nobody knows then how long ago it was.
    """
    facts: dict[str, Value] = dict(answers)
    # of several documents the one of the latest dose, and of the latest test, has the last word: a positive one does not go away
    # because an older one is shown after it
    for one in sorted((one for one in credentials if one.trust is not Trust.INVALID), key=_latest):
        facts |= dict(_told(one))
        facts |= dict(_declared(one, at, clock_trusted))
    if not clock_trusted:
        facts = {name: value for name, value in facts.items() if name not in TIMES}
    facts |= _certificate(credentials)
    facts |= _person(credentials, at)
    facts |= {
        "direction": place.direction,
        "denied": "deny" in listed,
        "quarantined": "quarantine" in listed,
        "clock_trusted": clock_trusted,
        **place.fixed,
    }
    here = "destination" if place.direction == "in" else "origin"
    if not any(name.startswith(f"{here}.") for name in facts):
        facts |= _parts(here, place.area)
    for end in ("origin", "destination"):
        level = risk_of(area_of(facts, end), place.risk)
        if level:
            facts[f"{end}.risk"] = level
    return facts


def area_of(facts: Mapping[str, Value], end: str) -> str:
    """The code of the smallest area that is known of the journey's ``end`` ("origin", "destination"); empty where none is."""
    code = str(facts.get(f"{end}.province", ""))
    for part in ("district", "ward"):
        more = facts.get(f"{end}.{part}")
        if not code or not more:
            break
        code += str(more)
    return code


def risk_of(area: str, risk: Mapping[str, str]) -> str:
    """The level of the smallest area with one that holds ``area``; empty where none does."""
    for length in (10, 5, 2):
        if len(area) >= length and area[:length] in risk:
            return risk[area[:length]]
    return ""


def _parts(end: str, area: str) -> dict[str, Value]:
    parts = {"province": area[:2], "district": area[2:5], "ward": area[5:10]}
    return {f"{end}.{part}": code for part, code in parts.items() if code}


def _told(credential: Credential) -> Iterator[tuple[str, Value]]:
    claims = credential.claims
    for fact, claim in WORDS.items():
        said = claims.get(claim)
        value = _called(fact, said.value) if said else ""
        if value:
            yield fact, value
    for fact, claim in NUMBERS.items():
        value = credential.value(claim) or ""
        if value.isascii() and value.isdigit() and len(value) < 4:
            yield fact, int(value)
    for name in ("symptoms", "contact"):
        value = credential.value(f"declaration.{name}") or ""
        if value in ("yes", "no"):
            yield f"declaration.{name}", value == "yes"


def _latest(credential: Credential) -> tuple[str, str, bool]:
    """The order in which documents have their say."""
    sampled = moment(credential.value("test.sampled_at") or "")
    positive = credential.value("test.result") == "positive"
    return sampled.isoformat() if sampled else "", credential.value("vaccination.last_dose_on") or "", positive


def _called(fact: str, value: str) -> str:
    """The policies' word for what a document says; empty where they have none."""
    if fact == "vehicle_class":
        return VEHICLES.get(value, "")
    if fact == "certificate_kind":
        return value.partition(",")[0]
    if fact == "purpose":
        return PURPOSES.get(value, value)
    return TESTS.get(value, value) if fact == "test_kind" else value


def confessed(credentials: tuple[Credential, ...]) -> dict[str, Value]:
    """What one declaration admitted stays said, though a further one leaves it out: nobody declares until it fits."""
    return {
        name: True
        for name in CONFESSED
        if any(one.value(name) == "yes" and one.trust is not Trust.INVALID for one in credentials)
    }


def _declared(credential: Credential, at: datetime, clock_trusted: bool) -> Iterator[tuple[str, Value]]:
    """Whether a declaration counts is its own plugin's verdict: it knows what was withdrawn, which device was barred and how far two
    clocks may differ. Without a trusted clock that verdict says nothing of time, and is not taken."""
    if not clock_trusted:
        return
    verdict = credential.value(DECLARED_VALID) or ""
    if verdict in ("yes", "no"):
        yield "declaration.valid", verdict == "yes" and credential.trust is Trust.VERIFIED
    begin = moment(credential.value(DECLARED_AT) or "")
    if begin is not None and (begin <= at or verdict == "yes"):
        yield "declaration.age_hours", max(0.0, round((at - begin).total_seconds() / 3600, 2))


def _certificate(credentials: tuple[Credential, ...]) -> dict[str, Value]:
    """How far the best health certificate is proven. Only a proven one has a colour."""
    shown = [one for one in credentials if one.value(COLOUR)]
    if not shown:
        return {}
    best = max(shown, key=lambda one: TRUST_ORDER.index(one.trust.value))
    proven = [one.value(COLOUR) for one in shown if one.trust is Trust.VERIFIED]
    colours = [colour for colour in proven if colour in COLOUR_ORDER]
    return {
        "certificate_trust": best.trust.value,
        "certificate_colour": max(colours, key=COLOUR_ORDER.index) if colours else "none",
    }


def _person(credentials: tuple[Credential, ...], at: datetime) -> dict[str, Value]:
    """Birth date, age in whole years (the lower one where only the year is known), and how sure the identity was read, in %."""
    facts: dict[str, Value] = {}
    births = sorted((found for one in credentials if (found := one.value("birth_date"))), key=len, reverse=True)
    born = births[0] if births else ""
    if born[:4].isascii() and born[:4].isdigit():
        day = _day(born)
        years = at.year - int(born[:4])
        facts["age"] = max(0, years - ((at.month, at.day) < (day.month, day.day)) if day else years - 1)
        if day:
            facts["birth_date"] = day.isoformat()
    sure = [one.claims["national_id"].confidence for one in credentials if "national_id" in one.claims]
    if sure:
        facts["identity_confidence"] = round(max(sure) * 100)
    return facts


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text) if len(text) == 10 else None
    except ValueError:
        return None


def moment(text: str) -> datetime | None:
    """An ISO 8601 time, or seconds since 1970 (as CWT has them), in UTC; a time without a zone is taken for UTC."""
    try:
        if text.isascii() and text.isdigit() and len(text) > 8:
            return datetime.fromtimestamp(int(text), UTC)
        found = datetime.fromisoformat(text)
    except (ValueError, OverflowError, OSError):
        return None
    return found.astimezone(UTC) if found.tzinfo else found.replace(tzinfo=UTC)
