"""Settings of the Python process itself, for one that runs for months with many threads on a small machine."""

from __future__ import annotations

import ctypes
import gc
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

_M_ARENA_MAX = -8  # <malloc.h>
_M_TRIM_THRESHOLD = -1
_M_MMAP_THRESHOLD = -3
_COLLECTOR = (50_000, 20, 100)


def keep_small(arenas: int = 2) -> bool:
    """Share ``arenas`` of glibc's allocator among all threads (each would get its own) and give freed memory back early.

    What is larger than 1 MiB, a photograph that somebody sent, comes from the system and goes back to it at once. Smaller
    pieces, a camera's frame of 720p, stay for the next frame: having the system clear pages anew for each costs a third
    on top of unpacking it. Call it before threads are made. False where this is not glibc.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    options = ((_M_ARENA_MAX, arenas), (_M_MMAP_THRESHOLD, 1 << 20), (_M_TRIM_THRESHOLD, 2 << 20))
    return bool(mallopt and all(mallopt(option, value) for option, value in options))


def settle() -> None:
    """Tell the garbage collector that what exists now stays: modules and tables live as long as the process.

    Requests and batches make thousands of objects that die by reference counting; at the default threshold of 700 the
    collector would walk every live object again and again meanwhile, a quarter of a busy kiosk's time.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(*_COLLECTOR)


def share_core() -> None:
    """Have the calling thread run on one core, the same for every thread of this process that calls this.

    Threads that take turns at the interpreter gain nothing from a second core and lose by it: whatever one has just touched,
    down to the counters in the interpreter's own objects, must come over from the other's cache. For those that read, answer and
    write for who asks; not for those that work outside the interpreter, as a camera's.
    Does nothing where the system has no such choice, or does not leave it to us.
    """
    if hasattr(os, "sched_setaffinity"):
        with suppress(OSError):
            cores = quickest(os.sched_getaffinity(0))
            # by what tells processes apart: several on one machine shall not all choose the same
            os.sched_setaffinity(0, {cores[own_number() % len(cores)]})


def own_number(about: Path = Path("/proc/self/stat")) -> int:
    """A number that all threads of this process find, and another process hardly does: in containers each is process 1 of its own
    world, but they did not start in the same hundredth of a second. ``about``: see proc(5), there field 22, ``starttime``."""
    try:
        return os.getpid() + int(about.read_bytes().rpartition(b")")[2].split()[19])
    except (OSError, ValueError, IndexError):
        return os.getpid()


def quickest(cores: Iterable[int], about: Path = Path("/sys/devices/system/cpu")) -> list[int]:
    """Of these cores the quickest, where they are of several kinds: boards pair quick ones with frugal ones. In order."""
    capacity = {core: _number(about / f"cpu{core}" / "cpu_capacity") for core in cores}
    most = max(capacity.values())
    return sorted(core for core, each in capacity.items() if each == most)


def _number(file: Path) -> int:
    """What the file says; 0 where the system tells no such thing, which is where all cores are alike."""
    try:
        return int(file.read_text("ascii"))
    except (OSError, ValueError):
        return 0
