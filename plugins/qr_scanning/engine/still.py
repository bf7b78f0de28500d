"""Reads one picture as thoroughly as a held camera frame would be read over time. Does not open files."""

from __future__ import annotations

import time
from collections.abc import Callable, Collection

from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine.cascade import first_pass, retries, working_copy
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
    plain = first_pass(symbologies)
    codes = list(plain.look(picture).codes)
    if codes and not everything:
        return codes
    reduced = working_copy(picture)
    for step in retries(symbologies):
        altered = step.prepare is not plain.prepare
        if (codes and altered) or not step.suits(reduced):
            continue
        if clock() >= deadline:
            break
        codes += _at_full_size(step.look(reduced).codes, reduced, picture) if altered else step.look(picture).codes
        if codes and not everything:
            break
    return without_repeats(codes)


def _at_full_size(codes: Collection[DecodedCode], reduced: Grey, picture: Grey) -> list[DecodedCode]:
    factor = picture.shape[0] / reduced.shape[0]
    if factor == 1:
        return list(codes)
    return [
        DecodedCode(
            code.text,
            code.raw,
            code.symbology,
            tuple((round(x * factor), round(y * factor)) for x, y in code.polygon),
        )
        for code in codes
    ]
