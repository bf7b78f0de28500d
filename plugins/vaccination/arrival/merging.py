"""A temporary id turns out to be somebody: the card is scanned, both histories are looked at, and staff say why they are one person.

Nothing is put together by itself: not same names, not twins. A wrong merge is undone by a further record, with the reason."""

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
from plugins.vaccination.injection.to_whom import to_their_own
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


NOT_MERGED = _refusal(
    "not_merged",
    "Mã tạm này không còn gộp với người này.",
    "This temporary id is not merged with this person any more.",
    Text("Tải lại trang.", "Reload the page."),
)
NO_REASON_UNDONE = _refusal(
    "no_reason",
    "Chưa ghi lý do tách.",
    "The reason is missing.",
    Text("Chọn hoặc ghi lý do.", "Choose or write a reason."),
)
CLOCK_BEFORE = _refusal(
    "clock_before_merge",
    "Đồng hồ của máy đang sớm hơn lúc gộp: bản ghi tách sẽ không được tính.",
    "This device's clock is earlier than the merge: undoing it would not count.",
    Text("Báo kỹ thuật chỉnh ngày giờ, rồi tách lại.", "Have the technician set date and time, then undo again."),
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
        whose = lookups.person(session, [own])
        if own == citizen or (whose is not None and whose.temporary):  # a pass may name somebody who has no other id
            raise Refusal([ALSO_TEMPORARY])
        drafts = [Draft("vaccination.merged", Merged(temporary=citizen, reason=reason), own)]
        if whose is None:
            said = person_on(credential) or _as_said(session, citizen, credential)
            drafts.append(Draft("vaccination.person", said, own))
        return drafts

    return site.actions.act(key, check, operator)


def undo(site: Site, key: UUID, citizen: str, temporary_id: str, reason: str, operator: str) -> Done:
    """``temporary_id`` is not ``citizen`` after all: from now on each stands for themselves, and doses that were put down to
    ``citizen`` on the other's ticket are amended to be theirs. Raises ``Refusal``."""

    def check(session: Session) -> Sequence[Draft]:
        names = lookups.named(session, citizen)
        last = lookups.merge_of(session, temporary_id)
        if last is None or names[0] != citizen or temporary_id not in names[1:]:
            raise Refusal([NOT_MERGED])
        if not reason:
            raise Refusal([NO_REASON_UNDONE])
        if site.now_ms() <= last.occurred_at_ms:
            raise Refusal([CLOCK_BEFORE])
        undone = Draft("vaccination.merged", Merged(temporary=temporary_id, reason=reason, undone=True), citizen)
        return [undone, *to_their_own(session, site, names, temporary_id, reason)]

    return site.actions.act(key, check, operator)


def _as_said(session: Session, citizen: str, credential: Credential) -> Person:
    """A typed number has no words of its own: what was said under the temporary id goes on."""
    row = lookups.person(session, [citizen])
    assert row is not None  # ``check_temporary`` saw to it
    number = credential.value("national_id") or credential.value("document_number") or ""
    kept = ("name", "birth_date", "sex", "phone", "address", "priority_group", "guardian")
    return Person(**{name: getattr(row, name) for name in kept}, document=masked(number), source="typed")
