"""From a case to findings and questions. Changes nothing; what a policy's conditions mean is the policy engine's business."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from kiosk.domain import Credential, Encounter, Finding, Question, Severity, Text, Trust
from plugins.checkpoint.cases import Case
from plugins.checkpoint.policy import Outcome, Verdict
from plugins.checkpoint.policy import questions as ask
from plugins.checkpoint.travellers import SHOWN, is_identity

ASIDE = Text("Mời vào làn kiểm tra riêng.", "Take them to the side lane.")
CALL_LEAD = Text("Giữ người lại, gọi trưởng ca.", "Hold them, and call the shift leader.")
CALL_HEALTH = Text("Đưa tới khu y tế, không để tiếp xúc thêm.", "Take them to the health team; keep others apart.")
GO_ON = Text("Mời đi tiếp.", "Let them go on.")
SEVERITIES = {
    "refuse": Severity.BAR,
    "refer": Severity.CONCERN,
    "ask": Severity.OPEN,
    "note": Severity.NOTE,
}

DENIED = Finding(
    "checkpoint.denied",
    Severity.BAR,
    Text("Có tên trong danh sách không cho qua.", "On the list of those who may not pass."),
    CALL_LEAD,
)
QUARANTINED = Finding(
    "checkpoint.quarantined",
    Severity.BAR,
    Text("Đang trong thời gian cách ly.", "Under quarantine."),
    CALL_HEALTH,
    "Luật Phòng, chống bệnh truyền nhiễm 03/2007/QH12, Điều 49",
)
NOBODY_EXAMINED = Finding(
    "checkpoint.not_examined",
    Severity.GROUND,
    Text("Chiều này không phải kiểm tra.", "Nobody is examined in this direction."),
)
TOO_MANY = Finding(
    "checkpoint.too_many_codes",
    Severity.CONCERN,
    Text("Đã quét quá nhiều mã cho một người.", "Too many codes were shown for one person."),
    Text("Bấm Người tiếp, rồi quét lại từng người.", "Press Next person, then scan people one by one."),
)
NO_POLICY = Finding(
    "checkpoint.no_policy",
    Severity.CONCERN,
    Text("Chốt này chưa được đặt bộ quy định nào.", "No policy is set for this post."),
    Text(
        "Xem xét bằng mắt; báo kỹ thuật chọn quy định trong hồ sơ.",
        "Decide by eye; have a technician name one in the profile.",
    ),
)
NO_ENTRY = Finding(
    "checkpoint.no_entry", Severity.NOTE, Text("Không thấy lượt vào tương ứng.", "No entry that belongs to this exit.")
)
NEEDS_OFFICER = Finding(
    "checkpoint.needs_officer",
    Severity.CONCERN,
    Text("Cần cán bộ hỏi thêm.", "An officer must ask further."),
    ASIDE,
)
UNSURE = Finding(
    "checkpoint.unsure_reading",
    Severity.CONCERN,
    Text("Máy chưa chắc đã đọc đúng giấy tờ.", "The document may have been read wrongly."),
    Text("So bằng mắt với thẻ.", "Compare with the card by eye."),
)


def questions(case: Case) -> tuple[Question, ...]:
    """One question for each fact that the policy needs and nobody knows. Nobody is asked in surge mode, nor where an officer must
    look anyway."""
    if case.pack is None or case.outcome is None or case.surge is not None or case.others or case.listed:
        return ()
    return ask(case.pack, case.outcome) if case.outcome.verdict is Verdict.ASK else ()


def findings(case: Case, encounter: Encounter, minimum_confidence: float, time_zone: str) -> Iterator[Finding]:
    """Lists, identity and earlier refusals first; then what the policy says, which surge mode turns into notes."""
    if "deny" in case.listed:
        yield DENIED
    if "quarantine" in case.listed:
        yield QUARANTINED
    yield from case.others
    yield from _found_before(case, encounter)
    if any(_unsure(one.credential, minimum_confidence) for one in case.traveller.standing):
        yield UNSURE
    if len(case.traveller.shown) >= SHOWN:  # the first ones are no longer known, nor what was found against them
        yield TOO_MANY
    if case.refused is not None:
        yield _refused(case, time_zone)
    if case.surge is not None:
        yield _surge(case, time_zone)
        yield from (_as_note(finding) for finding in _of_policy(case, encounter))
        return
    if case.direction == "out":
        yield _left(case.entered, time_zone) if case.entered is not None else NO_ENTRY
    yield from _of_policy(case, encounter)


def _found_before(case: Case, encounter: Encounter) -> Iterator[Finding]:
    """What was found against the codes that were shown before this one: a further code does not undo it."""
    for one in case.traveller.standing:
        if one.key != encounter.scan.key:
            yield from one.adverse


def _unsure(credential: Credential, minimum: float) -> bool:
    if credential.kind == "typed_id" or not is_identity(credential):
        return False
    return credential.trust is Trust.INVALID or credential.claims["national_id"].confidence < minimum


def _of_policy(case: Case, encounter: Encounter) -> Iterator[Finding]:
    """What each condition came to; where all of them are met, a ground to let the traveller pass."""
    outcome = case.outcome
    if case.pack is None or outcome is None:
        yield NOBODY_EXAMINED if case.direction == "out" else NO_POLICY
        return
    if outcome.verdict is Verdict.ASK and _unheard(outcome, encounter):
        yield NEEDS_OFFICER
    for one in outcome.results:
        if one.verdict:
            severity = SEVERITIES[one.verdict]
            yield Finding(code_of(one.name), severity, one.reason, one.next_step, one.legal_basis)
    if outcome.verdict is Verdict.ADMIT:
        title = case.pack.title
        text = Text(f"Đủ điều kiện: {title.vi}.", f"Meets the conditions: {title.en}.")
        yield Finding("checkpoint.passes", Severity.GROUND, text, GO_ON, case.pack.legal_basis)


def code_of(condition: str) -> str:
    """The finding code of a policy's condition."""
    return f"checkpoint.{condition}"[:80]


def _unheard(outcome: Outcome, encounter: Encounter) -> bool:
    """Whether what is missing was answered, by somebody whose word does not count here."""
    return encounter.operator is None and any(name in encounter.answers for name in outcome.missing)


def _surge(case: Case, time_zone: str) -> Finding:
    assert case.surge is not None
    until = _clock(case.surge.until_ms, time_zone)
    text = Text(
        f"Xả chốt tới {until}: ghi nhận nhanh, kiểm tra sau.",
        f"Surge mode until {until}: recorded now, examined later.",
    )
    return Finding("checkpoint.surge", Severity.GROUND, text, GO_ON)


def _as_note(finding: Finding) -> Finding:
    return Finding(finding.code, Severity.NOTE, finding.text, finding.next_step, finding.legal_basis)


def _refused(case: Case, time_zone: str) -> Finding:
    assert case.refused is not None
    at, lane = _clock(case.refused.at_ms, time_zone), case.refused.lane
    why = case.refused.why
    text = Text(f"Đã bị từ chối lúc {at}, làn {lane}.", f"Was refused at {at}, lane {lane}.")
    if why.vi:
        text = Text(f"Đã bị từ chối lúc {at}, làn {lane}: {why.vi}", f"Was refused at {at}, lane {lane}: {why.en}")
    step = Text("Xem lý do đó còn không rồi quyết định.", "See whether that still holds, then decide.")
    return Finding("checkpoint.refused_before", Severity.CONCERN, text, step)


def _left(entered_ms: int, time_zone: str) -> Finding:
    """The exit that belongs to an entry."""
    at = _clock(entered_ms, time_zone)
    text = Text(f"Đã ghi lượt ra; vào lúc {at}.", f"The exit is recorded; came in at {at}.")
    return Finding("checkpoint.left", Severity.NOTE, text)


def _clock(at_ms: int, time_zone: str) -> str:
    return datetime.fromtimestamp(at_ms / 1000, UTC).astimezone(ZoneInfo(time_zone)).strftime("%H:%M")
