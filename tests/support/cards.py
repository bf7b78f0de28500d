"""Small file systems of their own, to be filled and write-protected."""

from __future__ import annotations

import os
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
