"""Whether this machine can keep the tests' folders in memory (Linux's /dev/shm). Makes nothing there."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

FOLDER = Path("/dev/shm")
NEEDED = 3 * 2**30  # bytes: folders are removed test by test, so this is many times what lies there at once


def plenty() -> bool:
    """Room in it, and memory behind the room; a container often has 64 MB."""
    try:
        return os.access(FOLDER, os.W_OK) and min(shutil.disk_usage(FOLDER).free, _available()) >= NEEDED
    except (OSError, ValueError, IndexError):
        return False


def _available() -> int:
    """Bytes that programs may still take, as the kernel estimates it."""
    lines = Path("/proc/meminfo").read_text("ascii").splitlines()
    (found,) = (line.split()[1] for line in lines if line.startswith("MemAvailable:"))
    return int(found) * 1024
