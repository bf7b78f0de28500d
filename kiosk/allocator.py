"""Keeps a long-lived process with many threads small: glibc gives each thread an arena of its own unless told not to."""

from __future__ import annotations

import ctypes

_M_ARENA_MAX = -8  # <malloc.h>
_M_TRIM_THRESHOLD = -1


def keep_small(arenas: int = 2) -> bool:
    """Share ``arenas`` among all threads and give freed memory back early. False where this is not glibc."""
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return bool(mallopt and mallopt(_M_ARENA_MAX, arenas) and mallopt(_M_TRIM_THRESHOLD, 256 * 1024))
