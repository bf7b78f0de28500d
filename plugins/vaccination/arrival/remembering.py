"""Keeps the words on a card that was shown at the kiosk or the desk: the injection table and the certificate need them whole."""

from __future__ import annotations

import re

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Decision, Draft, Encounter, Trust
from plugins.vaccination import lookups
from plugins.vaccination.arrival import enrolment, temporary
from plugins.vaccination.records import Person

BIRTH_DATE = re.compile(r"\d{4}(-\d{2}(-\d{2})?)?").fullmatch
NO_WORDS = frozenset({"typed_id"})  # a number alone says nothing of who it is
BY_HAND = ("phone", "guardian", "priority_group")  # no card says these
COMPARED = ("name", "birth_date", "sex")


def person_of(encounter: Encounter, session: Session) -> Draft | None:
    """The person's data, where the code has some and they are not known here in the same words."""
    credential = encounter.credential
    if encounter.decision is not Decision.ADMIT or encounter.citizen is None or credential is None:
        return None
    said = person_on(credential)
    if said is None:
        return None
    known = lookups.person(session, [encounter.citizen])
    told = [name for name in BY_HAND if getattr(said, name)]
    if known is not None and all(getattr(known, name) == getattr(said, name) for name in (*COMPARED, *told)):
        return None
    return Draft("vaccination.person", said, encounter.citizen)


def person_on(credential: Credential) -> Person | None:
    """The person's data as a credential has them; None where it has no name, or failed its check."""
    name = credential.value("name")
    if not name or credential.trust is Trust.INVALID or credential.kind in NO_WORDS:
        return None
    sex, birth_date = credential.value("sex") or "", credential.value("birth_date") or ""
    is_temporary = credential.kind == temporary.KIND
    source = "temporary" if is_temporary else "typed" if credential.kind == enrolment.KIND else "card"
    return Person(
        name=name[:120],
        birth_date=birth_date if BIRTH_DATE(birth_date) else "",
        sex=sex if sex in enrolment.SEXES else "",  # type: ignore[arg-type]
        phone=(credential.value("phone") or "")[:20],
        address=(credential.value("address") or "")[:160],
        document="" if is_temporary else masked(_number(credential)),
        priority_group=(credential.value("priority_group") or "")[:24],
        guardian=(credential.value("guardian") or "")[:120],
        source=source,  # type: ignore[arg-type]
        temporary=is_temporary,
        temporary_code=(credential.value("document_number") or "") if is_temporary else "",
    )


def _number(credential: Credential) -> str:
    return credential.value("national_id") or credential.value("document_number") or ""


def masked(number: str) -> str:
    """A document's number but for its last four characters."""
    return f"{'•' * min(len(number) - 4, 16)}{number[-4:]}" if len(number) > 4 else ""
