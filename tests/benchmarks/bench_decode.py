"""Measures the scanning engine against plain zxing-cpp in the same run. Prints a table; asserts nothing.

Run ``python tests/benchmarks/bench_decode.py`` from the project's root, with the test data beside the project. Times are
processor time of one thread, so that other work on the machine does not count; medians of three rounds.
"""

from __future__ import annotations

import importlib.util
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import Any

import cv2
import numpy as np
import zxingcpp

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from plugins.qr_scanning.engine import FrameReader, decode_still  # noqa: E402

DATA = Path(os.environ.get("KIOSK_SHARED_DATA", ROOT.parent / "shared" / "data"))
ROUNDS = 3
HOLDS = 20  # phones per condition
FRAMES = 10  # frames a phone is held for
FPS = 15

# Lengths in pixels of the frame at 3 pixels a module.
CONDITIONS: dict[str, dict[str, float]] = {
    "defocus 0.6 module": {"defocus": 1.8},
    "light x0.06": {"light": 0.06},
    "combo (tilt 35°, defocus 0.4, glare 0.5, light x0.3, noise 3)": {
        "tilt": 35,
        "defocus": 1.2,
        "glare": 0.5,
        "light": 0.3,
        "noise": 3.0,
    },
}
OTHER_2D = ("Aztec", "DataMatrix", "MicroPDF417", "MicroQRCode", "PDF417", "RMQRCode")

Item = tuple[dict[str, Any], Any]


def rows() -> list[dict[str, Any]]:
    """One dictionary per measure: what, value, unit, yardstick (plain zxing-cpp), goal, met. None where data lacks."""
    if not (DATA / "qr").is_dir():
        return []
    cv2.setNumThreads(1)
    return [*_boofcv(), *_zxing_set(), *_holds(), _idle()]


def _row(what: str, value: float, unit: str, yardstick: float, goal: str, met: bool) -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "yardstick": yardstick, "goal": goal, "met": met}


def _load(folder: str) -> list[Item]:
    items = json.loads((DATA / "qr" / folder / "MANIFEST.json").read_text())["items"]
    return [(item, cv2.imread(str(DATA / "qr" / folder / item["file"]), cv2.IMREAD_GRAYSCALE)) for item in items]


def _plain(picture: Any, formats: Any = zxingcpp.BarcodeFormat.QRCode) -> list[Any]:
    return zxingcpp.read_barcodes(picture, formats=formats, text_mode=zxingcpp.TextMode.Plain)


def _share_and_ms(read: Callable[[Any], Any], pictures: list[Any]) -> tuple[float, float]:
    """Share of pictures in percent with any code, and the median over rounds of the mean milliseconds a picture."""
    means = []
    for _ in range(ROUNDS):
        began = time.thread_time()
        found = [bool(read(picture)) for picture in pictures]
        means.append((time.thread_time() - began) * 1000 / len(pictures))
    return 100 * sum(found) / len(found), statistics.median(means)


def _boofcv() -> list[dict[str, Any]]:
    pictures = [picture for _, picture in _load("boofcv")]
    ours, our_ms = _share_and_ms(decode_still, pictures)
    qr_only, _ = _share_and_ms(lambda picture: decode_still(picture, ("QRCode",)), pictures)
    plain, plain_ms = _share_and_ms(_plain, pictures)
    _, plain_all_ms = _share_and_ms(lambda picture: _plain(picture, zxingcpp.BarcodeFormat.AllReadable), pictures)
    return [
        _row("boofcv photographs, any code read", ours, "%", plain, ">= 84", ours >= 84),
        _row("boofcv photographs, QR codes alone", qr_only, "%", plain, ">= 84", qr_only >= 84),
        _row("boofcv photographs, mean time (zxing-cpp QR only)", our_ms, "ms", plain_ms, "<= 12", our_ms <= 12),
        _row("boofcv photographs, mean time (zxing-cpp all)", our_ms, "ms", plain_all_ms, "<= 12", our_ms <= 12),
    ]


def _right(item: dict[str, Any], text: str, raw: bytes) -> bool:
    if "expected" in item:
        return bool(text == item["expected"])
    if "expected_hex" in item:
        return raw.hex() == item["expected_hex"]
    return bool(text) and text in item.get("group_expected", "")  # one symbol of a structured append


def _zxing_set() -> list[dict[str, Any]]:
    items = [(item, picture) for item, picture in _load("zxing-cpp") if item["format"] != "multi"]
    ours = {item["file"]: decode_still(picture) for item, picture in items}
    plain = {item["file"]: _plain(picture, zxingcpp.BarcodeFormat.AllReadable) for item, picture in items}

    def share(formats: tuple[str, ...]) -> tuple[float, float]:
        chosen = [item for item, _ in items if item["format"] in formats]
        by_us = sum(any(_right(item, c.text, c.raw) for c in ours[item["file"]]) for item in chosen)
        by_zxing = sum(any(_right(item, c.text, c.bytes) for c in plain[item["file"]]) for item in chosen)
        return 100 * by_us / len(chosen), 100 * by_zxing / len(chosen)

    qr, plain_qr = share(("QRCode",))
    result = [_row("zxing-cpp's set, QR codes read exactly", qr, "%", plain_qr, ">= 95", qr >= 95)]
    for name in OTHER_2D:
        value, yardstick = share((name,))
        result.append(
            _row(f"zxing-cpp's set, {name} read exactly", value, "%", yardstick, ">= yardstick", value >= yardstick)
        )
    negatives = [item["file"] for item, _ in items if item["format"] is None]
    empty = [kiosk_frames().empty(seed)[..., 1].copy() for seed in range(47)]
    false = sum(bool(ours[name]) for name in negatives) + sum(bool(decode_still(picture)) for picture in empty)
    plain_false = sum(bool(plain[name]) for name in negatives) + sum(
        bool(_plain(picture, zxingcpp.BarcodeFormat.AllReadable)) for picture in empty
    )
    what = f"false reads on {len(negatives) + len(empty)} pictures without a code"
    result.append(_row(what, false, "", plain_false, "0", false == 0))
    return result


def kiosk_frames() -> ModuleType:
    """The generator of camera frames that ships with the test data."""
    spec = importlib.util.spec_from_file_location("kiosk_frames", DATA.parent / "tools" / "kiosk_frames.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def held_phone(
    seed: int, frames: int, light: float = 1.0, noise: float = 2.0, **conditions: float
) -> tuple[list[Any], str]:
    """Grey frames of one phone held still, each with sensor noise and JPEG loss of its own, and the code's text."""
    clean, text, _ = kiosk_frames().frame(seed, light=1.0, noise=0, jpeg=0, **conditions)
    dim = clean.astype(np.float32) * light
    shot = 0.35 if light < 1 else 0.12  # as the generator has it
    random = np.random.default_rng(seed + 10_000)
    held = []
    for _ in range(frames):
        noisy = dim + random.standard_normal(dim.shape, np.float32) * noise
        noisy += np.sqrt(dim) * random.standard_normal(dim.shape, np.float32) * shot
        jpeg = cv2.imencode(".jpg", np.clip(noisy, 0, 255).astype(np.uint8), [cv2.IMWRITE_JPEG_QUALITY, 85])[1]
        held.append(cv2.imdecode(jpeg, cv2.IMREAD_GRAYSCALE))
    return held, text


def _holds() -> list[dict[str, Any]]:
    result = []
    for name, conditions in CONDITIONS.items():
        ours = plain = 0
        for seed in range(HOLDS):
            frames, text = held_phone(1000 + seed, FRAMES, **conditions)
            reader = FrameReader()
            readings = [reader.feed(frame, index / FPS) for index, frame in enumerate(frames)]
            ours += [code.text for reading in readings for code in reading.new] == [text]
            plain += any(code.text == text for frame in frames for code in _plain(frame))
        goal = 90 if name.startswith("defocus") else 95
        share = 100 * ours / HOLDS
        what = f"phone held for {FRAMES} frames, {name}: delivered once and exactly"
        result.append(_row(what, share, "%", 100 * plain / HOLDS, f">= {goal}", share >= goal))
    return result


def _idle(seconds: int = 20) -> dict[str, Any]:
    """Share of one core for a desk that nobody stands at: 720p, sensor noise, every frame fed at 15 a second."""
    desk = kiosk_frames().empty(5, noise=0)[..., 1].astype(np.float32)
    random = np.random.default_rng(5)
    frames = [
        np.clip(desk + random.standard_normal(desk.shape, np.float32) * 2, 0, 255).astype(np.uint8) for _ in range(12)
    ]
    reader = FrameReader()
    settle = 4 * FPS
    spent = 0.0
    for index in range(settle + seconds * FPS):
        began = time.thread_time()
        reader.feed(frames[index % len(frames)], index / FPS)
        spent += time.thread_time() - began if index >= settle else 0.0
    ours = 100 * spent / seconds
    _, plain_ms = _share_and_ms(lambda picture: _plain(picture, zxingcpp.BarcodeFormat.AllMatrix), frames)
    what = "idle camera loop, 720p at 15 a second, the engine's part of one core"
    return _row(what, ours, "%", plain_ms * FPS / 10, "<= 1.5", ours <= 1.5)


def main() -> None:
    measured = rows()
    if not measured:
        print(f"test data not beside the project: {DATA}")
        return
    print("what | value | yardstick (plain zxing-cpp, same run) | ratio | goal")
    for row in measured:
        ratio = f"{row['value'] / row['yardstick']:.2f}" if row["yardstick"] else "-"
        verdict = "met" if row["met"] else "MISSED"
        print(
            f"{row['what']} | {row['value']:.2f} {row['unit']} | {row['yardstick']:.2f} {row['unit']} | {ratio} | "
            f"{row['goal']} {verdict}"
        )


if __name__ == "__main__":
    main()
