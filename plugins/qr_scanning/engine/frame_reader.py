"""Reads a camera's stream one frame at a time within a time budget per frame. Opens no camera and starts no thread."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from hardware.cameras.reduced import eighth
from kiosk.plugin import DecodedCode
from plugins.qr_scanning.engine.cascade import Scene, Step, first_pass, in_order
from plugins.qr_scanning.engine.decoder import Grey, Polygon, without_repeats
from plugins.qr_scanning.engine.guidance import Hint, advise
from plugins.qr_scanning.engine.hold import HoldDown
from plugins.qr_scanning.engine.motion import MotionGate
from plugins.qr_scanning.engine.symbologies import LIVE_DEFAULT, formats_of

STILL_AFTER_S = 0.3  # a scene without motion for so long counts as held
LONG_REST_S = 5.0  # without motion: whoever comes then moves into the picture long before they hold up a code
STUDIED_EVERY = 4  # forced looks to one retry, once every retry has seen the very same scene


@dataclass(frozen=True, slots=True)
class FrameReaderOptions:
    """What a site may tune; times in seconds."""

    symbologies: tuple[str, ...] = LIVE_DEFAULT
    budget_s: float = 0.025  # per frame for retries: no further one begins after this
    release_s: float = 1.5  # a code out of view for longer counts as shown anew
    forced_every_s: float = 1.0  # a look at an unchanged scene, in case the motion gate was blind
    settle_s: float = 2.0  # how long retries go on after the scene came to rest
    hint_after_s: float = 0.7  # how long a person may try before being advised


@dataclass(frozen=True, slots=True)
class FrameReading:
    """What one frame gave. ``new`` is to be delivered; ``visible`` is for drawing outlines."""

    new: tuple[DecodedCode, ...] = ()
    visible: tuple[DecodedCode, ...] = ()
    hint: Hint | None = None
    looked: bool = False  # False: the scene was at rest and the frame was passed over


class FrameReader:
    """One camera's reader. Not for several threads at once."""

    def __init__(
        self, options: FrameReaderOptions | None = None, clock: Callable[[], float] = time.perf_counter
    ) -> None:
        """``clock`` measures the budget in seconds. An unknown symbology raises ``ValueError``."""
        self._options = options or FrameReaderOptions()
        self._clock = clock
        self._plain = first_pass(self._options.symbologies)
        self._rotation = in_order(self._options.symbologies, qr_located=False)
        formats_of(self._options.symbologies)  # says at once which name is unknown
        self._turn = 0
        self._favourite: Step | None = None
        self._gate = MotionGate()
        self._studied: Grey | None = None  # the scene that retries have been made on since ``_studied_from``
        self._studied_from = self._spared = 0
        self._hold = HoldDown(self._options.release_s)
        self._visible: tuple[DecodedCode, ...] = ()
        self._moved_at = float("-inf")
        self._restless_since = float("-inf")
        self._looked_at = float("-inf")
        self._idle = self._long_idle = False

    @property
    def frames_to_skip(self) -> int:
        """How many frames the camera may drop undecoded before the next one it feeds: two while nothing moves, and four (at 15 a
        second, the third of a second) once nothing has moved for a while."""
        if self._long_idle:
            return 4
        return 2 if self._idle else 0

    def due(self, now: float) -> bool:
        """Whether a frame taken at ``now`` would be looked at as a whole, whatever it shows."""
        return not self._idle or self._look_is_due(now)

    def feed(self, picture: Grey, now: float) -> FrameReading:
        """Look at the next frame (2-D ``uint8``); ``now`` is a steady time in seconds."""
        return self.feed_small(eighth(picture), lambda: picture, now)

    def feed_small(self, small: Grey, whole: Callable[[], Grey], now: float) -> FrameReading:
        """The same for a picture of which an eighth of its size (``hardware.cameras.reduced``) is there already; the
        ``whole`` is asked for when it is looked at."""
        moved = self._gate.changed(small)
        self._note_motion(moved, now)
        resting = now - self._moved_at > self._options.settle_s or (bool(self._visible) and not moved)
        self._idle, self._long_idle = resting, resting and now - self._moved_at > LONG_REST_S
        if resting and not self._look_is_due(now):
            return FrameReading(visible=self._visible)
        self._looked_at = now
        picture = whole()
        codes, located = self._look(picture, retry=self._worth_a_retry(small, resting), only_one=resting)
        if resting:
            self._gate.accept(small)
        # A look that misses a code in an unchanged scene does not mean that it went away.
        self._visible = tuple(codes if moved else without_repeats([*codes, *self._visible]))
        return FrameReading(
            new=self._hold.new(codes, now),
            visible=self._visible,
            hint=self._hint(picture, small, located, now),
            looked=True,
        )

    def _look_is_due(self, now: float) -> bool:
        return not 0 <= now - self._looked_at < self._options.forced_every_s

    def _worth_a_retry(self, small: Grey, resting: bool) -> bool:
        """What every retry failed on once it will fail on again, but for the sensor's noise; and a scene in which nothing
        stirs is most of a kiosk's day."""
        if self._studied is None or not self._gate.same(small, self._studied):
            self._studied, self._studied_from, self._spared = small, self._turn, 0
        if not resting or self._turn - self._studied_from < len(self._rotation):
            return True
        self._spared = (self._spared + 1) % STUDIED_EVERY
        return self._spared == 0

    def _note_motion(self, moved: bool, now: float) -> None:
        self._moved_at = min(self._moved_at, now)  # a clock that jumped back must not keep us awake
        if not moved:
            self._hold.new(self._visible, now)  # what was in view still is
            return
        if now - self._moved_at > self._options.settle_s:
            self._restless_since = now
        self._moved_at = now

    def _look(self, picture: Grey, retry: bool, only_one: bool) -> tuple[list[DecodedCode], tuple[Polygon, ...]]:
        """The plain look, then as many retries as the budget allows (at least one beside the favourite, at most one full turn)."""
        began = self._clock()
        first = self._plain.look(picture, located=True)
        if first.codes:
            return list(first.codes), ()
        if not retry:
            return [], first.located
        scene = Scene.of(picture, first.located)
        for step in self._next_steps(only_one):
            if not step.suits(scene):
                continue
            sighting = step.look(picture)
            if sighting.codes:
                self._favourite = step
                return without_repeats(sighting.codes), ()
            # A favourite that fails must not use up the turn of all the others on a slow device.
            if step is not self._favourite and self._clock() - began >= self._options.budget_s:
                break
        return [], first.located

    def _next_steps(self, only_one: bool) -> Iterator[Step]:
        """The retry that worked last, then one full turn of the rotation from where the last frame left it."""
        if self._favourite and not only_one:
            yield self._favourite
        for _ in range(1 if only_one else len(self._rotation)):
            step = self._rotation[self._turn % len(self._rotation)]
            self._turn += 1
            if step is not self._favourite or only_one:
                yield step

    def _hint(self, picture: Grey, small: Grey, located: Sequence[Polygon], now: float) -> Hint | None:
        if self._visible or now - self._moved_at > self._options.settle_s:
            return None
        if now - self._restless_since < self._options.hint_after_s:
            return None
        return advise(picture, small, located, moving=now - self._moved_at < STILL_AFTER_S)
