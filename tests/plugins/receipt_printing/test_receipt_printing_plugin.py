"""The plugin in a host: the ticket's parts, outcomes in words, health, pages and commands, with the virtual printer."""

from __future__ import annotations

import logging
import os
import subprocess
import sys
import tempfile
import threading
import time
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from uuid import uuid4

import flask
import pytest
from PIL import Image
from pydantic import ValidationError

from hardware.printers import PrinterStatus
from kiosk.domain import Encounter, Field, Heading, HealthLevel, Logo, Paragraph, QrCode, Receipt, Rule, Scan, Station
from kiosk.domain import Record as JournalRecord
from kiosk.plugin import PluginContext
from kiosk.plugin_host.host import PluginHost
from kiosk.receipts.composing import compose
from kiosk.receipts.print_queue import PrintQueue
from plugins.receipt_printing import ReceiptPrinting, Settings, outcomes

WAIT = 120.0
STATION = Station("q1", "Điểm tiêm Quận 1", lane="3")


def build(tmp_path: Path, **settings) -> ReceiptPrinting:
    given = {"printer": {"kind": "virtual"}} | settings
    clock = SimpleNamespace(now=lambda: datetime(2021, 8, 10, tzinfo=UTC), trusted=lambda: True)
    context = PluginContext(
        name="receipt_printing",
        settings=Settings.model_validate(given),
        station=STATION,
        language="vi",
        time_zone="Asia/Ho_Chi_Minh",
        name_masking="initials",
        data_dir=tmp_path,
        clock=clock,
        services=None,
    )
    return ReceiptPrinting(context)


@pytest.fixture
def started(tmp_path):
    plugin = build(tmp_path)
    plugin.startup()
    yield plugin
    plugin.shutdown()


def story(trusted: bool = True) -> tuple[Encounter, JournalRecord]:
    scan = Scan(uuid4(), "x", b"x", "QRCode", "page", datetime(2021, 8, 10, tzinfo=UTC))
    noon = 1628571600000  # 05:00 UTC on 10 August 2021, noon in Vietnam
    record = JournalRecord("w", 1, uuid4(), "visit", 1, noon, trusted, "q1", None, None, "{}", {}, b"", b"")
    return Encounter(scan, STATION), record


def ticket() -> Receipt:
    return Receipt(uuid4(), "vi", (Heading("Phiếu"), Field("Họ tên", "N*** HẰNG")))


def test_head_time_and_foot_of_every_ticket(tmp_path):
    host = PluginHost()
    host.register(
        "receipt_printing", build(tmp_path, logo="logo.png", header=["Phường Bến Nghé"], footer=["Cảm ơn quý vị"])
    )
    encounter, record = story()
    assert compose(host, encounter, record, "vi").blocks == (
        Logo(),
        Heading("Điểm tiêm Quận 1"),
        Paragraph("Phường Bến Nghé", centred=True, small=True),
        Rule(),
        Field("Thời gian", "12:00 10/08/2021"),
        Field("Cửa", "3"),
        Rule(),
        Paragraph("Cảm ơn quý vị", centred=True, small=True),
    )
    english = compose(host, encounter, record, "en").blocks
    assert Field("Time", "12:00 10/08/2021") in english


def test_a_clock_that_is_not_trusted_is_said_on_the_ticket(tmp_path):
    sections = build(tmp_path).receipt_sections(*story(trusted=False), language="en")
    assert any("clock" in block.text for part in sections for block in part.blocks if isinstance(block, Paragraph))


def test_building_it_touches_nothing(tmp_path):
    plugin = build(tmp_path)
    assert list(tmp_path.iterdir()) == []
    assert plugin.virtual is not None
    assert plugin.virtual.port == 0


def test_from_the_queue_to_a_picture_on_disk(started):
    host = PluginHost()
    host.register("receipt_printing", started)
    printed = threading.Event()
    queue = PrintQueue(host, lambda key, outcome: printed.set() if outcome.printed else None)
    queue.submit(ticket())
    assert printed.wait(WAIT)
    assert started.virtual.device.wait_for_papers(1, WAIT)
    queue.stop()
    with Image.open(started.papers.path(started.papers.names()[0])) as paper:
        assert paper.width == 384


@pytest.mark.parametrize(("fault", "problem"), [({"paper": "out"}, "paper_out"), ({"cover_open": True}, "cover_open")])
def test_a_fault_is_told_to_the_citizen_and_to_the_technician_and_ends_with_it(started, fault, problem):
    started.virtual.device.set(**fault)
    outcome = started.print_receipt(ticket())
    assert outcome.problem == problem
    assert "ghi nhận" in outcome.text.vi
    assert "recorded" in outcome.text.en
    (check,) = started.health_checks()
    assert check.level is HealthLevel.FAULT
    assert check.advice.vi
    assert check.advice.en
    started.virtual.device.set(paper="ok", cover_open=False)
    assert started.print_receipt(ticket()).printed
    (check,) = started.health_checks()
    assert check.level is HealthLevel.OK


def test_a_twin_that_is_late_is_no_broken_printer(started, monkeypatch):
    """It draws in this very process; a real printer's two seconds would go by with whatever else the machine does."""
    draw, pauses = started.virtual.device._draw, [2.5, 2.5, 2.5]

    def slowly(job: bytes) -> None:
        time.sleep(pauses.pop() if pauses and len(job) > 4 else 0)  # not at a request for its state
        draw(job)

    monkeypatch.setattr(started.virtual.device, "_draw", slowly)
    assert started.print_receipt(ticket()).printed


def test_the_watch_finds_an_empty_roll_without_any_ticket(tmp_path):
    plugin = build(tmp_path, check_every=1.0)
    plugin.virtual.device.set(paper="near_end")
    plugin.startup()
    try:
        seen = threading.Event()
        for _ in range(1200):
            (check,) = plugin.health_checks()
            if check.level is HealthLevel.WARNING:
                break
            seen.wait(0.1)
        assert check.level is HealthLevel.WARNING
    finally:
        plugin.shutdown()


def test_every_code_has_words_for_the_citizen_and_advice_for_the_technician():
    for code in ("paper_out", "cover_open", "offline", "timeout", "busy", "fault"):
        status = PrinterStatus(online=False, error=code, detail="DLE EOT 1")
        assert outcomes.outcome(status).problem == code
        check = outcomes.health(status)
        assert check.advice.vi != check.advice.en
        assert "DLE EOT 1" in check.text.en
        assert "DLE" not in outcomes.outcome(status).text.en
    assert outcomes.health(None).level is HealthLevel.INFO
    assert not outcomes.health(None).advice.en  # nothing to do: the first look is under way
    assert outcomes.health(PrinterStatus(online=True, mute=True)).level is HealthLevel.INFO


def test_what_a_driver_says_in_english_stands_in_no_vietnamese_sentence():
    empty = outcomes.health(PrinterStatus(online=True, error="paper_out", detail="the paper sensor sees no paper"))
    assert empty.text.vi == "Máy in hết giấy."
    gone = outcomes.health(PrinterStatus(online=False, error="offline", detail="10.0.0.9:9100 does not answer"))
    assert gone.text.vi == "Không liên lạc được với máy in. (10.0.0.9:9100 không trả lời)"
    assert gone.text.en == "The printer cannot be reached. (10.0.0.9:9100 does not answer)"
    new = outcomes.health(PrinterStatus(online=False, error="offline", detail="something unheard of"))
    assert (new.text.vi, new.text.en[-22:]) == ("Không liên lạc được với máy in.", "(something unheard of)")


def test_without_a_printer_another_plugin_may_print_and_health_says_so(tmp_path):
    plugin = build(tmp_path, printer={"kind": "none"})
    plugin.startup()
    assert plugin.print_receipt(ticket()) is None
    (check,) = plugin.health_checks()
    assert check.level is HealthLevel.INFO
    plugin.shutdown()


def test_a_ticket_that_cannot_be_drawn_is_an_outcome_not_a_fault_of_the_plugin(started):
    outcome = started.print_receipt(Receipt(uuid4(), "vi", (QrCode("x" * 5000),)))
    assert outcome.problem == "fault"
    assert outcome.text.vi


def test_a_missing_logo_is_logged_and_tickets_go_on(tmp_path, caplog):
    plugin = build(tmp_path, logo=str(tmp_path / "none.png"))
    with caplog.at_level(logging.WARNING):
        plugin.load_logo()
    assert "cannot be read as a picture" in caplog.text
    assert plugin.options().logo is None


def test_a_logo_is_fitted_to_the_paper(tmp_path):
    Image.new("RGBA", (2000, 500), (0, 0, 0, 255)).save(tmp_path / "logo.png")
    plugin = build(tmp_path, logo=str(tmp_path / "logo.png"))
    plugin.load_logo()
    assert plugin.options().logo.size == (240, 60)
    assert plugin.options().logo.mode == "1"


@pytest.mark.parametrize(
    "printer",
    [
        {"kind": "laser"},
        {"kind": "network"},
        {"kind": "network", "host": "p", "port": 0},
        {"kind": "serial", "device": "/dev/ttyUSB0", "baud": 1},
        {"kind": "usb", "vendor": 70000},
        {"kind": "none", "host": "x"},
    ],
)
def test_settings_that_make_no_sense_are_refused(printer):
    with pytest.raises(ValidationError):
        Settings.model_validate({"printer": printer})


@pytest.mark.parametrize(
    "printer",
    [
        {"kind": "network", "host": "127.0.0.1", "port": 1},
        {"kind": "serial", "device": "/dev/no-such-line"},
        {"kind": "file", "path": "/no/such/node"},
    ],
)
def test_each_kind_of_printer_that_is_not_there_is_offline(tmp_path, printer):
    assert build(tmp_path, printer=printer).print_receipt(ticket()).problem == "offline"


# --- pages


def client(plugin: ReceiptPrinting):
    app = flask.Flask("test")
    app.register_blueprint(plugin.blueprint(), url_prefix="/receipt_printing")
    return app.test_client()


def test_papers_can_be_looked_at(started):
    browser = client(started)
    assert browser.get("/receipt_printing/latest.png").status_code == 404
    assert "Chưa có phiếu" in browser.get("/receipt_printing/papers").text
    assert started.print_receipt(ticket()).printed
    assert started.virtual.device.wait_for_papers(1, WAIT)
    (name,) = started.papers.names()
    page = browser.get("/receipt_printing/papers")
    assert f"/receipt_printing/papers/{name}" in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert "<script" not in page.text
    assert " style=" not in page.text
    for path in ("/receipt_printing/latest.png", f"/receipt_printing/papers/{name}"):
        with browser.get(path) as picture:
            assert picture.mimetype == "image/png"
            assert picture.headers["Cache-Control"] == "no-store"
            assert picture.data.startswith(b"\x89PNG")
    with browser.get("/receipt_printing/static/papers.css") as sheet:
        assert sheet.status_code == 200
    for path in ("/receipt_printing/papers/..%2f..%2fetc%2fpasswd", "/receipt_printing/papers/x.png"):
        assert browser.get(path).status_code == 404


def test_a_real_printer_shows_no_papers(tmp_path):
    plugin = build(tmp_path, printer={"kind": "network", "host": "127.0.0.1"})
    for path in ("papers", "latest.png"):
        assert client(plugin).get(f"/receipt_printing/{path}").status_code == 404


def test_python_escpos_leaves_no_handler_and_no_folder_behind(tmp_path):
    program = (
        "import logging\n"
        "from plugins.receipt_printing.code_pages import code_pages\n"
        "assert 'ễ' in code_pages('default')[30]\n"
        "assert logging.root.handlers == [], logging.root.handlers\n"
    )
    root = Path(__file__).resolve().parents[3]
    environment = os.environ | {"TMPDIR": str(tmp_path), "PYTHONPATH": str(root)}
    environment.pop("ESCPOS_CAPABILITIES_PICKLE_DIR", None)
    subprocess.run([sys.executable, "-c", program], check=True, env=environment, cwd=root, timeout=120)
    assert list(tmp_path.iterdir()) == []
    assert tempfile.gettempdir() != str(tmp_path)
