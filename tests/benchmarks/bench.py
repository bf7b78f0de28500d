"""Runs every benchmark and prints the table that the README shows. ``bench.py NAME …`` runs some, ``--json`` for machines.

Each row stands beside a yardstick that was measured in the same run: this says more than a number from another day. Each
benchmark has a process of its own and begins when the disk has what the one before wrote, so that none pays for another.
"""

from __future__ import annotations

import importlib
import json
import multiprocessing
import os
import platform
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ORDER = (
    "decode", "idle", "receipt", "scan", "policy", "certificate", "lists", "checkpoint", "peers", "process", "ingest",
    "dose", "site_day", "certificate_issue", "national_day", "look_up",
)  # fmt: skip


def machine() -> str:
    model = platform.machine()
    for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines() if Path("/proc/cpuinfo").exists() else ():
        if line.startswith("model name"):
            model = line.partition(":")[2].strip()
            break
    return f"{model}, {os.cpu_count()} cores, Python {platform.python_version()}, load {os.getloadavg()[0]:.1f}"


def shown(value: Any) -> str:
    """A figure with four digits that count, or the words as they are."""
    if not isinstance(value, float):
        return "–" if value is None else str(value)
    return f"{value:,.0f}" if value >= 10_000 else f"{value:.4g}"


def rows_of(name: str) -> list[dict[str, Any]]:
    sys.path.insert(0, str(HERE))
    found: list[dict[str, Any]] = importlib.import_module(f"bench_{name}").rows()
    return found


def by_itself(name: str) -> list[dict[str, Any]]:
    """The rows of one benchmark, from a process of its own."""
    os.sync()
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as process:
        return process.submit(rows_of, name).result()


def main(arguments: list[str]) -> int:
    as_json = "--json" in arguments
    names = [name for name in arguments if not name.startswith("-")] or list(ORDER)
    found: list[dict[str, Any]] = []
    if not as_json:
        print(machine())
        print("\n| what | measured | yardstick, same run | goal | met |\n| --- | --- | --- | --- | --- |")
    for name in names:
        for row in by_itself(name):
            found.append(row)
            if not as_json:
                met = {True: "yes", False: "**no**"}.get(row["met"], "–")
                value = f"{shown(row['value'])} {row['unit']}".strip()
                print(f"| {row['what']} | {value} | {shown(row['yardstick'])} | {row['goal']} | {met} |", flush=True)
    if as_json:
        print(json.dumps({"machine": machine(), "rows": found}, ensure_ascii=False))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
