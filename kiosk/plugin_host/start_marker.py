"""Notices a start that did not end, so that a plugin which kills the process cannot brick the appliance.

A marker file is written before plugins are loaded and removed when the start is complete. Found at the next start it means safe
mode, unless the machine itself was rebooted meanwhile (a power cut during a start is nobody's fault): that is forgiven once.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
import logging
import os
from pathlib import Path

log = logging.getLogger(__name__)

_BOOT_ID = Path("/proc/sys/kernel/random/boot_id")


class InUse(Exception):
    """Another process runs the appliance of this data directory."""


class DataLock:
    """Held by the one process that runs the appliance; the kernel lets it go with the process, however it ends.

    Two at once would share one journal's numbers and one start marker. Raises ``InUse``, or ``OSError``.
    """

    def __init__(self, data_dir: Path) -> None:
        # nobody else on the machine reads what is in there: names on tickets, keys
        data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._descriptor = os.open(data_dir / "running.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(self._descriptor)
            raise InUse from None

    def release(self) -> None:
        os.close(self._descriptor)


class StartMarker:
    """The marker of one data directory."""

    def __init__(self, data_dir: Path, boot_id: str | None = None) -> None:
        self._file = data_dir / "starting.json"
        self._boot_id = boot_id if boot_id is not None else _read_boot_id()

    def begin(self) -> bool:
        """Note that a start begins. True where the one before did not end and this one should be safe.

        Raises ``OSError`` where it cannot be noted; what was noted before then stands as it was.
        """
        earlier = self._earlier()
        counted = earlier.get("attempts", 0)
        attempts = counted if isinstance(counted, int) else 1
        same_boot = bool(earlier) and earlier.get("boot_id") == self._boot_id
        self._write(json.dumps({"boot_id": self._boot_id, "attempts": attempts + 1}))
        return same_boot or attempts >= 2

    def _write(self, text: str) -> None:
        """All or nothing: an empty marker on a full card would be a start that died."""
        draft = self._file.with_name(self._file.name + ".new")
        try:
            draft.write_text(text, "utf-8")
            draft.replace(self._file)
        except OSError:
            with contextlib.suppress(OSError):
                draft.unlink(missing_ok=True)
            raise

    def complete(self) -> None:
        """The start ended well, or for a reason that the next one need not fear."""
        try:
            self._file.unlink(missing_ok=True)
        except OSError as error:  # the card became read-only meanwhile: the next start is safe mode, no harm
            log.error("the start marker cannot be removed: %s", error.strerror)

    def _earlier(self) -> dict[str, object]:
        try:
            read = json.loads(self._file.read_text("utf-8"))
        except FileNotFoundError:
            return {}
        except (ValueError, RecursionError, OSError):
            return {"attempts": 1, "boot_id": self._boot_id}  # cut short while writing: an incomplete start as well
        return read if isinstance(read, dict) else {"attempts": 1, "boot_id": self._boot_id}


def _read_boot_id() -> str:
    try:
        return _BOOT_ID.read_text("ascii").strip()
    except OSError:
        return "unknown"
