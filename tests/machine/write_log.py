"""Reads what QEMU's ``blklogwrites`` wrote down, and makes the disk as a power cut leaves it whose own cache was lost.

The format is that of Linux's dm-log-writes (Documentation/admin-guide/device-mapper/log-writes.rst). Knows no file system.
"""

from __future__ import annotations

import shutil
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SECTOR = 512
MAGIC = 0x6A736677736872
_SUPER = struct.Struct("<QQQI")  # magic, version, entries, sector size
_ENTRY = struct.Struct("<QQQQ")  # sector, sectors, flags, length of a mark's text
FLUSH, DISCARD = 1, 4


@dataclass(frozen=True)
class Entry:
    """A write, a flush (``sectors`` may be 0) or a discard; ``at``: where its data lie in the log."""

    sector: int
    sectors: int
    flags: int
    at: int


def entries(log: Path) -> Iterator[Entry]:
    """All that were written down whole, in their order."""
    end = log.stat().st_size
    with log.open("rb") as file:
        magic, _, _, sector_size = _SUPER.unpack(file.read(_SUPER.size))
        if magic != MAGIC or sector_size != SECTOR:
            raise ValueError("not a log of writes with sectors of 512 bytes")
        at = SECTOR  # the number of entries in front is brought up to date now and then, so it is not asked
        while at + SECTOR <= end:
            file.seek(at)
            entry = Entry(*_ENTRY.unpack(file.read(_ENTRY.size))[:3], at + SECTOR)
            data = 0 if entry.flags & DISCARD else entry.sectors * SECTOR
            if (entry.sectors == 0 and entry.flags == 0) or entry.at + data > end:
                return
            yield entry
            at = entry.at + data


def flushes(log: Path) -> int:
    """How often the guest had the disk's cache written out."""
    return sum(bool(entry.flags & FLUSH) for entry in entries(log))


def disk_at(base: Path, log: Path, flush: int, into: Path) -> None:
    """``base`` with everything that was written before flush number ``flush`` (from 1), and nothing after it."""
    shutil.copy(base, into)
    with log.open("rb") as file, into.open("r+b") as disk:
        for entry in entries(log):
            if entry.flags & FLUSH:
                flush -= 1
                if flush == 0:
                    return
            disk.seek(entry.sector * SECTOR)
            if entry.flags & DISCARD:
                disk.write(bytes(entry.sectors * SECTOR))
            else:
                file.seek(entry.at)
                disk.write(file.read(entry.sectors * SECTOR))
