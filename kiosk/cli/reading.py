"""One scan to what the plugins make of it, for commands. By a site's own trust, or by given keys alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from kiosk.domain import Claim, Credential, Malformed, Scan
from kiosk.plugin_host import PluginHost

FAILED_STEP = "failed_step"  # the claim by which a plugin that verifies says where it failed; see ``verify_credential``


@dataclass(frozen=True, slots=True)
class Read:
    """A credential, or what is malformed, or neither. ``failed_step`` is empty where nothing failed."""

    credential: Credential | None = None
    malformed: Malformed | None = None

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


def read_scan(host: PluginHost, scan: Scan, trust: tuple[bytes, ...] | None) -> Read:
    """``trust``: contents of files of keys, to verify by these alone; None: as the site does. What nobody signs is read either way."""
    found = None
    if trust is not None:
        found = host.first("verify_credential", scan=scan, trust=trust).value
    if found is None:
        found = host.first("read_credential", scan=scan).value
    if isinstance(found, Credential):
        return Read(credential=found)
    return Read(malformed=found) if isinstance(found, Malformed) else Read()
