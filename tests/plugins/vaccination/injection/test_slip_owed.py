"""The slip of a dose is owed from the moment that the dose is on record: a power cut before it is printed loses none."""

from __future__ import annotations

from uuid import uuid4

import pytest
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.receipts.due import DueReceipt
from kiosk.receipts.resuming import take_up_tickets
from tests.support.appliance import Workshop
from tests.support.processes import eventually
from tests.support.vaccination import CROWD, of_kind, ready, vaccination_site
from tests.support.vaccination_tables import Table, allot, code


def owed(site: Appliance) -> set[str]:
    """Ids of the records whose paper is not out."""
    with site.session() as session:
        return {str(key) for key in session.scalars(select(DueReceipt.key))}


def papers(site: Appliance) -> int:
    return len(site.host.plugin("receipt_printing").papers.names())


@pytest.fixture
def printing(workshop: Workshop) -> Appliance:
    site = vaccination_site(workshop, paper=True)
    allot(site)
    return site


@pytest.fixture
def cut_off(printing: Appliance, monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """The power goes after a dose's commit: nothing that follows it is done."""
    monkeypatch.setattr(printing.afterwards, "print_again", lambda *_: None)
    return monkeypatch


def test_a_slip_that_the_power_cut_took_is_printed_after_the_start(
    printing: Appliance, cut_off: pytest.MonkeyPatch
) -> None:
    table = Table(printing)
    visitor = ready(printing, CROWD[0])
    eventually(lambda: owed(printing) == set())  # the arrival's ticket is out
    before = papers(printing)
    table.vaccinate(visitor, code())
    (dose,) = of_kind(printing, "dose")
    assert owed(printing) == {str(dose.id)}
    cut_off.undo()
    take_up_tickets(printing)
    eventually(lambda: owed(printing) == set())
    assert papers(printing) == before + 1


def test_a_dose_prints_one_slip_however_often_it_is_sent(printing: Appliance) -> None:
    table = Table(printing)
    visitor = ready(printing, CROWD[0])
    eventually(lambda: owed(printing) == set())
    before = papers(printing)
    table.scan(visitor.code)
    table.scan(code())
    key = uuid4()
    for _ in range(3):
        table.give(key=key)
    eventually(lambda: owed(printing) == set() and papers(printing) > before)
    assert papers(printing) == before + 1


def test_a_refusal_owes_no_slip(printing: Appliance, cut_off: pytest.MonkeyPatch) -> None:
    table = Table(printing)
    visitor = ready(printing, CROWD[0], outcome="postpone")
    eventually(lambda: owed(printing) == set())
    table.scan(visitor.code)
    table.scan(code())
    table.give(409)
    assert len(of_kind(printing, "not_given")) == 1
    assert owed(printing) == set()


def test_a_site_without_slips_owes_none(workshop: Workshop) -> None:
    site = vaccination_site(workshop, "slips = false", paper=True)
    allot(site)
    table = Table(site)
    visitor = ready(site, CROWD[0])
    eventually(lambda: owed(site) == set())
    table.vaccinate(visitor, code())
    assert owed(site) == set()
