"""The retries after a failed first pass: an ordered list of one preprocessing and one look each. Keeps no state.

The order is by gain for cost, so that a caller with a budget may stop anywhere. Only QR codes are looked for in
altered pictures: their Reed-Solomon code and format information make a false read next to impossible, which cannot be
said of every other symbology. Those get one look at the picture as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from plugins.qr_scanning.engine import filters as f
from plugins.qr_scanning.engine.decoder import Grey, Sighting, look
from plugins.qr_scanning.engine.symbologies import MATRIX, QR, formats_of

# Retries work on at most so many pixels on the longer side; a larger photograph is reduced first.
WORKING_SIDE = 1440
SMALL = 640


@dataclass(frozen=True, slots=True)
class Step:
    """One retry: what is done to the picture, what is then looked for, and by which kind of threshold.

    ``smallest`` and ``largest`` bound the longer side, in pixels, of pictures for which the step is worth its time.
    """

    name: str
    prepare: Callable[[Grey], Grey]
    symbologies: tuple[str, ...] = QR
    global_threshold: bool = False
    smallest: int = 0
    largest: int = WORKING_SIDE

    def suits(self, picture: Grey) -> bool:
        return self.smallest <= max(picture.shape) <= self.largest

    def look(self, picture: Grey) -> Sighting:
        """Prepare and read; outlines are in ``picture``'s own pixels."""
        height, width = picture.shape
        return look(
            self.prepare(picture),
            formats_of(self.symbologies),
            size=(width, height),
            global_threshold=self.global_threshold,
        )


def _half(picture: Grey) -> Grey:
    return f.scale(picture, 0.5, 0.5)


def _double(picture: Grey) -> Grey:
    return f.scale(picture, 2, 2)


RETRIES: tuple[Step, ...] = (
    Step("half, local threshold", lambda p: f.threshold_locally(_half(p), 0.3, 5), global_threshold=True),
    Step("half, highlights opened", lambda p: f.gamma(_half(p), 8)),
    Step("stretched across", lambda p: f.scale(p, 1.5, 1), global_threshold=True),
    Step("stretch, double", lambda p: _double(f.stretch(p)), largest=1280),
    Step("sharpen", lambda p: f.sharpen(p, 1.5, 4)),
    Step("local threshold", lambda p: f.threshold_locally(p, 0.1, 5), global_threshold=True),
    Step("dark grown", lambda p: f.grow_dark(p, 3)),
    Step("squeezed down", lambda p: f.scale(p, 1, 0.5), global_threshold=True),
    Step("shadows opened", lambda p: f.gamma(p, 0.6), global_threshold=True),
    Step("wide local threshold", lambda p: f.threshold_locally(p, 0.5, 5), global_threshold=True),
    Step("light levelled", lambda p: f.flatten_light(p, 0.05)),
    Step("softened", lambda p: f.soften(p, 3)),
)


def first_pass(symbologies: Collection[str]) -> Step:
    """The plain look that every picture gets: QR codes alone where they are wanted, because that is several times
    cheaper than looking for everything; with no QR wanted, whatever is."""
    wanted = tuple(name for name in symbologies if name in QR) or tuple(symbologies)
    return Step("plain", _unchanged, wanted, largest=1 << 16)


def retries(symbologies: Collection[str]) -> tuple[Step, ...]:
    """The ordered retries for these symbologies; the looks for the others come before the costlier half."""
    if not any(name in QR for name in symbologies):
        return ()
    matrix = tuple(name for name in symbologies if name in MATRIX and name not in QR)
    linear = tuple(name for name in symbologies if name not in MATRIX)
    others = tuple(
        Step(f"plain, {label}", _unchanged, names, largest=1 << 16)
        for label, names in (("other matrix", matrix), ("linear", linear))
        if names
    )
    return RETRIES[:3] + others + RETRIES[3:]


def working_copy(picture: Grey) -> Grey:
    """The picture itself, or a reduced one where it is larger than retries are worth."""
    longest = max(picture.shape)
    if longest <= WORKING_SIDE:
        return picture
    return f.scale(picture, WORKING_SIDE / longest, WORKING_SIDE / longest)


def _unchanged(picture: Grey) -> Grey:
    return picture
