"""Whom to expect and whom to stop: the platform says it, else the appliance itself, and never another post."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft, Record
from plugins.self_check_in.models import AppointmentRow, DenyRow
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, people, show
from tests.support.platform import lines_of, make, take

AN = next(people(5))
DAY = "2021-08-16"


@pytest.fixture
def appliance(workshop: Workshop) -> Appliance:
    return workshop.open(["citizen_id", "self_check_in"])


def deny(appliance: Appliance, active: bool) -> Draft:
    return Draft("self_check_in.deny_entry", DenyEntry(active=active), appliance.pseudonym(AN.national_id))


def book(appliance: Appliance, slot: str, status: str = "booked") -> Draft:
    body = Appointment(site="test-site", day=DAY, slot=slot, status=status)  # type: ignore[arg-type]
    return Draft("self_check_in.appointment", body, appliance.pseudonym(AN.national_id))


def hear(appliance: Appliance, writer: str, *drafts: Draft, late: timedelta = timedelta()) -> None:
    """The journal of ``writer`` arrives here, its records dated now and ``late`` after."""
    at = SetClock(late).now()
    records: list[Record] = make(appliance, writer, drafts, at=at, key=appliance.identity.pseudonym_key)
    take(appliance, writer, lines_of(records), records[-1].hash, key=appliance.identity.pseudonym_key)


def denied(appliance: Appliance) -> list[tuple[str, bool]]:
    with appliance.session() as session:
        return [(row.said_by, row.active) for row in session.scalars(select(DenyRow))]


def slots(appliance: Appliance) -> list[tuple[str, bool]]:
    with appliance.session() as session:
        return [(row.slot, row.booked) for row in session.scalars(select(AppointmentRow))]


@pytest.mark.parametrize("role", ["kiosk", "platform"])
def test_another_devices_journal_stops_and_books_nobody(workshop: Workshop, role: str) -> None:
    appliance = workshop.open(["citizen_id", "self_check_in"], role=role)
    hear(appliance, "otherdevice1.2", deny(appliance, True), book(appliance, "08:00"))
    assert (denied(appliance), slots(appliance)) == ([], [])
    assert_whole(appliance)


@pytest.mark.parametrize("role", ["kiosk", "platform"])
@pytest.mark.parametrize("writer", ["nation", "province:79", "site:test-site"])
def test_another_devices_later_word_does_not_replace_the_platforms(workshop: Workshop, role: str, writer: str) -> None:
    appliance = workshop.open(["citizen_id", "self_check_in"], role=role)
    hear(appliance, writer, deny(appliance, True), book(appliance, "08:00"))
    forged = [deny(appliance, False), book(appliance, "", "cancelled")]
    hear(appliance, "otherdevice1.2", *forged, late=timedelta(days=400))
    # names that only look like the platform's
    hear(appliance, "nation.2", *forged, late=timedelta(days=400))
    hear(appliance, "nationwide", *forged, late=timedelta(days=400))
    assert denied(appliance) == [(writer, True)]
    assert slots(appliance) == [("08:00", True)]
    assert_whole(appliance)


@pytest.mark.parametrize("platform_first", [True, False])
def test_the_own_journal_does_not_replace_the_platforms_word(appliance: Appliance, platform_first: bool) -> None:
    def platform() -> None:
        hear(appliance, "nation", deny(appliance, True), book(appliance, "08:00"), late=timedelta(days=-30))

    if platform_first:
        platform()
    appliance.record([deny(appliance, False), book(appliance, "17:00", "cancelled")])
    if not platform_first:
        assert (denied(appliance)[0][1], slots(appliance)) == (False, [("17:00", False)])
        platform()
    assert denied(appliance) == [("nation", True)]
    assert slots(appliance) == [("08:00", True)]
    stopped = show(appliance, AN.cccd_2021())
    assert (stopped.decision, codes(stopped)) == (Decision.REFER, ["self_check_in.needs_staff"])
    assert_whole(appliance)


def test_between_the_platforms_journals_and_within_the_own_one_the_later_word_stands(appliance: Appliance) -> None:
    appliance.record([deny(appliance, True)])
    appliance.record([deny(appliance, False)])
    assert denied(appliance) == [(appliance.identity.writer, False)]
    hear(appliance, "site:test-site", deny(appliance, True), late=timedelta(days=-2))
    hear(appliance, "nation", deny(appliance, False), late=timedelta(days=-3))
    assert denied(appliance) == [("site:test-site", True)]
    assert_whole(appliance)


def test_a_site_without_a_platform_has_its_own_list(appliance: Appliance) -> None:
    appliance.record([deny(appliance, True)])
    assert show(appliance, AN.cccd_2021()).decision is Decision.REFER
    appliance.record([deny(appliance, False)])
    assert show(appliance, AN.cccd_2021()).decision is Decision.ADMIT
    assert_whole(appliance)
