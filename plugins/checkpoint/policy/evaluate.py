"""Pure: a pack, facts and a moment in, every condition's result and the verdict out. No I/O, no clock, never raises.

1. A pack that is not in force, or has no conditions, refers. 2. Any condition not met that refuses, refuses. 3. Else any that
refers, or a fact or rule that cannot be used, refers. 4. Else any open condition asks (or
refers, as its ``if_missing`` says). 5. Else at least one condition that was
met admits. 6. Else (nothing vouched) it is referred: absence never admits. Notes change nothing, met, not met or open.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from kiosk.domain import Question, Text
from plugins.checkpoint.policy.catalogue import FACTS
from plugins.checkpoint.policy.certlogic_operations import CertLogicError, Evaluator, truth
from plugins.checkpoint.policy.given import gather
from plugins.checkpoint.policy.outcome import ConditionResult, Outcome, State, Verdict
from plugins.checkpoint.policy.pack import Condition, Pack
from plugins.checkpoint.policy.unknown import Unknown

_LOOK = Text("Kiểm tra giấy tờ bằng mắt và quyết định.", "Look at the documents and decide.")
_SHOW = Text("Hỏi người đi đường hoặc xem giấy tờ.", "Ask the traveller or look at the documents.")
_NOT_KNOWN = Text("Chưa biết", "Not known yet")
_UNUSABLE = Text("Dữ liệu không dùng được", "Unusable data")
# facts in the middle of a sentence
_LABELS = {
    name: Text(*(words[0].lower() + words[1:] for words in (fact.text.vi, fact.text.en)))
    for name, fact in FACTS.items()
}
_NOT_IN_FORCE = Text("Quy định này chưa hoặc không còn hiệu lực.", "This policy is not in force at this time.")
_EMPTY = Text("Quy định này không có điều kiện nào.", "This policy has no conditions.")
_NOTHING_APPLIES = Text(
    "Không điều kiện nào áp dụng cho người này.", "No condition of this policy applies to this person."
)


def evaluate(pack: Pack, facts: Mapping[str, Any], at: datetime) -> Outcome:
    """What ``pack`` says about a traveller at a moment (aware). ``facts``: values by the names of ``FACTS``; what is not there, or
    None, is missing. See above for the order."""
    if not pack.conditions:
        return _no_answer(pack, at, "policy.empty", _EMPTY)
    if not pack.valid_at(at):
        return _no_answer(pack, at, "policy.not_in_force", _NOT_IN_FORCE)
    return apply(pack, facts, at)


def apply(pack: Pack, facts: Mapping[str, Any], at: datetime) -> Outcome:
    """The same without asking whether the pack is in force: for trying a policy on other days. ``at`` is aware."""
    data, faults = gather(pack, facts if isinstance(facts, Mapping) else {}, at)
    results = []
    guard: Evaluator | None = None
    applies: Any = True
    for condition in pack.conditions:
        if condition.applies is not guard:  # conditions under the same guard stand together, and share it
            guard, applies = condition.applies, _asked(condition.applies, data)
        results.append(_result(condition, applies, data, faults))
    verdicts = {one.verdict for one in results}
    if Verdict.REFUSE in verdicts:
        verdict = Verdict.REFUSE
    elif Verdict.REFER in verdicts:
        verdict = Verdict.REFER
    elif Verdict.ASK in verdicts:
        verdict = Verdict.ASK
    elif any(
        one.state is State.MET and condition.verdict != "note"
        for one, condition in zip(results, pack.conditions, strict=True)
    ):
        verdict = Verdict.ADMIT
    else:
        return _no_answer(pack, at, "policy.nothing_applies", _NOTHING_APPLIES, results)
    missing = dict.fromkeys(name for one in results if one.verdict == Verdict.ASK for name in one.missing)
    return Outcome(verdict, tuple(results), tuple(missing), pack.id, pack.digest, at)


def questions(pack: Pack, outcome: Outcome) -> tuple[Question, ...]:
    """What to ask for the missing facts, in the pack's words where it has some. An answer becomes a fact by ``Fact.parse``."""
    own = {ask.fact: ask for condition in reversed(pack.conditions) for ask in condition.asks}
    return tuple(
        FACTS[name].asked(own[name].text, own[name].choices) if name in own else FACTS[name].asked()
        for name in outcome.missing
    )


def _asked(guard: Evaluator | None, data: dict[str, Any]) -> Any:
    """Whether the conditions under a guard apply, or why that cannot be said."""
    try:
        return guard(data) if guard else True
    except CertLogicError as error:
        return error


def _result(condition: Condition, applies: Any, data: dict[str, Any], faults: dict[str, Text]) -> ConditionResult:
    if type(applies) is CertLogicError:
        return _unusable(condition, applies.text)
    try:
        if applies is False or (applies is not True and truth(applies) is False):
            return condition.not_applicable
        held = condition.holds(data)
        if held is True or truth(held):
            return condition.met
        unknown = applies if type(applies) is Unknown else held
    except CertLogicError as error:
        return _unusable(condition, error.text)
    return _open(condition, unknown, faults) if type(unknown) is Unknown else condition.not_met


def _open(condition: Condition, unknown: Unknown, faults: dict[str, Text]) -> ConditionResult:
    broken = [name for name in unknown.names if name in faults] if faults else ()
    if broken:
        vi = "; ".join(f"{name}: {faults[name].vi}" for name in broken)
        en = "; ".join(f"{name}: {faults[name].en}" for name in broken)
        return _unusable(condition, Text(vi, en), unknown.names)
    return ConditionResult(
        condition.name,
        State.OPEN,
        condition.if_missing,
        _ONE_NOT_KNOWN[unknown.names[0]] if len(unknown.names) == 1 else _listed(_NOT_KNOWN, unknown.names),
        _SHOW if condition.if_missing == Verdict.ASK else condition.next_step,
        condition.legal_basis,
        unknown.names,
    )


def _unusable(condition: Condition, fault: Text, missing: tuple[str, ...] = ()) -> ConditionResult:
    return ConditionResult(
        condition.name,
        State.OPEN,
        "note" if condition.verdict == "note" else Verdict.REFER.value,
        _listed(_UNUSABLE, missing) if missing else Text(f"{_UNUSABLE.vi}.", f"{_UNUSABLE.en}."),
        _LOOK,
        condition.legal_basis,
        missing,
        fault,
    )


def _listed(words: Text, names: tuple[str, ...]) -> Text:
    """``words``, and which facts they are about."""
    labels = [_LABELS[name] for name in names]
    vi, en = ", ".join([label.vi for label in labels]), ", ".join([label.en for label in labels])
    return Text(f"{words.vi}: {vi}.", f"{words.en}: {en}.")


def _no_answer(
    pack: Pack, at: datetime, name: str, reason: Text, results: list[ConditionResult] | None = None
) -> Outcome:
    about = ConditionResult(name, State.NOT_MET, Verdict.REFER.value, reason, _LOOK, pack.legal_basis)
    return Outcome(Verdict.REFER, (*(results or ()), about), (), pack.id, pack.digest, at)


_ONE_NOT_KNOWN = {name: _listed(_NOT_KNOWN, (name,)) for name in FACTS}  # what is said most often
