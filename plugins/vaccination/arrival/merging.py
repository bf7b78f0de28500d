"""A temporary id turns out to be somebody: the card is scanned, both histories are looked at, and staff say why they are one person.

Nothing is put together by itself: not same names, not twins."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Draft, Finding, Malformed, Severity, Text, Trust
from kiosk.identity import citizen_of
from plugins.vaccination import lookups
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import temporary
from plugins.vaccination.arrival.remembering import masked, person_on
from plugins.vaccination.records import Merged, Person
from plugins.vaccination.site import Site


def _refusal(code: str, vi: str, en: str, step: Text) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, Text(vi, en), step)


SCAN_CARD = Text("Quét thẻ căn cước, hộ chiếu hoặc gõ 12 số.", "Scan the ID card or passport, or type the 12 digits.")
NOT_TEMPORARY = _refusal(
    "not_temporary",
    "Người này không mang mã tạm.",
    "This person has no temporary id.",
    Text("Không cần gộp.", "Nothing is to be merged."),
)
MERGED_BEFORE = _refusal(
    "merged_before",
    "Mã tạm này đã được gộp rồi.",
    "This temporary id was merged before.",
    Text("Tải lại trang.", "Reload the page."),
)
NOBODY = _refusal(
    "merge_with_nobody", "Mã vừa quét không phải giấy tờ của một người.", "This code is nobody's document.", SCAN_CARD
)
ALSO_TEMPORARY = _refusal(
    "merge_with_temporary",
    "Mã vừa quét cũng là mã tạm.",
    "This code is a temporary one as well.",
    SCAN_CARD,
)
NO_REASON = _refusal(
    "no_reason",
    "Chưa ghi lý do gộp.",
    "The reason is missing.",
    Text("Chọn hoặc ghi lý do.", "Choose or write a reason."),
)


def real_one(site: Site, credential: object) -> str:
    """The keyed hash of whom a document names. Raises ``Refusal`` where it names nobody for good."""
    if isinstance(credential, Malformed):
        raise Refusal([Finding(credential.code, Severity.BAR, credential.text, SCAN_CARD)])
    if not isinstance(credential, Credential) or credential.trust is Trust.INVALID:
        raise Refusal([NOBODY])
    if credential.kind == temporary.KIND:
        raise Refusal([ALSO_TEMPORARY])
    citizen = citizen_of(credential, site.context.services.pseudonym)
    if citizen is None:
        raise Refusal([NOBODY])
    return citizen


def check_temporary(session: Session, citizen: str) -> None:
    """Raises ``Refusal`` where ``citizen`` is no temporary id, or was merged already."""
    if lookups.named(session, citizen)[0] != citizen:
        raise Refusal([MERGED_BEFORE])
    person = lookups.person(session, [citizen])
    if person is None or not person.temporary:
        raise Refusal([NOT_TEMPORARY])


def merge(site: Site, key: UUID, citizen: str, credential: Credential, reason: str, operator: str) -> Done:
    """From now on everything under the temporary id ``citizen`` counts as of whom ``credential`` names. Raises ``Refusal``."""
    real = real_one(site, credential)

    def check(session: Session) -> Sequence[Draft]:
        check_temporary(session, citizen)
        if not reason:
            raise Refusal([NO_REASON])
        own = lookups.named(session, real)[0]
        if own == citizen:
            raise Refusal([ALSO_TEMPORARY])
        drafts = [Draft("vaccination.merged", Merged(temporary=citizen, reason=reason), own)]
        if lookups.person(session, [own]) is None:
            said = person_on(credential) or _as_said(session, citizen, credential)
            drafts.append(Draft("vaccination.person", said, own))
        return drafts

    return site.actions.act(key, check, operator)


def _as_said(session: Session, citizen: str, credential: Credential) -> Person:
    """A typed number has no words of its own: what was said under the temporary id goes on."""
    row = lookups.person(session, [citizen])
    assert row is not None  # ``check_temporary`` saw to it
    number = credential.value("national_id") or credential.value("document_number") or ""
    kept = ("name", "birth_date", "sex", "phone", "address", "priority_group", "guardian")
    return Person(**{name: getattr(row, name) for name in kept}, document=masked(number), source="typed")
