"""What the demo's queue holds up to the virtual camera, and takes away again."""

from __future__ import annotations

import os
from itertools import count
from pathlib import Path

from plugins.demo.queue import Arrival, leave, step_up


def names(folder: Path) -> list[str]:
    return sorted(picture.name for picture in folder.iterdir())


def test_who_was_served_does_not_stand_there_for_a_kiosk_that_starts_again(tmp_path: Path) -> None:
    folder, clock = tmp_path / "camera", count(10**9)
    for number in (41, 42, 1, 2):  # the numbers of a demo that is started again begin anew
        step_up(folder, number, Arrival(b"%d" % number, ""))
        os.utime(folder / f"{number:06d}.jpg", ns=(next(clock), next(clock)))
    assert names(folder) == ["000001.jpg", "000002.jpg"]
    assert (folder / "000002.jpg").read_bytes() == b"2"
    leave(folder)
    assert names(folder) == []
    leave(tmp_path / "nowhere")
