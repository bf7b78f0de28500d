"""Whether a document is about the person who is before staff. Pure; looks nothing up."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from kiosk.text.names import plain
from plugins.vaccination.people import Known
from plugins.vaccination.shown.document import Document

CUT = "…"  # how a slip's name ends that did not fit


class Differs(StrEnum):
    """In what the document and the person differ; ``UNSURE``: there is nothing to compare."""

    CITIZEN = "citizen"
    NAME = "name"
    BIRTH_DATE = "birth_date"
    NO_BIRTH_DATE = "no_birth_date"
    UNNAMED = "unnamed"


def differs(document: Document, person: Known) -> Differs | None:
    """None where it is the same person. A keyed hash decides alone: a name may be spelt otherwise, and twins' numbers are not."""
    if document.citizen:
        return None if document.citizen in person.citizens else Differs.CITIZEN
    own_name, own_birth = person.said("name"), person.said("birth_date")
    if not plain(document.name) or not document.birth_date:
        return Differs.UNNAMED
    if not same_name(document.name, own_name):
        return Differs.NAME
    if not own_birth:
        return Differs.NO_BIRTH_DATE
    return None if same_birth(document.birth_date, own_birth) else Differs.BIRTH_DATE


def same_name(shown: str, own: str) -> bool:
    """Without accents and case, in whatever order family and given names stand. A name that was cut need only begin alike."""
    if shown.endswith(CUT):
        begin = plain(shown.removesuffix(CUT))
        return bool(begin) and plain(own).startswith(begin)
    words = _words(shown)
    return bool(words) and words == _words(own)


def same_birth(shown: str, own: str) -> bool:
    """ISO 8601, either of them perhaps a year, or a year and month, alone: as far as both go."""
    both = min(len(shown), len(own))
    return both >= 4 and shown[:both] == own[:both]


def _words(name: str) -> Sequence[str]:
    return sorted(plain(name).split())
