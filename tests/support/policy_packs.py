"""Small policy packs for tests, and how to look into an outcome."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from plugins.checkpoint.policy import (
    ConditionResult,
    Outcome,
    Pack,
    load_pack,
)

AT = datetime(2021, 8, 10, 9, tzinfo=UTC)
DOSES = 'rule = "doses >= 2"'
PEOPLE = """reason = { vi = "Lý do.", en = "Reason." }
next_step = { vi = "Bước tiếp.", en = "Next step." }
"""


def pack(tmp_path: Path, *conditions: str, head: str = "") -> Pack:
    """Each of ``conditions`` is a few lines; the name is its number, the verdict "refuse" unless it says another."""
    text = (
        f'id = "gate"\ntitle = {{ vi = "Chốt", en = "Gate" }}\nvalid_from = 2021-01-01\nlegal_basis = "Luật"\n{head}\n'
    )
    for number, condition in enumerate(conditions, 1):
        verdict = "" if "verdict" in condition else 'verdict = "refuse"\n'
        text += f'\n[[condition]]\nname = "c{number}"\n{verdict}{PEOPLE}{condition}\n'
    file = tmp_path / "gate.toml"
    file.write_text(text, "utf-8")
    return load_pack(file)


def states(outcome: Outcome) -> dict[str, str]:
    return {one.name: one.state.value for one in outcome.results}


def one(outcome: Outcome, name: str = "c1") -> ConditionResult:
    return next(result for result in outcome.results if result.name == name)
