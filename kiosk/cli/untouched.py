"""What stood where a command is about to make a data directory, so that a command in vain leaves nothing behind."""

from __future__ import annotations

import contextlib
import os
import shutil
from pathlib import Path


class Untouched:
    """Made before the command begins. Files that were there stay; of a directory that was not empty nothing is removed."""

    def __init__(self, data_dir: Path) -> None:
        self._data_dir = data_dir
        self._missing = [folder for folder in (data_dir, *data_dir.parents) if not folder.exists()]  # innermost first
        try:
            self._empty = not os.listdir(data_dir)
        except OSError:
            self._empty = False

    def restore(self) -> None:
        """Remove what was made since. Raises nothing: what cannot be removed stays."""
        if self._missing:
            shutil.rmtree(self._missing[0], ignore_errors=True)
            for folder in self._missing[1:]:
                with contextlib.suppress(OSError):
                    folder.rmdir()
        elif self._empty:
            for one in list(self._data_dir.iterdir()):
                if one.is_dir() and not one.is_symlink():
                    shutil.rmtree(one, ignore_errors=True)
                else:
                    with contextlib.suppress(OSError):
                        one.unlink()
