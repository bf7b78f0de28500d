"""How long a wait will be, from the pace that was measured today. Says nothing where too little was measured; knows no tables."""

from __future__ import annotations

import math
from collections.abc import Sequence

WINDOW_MS = 30 * 60_000  # the pace of the last half hour: it changes over a day
LEAST_CALLS = 4
LEAST_MS = 5 * 60_000  # a shorter time says nothing: the first numbers of a day are called in a burst
STEP_MINUTES = 5  # the estimate is rounded up to this: a finer one would promise more than is known


def minutes(calls: Sequence[int], waiting: int, now_ms: int) -> int | None:
    """About how long the next person to come will wait, in minutes, rounded up to five; None where nobody can say.

    ``calls``: when numbers were first called, Unix ms, oldest first.
    """
    recent = [at for at in calls if now_ms - WINDOW_MS <= at <= now_ms]
    if len(recent) < LEAST_CALLS or waiting < 0:
        return None
    # from the first of them until now, not until the last: while nobody is called the estimate grows
    span = now_ms - recent[0]
    if span < LEAST_MS:
        return None
    each = span / len(recent)
    return STEP_MINUTES * math.ceil(waiting * each / 60_000 / STEP_MINUTES)
