"""The steps of a start: lock, marker, plugins, data. A card that cannot be used is told apart from all else; it serves nothing."""

from __future__ import annotations

import errno
import logging
import threading
from concurrent.futures import Future
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from kiosk.appliance import Appliance
from kiosk.cli.loading import build_from, cannot_open, stop_in_use
from kiosk.cli.saying import Stopped, stop
from kiosk.identity import DamagedIdentityError
from kiosk.plugin_host.start_marker import DataLock, InUse, StartMarker
from kiosk.settings.profile import Profile
from kiosk.storage.faults import Kind, StorageTrouble, is_storage_fault, trouble_of

log = logging.getLogger(__name__)

# a path that can never be a directory is a mistake in the command, which a technician is there to read
_MISTAKES = frozenset({errno.ENOENT, errno.ENOTDIR, errno.EEXIST, errno.ENAMETOOLONG, errno.ELOOP})


class NotOpenedError(Stopped):
    """The data could not be opened and a plugin's tables may be the cause: the next start does without plugins."""


class OutOfServiceError(Exception):
    """The card or the database cannot be used just now. The attempt may be repeated."""

    def __init__(self, trouble: StorageTrouble) -> None:
        super().__init__(f"{trouble.kind} ({trouble.detail})")
        self.trouble = trouble


class Start:
    """One start of one appliance, in as many attempts as the card needs. Plugins are loaded once, and never before it is noted
    on the card that a start began: nothing else would save the next start from one that kills the process."""

    def __init__(self, profile: Profile, data_dir: Path, safe: bool) -> None:
        self._profile = profile
        self._data_dir = data_dir
        self._safe = safe
        self._lock: DataLock | None = None
        self._marker = StartMarker(data_dir)
        self._appliance: Appliance | None = None

    def attempt(self) -> Appliance:
        """The opened appliance. Raises ``OutOfServiceError``: try again later; ``click.ClickException``: the start is over."""
        try:
            if self._lock is None:
                self._lock = DataLock(self._data_dir)
            incomplete = self._marker.begin()
        except InUse:
            stop_in_use(self._data_dir)
        except OSError as error:
            if error.errno in _MISTAKES:
                stop(
                    f"{self._data_dir} không ghi được ({error.strerror}); hãy kiểm tra đường dẫn sau --data",
                    f"{self._data_dir} cannot be written ({error.strerror}); check the path after --data",
                )
            raise OutOfServiceError(trouble_of(error, self._data_dir)) from None
        if self._appliance is None:
            self._appliance = self._build(incomplete)
        self._open(self._appliance)
        return self._appliance

    def begin(self) -> Future[Appliance]:
        """The first attempt, in a thread of its own: a card may neither answer nor fail. The future ends as ``attempt`` does."""
        future: Future[Appliance] = Future()

        def run() -> None:
            try:
                future.set_result(self.attempt())
            except BaseException as error:  # noqa: BLE001 - raised again where it is waited for
                future.set_exception(error)

        threading.Thread(target=run, name="start", daemon=True).start()
        return future

    def complete(self) -> None:
        """The start came to its end, or ended for a reason that no plugin is the cause of."""
        if self._lock is not None:  # else the marker is another process's
            self._marker.complete()

    def release(self) -> None:
        """Another process may run the appliance now."""
        if self._lock is not None:
            self._lock.release()
            self._lock = None

    def _build(self, incomplete: bool) -> Appliance:
        appliance = build_from(self._profile, self._data_dir, self._safe or incomplete)
        if incomplete and not self._safe:
            appliance.safe_reason = "the last start did not end"
            log.error("safe mode: the last start did not end; mend the cause, then restart")
        return appliance

    def _open(self, appliance: Appliance) -> None:
        try:
            appliance.open()
        except Exception as error:
            if isinstance(error, OSError) or is_storage_fault(error):
                trouble = trouble_of(error, self._data_dir)
            elif isinstance(error, DamagedIdentityError):
                trouble = StorageTrouble(Kind.DAMAGED, str(error))
            elif appliance.safe:  # no plugin's doing, and no other start would fare better
                log.exception("the data cannot be opened, even without plugins")
                trouble = trouble_of(error, self._data_dir)
            elif isinstance(error, ValueError | SQLAlchemyError):
                raise NotOpenedError(cannot_open(self._data_dir, error)) from None
            else:
                raise
            self._marker.complete()
            raise OutOfServiceError(trouble) from None
