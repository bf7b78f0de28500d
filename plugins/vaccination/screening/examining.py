"""One examination: the pack of the day held against a person, answers and vital signs; and its record. Asks no page, keeps nothing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from kiosk.domain import Draft, Finding, Severity, Text
from plugins.vaccination.acting import Done, Refusal
from plugins.vaccination.arrival import calling, queue, stages
from plugins.vaccination.people import Known, known
from plugins.vaccination.records import Screening
from plugins.vaccination.records.care import Vitals
from plugins.vaccination.rules import screening as rules
from plugins.vaccination.rules.screening import Conclusion, Outcome, Pack, Person
from plugins.vaccination.rules.screening_answers import number_of
from plugins.vaccination.rules.vaccine import Vaccine
from plugins.vaccination.site import Site

VITALS = {"temperature_c": "temperature"}  # a pack's name for what the record calls otherwise
LONGEST = 240  # minutes of observation that a record holds
STRICTER = ("postpone", "contraindicated")
BY_DOCTOR = "doctor"


def _refusal(code: str, vi: str, en: str, step_vi: str, step_en: str) -> Finding:
    return Finding(f"vaccination.{code}", Severity.BAR, Text(vi, en), Text(step_vi, step_en))


OPEN = _refusal(
    "screening_open",
    "Khám sàng lọc chưa xong: còn câu hỏi hoặc chỉ số chưa có.",
    "Screening is not complete: questions or vital signs are missing.",
    "Trả lời các mục được tô, đo chỉ số còn thiếu, rồi lưu lại.",
    "Answer what is marked, measure what is missing, then save again.",
)
VACCINATED = _refusal(
    "vaccinated_today",
    "Người này đã tiêm hôm nay.",
    "This person was vaccinated today.",
    "Không khám lại; đưa về khu theo dõi.",
    "Do not screen again; take them to the observation area.",
)
NO_REASON = _refusal(
    "no_reason",
    "Bác sĩ quyết định khác với bộ câu hỏi: cần ghi lý do.",
    "The doctor decides otherwise than the rules: a reason is needed.",
    "Ghi lý do vào ô ghi chú.",
    "Write the reason into the note.",
)


@dataclass(frozen=True, slots=True)
class Examination:
    """What a page sent: answers and vital signs by the pack's ids. ``product``: the vaccine that is planned, or "". ``minutes``: a
    longer observation than the rules ask for; ``decision``: "", or a stricter one of the doctor's. ``at_once``: the questions that
    were answered with "no" in one action."""

    answers: Mapping[str, str]
    vitals: Mapping[str, str]
    product: str = ""
    minutes: int = 0
    decision: str = ""
    note: str = ""
    at_once: tuple[str, ...] = ()


class Examiner:
    """One appliance's. Safe from any thread."""

    def __init__(self, site: Site) -> None:
        self._site = site

    def pack(self) -> Pack | None:
        """The pack in force today."""
        return self._site.pack_today()

    def vaccine(self, product: str) -> Vaccine | None:
        return self._site.vaccines.named(product, date.fromisoformat(self._site.today_text())) if product else None

    def person(self, who: Known) -> Person:
        """As the rules want them: a sex that is neither rules nothing out."""
        sex = who.said("sex")
        return Person(who.age(self._site.today_text()), sex if sex in ("male", "female") else "")

    def evaluate(self, who: Known, said: Examination) -> Outcome:
        """What the rules make of it, as of today."""
        on = date.fromisoformat(self._site.today_text())
        return rules.evaluate(self.pack(), self.person(who), said.answers, said.vitals, self.vaccine(said.product), on)

    def save(self, key: UUID, visit: str, table: str, said: Examination, operator: str) -> Done:
        """Record the examination and end the call. Raises ``Refusal``: an incomplete one is never recorded as anything."""

        def check(session: Session) -> Sequence[Draft]:
            came = calling.arrival_of_today(session, self._site, visit)
            who = known(session, came.citizen or "", self._site.id, self._site.today_text())
            call = queue.last_call(session, visit, "screening")
            if call is not None and call.state == "called" and call.table_name != table:
                raise Refusal([calling.called_elsewhere(call)])
            if stages.is_vaccinated(session, who.citizens, self._site.today()):
                raise Refusal([VACCINATED])
            body = self._record(who, visit, table, said)
            return [
                Draft("vaccination.screening", body, who.citizen or None),
                *calling.served_draft(session, visit, "screening", table),
            ]

        return self._site.actions.act(key, check, operator)

    def _record(self, who: Known, visit: str, table: str, said: Examination) -> Screening:
        outcome, pack = self.evaluate(who, said), self.pack()
        stricter = said.decision if said.decision in STRICTER else ""
        if pack is None or (outcome.outcome is Conclusion.OPEN and not stricter):
            raise Refusal([OPEN])
        if stricter and not said.note:
            raise Refusal([NO_REASON])
        final = _worse(outcome.outcome.value, stricter)
        vitals, rest = _measured(pack, said.vitals)
        return Screening(
            visit=visit,
            product=said.product,
            pack=pack.id,
            pack_digest=pack.digest,
            answers={**_answered(pack, said.answers), **rest},
            at_once=[
                name for name in said.at_once if pack.question(name) is not None and said.answers.get(name) == "no"
            ],
            vitals=vitals,
            outcome=final,  # type: ignore[arg-type]
            reasons=[*([BY_DOCTOR] if stricter else []), *dict.fromkeys(one.code for one in outcome.reasons)][:40],
            observation_minutes=min(LONGEST, max(outcome.observation_minutes, said.minutes)),
            postponed_until=outcome.postpone_until.isoformat()
            if outcome.postpone_until and final == "postpone"
            else "",
            note=said.note,
            table=table,
        )


def _worse(by_rules: str, by_doctor: str) -> str:
    """The doctor may be stricter than the rules, never laxer."""
    order = ("contraindicated", "postpone", "caution", "eligible")
    return min((one for one in (by_rules, by_doctor) if one in order), key=order.index)


def _answered(pack: Pack, answers: Mapping[str, str]) -> dict[str, str]:
    """Only what the pack asks: a page's other words are not part of an examination."""
    return {name: value[:80] for name, value in answers.items() if pack.question(name) is not None}


def _measured(pack: Pack, vitals: Mapping[str, str]) -> tuple[Vitals, dict[str, str]]:
    """The record's vital signs, and those that it has no place for, as answers."""
    said: dict[str, Any] = {}
    rest: dict[str, str] = {}
    for sign in pack.vitals:
        value = number_of(vitals.get(sign.id))
        if value is None or not sign.lowest <= value <= sign.highest:
            continue
        name = VITALS.get(sign.id, sign.id)
        if name in Vitals.model_fields:
            said[name] = value if name == "temperature" else round(value)
        else:
            rest[f"vital.{sign.id}"[:40]] = f"{value:g}"
    return Vitals(**said), rest
