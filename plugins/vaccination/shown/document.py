"""What a scanned credential says of vaccinations, as values, and whether it may be believed. Pure; records nothing.

Reads the claims that every reader of certificates makes alike: ``vaccination.doses`` (JSON), ``name``, ``birth_date``, ``citizen``,
``issued_at``, ``expires_at``, ``failed_step``. Which reader it was does not matter here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Any

from kiosk.domain import Credential, Trust
from plugins.vaccination.certificate.proof_claims import KIND as PROOF
from plugins.vaccination.records.shown import MOST_DOSES

DOSES = "vaccination.doses"
FIRST_DAY = date(2020, 1, 1)  # no vaccine against COVID-19 was given before
MOST = 8  # doses taken from one document: as many as one action records
EXPIRED = "time"


class Belief(StrEnum):
    """What a document's doses are worth before staff have said anything."""

    COUNTS = "counts"  # the signature was verified
    ASK = "ask"  # nothing was found wrong and the signature could not be relied on: staff compare the paper original
    NO = "no"


@dataclass(frozen=True, slots=True)
class DoseOnPaper:
    """One dose as the document has it. ``on`` None: no day that the calendar has; ``number`` and ``total`` 0: not said."""

    product: str
    on: date | None
    number: int = 0
    total: int = 0
    lot: str = ""
    place: str = ""


@dataclass(frozen=True, slots=True)
class Document:
    """What was shown. ``citizen``: the holder's keyed hash where a good signature names it; ``dose``: the record that it is about."""

    kind: str
    issuer: str
    name: str
    birth_date: str
    citizen: str
    doses: tuple[DoseOnPaper, ...]
    belief: Belief
    failed_step: str = ""
    dose: str = ""


def document_of(credential: Credential, at: datetime) -> Document | None:
    """None for a credential that tells of no vaccination, such as a ticket, a card or a test. ``at``: when it was scanned."""
    if DOSES not in credential.claims:
        return None
    value = credential.value
    return Document(
        kind=credential.kind[:32],
        issuer=credential.issuer[:120],
        name=value("name") or "",
        birth_date=value("birth_date") or "",
        citizen=(value("citizen") or "") if credential.kind == PROOF else "",
        doses=tuple(_doses(value(DOSES) or "", value("vaccination.site") or "")),
        belief=belief_in(credential, at),
        failed_step=(value("failed_step") or "")[:32],
        dose=(value("vaccination.record") or "") if credential.kind == PROOF else "",
    )


def belief_in(credential: Credential, at: datetime) -> Belief:
    """A term that is over does not undo a dose. Of our own slips, short-lived by intent, nothing else is wrong then, so they count.
    A certificate's reader says first what was withdrawn; but issuers may take what is over off their lists, so that the paper
    original of an expired one is compared."""
    if credential.trust is Trust.VERIFIED:
        return Belief.COUNTS
    if credential.trust is Trust.UNVERIFIED:
        return Belief.ASK
    if credential.value("failed_step") == EXPIRED and _is_over(credential, at):
        return Belief.COUNTS if credential.kind == PROOF else Belief.ASK
    return Belief.NO


def _is_over(credential: Credential, at: datetime) -> bool:
    """Whether it is the end of its own term that has passed, and neither its beginning still to come nor its key's term over."""
    until = credential.value("expires_at")
    return bool(until) and datetime.fromisoformat(until or "") <= at


def _doses(text: str, site: str) -> Iterator[DoseOnPaper]:
    """By the documented form of the claim; what is not of it is left out."""
    try:
        found = json.loads(text)
    except ValueError:
        return
    for one in found if isinstance(found, list) else ():
        if isinstance(one, dict):
            yield DoseOnPaper(
                product=_words(one.get("product"), 60),
                on=_day(one.get("on")),
                number=_count(one.get("number")),
                total=_count(one.get("of")),
                lot=_words(one.get("lot"), 40),
                place=site or _words(one.get("country"), 80),
            )


def _words(value: Any, most: int) -> str:
    return " ".join(value.split())[:most] if isinstance(value, str) else ""


def _day(value: Any) -> date | None:
    try:
        return date.fromisoformat(value) if isinstance(value, str) else None
    except ValueError:
        return None


def _count(value: Any) -> int:
    return value if type(value) is int and 0 < value <= MOST_DOSES else 0
