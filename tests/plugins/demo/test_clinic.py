"""What the demo's platform is given for the vaccination site agrees with itself, and is what the records' kinds take."""

from __future__ import annotations

import json
from datetime import date

from plugins.demo import clinic
from plugins.vaccination.records.care import Dose
from plugins.vaccination.records.nation import Expected
from plugins.vaccination.rules.consignment import parse

TODAY = date(2026, 11, 26)


def test_every_dose_that_an_appointment_names_is_a_dose_on_the_platform() -> None:
    bodies = [json.loads(line) for line in clinic.appointments(7, TODAY).splitlines()]
    expected = {body.pop("national_id"): Expected.model_validate(body) for body in bodies}
    doses = [json.loads(line) for line in clinic.earlier_doses(7, TODAY).splitlines()]
    given = {body.pop("national_id"): Dose.model_validate(body) for body in doses}
    named = {citizen: one.doses[0] for citizen, one in expected.items() if one.doses}
    assert len(named) == clinic.EXPECTED // 2
    assert {citizen: (one.product, one.on, one.lot) for citizen, one in named.items()} == {
        citizen: (one.product, one.given_on, one.lot) for citizen, one in given.items()
    }


def test_the_delivery_note_can_be_read() -> None:
    found = parse(clinic.consignment(TODAY))
    assert (found.id, found.receiver) == ("DEMO-1", clinic.SITE)
    assert [(one.lot, one.vials) for one in found.lines] == [(one.lot, one.vials) for one in clinic.LOTS]
