"""How long composing a ticket takes and how many bytes it has. Run it by itself, or through the benchmark table."""

from __future__ import annotations

import statistics
import time
from typing import Any

from plugins.receipt_printing.job import JobOptions, compose_job, seconds_at
from plugins.receipt_printing.sample import sample_ticket

ROUNDS = 30


def _measure(options: JobOptions) -> tuple[float, int]:
    """Median milliseconds, and bytes. The first ticket, which loads fonts, is not counted."""
    ticket = sample_ticket("Điểm tiêm Trường THCS Nguyễn Du")
    job = compose_job(ticket, options)
    times = []
    for _ in range(ROUNDS):
        begun = time.perf_counter()
        job = compose_job(ticket, options)
        times.append(time.perf_counter() - begun)
    return statistics.median(times) * 1000, len(job)


def rows() -> list[dict[str, Any]]:
    """Glyph mode on 58 mm, with raster mode of the same ticket as the yardstick."""
    raster_ms, raster_bytes = _measure(JobOptions(width=58, mode="raster"))
    found = []
    for native in (False, True):
        what = "receipt, 58 mm, glyph mode, " + ("printer's own QR" if native else "QR as picture")
        ms, size = _measure(JobOptions(width=58, mode="glyph", native_qr=native))
        seconds, raster_seconds = seconds_at(9600, size), seconds_at(9600, raster_bytes)
        found += [
            _row(what + ": composing", ms, "ms", f"raster {raster_ms:.1f} ms", "<= 20 ms", ms <= 20),
            _row(what + ": size", size, "bytes", f"raster {raster_bytes} bytes", "<= 4096 bytes", size <= 4096),
            _row(what + ": at 9600 baud", seconds, "s", f"raster {raster_seconds:.1f} s", "about 2 s", seconds <= 3.0),
        ]
    return found


def _row(what: str, value: float, unit: str, yardstick: str, goal: str, met: bool) -> dict[str, Any]:
    return {"what": what, "value": round(value, 2), "unit": unit, "yardstick": yardstick, "goal": goal, "met": met}


if __name__ == "__main__":
    for row in rows():
        print(f"{row['what']:60} {row['value']:>8} {row['unit']:6} {row['yardstick']:24} {row['goal']:14} {row['met']}")
