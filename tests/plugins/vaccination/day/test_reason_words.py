"""Every reason for which a dose may be refused has its short words, so that no table shows a code."""

from __future__ import annotations

import ast
import inspect

import pytest

from kiosk.domain import Severity
from plugins.vaccination.day.reason_words import ASKED, REFUSED
from plugins.vaccination.injection import words as at_the_table
from plugins.vaccination.rules import course_words, vials

# of nobody yet, so that nothing is recorded; or they warn and do not refuse
BEFORE_ANYBODY = {"ticket_damaged", "ticket_unknown", "code_unknown", "refused_before", "interval_long"}


def problems_in(module: object) -> set[str]:
    """The codes that a module makes problems of, from its source."""
    tree = ast.parse(inspect.getsource(module))  # type: ignore[arg-type]
    calls = [one for one in ast.walk(tree) if isinstance(one, ast.Call)]
    named = [one for one in calls if getattr(one.func, "id", "") == "_problem"]
    return {one.args[0].value for one in named if isinstance(one.args[0], ast.Constant)}


def refusing() -> set[str]:
    table = {code for code, (severity, *_) in at_the_table._WORDS.items() if severity is Severity.BAR}
    return (table | set(course_words._WORDS) | problems_in(vials)) - BEFORE_ANYBODY


def test_the_codes_were_found() -> None:
    assert {"open_too_long", "interval_short", "no_consent"} <= refusing()


@pytest.mark.parametrize("code", sorted(refusing()))
def test_a_refusal_has_short_words(code: str) -> None:
    said = {**ASKED, **REFUSED}[code]
    assert said.vi
    assert said.en
    assert "_" not in said.vi + said.en
