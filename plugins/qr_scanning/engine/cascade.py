"""The retries after a failed first pass: an ordered list of one preprocessing and one look each. Keeps no state.

The order is by gain for cost, so that a caller with a budget may stop anywhere. Only QR codes are looked for in
altered pictures: their Reed-Solomon code and format information make a false read next to impossible, which cannot be
said of every other symbology. Those get one look at the picture as it is.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from plugins.qr_scanning.engine import filters as f
from plugins.qr_scanning.engine.decoder import SMALLEST_SIDE, Grey, Polygon, Sighting, longest_edge, look
from plugins.qr_scanning.engine.symbologies import MATRIX, QR, QR_FAMILY, formats_of

WORKING_SIDE = 1440  # pixels: retries work on pictures reduced to this longer side
LARGE_CODE = 300  # pixels: enlarging a picture helps no code whose edge is longer
DIM_LEVEL = 140  # grey level below which the brightest part of a dim picture stays
EARLY = 3  # how many retries come before the looks for other symbologies


@dataclass(frozen=True, slots=True)
class Scene:
    """What the first pass learned that tells which retries are worth their time."""

    dim: bool
    largest_code: float  # longest edge, in pixels, of a code that was located and not read; 0 where none was

    @classmethod
    def of(cls, picture: Grey, located: Collection[Polygon]) -> Scene:
        return cls(
            dim=f.percentiles(picture[::8, ::8], 99)[0] < DIM_LEVEL,
            largest_code=max((longest_edge(outline) for outline in located), default=0.0),
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One retry: what is done to the picture, what is then looked for, and by which kind of threshold.

    ``enlarging`` steps are dear and for small codes; ``for_dim`` steps serve dim pictures only.
    """

    name: str
    prepare: Callable[[Grey], Grey]
    symbologies: tuple[str, ...] = QR
    global_threshold: bool = False
    invert: bool = False
    enlarging: bool = False
    for_dim: bool = False

    @property
    def altering(self) -> bool:
        """Whether the picture is changed before the look."""
        return self.prepare is not _unchanged

    def suits(self, scene: Scene) -> bool:
        """Whether the step can help in such a scene."""
        return not (self.enlarging and scene.largest_code > LARGE_CODE) and (scene.dim or not self.for_dim)

    def look(self, picture: Grey, *, located: bool = False) -> Sighting:
        """Prepare and read; outlines, also those ``located`` without being read, are in ``picture``'s own pixels."""
        height, width = picture.shape
        if min(height, width) < SMALLEST_SIDE:
            return Sighting(())
        return look(
            self.prepare(working_copy(picture) if self.altering else picture),
            formats_of(self.symbologies),
            size=(width, height),
            located=located,
            invert=self.invert,
            global_threshold=self.global_threshold,
        )


def _half(picture: Grey) -> Grey:
    return f.scale(picture, 0.5, 0.5)


def _double(picture: Grey) -> Grey:
    return f.scale(picture, 2, 2)


def _levelled_enlarged_sharpened(picture: Grey) -> Grey:
    return f.sharpen(f.scale(f.stretch(picture), 1.5, 1.5), 2.2, 4)


RETRIES: tuple[Step, ...] = (
    Step("half, local threshold", lambda p: f.threshold_locally(_half(p), 0.3, 5), global_threshold=True, invert=True),
    Step("half, highlights opened", lambda p: f.gamma(_half(p), 8)),
    Step("stretched across", lambda p: f.scale(p, 1.5, 1), global_threshold=True),
    Step("local threshold", lambda p: f.threshold_locally(p, 0.1, 5), global_threshold=True),
    Step("dark grown", lambda p: f.grow_dark(p, 3)),
    Step("squeezed down", lambda p: f.scale(p, 1, 0.5), global_threshold=True),
    Step("wide local threshold", lambda p: f.threshold_locally(p, 0.5, 5), global_threshold=True),
    Step("sharpened", lambda p: f.sharpen(p, 1.5, 4)),
    Step("levelled, doubled", lambda p: _double(f.stretch(p)), enlarging=True),
    Step("dark details alone", lambda p: f.dark_details(p, 0.2), global_threshold=True),
    Step("doubled, dark grown", lambda p: f.grow_dark(_double(p), 3), enlarging=True),
    Step("levelled, enlarged, sharpened", _levelled_enlarged_sharpened, enlarging=True, for_dim=True),
)


def first_pass(symbologies: Collection[str]) -> Step:
    """The plain look that every picture gets: QR codes alone where they are wanted, because that is several times
    cheaper than looking for everything; with no QR wanted, whatever is."""
    wanted = tuple(name for name in symbologies if name in QR_FAMILY) or tuple(symbologies)
    return Step("plain", _unchanged, wanted, invert=True)


def other_looks(symbologies: Collection[str]) -> tuple[Step, ...]:
    """Plain looks for what the first pass leaves out."""
    if not any(name in QR_FAMILY for name in symbologies):
        return ()
    matrix = tuple(name for name in symbologies if name in MATRIX and name not in QR_FAMILY)
    linear = tuple(name for name in symbologies if name not in MATRIX)
    return tuple(
        Step(f"plain, {label}", _unchanged, names, invert=True)
        for label, names in (("other matrix", matrix), ("linear", linear))
        if names
    )


def retries(symbologies: Collection[str]) -> tuple[Step, ...]:
    """The ordered retries on altered pictures; none where no QR code is wanted."""
    return RETRIES if any(name in QR for name in symbologies) else ()


def in_order(symbologies: Collection[str], qr_located: bool) -> tuple[Step, ...]:
    """Everything that may follow a failed first pass. Where that located a QR code without reading it, the retries
    come first: another symbology is then the less likely reason."""
    altered, others = retries(symbologies), other_looks(symbologies)
    early = len(altered) if qr_located else EARLY
    return altered[:early] + others + altered[early:]


def working_copy(picture: Grey) -> Grey:
    """The picture itself, or a reduced one where it is larger than retries are worth."""
    longest = max(picture.shape)
    if longest <= WORKING_SIDE:
        return picture
    return f.scale(picture, WORKING_SIDE / longest, WORKING_SIDE / longest)


def _unchanged(picture: Grey) -> Grey:
    return picture
