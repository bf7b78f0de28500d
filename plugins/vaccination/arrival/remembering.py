"""Keeps the words on a card that was shown at the kiosk or the desk: the injection table and the certificate need them whole."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from kiosk.domain import Decision, Draft, Encounter, Trust
from plugins.vaccination import lookups
from plugins.vaccination.records import Person

BIRTH_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?").fullmatch
NO_WORDS = frozenset({"typed_id"})  # a number alone says nothing of who it is


def person_of(encounter: Encounter, session: Session) -> Draft | None:
    """The person's data, where the code has some and they are not known here in the same words."""
    credential = encounter.credential
    name = credential.value("name") if credential else None
    if encounter.decision is not Decision.ADMIT or encounter.citizen is None or credential is None or not name:
        return None
    if credential.trust is Trust.INVALID or credential.kind in NO_WORDS:
        return None
    sex, birth_date = credential.value("sex"), credential.value("birth_date") or ""
    said = Person(
        name=name[:120],
        birth_date=birth_date if BIRTH_DATE(birth_date) else "",
        sex="male" if sex == "male" else "female" if sex == "female" else "",
        address=(credential.value("address") or "")[:160],
        document=masked(credential.value("national_id") or credential.value("document_number") or ""),
        source="temporary" if credential.kind == "temporary_id" else "card",
        temporary=credential.kind == "temporary_id",
    )
    known = lookups.person(session, [encounter.citizen])
    if known is not None and (known.name, known.birth_date, known.sex) == (said.name, said.birth_date, said.sex):
        return None
    return Draft("vaccination.person", said, encounter.citizen)


def masked(number: str) -> str:
    """A document's number but for its last four characters."""
    return f"{'•' * min(len(number) - 4, 16)}{number[-4:]}" if len(number) > 4 else ""
