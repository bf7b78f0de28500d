"""A day's report says reasons in words: every question and vital sign of the shipped packs has some, in both languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from plugins.vaccination.day.words import code_words
from plugins.vaccination.injection import words
from plugins.vaccination.rules import course_words, gs1, vials
from plugins.vaccination.rules.screening_packs import load_packs

SHIPPED = Path(__file__).parents[4] / "config" / "vaccination" / "screening"
CODES = sorted(
    {f"question.{one.id}" for pack in load_packs(SHIPPED).all for one in pack.questions}
    | {f"vital.{one.id}" for pack in load_packs(SHIPPED).all for one in pack.vitals}
)

REFUSALS = sorted({*words._WORDS, *course_words._WORDS, *vials._WORDS, *gs1._WORDS})


@pytest.mark.parametrize(
    "code", [*CODES, *REFUSALS, "expired_lot", "recalled_lot", "consent_withdrawn", "postpone", "left_over"]
)
def test_a_reason_has_words(code: str) -> None:
    said = code_words(code)
    assert said.vi
    assert said.vi != said.en or said.en == "SpO2"
    assert code.replace("_", " ") not in (said.vi, said.en)


def test_a_code_that_nobody_knows_stands_as_it_is() -> None:
    assert code_words("question.of_a_later_pack").vi == "question.of a later pack"
