"""The kiosk as a process: how soon the first page comes, and how much memory it holds. Linux only (/proc)."""

from __future__ import annotations

import os
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
import load
from bench_scan import scans

BARE = """
import sys, time
import cv2, zxingcpp, sqlalchemy, pydantic, PIL.Image
from flask import Flask
from waitress import serve
app = Flask("bare")
app.add_url_rule("/kiosk", view_func=lambda: "hello")
serve(app, host="127.0.0.1", port=int(sys.argv[1]), threads=32)
"""


def first_page(command: list[str], port: int) -> tuple[subprocess.Popen[bytes], float]:
    """The process, and the seconds from its start to its first page."""
    begin = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    while True:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/kiosk", timeout=5) as answer:
                answer.read()
            return process, time.perf_counter() - begin
        except urllib.error.URLError:
            if process.poll() is not None or time.perf_counter() - begin > 60:
                raise
            time.sleep(0.02)


def resident_megabytes(process: subprocess.Popen[bytes]) -> float:
    for line in Path(f"/proc/{process.pid}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise AssertionError("no VmRSS")


def as_after_a_boot() -> None:
    """Have the system forget what it holds of the libraries' files. What their installation left there lies in large pieces, and
    each is counted whole to a process that uses a page of it: twenty megabytes that no device has once it was switched off."""
    for path in Path(sysconfig.get_path("platlib")).rglob("*.so*"):
        if path.is_file():
            file = os.open(path, os.O_RDONLY)
            os.posix_fadvise(file, 0, 0, os.POSIX_FADV_DONTNEED)
            os.close(file)


def rows() -> list[dict[str, Any]]:
    as_after_a_boot()
    times, bare_times, memory, bare_memory = [], [], [], []
    with tempfile.TemporaryDirectory() as directory:
        kiosk = [sys.executable, "-m", "kiosk", "run", "--profile", "demo-kiosk", "--data", f"{directory}/kiosk"]
        for turn in range(4):  # the first fills the caches and makes the tables
            process, seconds = first_page([*kiosk, "--port", "8741"], 8741)
            try:
                make = scans(turn)
                connection = load.Connection("127.0.0.1", 8741)
                for number in range(200):
                    connection.exchange(make(number))
                connection.close()
                time.sleep(5)  # the camera loop runs all the while
                megabytes = resident_megabytes(process)
            finally:
                process.terminate()
                process.wait(20)
            bare, bare_seconds = first_page([sys.executable, "-c", BARE, "8742"], 8742)
            try:
                bare_megabytes = resident_megabytes(bare)
            finally:
                bare.terminate()
                bare.wait(20)
            if turn:
                times.append(seconds)
                bare_times.append(bare_seconds)
                memory.append(megabytes)
                bare_memory.append(bare_megabytes)
    seconds, bare_seconds = sorted(times)[1], sorted(bare_times)[1]
    megabytes, bare_megabytes = sorted(memory)[1], sorted(bare_memory)[1]
    return [
        {
            "what": "kiosk process: first page after start",
            "value": round(seconds, 2),
            "unit": "s",
            "yardstick": f"bare Flask with the same libraries {bare_seconds:.2f} s",
            "goal": "≤ 3 s",
            "met": seconds <= 3,
        },
        {
            "what": "kiosk process: resident after 200 visits with paper, camera running",
            "value": round(megabytes),
            "unit": "MB",
            "yardstick": f"bare Flask with the same libraries {bare_megabytes:.0f} MB",
            "goal": "≤ 160 MB",
            "met": megabytes <= 160,
        },
    ]


if __name__ == "__main__":
    for row in rows():
        print(row)
