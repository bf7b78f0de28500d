"""One reason why a dose should not be given, by code and in words. A value; finds nothing itself."""

from __future__ import annotations

from dataclasses import dataclass

from kiosk.domain import Text


@dataclass(frozen=True, slots=True)
class Problem:
    """``code`` is stable. ``blocks``: the dose must not be given while this stands; else it is only worth saying."""

    code: str
    text: Text
    next_step: Text
    blocks: bool = True
