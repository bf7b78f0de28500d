"""What the demo's platform says of its vaccination site agrees with itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from types import SimpleNamespace

import flask

from plugins.demo import clinic, things
from plugins.vaccination.records import Capacity, Dose
from plugins.vaccination.rules.consignment import parse

TODAY = date(2026, 3, 2)


def test_every_earlier_dose_that_the_site_is_told_of_is_on_the_platforms_record() -> None:
    """Else the site says green, and the official certificate yellow."""
    told = {
        (one["national_id"], had["product"], had["lot"], had["on"])
        for one in map(json.loads, clinic.appointments(2021, TODAY).splitlines())
        for had in one["doses"]
    }
    recorded = set()
    for line in clinic.earlier_doses(2021, TODAY).splitlines():
        body = json.loads(line)
        who = body.pop("national_id")
        dose = Dose(**body)
        recorded.add((who, dose.product, dose.lot, dose.given_on))
    assert recorded == told
    assert len(recorded) == clinic.EXPECTED // 2


def test_the_day_is_the_sites_own() -> None:
    assert clinic.today_at(datetime(2026, 3, 1, 18, 0, tzinfo=UTC)) == TODAY


def test_the_delivery_note_can_be_read() -> None:
    found = parse(clinic.consignment(TODAY))
    assert (found.id, found.receiver) == ("DEMO-1", clinic.SITE)
    assert [(one.lot, one.vials) for one in found.lines] == [(one.lot, one.vials) for one in clinic.LOTS]


def test_every_appointment_is_in_a_slot_that_has_room_for_it() -> None:
    room = {(one["day"], one["slot"]): one["places"] for one in map(json.loads, clinic.slots(TODAY).splitlines())}
    for line in clinic.slots(TODAY).splitlines():
        Capacity(**json.loads(line))
    for one in map(json.loads, clinic.appointments(2021, TODAY).splitlines()):
        room[one["day"], one["slot"]] -= 1
    assert set(room.values()) == {1}


def test_a_later_day_of_one_demo_has_other_people_and_the_same_vaccine() -> None:
    later = TODAY + timedelta(days=1)
    seed = clinic.seed_of(2021, TODAY, later)
    assert not {one.national_id for one in clinic.people(seed)} & {one.national_id for one in clinic.people(2021)}
    kinds = [kind for _, kind, _ in clinic.published(seed, later, TODAY)]
    assert "vaccination.allocation" not in kinds
    assert kinds == [kind for _, kind, _ in clinic.published(2021, TODAY)][1:]
    expected = [json.loads(line) for line in clinic.appointments(seed, later).splitlines()]
    assert {one["day"] for one in expected} == {later.isoformat()}


def test_the_page_of_things_goes_by_the_day_on_which_the_demo_began() -> None:
    """The papers say when a lot ends; a vial's code that said another day would be questioned at the table."""

    def texts(at: datetime) -> str:
        settings = SimpleNamespace(seed=2021, since=TODAY)
        context = SimpleNamespace(settings=settings, clock=SimpleNamespace(now=lambda: at))
        app = flask.Flask(__name__)
        app.register_blueprint(things.make_blueprint(context))  # type: ignore[arg-type]
        return app.test_client().get("/").text

    first, later = texts(datetime(2026, 3, 2, 3, tzinfo=UTC)), texts(datetime(2026, 3, 5, 3, tzinfo=UTC))
    for lot in clinic.LOTS:
        assert lot.element_string(TODAY) in first
        assert lot.element_string(TODAY) in later
    assert clinic.people(2021)[0].national_id in first
    assert clinic.people(2021)[0].national_id not in later
