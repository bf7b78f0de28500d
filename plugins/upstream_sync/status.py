"""How sync fares, in memory: written by the worker, read by health and pages. No personal data."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field, replace

from plugins.upstream_sync.backlog import Backlog
from plugins.upstream_sync.enrolment import Enrolment


@dataclass(frozen=True, slots=True)
class Status:
    """Times are Unix milliseconds by this device's clock. ``fault`` is a code of ``words``, empty while all is well."""

    enrolment: Enrolment | None = None
    enrolment_damaged: bool = False
    restart_needed: bool = False  # enrolled while running: the new journal begins at the next start
    backlog: Backlog | None = None
    last_contact_ms: int | None = None
    fault: str = ""
    fault_detail: str = ""
    pull_fault: str = ""
    next_attempt_ms: int | None = None
    drift_ms: int | None = None
    drift_uncertain_ms: int = 0
    sent_records: int = 0  # since start
    erased_records: int = 0

    @property
    def looked(self) -> bool:
        """Whether the first round after start has got somewhere, well or badly."""
        return self.backlog is not None


@dataclass(slots=True)
class Noted:
    """The current status. Safe from any thread."""

    _status: Status = field(default_factory=Status)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def now(self) -> Status:
        return self._status

    def note(self, **changes: object) -> None:
        with self._lock:
            self._status = replace(self._status, **changes)  # type: ignore[arg-type]
