"""One scan to what the plugins make of it, for commands. By a site's own trust, or by given keys alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.appliance import Appliance
from kiosk.domain import Claim, Credential, Malformed, Scan
from kiosk.plugin_host.deadline import Overstayed
from kiosk.plugin_host.guarded import UNANSWERED
from kiosk.plugin_host.host import BLOCKED, PluginFault

READ_SECONDS = 30.0  # a plugin may have a large trust list to load first
FAILED_STEP = "failed_step"  # the claim by which a plugin that verifies says where it failed; see ``verify_credential``


@dataclass(frozen=True, slots=True)
class Read:
    """A credential, or what is malformed, or neither; ``fault``: a plugin that failed or blocked, so that neither says nothing.
    ``failed_step`` is empty where nothing failed."""

    credential: Credential | None = None
    malformed: Malformed | None = None
    fault: PluginFault | None = None

    @property
    def failed_step(self) -> str:
        if self.malformed is not None:
            return self.malformed.code.rpartition(".")[2]
        return (self.credential.value(FAILED_STEP) if self.credential else None) or ""

    @property
    def claims(self) -> Mapping[str, Claim]:
        """The credential's own statements."""
        claims = self.credential.claims if self.credential else {}
        return {name: claim for name, claim in claims.items() if name != FAILED_STEP}


class Reader:
    """Reads one scan after another with the plugins of an appliance that is not running. A plugin that blocks is suspended."""

    def __init__(self, appliance: Appliance) -> None:
        self._host = appliance.host
        self._runner = appliance.runner

    def read(self, scan: Scan, trust: tuple[bytes, ...] | None) -> Read:
        """``trust``: contents of files of keys, to verify by these alone; None: as the site does. What nobody signs is read
        either way."""
        try:
            # one hand-over for all that is asked about a scan: thousands are read one after another
            return self._runner.run(lambda: self._read(scan, trust), READ_SECONDS)
        except Overstayed as late:
            fault = None if late.thread is None else self._host.suspend_blocked(late.thread)
            return Read(fault=fault or PluginFault("?", "read_credential", UNANSWERED))

    def _read(self, scan: Scan, trust: tuple[bytes, ...] | None) -> Read:
        faults: list[PluginFault] = []
        found = None
        if trust is not None:
            first = self._host.first("verify_credential", scan=scan, trust=trust)
            found, faults = first.value, first.faults
        if found is None:
            first = self._host.first("read_credential", scan=scan)
            found, faults = first.value, faults + first.faults
        if isinstance(found, Credential):
            return Read(credential=found)
        if isinstance(found, Malformed):
            return Read(malformed=found)
        blocked = [
            PluginFault(state.name, "read_credential", BLOCKED)
            for state in self._host.states()
            if state.status == "suspended"
        ]
        return Read(fault=next(iter(faults + blocked), None))
