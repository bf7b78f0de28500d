"""The site that tests stand on: people reach every step, and its tables equal a replay."""

from __future__ import annotations

from kiosk.appliance import Appliance
from plugins.vaccination import lookups
from tests.support.appliance import assert_whole
from tests.support.vaccination import CROWD, Nurse, arrive, dose, expect, of_kind, ready


def test_people_reach_every_step_by_records(site: Appliance, nurse: Nurse) -> None:
    expect(site, CROWD[0])
    given = ready(site, CROWD[0])
    dose(site, given)
    waiting = arrive(site, CROWD[1])
    assert given.ticket != waiting.ticket
    with site.session() as session:
        assert [row.lot for row in lookups.doses(session, [given.citizen])] == ["ABV1234"]
        person = lookups.person(session, [waiting.citizen])
        assert person is not None
        assert person.name == CROWD[1].name
        found = lookups.arrival(session, waiting.visit)
        assert found is not None
        assert found.ticket == waiting.ticket
    assert len(of_kind(site, "person")) == 2
    assert "11" in nurse.browser.get("/staff/").text
    assert_whole(site)
