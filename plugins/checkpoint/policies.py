"""The policy packs of this appliance: read at start, found by id and day. What a pack says is the policy engine's business."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from kiosk.domain import HealthCheck, HealthLevel, Text
from plugins.checkpoint.policy import FACTS, Fact, Pack, Packs, PolicyError, Problem, load_packs

SHIPPED = Path(__file__).resolve().parents[2] / "config" / "policies"
_MEND = Text(
    "Chạy 'kiosk policy check' trên tệp, sửa dòng được chỉ ra, khởi động lại. Cho tới khi đó mọi người được chuyển cán bộ xem xét.",
    "Run 'kiosk policy check' on the file, mend the line it names, restart. Until then everybody is referred to the officer.",
)


class Policies:
    """Reads files in ``load`` alone. A folder with a broken pack gives none: a rule that is missing must not let anybody pass."""

    def __init__(self, folder: str) -> None:
        self._folder = SHIPPED / folder  # an absolute path stands for itself
        self._packs = Packs(())
        self.problems: tuple[Problem, ...] = ()
        self.facts: Mapping[str, Fact] = FACTS

    def load(self) -> None:
        """Read every pack of the folder."""
        try:
            self._packs, self.problems = load_packs(self._folder), ()
        except PolicyError as error:
            self._packs, self.problems = Packs(()), error.problems

    def find(self, policy: str, at: datetime) -> Pack:
        """The pack of that policy in force at that time; where there is none, one that refers everybody."""
        return self._packs.at(at, policy)

    def answers(self, said: Mapping[str, str]) -> dict[str, Any]:
        """Answers to questions as facts, in each fact's own type; what does not fit is left out, and so stays open."""
        found = {}
        for name, text in said.items():
            fact = self.facts.get(name)
            if fact is None:
                continue
            try:
                found[name] = fact.parse(text)
            except ValueError:
                continue
        return found

    def usable(self, folded: Mapping[str, Any]) -> dict[str, Any]:
        """Facts of the catalogue whose values it allows; a document may say anything, and nonsense is nobody's knowledge."""
        found = {}
        for name, value in folded.items():
            try:
                self.facts[name].accept(value)
            except (KeyError, ValueError):
                continue
            found[name] = value
        return found

    def health(self, wanted: Sequence[str], now: datetime) -> Iterator[HealthCheck]:
        """Whether the packs that the posts need are there and in force."""
        for number, problem in enumerate(self.problems[:5], 1):
            text = Text(
                f"Bộ quy định không dùng được: {problem.in_language('vi')}",
                f"A policy cannot be used: {problem.in_language('en')}",
            )
            yield HealthCheck(f"checkpoint.policy.{number}", HealthLevel.FAULT, text, _MEND)
        if self.problems:
            return
        if not wanted:
            text = Text("Chưa đặt bộ quy định nào cho chốt.", "No policy is set for the post.")
            advice = Text(
                "Ghi 'policy' trong mục [plugin.checkpoint] của hồ sơ rồi khởi động lại; cho tới khi đó mọi người được xem xét bằng mắt.",
                "Name a 'policy' under [plugin.checkpoint] in the profile and restart; until then an officer decides on everybody.",
            )
            yield HealthCheck("checkpoint.policy", HealthLevel.FAULT, text, advice)
        for policy in wanted:
            pack = self.find(policy, now)
            if pack.conditions:
                text = Text(f"Quy định {policy} đang áp dụng.", f"Policy {policy} is in force.")
                yield HealthCheck(f"checkpoint.policy.{policy}", HealthLevel.OK, text)
            else:
                text = Text(f"Không có quy định {policy} còn hiệu lực.", f"No policy {policy} is in force.")
                yield HealthCheck(f"checkpoint.policy.{policy}", HealthLevel.FAULT, text, _MEND)
