"""Settings of the Python process itself, for one that runs for months with many threads on a small machine."""

from __future__ import annotations

import ctypes
import gc

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
