"""Python's garbage collector, set for a server that takes thousands of records at a time.

A batch makes tens of thousands of objects that all die together with it by reference counting. At the default threshold of
700 the collector walks every live object again and again meanwhile: that is half of the time a batch takes.
"""

from __future__ import annotations

import gc

THRESHOLDS = (50_000, 20, 100)


class CollectorSettings:
    """``apply`` at start; ``restore`` puts back what was there."""

    def __init__(self) -> None:
        self._before: tuple[int, int, int] | None = None

    def apply(self) -> None:
        if self._before is None:
            self._before = gc.get_threshold()
            gc.collect()
            gc.freeze()  # modules and models live as long as the process: never walk them again
            gc.set_threshold(*THRESHOLDS)

    def restore(self) -> None:
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.unfreeze()
            self._before = None
