"""The devices page: test print and scanner test."""

from __future__ import annotations

from kiosk.operators.register import Role
from tests.support.appliance import Workshop, people, show
from tests.support.staff import SLICES, staff
from tests.support.staff_plugins import Paper


def test_a_test_print_goes_through_the_queue_and_its_outcome_is_told(workshop: Workshop) -> None:
    appliance = workshop.start([("paper", Paper)])
    printer: Paper = appliance.host.plugin("paper")
    browser = staff(appliance, Role.TECHNICIAN)
    assert "Trang thử đã in" in browser.post("/staff/technician/hardware/print", follow_redirects=True).text
    words = " ".join(str(block) for block in printer.printed[0].blocks)
    assert "ẫ" in words
    assert "Ữ" in words
    printer.problem = "paper_out"
    assert "Hãy thay cuộn giấy" in browser.post("/staff/technician/hardware/print", follow_redirects=True).text


def test_the_scanner_test_shows_kind_and_length_and_not_the_content(workshop: Workshop) -> None:
    appliance = workshop.start(SLICES)
    browser = staff(appliance, Role.TECHNICIAN)
    assert "Chưa quét được mã nào" in browser.get("/staff/technician/hardware").text
    payload = next(people()).cccd_2021()
    show(appliance, payload)
    seen = browser.get("/staff/technician/hardware/last-scan", headers={"X-Kiosk-Poll": "1"}).get_json()
    assert (seen["symbology"], seen["length"], seen["source"]) == ("QRCode", len(payload), "test")
    assert set(seen) == {"symbology", "length", "source", "at", "seconds"}
    page = browser.get("/staff/technician/hardware").text
    assert payload not in page
    assert payload.partition("|")[0] not in page
