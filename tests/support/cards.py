"""Small file systems of their own, to be filled and write-protected; and a database of which pages are damaged."""

from __future__ import annotations

import os
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_card(mount: Path, megabytes: int = 3) -> Iterator[Path]:
    """A file system of ``megabytes`` at ``mount``; skips the test where none can be mounted."""
    mount.mkdir()
    made = None
    if os.geteuid() == 0:
        command = ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(mount)]
        made = subprocess.run(command, capture_output=True, check=False)
    if made is None or made.returncode:
        pytest.skip("a file system cannot be mounted here (needs root)")
    try:
        yield mount
    finally:
        subprocess.run(["umount", "-l", str(mount)], check=False)


def fill_up(ballast: Path) -> None:
    """Take all the room there is."""
    with ballast.open("wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            return


def write_protect(mount: Path) -> None:
    """Remount read-only; skips the test where that cannot be done."""
    if subprocess.run(["mount", "-o", "remount,ro", str(mount)], capture_output=True, check=False).returncode:
        pytest.skip("the file system cannot be remounted here")


def unprotect(mount: Path) -> None:
    subprocess.run(["mount", "-o", "remount,rw", str(mount)], check=True)


def damage(file: Path, table: str) -> None:
    """Overwrite the pages of one table, as a worn card does."""
    connection = sqlite3.connect(file)
    connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    size = connection.execute("PRAGMA page_size").fetchone()[0]
    pages = [
        page
        for name, page in connection.execute("SELECT name, rootpage FROM sqlite_master WHERE rootpage > 0")
        if name == table or table in name
    ]
    connection.close()
    with file.open("r+b") as raw:
        for page in pages:
            raw.seek((page - 1) * size)
            raw.write(b"\xa5" * size)
