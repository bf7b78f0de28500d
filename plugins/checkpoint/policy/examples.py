"""A pack's examples tried: made-up travellers whose verdict the pack's author wrote down. Reads no files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from kiosk.domain import Text
from plugins.checkpoint.policy.evaluate import evaluate
from plugins.checkpoint.policy.outcome import Outcome, State
from plugins.checkpoint.policy.pack import Example, Pack


@dataclass(frozen=True, slots=True)
class Tried:
    """One example and what came out. ``difference`` is None where it is as written."""

    example: Example
    outcome: Outcome
    difference: Text | None


def try_examples(pack: Pack) -> list[Tried]:
    """Every example of a pack, in the order of the file."""
    return [_tried(example, evaluate(pack, example.facts, example.at)) for example in pack.examples]


def untried(tried: Sequence[Tried], pack: Pack) -> list[str]:
    """Conditions that no example meets, or that no example fails to meet: nothing shows that they say what was meant."""
    stands = {(result.name, result.state) for one in tried for result in one.outcome.results}
    return [one.name for one in pack.conditions if not {(one.name, State.MET), (one.name, State.NOT_MET)} <= stands]


def _tried(example: Example, outcome: Outcome) -> Tried:
    stood = {one.name for one in outcome.results if one.state in (State.NOT_MET, State.OPEN)}
    difference = None
    if outcome.verdict != example.verdict:
        deciding = ", ".join(one.name for one in outcome.deciding())
        by = f" ({deciding})" if deciding else ""
        difference = Text(
            f"cần {example.verdict}, mà ra {outcome.verdict}{by}",
            f"expected {example.verdict}, and it says {outcome.verdict}{by}",
        )
    elif example.because is not None and stood != set(example.because):
        more, fewer = sorted(stood - set(example.because)), sorted(set(example.because) - stood)
        parts = [Text(f"thêm {', '.join(more)}", f"also {', '.join(more)}")] * bool(more)
        parts += [Text(f"không có {', '.join(fewer)}", f"not {', '.join(fewer)}")] * bool(fewer)
        difference = Text(
            f"đúng {outcome.verdict}, nhưng vì lý do khác: {'; '.join(one.vi for one in parts)}",
            f"{outcome.verdict} as expected, but for other reasons: {'; '.join(one.en for one in parts)}",
        )
    return Tried(example, outcome, difference)
