"""What other slices keep of an encounter: beside its own record, in the same transaction, at most eight of a plugin, once."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kiosk.core_slice import Notice
from kiosk.domain import Decision, Draft, Encounter
from kiosk.encounter.story import FURTHER
from kiosk.plugin import hookimpl
from tests.support.appliance import Probe, Workshop, assert_whole, codes, records, show
from tests.support.probes import Witness


class Keeps(Probe):
    """Keeps so many records of each encounter."""

    count = FURTHER

    @hookimpl
    def further_records(self, encounter: Encounter, session: Session) -> Iterable[Draft]:
        return [Draft("core.notice", Notice(title=f"Số {number}", text="x")) for number in range(self.count)]


class KeepsTooMuch(Keeps):
    count = FURTHER + 1


def kinds(appliance: Any) -> list[str]:
    return [record.kind for record in records(appliance)]


def test_they_follow_the_encounters_own_record_and_come_once(workshop: Workshop) -> None:
    appliance = workshop.start([("keeps", Keeps), ("witness", Witness)])
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, answer.record) == (Decision.ADMIT, {"writer": appliance.identity.writer, "seq": 1})
    assert kinds(appliance) == ["witness.visit", *["core.notice"] * FURTHER]
    assert show(appliance, "W:000000000001", answer.key) == answer
    assert len(assert_whole(appliance)) == 1 + FURTHER


@pytest.mark.parametrize("keeps_first", [True, False])
def test_of_a_plugin_that_would_keep_more_nothing_is_kept_and_nobody_is_admitted_by_it(
    workshop: Workshop, keeps_first: bool
) -> None:
    plugins = [("keeps", KeepsTooMuch), ("witness", Witness)]
    appliance = workshop.start(plugins if keeps_first else plugins[::-1])
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "core.plugin_fault")
    assert kinds(appliance) == ["core.encounter"]
    state = next(state for state in appliance.host.states() if state.name == "keeps")
    assert (state.faults, state.reason.partition(":")[0]) == (1, "further_records")
    assert_whole(appliance)
