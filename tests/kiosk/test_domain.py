"""Copies of an encounter: what changes, and what stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from uuid import UUID

import pytest

from kiosk.domain import Credential, Decision, Encounter, Scan, Station

BEGUN = Encounter(
    Scan(UUID(int=1), "x", b"x", "QRCode", "test", datetime(2021, 8, 1, tzinfo=UTC)),
    Station("site", "Site"),
    answers={"language": "vi"},
    clock_trusted=False,
    operator="200",
)


def test_a_changed_copy_is_what_replace_makes() -> None:
    for changes in (
        {},
        {"citizen": "c", "credential": Credential("cccd", {})},
        {"decision": Decision.ADMIT, "findings": (), "questions": ()},
        {"answers": {"language": "en"}, "operator": None},
    ):
        assert BEGUN.changed(**changes) == replace(BEGUN, **changes)  # type: ignore[arg-type]
    assert BEGUN.changed(citizen="c") != BEGUN


def test_what_no_encounter_has_cannot_be_changed() -> None:
    with pytest.raises(KeyError):
        BEGUN.changed(nonsense=1)
