"""The slip after a dose and the hand-over, through the same bytes that a printer gets: every mode and width."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from hardware.virtual.escpos import draw
from kiosk.appliance import Appliance
from kiosk.domain import Block, Field, Heading, QrCode, Record
from kiosk.encounter.afterwards import encounter_of_record
from kiosk.receipts.composing import compose
from plugins.receipt_printing.code_pages import DrawnCodePages
from plugins.receipt_printing.job import compose_job
from plugins.vaccination.certificate import proof
from plugins.vaccination.records.care import Dose, Was
from tests.plugins.vaccination.observation.support import injected
from tests.support.appliance import SetClock, Workshop
from tests.support.processes import eventually
from tests.support.vaccination import CROWD, Nurse, of_kind, record, today, vaccination_site

zxingcpp = pytest.importorskip("zxingcpp")
QR = zxingcpp.BarcodeFormat.QRCode  # words of a slip happen to look like a code of another kind
KEEP = os.environ.get("KIOSK_KEEP_PAPERS", "")  # a folder, to look at what was drawn


@pytest.fixture
def printing(workshop: Workshop, clock: SetClock) -> Appliance:
    return vaccination_site(workshop, 'hotline = "028 3930 0000"', paper=True, clock=clock)


def blocks(site: Appliance, one: Record, language: str = "vi") -> tuple[Block, ...]:
    return compose(site.host, encounter_of_record(one, site.station), one, language).blocks


def fields(found: tuple[Block, ...]) -> dict[str, str]:
    return {one.label: one.value for one in found if isinstance(one, Field)}


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("width", [58, 80])
@pytest.mark.parametrize("mode", ["raster", "glyph", "text"])
def test_the_slip_can_be_printed_and_its_proof_read(printing: Appliance, mode: Any, width: Any, language: str) -> None:
    injected(printing)
    (one,) = of_kind(printing, "dose")
    printer = printing.host.plugin("receipt_printing")
    options = replace(printer.options(), mode=mode, width=width)
    found = blocks(printing, one, language)
    picture = draw(compose_job(found, options), options.dots, DrawnCodePages(options.profile))[0]
    if KEEP:
        picture.save(Path(KEEP) / f"slip-{language}-{width}-{mode}.png")
    (code,) = [block for block in found if isinstance(block, QrCode)]
    assert code.payload.startswith(proof.PREFIX)
    assert [read.text for read in zxingcpp.read_barcodes(picture.convert("L"), formats=QR)] == [code.payload]
    ring = printing.signing.ring
    with printing.session() as session:
        claims, _ = proof.read(code.payload, ring.issuers(session), ring.own())
    assert (claims.name, claims.lot, claims.colour) == (CROWD[0].name, "ABV1234", "yellow")


def test_the_slip_says_dose_colour_time_and_next_dose(printing: Appliance) -> None:
    visitor, _ = injected(printing, next_on="2031-01-05")
    injected(printing, 1, number=2, next_on="2031-01-05")
    first, second = of_kind(printing, "dose")
    said = fields(blocks(printing, first))
    assert (said["Thẻ"], said["Mũi sau từ"], said["Số lô"]) == ("VÀNG (chưa đủ liều)", "05/01/2031", "ABV1234")
    assert said["Họ tên"] == CROWD[0].name
    assert said["Số thứ tự"] == visitor.ticket, "by which the exit knows them"
    said = fields(blocks(printing, second))
    assert said["Thẻ"] == "XANH (đủ liều)"
    assert "Mũi sau từ" not in said, "the course is complete"


def test_the_slip_of_a_corrected_dose_says_that_it_does_not_count(printing: Appliance) -> None:
    visitor, first = injected(printing)
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(printing))
    said: dict[str, Any] = {
        "product": "AstraZeneca",
        "number": 1,
        "total": 2,
        "given_on": today(printing),
        "amends": first,
    }
    record(printing, "dose", Dose(lot="ABV9999", reason="gõ nhầm lô", was=was, **said), visitor.citizen)
    before, after = of_kind(printing, "dose")
    old = blocks(printing, before)
    assert any(isinstance(one, Heading) and "SỬA HOẶC HỦY" in one.text for one in old)
    assert not any(isinstance(one, QrCode) for one in old)
    assert fields(blocks(printing, after))["Số lô"] == "ABV9999"


def test_slip_and_hand_over_come_out_of_the_printer(printing: Appliance) -> None:
    _, made = injected(printing)
    nurse = Nurse(printing)
    papers = printing.host.plugin("receipt_printing").papers
    eventually(lambda: len(papers.names()) >= 1)  # the arrival's ticket
    before = len(papers.names())
    assert nurse.do("observation/reprint", record=made)["done"] is True
    eventually(lambda: len(papers.names()) == before + 1)
    reaction = nurse.do(
        "observation/report", dose=made, signs=["shock", "hives"], vitals={"systolic": 70, "pulse": 140}, note=""
    )["case"]["reaction"]
    nurse.do("observation/step", reaction=reaction, prompt="adrenaline")
    nurse.do(
        "observation/hand-over", reaction=reaction, to="Bệnh viện Quận 1", summary="Tỉnh, đang thở ô xy 6 lít/phút."
    )
    eventually(lambda: len(papers.names()) == before + 2)
    (over,) = of_kind(printing, "handover")
    found = blocks(printing, over)
    said = fields(found)
    assert (said["Nơi nhận"], said["Số lô"], said["Họ tên"]) == ("Bệnh viện Quận 1", "ABV1234", CROWD[0].name)
    assert (said["HA tâm thu mmHg"], said["Phản ứng"]) == ("70", "Độ III (nguy kịch)")
    assert any("ADRENALIN" in getattr(one, "text", "") for one in found), "what was done stands on the paper"
    if KEEP:
        options = printing.host.plugin("receipt_printing").options()
        picture = draw(compose_job(found, options), options.dots, DrawnCodePages(options.profile))[0]
        picture.save(Path(KEEP) / "hand-over.png")
    assert eventually(lambda: printing.prints.outcome(UUID(str(over.id)))).printed
