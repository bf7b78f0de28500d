"""Reads one picture as thoroughly as a held camera frame would be read over time. Does not open files."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine.cascade import Scene, first_pass, in_order, other_looks
from plugins.qr_scanning.engine.decoder import Grey, without_repeats
from plugins.qr_scanning.engine.symbologies import STILL_DEFAULT

BUDGET_S = 2.0  # a guard against slow devices; the whole cascade takes a few hundredths of this on a desktop


def decode_still(
    picture: Grey,
    symbologies: Collection[str] = STILL_DEFAULT,
    *,
    budget_s: float = BUDGET_S,
    everything: bool = False,
    clock: Callable[[], float] = time.perf_counter,
) -> list[DecodedCode]:
    """The codes in ``picture`` (2-D ``uint8``), outlines in its pixels; empty where none could be read.

    Looks stop at the first that reads anything, so a QR code hides a bar code beside it; ``everything`` also looks
    for all other ``symbologies`` in the plain picture. No further retry begins once ``budget_s`` seconds have passed
    on ``clock``. An unknown symbology, or an array that is not a grey picture, raises ``ValueError``.
    """
    if picture.ndim != 2 or picture.dtype != "uint8":
        raise ValueError(f"a grey picture is a 2-D array of uint8, not {picture.ndim}-D of {picture.dtype}")
    deadline = clock() + budget_s
    first = first_pass(symbologies).look(picture, located=True)
    if everything:
        found = [code for step in other_looks(symbologies) for code in step.look(picture).codes]
        if first.codes or found:
            return without_repeats([*first.codes, *found])
    elif first.codes:
        return without_repeats(first.codes)
    scene = Scene.of(picture, first.located)
    for step in in_order(symbologies, qr_located=bool(first.located)):
        if clock() >= deadline:
            break
        codes = step.look(picture).codes if step.suits(scene) else ()
        if codes:
            return without_repeats(codes)
    return []
