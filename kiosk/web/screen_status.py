"""What the citizen's screen tells of the devices: the health checks, cut down to what a person in front of it can act on.

Pure: it reads checks and gives a small dictionary; it names no device and holds no personal data.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from kiosk.domain import HealthCheck, HealthLevel

_ORDER = (HealthLevel.OK, HealthLevel.INFO, HealthLevel.WARNING, HealthLevel.FAULT)


def status_of(checks: Iterable[HealthCheck]) -> dict[str, Any]:
    """``camera``, ``printer``, ``platform``, ``journal``: a health level, or None where there is none of it; and
    ``clock_trusted`` and ``safe_mode``, true or false.

    Of several cameras or printers the best counts: with one that works, a person can be served.
    """
    known = list(checks)
    clock = _levels(known, "clock")
    return {
        "camera": _best(_levels(known, "camera")),
        "printer": _best(_levels(known, "printer")),
        "platform": _best(_levels(known, "sync.contact")),
        "journal": _best(_levels(known, "journal")),
        "clock_trusted": all(level in (HealthLevel.OK, HealthLevel.INFO) for level in clock),
        "safe_mode": bool(_levels(known, "safe_mode")),
    }


def _levels(checks: Iterable[HealthCheck], name: str) -> list[HealthLevel]:
    """The levels of ``name`` itself and of ``name:which``."""
    return [check.level for check in checks if check.name == name or check.name.startswith(f"{name}:")]


def _best(levels: list[HealthLevel]) -> str | None:
    return min(levels, key=_ORDER.index).value if levels else None
