"""May this person check in by themselves? Questions and findings; changes nothing."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Credential, Decision, Encounter, Finding, Question, Severity, Text, Trust
from kiosk.site_days import day_number
from plugins.self_check_in import lookups, ticket_code
from plugins.self_check_in.lookups import Known
from plugins.self_check_in.recording import known_now

if TYPE_CHECKING:
    from plugins.self_check_in import SelfCheckInSettings

NO_PROVINCE = "id_number.unknown_province"  # a warning of the typed credential
SEE_STAFF = Text("Mời bạn gặp nhân viên ở bàn bên cạnh.", "Please see a member of staff at the desk.")
# says nothing of why: others in the queue can read the screen
NEEDS_STAFF = Finding(
    "self_check_in.needs_staff",
    Severity.CONCERN,
    Text("Cần nhân viên hỗ trợ lượt này.", "A member of staff must help with this visit."),
    SEE_STAFF,
)
CHECKED_OUT = Finding(
    "self_check_in.checked_out",
    Severity.GROUND,
    Text("Đã ghi nhận bạn ra về.", "Your departure is recorded."),
    Text("Cảm ơn bạn. Đi đường bình an!", "Thank you. Travel safely!"),
)
BIRTH_DATE = Question(
    id="birth_date",
    text=Text("Ngày sinh của bạn là ngày nào?", "What is your date of birth?"),
    kind="date",
    max_length=10,
)
BIRTH_DATE_AGAIN = Question(
    id="birth_date_again",
    text=Text(
        "Ngày sinh chưa khớp với số vừa gõ. Mời nhập lại; gõ nhầm số thì bấm “Quay lại”.",
        "This date does not match the number. Please try again; if the number was wrong, press “Back”.",
    ),
    kind="date",
    max_length=10,
)
CORRECTED = Finding(
    "self_check_in.birth_date_corrected",
    Severity.NOTE,
    Text("Ngày sinh đã khớp ở lần nhập thứ hai.", "The date of birth agreed at the second try."),
)


def questions(encounter: Encounter, ask_birth_date: bool) -> Iterable[Question]:
    """A number that was typed proves little: its holder also knows the birth date. Who mistypes that is asked once more."""
    credential = encounter.credential
    if not ask_birth_date or credential is None or credential.kind != "typed_id":
        return []
    given = encounter.answers.get(BIRTH_DATE.id)
    if given is None or _agrees(given, encounter) or NO_PROVINCE in credential.warnings:
        return [BIRTH_DATE]
    return [BIRTH_DATE, BIRTH_DATE_AGAIN]


def judge(encounter: Encounter, session: Session, settings: SelfCheckInSettings, time_zone: str) -> list[Finding]:
    """Findings on identity, deny list, appointment and an earlier visit."""
    credential = encounter.credential
    if credential is None:
        return []
    if credential.kind == ticket_code.KIND:
        return _judge_ticket(encounter, session, settings, time_zone)
    if encounter.citizen is None:
        return [
            _concern(
                "no_id_number",
                Text("Mã này không mang số giấy tờ đầy đủ.", "This code carries no complete document number."),
            )
        ]
    if credential.trust is Trust.INVALID:
        return [_concern("not_genuine", Text("Mã này không qua được kiểm tra.", "This code did not pass its check."))]
    if _confidence(credential) < settings.minimum_confidence and credential.kind != "typed_id":
        return [
            _concern(
                "unsure_reading",
                Text("Máy chưa chắc đã đọc đúng thẻ.", "The kiosk is not sure it read the card right."),
            )
        ]
    if encounter.questions:
        return []  # until it is proven whose number was typed, nothing is told of it
    findings = _judge_typed(encounter)
    known = known_now(encounter, session, settings.same_visit_minutes, time_zone)
    if known.denied:
        findings.append(NEEDS_STAFF)
    if any(one.severity is Severity.CONCERN for one in findings):
        return findings
    return [*_judge_visit(encounter, known, settings), *findings]


def _confidence(credential: Credential) -> float:
    """How sure the reader is of the number that names the person."""
    for claim in ("national_id", "insurance_number", "document_number"):
        if claim in credential.claims:
            return credential.claims[claim].confidence
    return credential.claims["citizen"].confidence if credential.named_citizen else 0.0


def _judge_typed(encounter: Encounter) -> list[Finding]:
    """The typed birth date must agree with what the number itself says: century, sex and year are in its digits."""
    given = encounter.answers.get(BIRTH_DATE.id)
    credential = encounter.credential
    if credential is None or credential.kind != "typed_id":
        return []
    if NO_PROVINCE in credential.warnings:
        return [_concern("no_such_number", Text("Không có số định danh như vậy.", "There is no such id number."))]
    if given is None:
        return []  # the site does without
    if _agrees(given, encounter):
        return []
    again = encounter.answers.get(BIRTH_DATE_AGAIN.id)
    if again is None or not _agrees(again, encounter):
        return [
            _concern(
                "birth_date_differs",
                Text("Ngày sinh không khớp với số định danh.", "The date of birth does not agree with the id number."),
            )
        ]
    return [CORRECTED]


def _agrees(given: str, encounter: Encounter) -> bool:
    """Whether a typed date is a day that has been, in the year that the number tells."""
    known = (encounter.credential.value("birth_date") if encounter.credential else None) or ""
    born = _date(given)
    return born is not None and born <= encounter.scan.scanned_at.date() and bool(known) and born.year == int(known[:4])


def _date(text: str) -> date | None:
    """A day of the calendar in ISO 8601, or None."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def _judge_visit(encounter: Encounter, known: Known, settings: SelfCheckInSettings) -> list[Finding]:
    next_step = Text(settings.next_step_vi, settings.next_step_en)
    if encounter.station.direction == "out":
        return [CHECKED_OUT]
    if known.ticket:
        text = Text(f"Bạn đã có số {known.ticket} hôm nay.", f"You already have number {known.ticket} today.")
        return [Finding("self_check_in.already_here", Severity.GROUND, text, next_step)]
    welcome = Text("Đã ghi nhận bạn đến.", "You are checked in.")
    findings = [Finding("self_check_in.welcome", Severity.GROUND, welcome, next_step)]
    typed = encounter.credential is not None and encounter.credential.kind == "typed_id"
    if known.booked and not typed:  # digits and a birth date may be known to others too
        slot = f" {known.slot}" if known.slot else ""
        text = Text(f"Bạn có lịch hẹn hôm nay{slot}.", f"You have an appointment today{slot}.")
        findings.append(Finding("self_check_in.appointment", Severity.NOTE, text))
    return findings


def _judge_ticket(
    encounter: Encounter, session: Session, settings: SelfCheckInSettings, time_zone: str
) -> list[Finding]:
    assert encounter.credential is not None
    visit = lookups.visit_of_record(session, UUID(encounter.credential.claims["record_id"].value))
    if visit is None or visit.site != encounter.station.site:
        return [
            _concern(
                "ticket_from_elsewhere",
                Text("Phiếu này không phải do điểm này in.", "This ticket was not printed at this site."),
            )
        ]
    if visit.day != day_number(int(encounter.scan.scanned_at.timestamp() * 1000), time_zone):
        return [
            _concern(
                "ticket_of_another_day",
                Text("Phiếu này là của ngày khác.", "This ticket is of another day."),
            )
        ]
    if visit.decision != Decision.ADMIT or not visit.number:
        return [
            _concern(
                "not_a_ticket",
                Text(
                    "Mã này thuộc về một lượt chưa được giải quyết.",
                    "This code belongs to a visit that was not settled.",
                ),
            )
        ]
    holder = replace(encounter, citizen=visit.citizen)
    if visit.citizen and known_now(holder, session, settings.same_visit_minutes, time_zone).denied:
        return [NEEDS_STAFF]
    if encounter.station.direction == "out":
        return [CHECKED_OUT]
    return [
        Finding(
            "self_check_in.ticket_known",
            Severity.GROUND,
            Text(f"Số của bạn là {visit.ticket}.", f"Your number is {visit.ticket}."),
            Text("Mời bạn tiếp tục chờ gọi số.", "Please go on waiting for your number."),
        )
    ]


def _concern(code: str, text: Text) -> Finding:
    return Finding(f"self_check_in.{code}", Severity.CONCERN, text, SEE_STAFF)
