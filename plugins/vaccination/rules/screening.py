"""Screening before a dose: answers and vital signs, held against the pack of the day. Three-valued: what is not known is open.

Order of outcomes: contraindicated, postpone, open, caution, eligible. One contraindication settles it whatever is still open; caution
does not, for an answer may yet forbid. Nobody is eligible while a question, a vital sign, age or sex that matters is missing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from kiosk.domain import Text
from plugins.vaccination.rules import screening_words as words
from plugins.vaccination.rules.screening_answers import number_of, valid_answer
from plugins.vaccination.rules.screening_file import AgeTable, EffectTable, LimitTable, QuestionTable, VitalTable
from plugins.vaccination.rules.screening_outcome import WORST_FIRST, Conclusion, Hint, Outcome, Person, Reason
from plugins.vaccination.rules.screening_packs import Pack, Packs, choices_of, load_pack, load_packs
from plugins.vaccination.rules.vaccine import Vaccine

__all__ = ["Conclusion", "Hint", "Outcome", "Pack", "Packs", "Person", "Reason"]
__all__ += ["asked", "choices_of", "evaluate", "load_pack", "load_packs", "vital_hints"]


@dataclass(slots=True)
class _Gathered:
    """What one evaluation has come across so far: (code, effect) of what holds, what is open, what could not be read."""

    effects: list[tuple[str, EffectTable]] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    unread: list[str] = field(default_factory=list)


def evaluate(
    pack: Pack | None,
    person: Person,
    answers: Mapping[str, str],
    vitals: Mapping[str, object],
    vaccine: Vaccine | None = None,
    on: date | None = None,
) -> Outcome:
    """Answers are the choices' values, or a number as text; vital signs numbers, or texts such as “37,5”. ``vaccine``: the one that is
    planned; what holds for some vaccines only is left out without it. ``on``: the day, for ``postpone_until``."""
    if pack is None:
        return Outcome(Conclusion.OPEN, (words.no_pack(),), ("pack",), (), words.LEAST_MINUTES)
    name = vaccine.product if vaccine else ""
    gathered = _Gathered()
    _ask(gathered, pack, person, answers, name)
    _measure(gathered, pack, person, answers, vitals)
    if person.age is not None:
        gathered.effects += [("age", one) for one in pack.ages if _in_age(one, person.age)]
    elif pack.ages or vaccine is not None:
        gathered.missing.append("age")
    counted = [(code, one) for code, one in gathered.effects if not one.vaccines or name in one.vaccines]
    reasons = [*words.about_vaccine(pack.vaccines, vaccine, person.age), *(_reason(code, one) for code, one in counted)]
    return _outcome(pack, reasons, gathered, [one for _, one in counted], on)


def asked(pack: Pack, person: Person, answers: Mapping[str, str], vaccine: Vaccine | None = None) -> tuple[str, ...]:
    """The ids of the questions to be asked now, then of the vital signs to be measured, answered or not."""
    name = vaccine.product if vaccine else ""
    questions = [one.id for one in pack.questions if _applies(one, person, answers, name, pack)]
    return (*questions, *(one.id for one in pack.vitals if _is_needed(one, person, answers, pack)))


def unit_words(sign: VitalTable) -> Text:
    """The unit of a vital sign, in both languages."""
    return Text(sign.unit, sign.unit) if isinstance(sign.unit, str) else sign.unit.text()


def vital_hints(pack: Pack, vital: str, value: object, others: Mapping[str, object] | None = None) -> Hint:
    """What one vital sign means, for showing while it is typed. ``others``: the rest, for limits against another."""
    sign = pack.vital(vital)
    number = number_of(value)
    if sign is None or value in (None, ""):
        return Hint("empty", words.EMPTY)
    if number is None or not sign.lowest <= number <= sign.highest:
        unit, bounds = unit_words(sign), {"least": f"{sign.lowest:g}", "most": f"{sign.highest:g}"}
        said = words.IMPLAUSIBLE
        return Hint("implausible", Text(said.vi.format(**bounds, unit=unit.vi), said.en.format(**bounds, unit=unit.en)))
    beyond = sorted(_beyond(sign, number, others or {}), key=lambda one: WORST_FIRST.index(Conclusion(one.outcome)))
    if not beyond:
        return Hint("within", words.WITHIN)
    return Hint(beyond[0].outcome, beyond[0].reason.text())


def _ask(gathered: _Gathered, pack: Pack, person: Person, answers: Mapping[str, str], vaccine: str) -> None:
    gathered.unread += [name for name in answers if pack.question(name) is None]
    for question in pack.questions:
        if not _applies(question, person, answers, vaccine, pack):
            continue
        answer = valid_answer(question, answers.get(question.id))
        if answer is not None:
            gathered.effects += [
                (f"question.{question.id}", one) for one in question.consequence if one.holds_for(answer)
            ]
            continue
        gathered.missing.append(question.id)
        if question.id in answers:
            gathered.unread.append(question.id)


def _measure(
    gathered: _Gathered, pack: Pack, person: Person, answers: Mapping[str, str], vitals: Mapping[str, object]
) -> None:
    gathered.unread += [name for name in vitals if pack.vital(name) is None]
    for vital in pack.vitals:
        value = number_of(vitals.get(vital.id))
        if value is not None and vital.lowest <= value <= vital.highest:
            gathered.effects += [(f"vital.{vital.id}", one) for one in _beyond(vital, value, vitals)]
            continue
        is_given = vitals.get(vital.id) not in (None, "")
        if is_given:
            gathered.unread.append(vital.id)
        if is_given or _is_needed(vital, person, answers, pack):
            gathered.missing.append(vital.id)


def _applies(question: QuestionTable, person: Person, answers: Mapping[str, str], vaccine: str, pack: Pack) -> bool:
    """Whether to ask it. A sex or an age that nobody knows rules nothing out."""
    if question.sex and person.sex and question.sex != person.sex:
        return False
    if person.age is not None and not _in_age(question, person.age):
        return False
    if question.vaccines and vaccine not in question.vaccines:
        return False
    if question.after is None:
        return True
    parent = pack.question(question.after)
    return (
        parent is not None
        and _applies(parent, person, answers, vaccine, pack)
        and answers.get(parent.id) == question.after_answer
    )


def _is_needed(vital: VitalTable, person: Person, answers: Mapping[str, str], pack: Pack) -> bool:
    if vital.measured != "when":
        return vital.measured == "always"
    old = vital.from_age is not None and (person.age is None or person.age >= vital.from_age)
    return old or any(answers.get(name) == "yes" for name in vital.after)


def _in_age(bounds: QuestionTable | AgeTable, age: int) -> bool:
    return (bounds.from_age is None or age >= bounds.from_age) and (bounds.to_age is None or age <= bounds.to_age)


def _beyond(vital: VitalTable, value: float, others: Mapping[str, object]) -> Iterator[LimitTable]:
    for limit in vital.limit:
        other = number_of(others.get(limit.above_vital)) if limit.above_vital else None
        if (
            (limit.below is not None and value < limit.below)
            or (limit.above is not None and value > limit.above)
            or (other is not None and limit.by is not None and value > other + limit.by)
        ):
            yield limit


def _reason(code: str, effect: EffectTable) -> Reason:
    step = effect.next_step.text() if effect.next_step else words.NEXT_STEPS[effect.outcome]
    return Reason(code, Conclusion(effect.outcome), effect.reason.text(), step)


def _outcome(
    pack: Pack, reasons: list[Reason], gathered: _Gathered, effects: list[EffectTable], on: date | None
) -> Outcome:
    conclusions = {one.outcome for one in reasons} | ({Conclusion.OPEN} if gathered.missing else set())
    conclusion = next((one for one in WORST_FIRST if one in conclusions), Conclusion.ELIGIBLE)
    waits = [one.days for one in effects if one.days is not None and one.outcome == "postpone"]
    days = max(waits) if waits and conclusion is Conclusion.POSTPONE else None
    return Outcome(
        outcome=conclusion,
        reasons=tuple(sorted(reasons, key=lambda one: WORST_FIRST.index(one.outcome))),
        missing=tuple(dict.fromkeys(gathered.missing)),
        unread=tuple(dict.fromkeys(gathered.unread)),
        observation_minutes=max([pack.observe_minutes, *(one.observe_minutes or 0 for one in effects)]),
        postpone_days=days,
        postpone_until=None if days is None or on is None else on + timedelta(days=days),
        hospital=any(one.hospital for one in effects),
    )
