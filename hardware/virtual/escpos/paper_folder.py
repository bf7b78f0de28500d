"""Keeps finished papers as PNG files in a folder, the latest few hundred. The oldest go first."""

from __future__ import annotations

import os
import re
import threading
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from PIL import Image

_NAME = re.compile(r"\d{8}T\d{6}\.\d{6}Z-\d{6}\.png")


class PaperFolder:
    """``save`` is a ``PrinterDevice``'s ``on_paper``. File names sort by time; readers never see half a file."""

    def __init__(self, folder: Path, keep: int = 200, now: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        self.folder = folder
        self._keep = keep
        self._now = now
        self._lock = threading.Lock()
        self._count = 0

    def save(self, paper: Image.Image) -> Path:
        """Write the paper and drop the oldest beyond ``keep``. Raises ``OSError`` where the disk is full."""
        with self._lock:
            self.folder.mkdir(parents=True, exist_ok=True)
            self._count += 1
            # the counter keeps the order when the clock is set back or two papers share an instant
            name = f"{self._now().astimezone(UTC):%Y%m%dT%H%M%S.%fZ}-{self._count:06d}.png"
            part = self.folder / (name + ".part")
            paper.save(part, format="PNG", optimize=True)
            os.replace(part, self.folder / name)
            for old in self.names()[self._keep :]:
                (self.folder / old).unlink(missing_ok=True)
        return self.folder / name

    def names(self) -> list[str]:
        """File names, latest first."""
        if not self.folder.is_dir():
            return []
        return sorted((found.name for found in self.folder.iterdir() if _NAME.fullmatch(found.name)), reverse=True)

    def path(self, name: str) -> Path | None:
        """The file of one paper; None for any name that is not a paper's."""
        found = self.folder / name
        return found if _NAME.fullmatch(name) and found.is_file() else None
