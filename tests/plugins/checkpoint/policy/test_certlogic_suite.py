"""The official CertLogic 1.3.3 test suite: every active assertion, and every expression that it calls invalid."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from plugins.checkpoint.policy.certlogic import compile_expression
from plugins.checkpoint.policy.certlogic_form import problems
from plugins.checkpoint.policy.certlogic_operations import CertLogicError
from tests.support.both_languages import assert_both_languages

ACTIVE_ASSERTIONS = 218  # as counted in the suite's release 1.3.3


@pytest.fixture
def suite(shared_data: Path) -> Path:
    folder = shared_data / "certlogic" / "suite"
    if not folder.is_dir():
        pytest.skip(f"test data not beside the project: {folder}")
    return folder


def _active(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("*.json")):
        suite = json.loads(path.read_text("utf-8"))
        if suite.get("directive") != "skip":
            yield from ((path.name, case) for case in suite["cases"] if case.get("directive") != "skip")


def _same(one: Any, other: Any) -> bool:
    return type(one) is type(other) and one == other


@pytest.mark.shared
def test_every_active_assertion_holds(suite: Path) -> None:
    count = 0
    for name, case in _active(suite):
        for assertion in case.get("assertions", ()):
            if assertion.get("directive") == "skip":
                continue
            count += 1
            expression = assertion.get("certLogicExpression", case.get("certLogicExpression"))
            found = compile_expression(expression)(assertion["data"])
            assert _same(found, assertion["expected"]), (name, expression, assertion)
    assert count == ACTIVE_ASSERTIONS


@pytest.mark.shared
def test_what_the_suite_calls_invalid_is_told_in_its_words_and_not_compiled(suite: Path) -> None:
    cases = [case for _, case in _active(suite) if "issues" in case]
    assert len(cases) == 23
    for case in cases:
        expression = case["certLogicExpression"]
        wanted = [issue["message"] for issue in case["issues"]]
        told = [said for _, said in problems(expression)]
        assert [said.en for said in told] == wanted
        for said in told:
            assert_both_languages(said)
        if wanted:
            with pytest.raises(CertLogicError):
                compile_expression(expression)
        else:
            compile_expression(expression)
