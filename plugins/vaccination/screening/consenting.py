"""Consent: given with a signature, declined, or taken back before the dose. The last word of the day counts; each is a record."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from kiosk.text.names import plain
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import calling, queue, stages
from plugins.vaccination.people import Known, known
from plugins.vaccination.records import Consent
from plugins.vaccination.screening.consent_texts import ConsentText
from plugins.vaccination.screening.examining import VACCINATED
from plugins.vaccination.site import Site

WIDTH, HEIGHT = 400, 150  # the field in which a signature is kept, whatever the screen's size
LEAST_LENGTH = 60  # of all strokes together, in that field: a tap is no signature
MOST_POINTS = 1400
_STROKES = re.compile(r"\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*(?:;\d{1,3},\d{1,3}(?: \d{1,3},\d{1,3})*)*")


def _refusal(code: str, vi: str, en: str, step_vi: str, step_en: str) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, Text(vi, en), Text(step_vi, step_en))


NOT_SCREENED = _refusal(
    "not_screened_today",
    "Chưa có kết quả khám sàng lọc cho tiêm hôm nay.",
    "No screening of today allows a dose.",
    "Khám và lưu kết quả trước.",
    "Screen and save the result first.",
)
TEXT_CHANGED = _refusal(
    "consent_text_changed",
    "Nội dung phiếu đồng ý đã thay đổi.",
    "The words to consent to have changed.",
    "Tải lại trang, cho đọc lại rồi ký.",
    "Reload the page, let them read again, then sign.",
)
NO_SIGNATURE = _refusal(
    "no_signature",
    "Chưa có chữ ký, hoặc nét ký quá ngắn.",
    "There is no signature, or it is too short.",
    "Ký vào khung bằng ngón tay hoặc bút; không ký được thì chọn “ký bằng bàn phím”.",
    "Sign in the frame with a finger or pen; who cannot draw chooses “sign by keyboard”.",
)
OTHER_NAME = _refusal(
    "typed_other_name",
    "Họ tên vừa gõ khác họ tên của người ký.",
    "The name that was typed is not the signer's.",
    "Gõ đủ họ tên như trên màn hình, có dấu hay không dấu đều được.",
    "Type the whole name as the screen has it, with or without accents.",
)
NEEDS_GUARDIAN = _refusal(
    "needs_guardian",
    "Người dưới 18 tuổi: cha mẹ hoặc người giám hộ phải đồng ý và ký.",
    "Under 18: a parent or guardian must consent and sign.",
    "Ghi họ tên người giám hộ, rồi để người đó ký.",
    "Write the guardian's name, then let them sign.",
)
NOT_GIVEN = _refusal(
    "no_consent_to_withdraw",
    "Hôm nay chưa có đồng ý nào để rút lại.",
    "There is no consent of today to take back.",
    "Tải lại trang.",
    "Reload the page.",
)
GIVEN = _refusal(
    "consented_before",
    "Người này đã đồng ý rồi.",
    "This person has consented already.",
    "Tải lại trang.",
    "Reload the page.",
)
NO_REASON = _refusal(
    "no_reason",
    "Chưa ghi lý do rút lại.",
    "The reason is missing.",
    "Chọn hoặc ghi lý do.",
    "Choose or write a reason.",
)


@dataclass(frozen=True, slots=True)
class Said:
    """What a page sent. ``strokes``: points in a field of 400 × 150, ``x,y x,y;x,y …``, or ``typed``: the signer's name by keyboard;
    ``digest``: of the words that were shown."""

    state: str  # given, declined
    digest: str
    by: str = "self"
    guardian: str = ""
    strokes: str = ""
    typed: str = ""
    reason: str = ""


class Consents:
    """One appliance's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def text(self) -> ConsentText | None:
        """The words in force today."""
        return self._site.consents.as_of(date.fromisoformat(self._site.today_text()))

    def say(self, key: UUID, visit: str, said: Said, operator: str) -> Done:
        """Yes with a signature, or no; and the call of whoever was called for it ends. Raises ``Refusal``."""

        def judge(session: Session, who: Known) -> Consent:
            text = self.text()
            if text is None or text.digest != said.digest:
                raise Refusal([TEXT_CHANGED])
            last = stages.last_consent(session, who.citizens, self._site.today())
            if said.state == "given":
                _may_give(who, said, self._site.today_text())
                if last is not None and last.state == "given":
                    raise Refusal([GIVEN])
            return Consent(
                visit=visit,
                text_id=text.id,
                text_digest=text.digest,
                state="given" if said.state == "given" else "declined",
                by="guardian" if said.by == "guardian" else "self",
                guardian=said.guardian,
                strokes=said.strokes,
                typed=said.typed if said.state == "given" else "",
                reason=said.reason,
            )

        return self._act(key, visit, judge, operator)

    def withdraw(self, key: UUID, visit: str, reason: str, operator: str) -> Done:
        """The person changed their mind before the dose: from now on the injection is blocked. Raises ``Refusal``."""

        def judge(session: Session, who: Known) -> Consent:
            last = stages.last_consent(session, who.citizens, self._site.today())
            if last is None or last.state != "given":
                raise Refusal([NOT_GIVEN])
            if not reason:
                raise Refusal([NO_REASON])
            text = self.text()
            return Consent(
                visit=visit,
                text_id=last.text_id,
                text_digest=text.digest if text and text.id == last.text_id else "",
                state="withdrawn",
                reason=reason,
            )

        return self._act(key, visit, judge, operator)

    def _act(self, key: UUID, visit: str, judge: Callable[[Session, Known], Consent], operator: str) -> Done:
        def check(session: Session) -> Sequence[Draft]:
            came = calling.arrival_of_today(session, self._site, visit)
            who = known(session, came.citizen or "", self._site.id, self._site.today_text())
            if stages.is_vaccinated(session, who.citizens, self._site.today()):
                raise Refusal([VACCINATED])
            screening = stages.last_screening(session, who.citizens, self._site.today())
            if screening is None or screening.outcome not in queue.GO_ON:
                raise Refusal([NOT_SCREENED])
            body = judge(session, who)
            said = Draft("vaccination.consent", body, who.citizen or None)
            # an injection table had sent them here to sign: they wait for it again
            again = calling.back_in_line_draft(session, visit, "injection") if body.state == "given" else []
            return [said, *_call_ends(session, visit), *again]

        return self._site.actions.act(key, check, operator)


def _call_ends(session: Session, visit: str) -> list[Draft]:
    """Somebody who was scanned again for this word alone stands at the table until it is said."""
    call = queue.last_call(session, visit, "screening")
    if call is None or call.state != "called":
        return []
    return calling.served_draft(session, visit, "screening", call.table_name)


def _may_give(who: Known, said: Said, day: str) -> None:
    """Raises ``Refusal``. Whose age nobody knows signs for themselves: screening does not let them through."""
    if who.is_minor(day) and said.by != "guardian":
        raise Refusal([NEEDS_GUARDIAN])
    if said.by == "guardian" and len(said.guardian) < 2:
        raise Refusal([NEEDS_GUARDIAN])
    if said.typed:
        name = said.guardian if said.by == "guardian" else who.said("name")
        if not plain(name) or plain(said.typed) != plain(name):
            raise Refusal([OTHER_NAME])
    elif not is_signature(said.strokes):
        raise Refusal([NO_SIGNATURE])


def is_signature(strokes: str) -> bool:
    """Whether strokes are well formed, within the field, and long enough to be somebody's hand."""
    if not _STROKES.fullmatch(strokes):
        return False
    length = points = 0.0
    for stroke in strokes.split(";"):
        places = [tuple(map(int, one.split(","))) for one in stroke.split(" ")]
        points += len(places)
        if any(x > WIDTH or y > HEIGHT for x, y in places):
            return False
        for (x, y), (to_x, to_y) in pairwise(places):
            length += ((to_x - x) ** 2 + (to_y - y) ** 2) ** 0.5
    return points <= MOST_POINTS and length >= LEAST_LENGTH
