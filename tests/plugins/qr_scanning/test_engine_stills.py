"""One picture in, codes out: exact content, outlines, retries, budget. Synthetic codes, and real ones where there."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st

from plugins.qr_scanning.engine import KNOWN, LINEAR, LIVE_DEFAULT, STILL_DEFAULT, decode_still
from plugins.qr_scanning.engine.cascade import RETRIES, Scene, in_order
from plugins.qr_scanning.engine.decoder import without_repeats
from plugins.qr_scanning.engine.symbologies import formats_of
from tests.support import engine_pictures as pictures

DATA = Path(os.environ.get("KIOSK_SHARED_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"


def shared(folder: str) -> Path:
    if not (DATA / folder).is_dir():
        pytest.skip(f"test data not beside the project: {DATA / folder}")
    return DATA / folder


def grey_file(path: Path) -> Any:
    return cv2.imread(str(path), cv2.IMREAD_GRAYSCALE)


def drawn(text: str, symbology: str, scale: int = 3) -> Any:
    barcode = zxingcpp.create_barcode(text, getattr(zxingcpp.BarcodeFormat, symbology))
    return np.array(barcode.to_image(scale=scale, add_quiet_zones=True))


def test_text_bytes_and_symbology_are_exact() -> None:
    [code] = decode_still(pictures.qr(CARD))
    assert (code.text, code.raw, code.symbology) == (CARD, CARD.encode(), "QRCode")


@given(st.binary(min_size=1, max_size=120))
@settings(max_examples=40, deadline=None)
def test_bytes_of_a_binary_code_are_exact(content: bytes) -> None:
    barcode = zxingcpp.create_barcode(content, zxingcpp.BarcodeFormat.QRCode)
    [code] = decode_still(np.array(barcode.to_image(scale=4, add_quiet_zones=True)))
    assert code.raw == content


@pytest.mark.parametrize("symbology", ["DataMatrix", "Aztec", "PDF417", "MicroQRCode"])
def test_other_matrix_codes_are_read(symbology: str) -> None:
    [code] = decode_still(drawn("12345", symbology))
    assert (code.text, code.symbology) == ("12345", symbology)


@pytest.mark.parametrize(
    ("symbology", "text"), [("EAN13", "4006381333931"), ("Code128", "LOT-210712"), ("ITF", "123456")]
)
def test_bar_codes_are_read_in_stills(symbology: str, text: str) -> None:
    [code] = decode_still(drawn(text, symbology))
    assert (code.text, code.symbology) == (text, symbology)


def test_control_characters_stay_in_the_text() -> None:
    barcode = zxingcpp.create_barcode("10LOT7\x1d21ABC", zxingcpp.BarcodeFormat.DataMatrix)
    [code] = decode_still(np.array(barcode.to_image(scale=5, add_quiet_zones=True)))
    assert code.text == "10LOT7\x1d21ABC"


def corners(code: Any) -> Any:
    outline = np.array(code.polygon)
    return outline[outline.sum(axis=1).argsort()]


@pytest.mark.parametrize("step", [None, *RETRIES], ids=lambda step: step.name if step else "plain")
def test_outlines_are_in_the_pictures_own_pixels(step: Any) -> None:
    frame = pictures.frame_with(pictures.qr("outline", scale=8), at=(200, 120))
    codes = step.look(frame).codes if step else decode_still(frame)
    if not codes:
        pytest.skip("this retry is for other pictures")
    outline = corners(codes[0])
    side = 8 * 21
    assert np.abs(outline[0] - (232, 152)).max() <= 10
    assert np.abs(outline[-1] - (232 + side, 152 + side)).max() <= 10


def test_most_retries_read_a_good_code_too() -> None:
    frame = pictures.frame_with(pictures.qr("outline", scale=8), at=(200, 120))
    reading = [step.name for step in RETRIES if step.look(frame).codes]
    assert len(reading) >= len(RETRIES) - 3


def test_outlines_of_a_large_photograph_are_in_its_pixels() -> None:
    small = pictures.defocused(pictures.frame_with(pictures.qr(CARD, scale=3), at=(300, 200)), 1.8)
    large = cv2.resize(small, None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    assert max(large.shape) > 1440
    [code] = decode_still(large)
    assert np.abs(corners(code)[0] - (624, 424)).max() <= 24


HARD = {
    "defocus of 0.6 module": lambda frame: pictures.defocused(frame, 1.8),
    "a sixteenth of the light": lambda frame: (frame * 0.06).astype(np.uint8),
    "hardly any contrast": lambda frame: (120 + frame * 0.02).astype(np.uint8),
}


@pytest.mark.parametrize("harm", HARD.values(), ids=HARD.keys())
def test_the_cascade_reads_what_one_look_does_not(harm: Any) -> None:
    frame = pictures.noisy(harm(pictures.frame_with(pictures.qr(CARD, scale=3))), seed=3, sigma=0.5)
    assert [code.text for code in decode_still(frame)] == [CARD]


def test_one_look_alone_does_not_undo_defocus() -> None:
    """Else the test above would say nothing."""
    frame = pictures.noisy(HARD["defocus of 0.6 module"](pictures.frame_with(pictures.qr(CARD, scale=3))), seed=3)
    assert zxingcpp.read_barcodes(frame) == []


def test_no_retry_begins_after_the_budget() -> None:
    frame = pictures.defocused(pictures.frame_with(pictures.qr(CARD, scale=3)), 1.8)
    assert decode_still(frame, budget_s=0.0, clock=lambda: 0.0) == []
    assert decode_still(frame, budget_s=1.0, clock=lambda: 0.0) != []


def test_a_good_code_is_read_without_any_budget() -> None:
    assert decode_still(pictures.qr(CARD), budget_s=0.0, clock=lambda: 0.0) != []


def test_several_codes_are_all_read_once() -> None:
    frame = pictures.frame_with(pictures.qr("one"), pictures.qr("two"), pictures.qr("one"))
    assert sorted(code.text for code in decode_still(frame)) == ["one", "one", "two"]


def test_everything_reads_the_bar_code_beside_the_qr_code() -> None:
    frame = pictures.frame_with(pictures.qr("one"), drawn("4006381333931", "EAN13"), ground=255)
    assert {code.symbology for code in decode_still(frame)} == {"QRCode"}
    assert {code.symbology for code in decode_still(frame, everything=True)} == {"QRCode", "EAN13"}


def test_a_code_found_twice_at_one_place_is_one_code() -> None:
    codes = decode_still(pictures.qr("one"))
    assert without_repeats([*codes, *codes]) == codes


def test_only_wanted_symbologies_are_read() -> None:
    assert decode_still(pictures.qr("one"), ("DataMatrix",)) == []
    assert decode_still(drawn("12345", "MicroQRCode"), ("QRCode",)) == []


def test_an_unknown_symbology_is_named() -> None:
    with pytest.raises(ValueError, match="QuickCode"):
        decode_still(pictures.qr("one"), ("QuickCode",))


def test_every_known_name_is_one_of_zxings() -> None:
    assert all(formats_of([name]) for name in KNOWN)
    assert set(STILL_DEFAULT) | set(LIVE_DEFAULT) <= set(KNOWN)
    assert not set(LIVE_DEFAULT) & set(LINEAR)


def test_a_located_qr_code_puts_its_retries_first() -> None:
    assert [step.altering for step in in_order(STILL_DEFAULT, qr_located=True)].index(False) == len(RETRIES)
    assert [step.altering for step in in_order(STILL_DEFAULT, qr_located=False)].index(False) < len(RETRIES)


def test_enlarging_is_spared_where_the_code_is_large() -> None:
    small, large = Scene(dim=False, largest_code=90.0), Scene(dim=False, largest_code=600.0)
    enlarging = [step for step in RETRIES if step.enlarging and not step.for_dim]
    assert enlarging
    assert all(step.suits(small) and not step.suits(large) for step in enlarging)


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4), np.float32), np.zeros((4, 4, 3), np.uint8), np.zeros(9, np.uint8)]
)
def test_what_is_not_a_grey_picture_is_refused(picture: Any) -> None:
    with pytest.raises(ValueError, match="grey picture"):
        decode_still(picture)


@given(st.integers(1, 40), st.integers(1, 40), st.integers(0, 2**32 - 1))
@settings(max_examples=40, deadline=None)
def test_small_pictures_of_noise_hold_no_code(height: int, width: int, seed: int) -> None:
    picture = np.random.default_rng(seed).integers(0, 256, (height, width), np.uint8)
    assert decode_still(picture) == []


@pytest.mark.parametrize("level", [0, 128, 255])
def test_an_even_picture_holds_no_code(level: int) -> None:
    assert decode_still(np.full((480, 640), level, np.uint8)) == []


@pytest.mark.shared
def test_pictures_without_a_code_give_none() -> None:
    folder = shared("qr/zxing-cpp")
    items = json.loads((folder / "MANIFEST.json").read_text())["items"]
    false: list[tuple[str, str]] = []
    for item in items:
        if item["format"] is None:
            codes = decode_still(grey_file(folder / item["file"]))
            false += [(item["file"], code.text) for code in codes]
    assert false == []


@pytest.mark.shared
@pytest.mark.parametrize("name", ["aztec-1", "datamatrix-2", "pdf417-1", "qrcode-3", "qrcode-5", "rmqrcode-1"])
def test_real_codes_are_read_exactly(name: str) -> None:
    folder = shared("qr/zxing-cpp")
    items = [item for item in json.loads((folder / "MANIFEST.json").read_text())["items"] if item["set"] == name]
    wrong = []
    for item in items:
        codes = decode_still(grey_file(folder / item["file"]))
        exact = [c for c in codes if c.text == item.get("expected") or c.raw.hex() == item.get("expected_hex")]
        wrong += [] if exact else [item["file"]]
    assert items
    assert wrong == []


@pytest.mark.shared
def test_bright_spots_are_read_better_than_by_one_look() -> None:
    folder = shared("qr/boofcv")
    names = [
        i["file"] for i in json.loads((folder / "MANIFEST.json").read_text())["items"] if i["set"] == "bright_spots"
    ]
    grey = [grey_file(folder / name) for name in names]
    plain = sum(bool(zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)) for picture in grey)
    ours = sum(bool(decode_still(picture, ("QRCode",))) for picture in grey)
    assert ours >= 2 * plain
