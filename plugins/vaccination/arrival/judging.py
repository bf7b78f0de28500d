"""What vaccination has to say when somebody checks in: their appointment, what the platform saw, and whether walk-ins are taken.

Notes, and what a person must look at. Who may have a dose is decided at the injection, not here."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kiosk.domain import Encounter, Finding, Severity, Text, Trust
from plugins.vaccination import lookups
from plugins.vaccination.arrival import enrolment, temporary
from plugins.vaccination.people import appointment, open_findings
from plugins.vaccination.settings import VaccinationSettings

TAKEN_ANYWAY = "vaccination.taken_anyway"  # the desk's answer: staff saw the person and what speaks against them
GO_TO_DESK = Text("Mời bạn tới bàn đón tiếp.", "Please go to the reception desk.")
AT_THE_DESK = Text(
    "Xem giấy tờ và sổ tiêm của người này; nếu vẫn nhận, bấm “Vẫn nhận vào hàng chờ”.",
    "Look at their papers and vaccination record; to take them all the same, press “Take into the queue”.",
)
WALK_IN = Finding(
    "vaccination.walk_in",
    Severity.NOTE,
    Text(
        "Bạn không có lịch hẹn hôm nay; điểm tiêm vẫn nhận.",
        "You have no appointment today; the site takes you all the same.",
    ),
)
NO_WALK_INS = Finding(
    "vaccination.no_appointment",
    Severity.CONCERN,
    Text("Hôm nay bạn không có lịch hẹn ở điểm tiêm này.", "You have no appointment at this site today."),
    GO_TO_DESK,
)
UNKNOWN_CODE = Finding(
    "vaccination.unknown_temporary_id",
    Severity.CONCERN,
    Text("Mã tạm này không do điểm này cấp.", "This temporary code was not given out at this site."),
    Text("Mời bạn tới bàn đón tiếp để ghi tên.", "Please go to the reception desk to be enrolled."),
)
PLATFORM_SAW = Text(
    "Hệ thống ghi nhận điều cần xem lại về các mũi tiêm trước.",
    "Something about earlier doses must be looked at again.",
)


def judge(encounter: Encounter, session: Session, settings: VaccinationSettings, site: str, day: str) -> list[Finding]:
    """``day``: the site's own, ISO 8601. Nothing before it is proven whose number was typed."""
    credential = encounter.credential
    if credential is None or encounter.citizen is None or encounter.questions or encounter.station.direction == "out":
        return []
    if credential.trust is Trust.INVALID:
        return []
    citizens = lookups.named(session, encounter.citizen)
    findings = []
    if credential.kind == temporary.KIND and not _is_new(encounter) and lookups.person(session, citizens) is None:
        findings.append(UNKNOWN_CODE)
    if open_findings(session, citizens):
        findings.append(
            _or_note(Finding("vaccination.platform_finding", Severity.CONCERN, PLATFORM_SAW, GO_TO_DESK), encounter)
        )
    booked = appointment(session, citizens, site, day)
    if booked is None:
        findings.append(WALK_IN if settings.walk_ins else _or_note(NO_WALK_INS, encounter))
    elif credential.kind != "typed_id":  # digits and a birth date may be known to others too
        begins = booked.slot.partition("-")[0]  # one line on the kiosk's screen; the ticket has the slot whole
        product = f", {booked.product}" if booked.product else ""
        text = Text(
            f"Lịch tiêm {begins or 'hôm nay'}{product}.",
            f"Vaccination {f'at {begins}' if begins else 'today'}{product}.",
        )
        findings.append(Finding("vaccination.appointment", Severity.NOTE, text))
    return findings


def _is_new(encounter: Encounter) -> bool:
    return encounter.scan.symbology == enrolment.SYMBOLOGY


def _or_note(concern: Finding, encounter: Encounter) -> Finding:
    """A member of staff who has the person before them may take them all the same; it is on record who did."""
    if encounter.operator is None:
        return concern
    if encounter.answers.get(TAKEN_ANYWAY) == "yes":
        return Finding(concern.code, Severity.NOTE, concern.text)
    return Finding(concern.code, concern.severity, concern.text, AT_THE_DESK)
