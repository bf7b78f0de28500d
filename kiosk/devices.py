"""The appliance's scan sources: starts and stops them, one that hangs or fails without harm to the others. Knows no device."""

from __future__ import annotations

import logging
from collections.abc import Callable

from kiosk.plugin import DecodedCode, ScanSource
from kiosk.plugin_host.deadline import DeadlineRunner, Overstayed
from kiosk.plugin_host.host import PluginHost

log = logging.getLogger(__name__)


class Devices:
    """The sources that were started, in order."""

    def __init__(
        self, host: PluginHost, runner: DeadlineRunner, deliver: Callable[[str], Callable[[DecodedCode], None]]
    ) -> None:
        """``deliver``: a source's name -> what it calls with each code."""
        self._host = host
        self._runner = runner
        self._deliver = deliver
        self._sources: list[ScanSource] = []

    def start(self, plugin: str, source: ScanSource, seconds: float) -> None:
        """Start one source of ``plugin``; a fault counts as the plugin's, and one that hangs suspends it."""
        self._sources.append(source)
        try:
            self._runner.run(lambda: source.start(self._deliver(source.name)), seconds)
        except Overstayed:
            self._host.mark(plugin, "suspended", f"scan_sources: {source.name} did not start in {seconds:.0f} s")
        except Exception as error:  # noqa: BLE001 - one device must not keep the others from starting
            self._host.blame(plugin, "scan_sources", error)

    def stop(self, seconds: float) -> None:
        """Stop all, each within the limit."""
        for source in self._sources:
            try:
                self._runner.run(source.stop, seconds)
            except (Exception, SystemExit) as error:  # noqa: BLE001 - the others and the journal must still be closed
                log.error("device %s did not stop: %s", source.name, type(error).__name__)
        self._sources.clear()
