"""What the demo's platform says of its vaccination site agrees with itself."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

from plugins.demo import clinic
from plugins.vaccination.records import Dose
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
