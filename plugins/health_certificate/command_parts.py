"""What the commands of health certificates share: a file's mistake in words, and records into an appliance's journal."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from kiosk.cli.loading import opened
from kiosk.cli.saying import Stopped, stop
from kiosk.domain import Draft, Text
from kiosk.explained import Explained
from kiosk.journal.jobs import NotRecorded

if TYPE_CHECKING:
    from kiosk.appliance import Appliance

NAME = "health_certificate"


def wrong(file: Path | str, problem: Explained) -> Stopped:
    """What ends the command: the file and its mistake."""
    return Stopped(Text(f"{file}: {problem.text.vi}", f"{file}: {problem.text.en}"))


@contextmanager
def holding(profile_name: str, data_dir: Path) -> Iterator[Appliance]:
    """An opened appliance that has this plugin. Raises ``Stopped``."""
    with opened(profile_name, data_dir) as appliance:
        if NAME not in appliance.settings.plugins:
            stop(
                f"{appliance.profile.path}: 'plugins' không có {NAME}",
                f"{appliance.profile.path}: 'plugins' does not have {NAME}",
            )
        yield appliance


def record(appliance: Appliance, drafts: list[Draft]) -> None:
    """Into its journal. Raises ``Stopped``."""
    try:
        appliance.record(drafts)
    except NotRecorded as failure:
        stop(
            f"không ghi được vào sổ ({failure.reason}); chưa có gì thay đổi",
            f"not recorded ({failure.reason}); nothing has changed",
        )
