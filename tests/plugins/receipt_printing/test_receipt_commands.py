"""``kiosk receipt`` and ``kiosk printer`` as a technician types them: what the site's profile says is what is printed."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import zxingcpp
from click.testing import CliRunner, Result
from PIL import Image

from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.tcp import VirtualPrinter
from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.domain import BigNumber, Field, Heading, Paragraph
from kiosk.settings.profile import find_profile, read_profile
from plugins.receipt_printing.code_pages import DrawnCodePages
from plugins.receipt_printing.sample import sample_ticket, site_ticket

SITE = """
plugins = ["citizen_id", "self_check_in", "receipt_printing"]
[site]
id = "q1"
name = "Điểm tiêm Quận 1"
lane = "B"
name_masking = "family"
[plugin.self_check_in]
next_step_vi = "Mời sang bàn khám số 2."
[plugin.receipt_printing]
width = 80
mode = "glyph"
header = ["Phường Bến Nghé"]
printer = {printer}
"""


@pytest.fixture
def place(tmp_path: Path) -> Path:
    return tmp_path


def profile(place: Path, printer: str = '{ kind = "virtual" }') -> Path:
    file = place / "site.toml"
    file.write_text(SITE.format(printer=printer), "utf-8")
    return file


def kiosk(*words: Any, env: dict[str, str] | None = None) -> Result:
    return CliRunner().invoke(main, [str(word) for word in words], env=env)


def built(file: Path) -> Appliance:
    appliance = Appliance(read_profile(file), file.parent / "data")
    appliance.load_plugins()
    return appliance


# --- what a ticket looks like


def test_the_preview_is_the_ticket_that_the_sites_plugins_make(place: Path) -> None:
    blocks = site_ticket(built(profile(place)))
    assert blocks[:2] == (Heading("Điểm tiêm Quận 1"), Paragraph("Phường Bến Nghé", centred=True, small=True))
    assert BigNumber("SỐ THỨ TỰ", "B042") in blocks
    assert Field("Họ tên", "Nguyễn ***") in blocks
    assert Field("Cửa", "B") in blocks
    assert Paragraph("Mời sang bàn khám số 2.", centred=True) in blocks
    assert Field("Lane", "B") in site_ticket(built(profile(place)), "en")


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_stand_in_is_what_the_shipped_profile_prints(language: str) -> None:
    appliance = built(find_profile("kiosk"))
    real = [block for block in site_ticket(appliance, language) if not _is_time(block)]
    stand_in = [block for block in sample_ticket(appliance.station.site_name, language) if not _is_time(block)]
    assert real == stand_in


def _is_time(block: Any) -> bool:
    return isinstance(block, Field) and block.label in ("Thời gian", "Time")


def test_a_site_whose_plugins_record_no_visit_sees_the_stand_in(place: Path) -> None:
    file = place / "bare.toml"
    file.write_text('plugins = ["receipt_printing"]\n[site]\nid = "q1"\nname = "Quận 1"\n', "utf-8")
    assert site_ticket(built(file)) == sample_ticket("Quận 1")


# --- preview


@pytest.mark.parametrize("mode", ["raster", "glyph", "text"])
@pytest.mark.parametrize(("width", "dots"), [("58", 384), ("80", 576)])
def test_preview_draws_a_ticket(place: Path, mode: str, width: str, dots: int) -> None:
    out = place / "ticket.png"
    said = kiosk("receipt", "preview", "--out", out, "--width", width, "--mode", mode)
    assert said.exit_code == 0, said.output
    assert f"{mode}, {width} mm" in said.stdout
    with Image.open(out) as paper:
        assert paper.width == dots
        (code,) = zxingcpp.read_barcodes(paper.convert("L"), formats=zxingcpp.BarcodeFormat.QRCode)
    assert code.text.startswith("VNT1:")


@pytest.mark.parametrize("by_environment", [False, True])
def test_preview_takes_width_and_mode_from_the_profile(place: Path, by_environment: bool) -> None:
    file = profile(place)
    words = ["receipt", "preview", "--out", place / "ticket.png"]
    said = kiosk(*words, env={"KIOSK_PROFILE": str(file)}) if by_environment else kiosk(*words, "--profile", file)
    assert "glyph, 80 mm" in said.stdout
    assert not said.stderr


def test_text_mode_warns_of_letters_that_printers_do_not_have(place: Path) -> None:
    said = kiosk("receipt", "preview", "--out", place / "t.png", "--mode", "text")
    assert said.exit_code == 0
    assert " ế " in said.stderr
    assert "“?”" in said.stderr
    named = profile(place, '{ kind = "virtual", profile = "TM-T20II" }')  # has a Vietnamese page
    told = kiosk("receipt", "preview", "--out", place / "t.png", "--mode", "text", "--profile", named)
    assert (told.exit_code, told.stderr) == (0, "")


def test_an_unnamed_printer_is_drawn_with_the_pages_that_all_have() -> None:
    pages = DrawnCodePages("default")
    assert pages[30] == "?" * 128
    assert "é" in pages[0]
    assert "ă" in pages[18]
    assert "ế" in DrawnCodePages("TM-T20II")[30]


def test_a_picture_that_cannot_be_written_is_a_sentence(place: Path) -> None:
    said = kiosk("receipt", "preview", "--out", place / "none" / "t.png")
    assert said.exit_code == 1
    assert "cannot be written" in said.stderr


def test_a_profile_without_the_plugin_is_named(place: Path) -> None:
    file = place / "bare.toml"
    file.write_text('plugins = []\n[site]\nid = "q1"\nname = "Quận 1"\n', "utf-8")
    said = kiosk("receipt", "preview", "--out", place / "t.png", "--profile", file)
    assert said.exit_code == 1
    assert "'plugins' does not have receipt_printing" in said.stderr


# --- test print


@pytest.fixture
def printer() -> Iterator[VirtualPrinter]:
    twin = VirtualPrinter(PrinterDevice(576, lambda paper: None), "127.0.0.1", 0)
    twin.start()
    yield twin
    twin.stop()


def test_the_test_page_comes_out_of_the_profiles_printer(place: Path, printer: VirtualPrinter) -> None:
    file = profile(place, f'{{ kind = "network", host = "127.0.0.1", port = {printer.port} }}')
    said = kiosk("printer", "test", "--mode", "glyph", "--profile", file, "--data", place / "data")
    assert said.exit_code == 0, said.output
    assert "baud" in said.output
    assert 'mode = "…"' in said.output
    assert printer.device.wait_for_papers(1, 10)
    assert not printer.device.errors
    assert not (place / "data").exists()


@pytest.mark.parametrize(("language", "says"), [("vi", "Lắp cuộn giấy mới"), ("en", "Put in a new roll")])
def test_a_printer_without_paper_is_a_sentence_in_the_readers_language(
    place: Path, printer: VirtualPrinter, language: str, says: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LANG", language)
    printer.device.set(paper="out")
    file = profile(place, f'{{ kind = "network", host = "127.0.0.1", port = {printer.port} }}')
    said = kiosk("printer", "test", "--profile", file, "--data", place / "data")
    assert said.exit_code == 1
    assert says in said.output


def test_the_virtual_printers_paper_is_in_the_data_directory(place: Path) -> None:
    said = kiosk("printer", "test", "--profile", profile(place), "--data", place / "data")
    assert said.exit_code == 0, said.output
    paper = Path(said.output.splitlines()[-1])
    assert paper.is_relative_to(place / "data")
    assert paper.is_file()


def test_no_printer_says_where_to_set_one_up(place: Path) -> None:
    said = kiosk("printer", "test", "--profile", profile(place, '{ kind = "none" }'), "--data", place / "data")
    assert said.exit_code == 1
    assert "site.toml: No printer is set up" in said.output
    assert "Choose one in the profile's receipt_printing section" in said.output


def test_machines_get_what_people_read(place: Path) -> None:
    out = place / "ticket.png"
    drawn = kiosk("receipt", "preview", "--out", out, "--width", "58", "--mode", "glyph", "--json")
    assert drawn.exit_code == 0, drawn.output
    told = json.loads(drawn.stdout)
    assert (told["file"], told["width"], told["mode"]) == (str(out), 58, "glyph")
    assert 0 < told["bytes"] <= 4096
    assert told["seconds"] < 5
    printed = kiosk("printer", "test", "--json", "--profile", profile(place), "--data", place / "data")
    assert printed.exit_code == 0, printed.output
    told = json.loads(printed.stdout)
    assert told["printed"] is True
    assert [one["mode"] for one in told["tickets"]] == ["raster", "glyph", "text"]
    assert Path(told["paper"]).is_file()
