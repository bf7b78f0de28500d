"""Calls hooks outside the journal's transaction, each call with a limit of its own: whoever blocks is suspended, nobody else. A page
goes on without what is late, and its plugin has longer.

Every implementation is one call in a thread of its own, so that its time is not spent by others before it. What the calls come
to is the caller's business.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from kiosk.plugin_host.deadline import DeadlineRunner, Overstayed
from kiosk.plugin_host.host import BLOCKED, Collected, First, PluginFault, PluginHost

log = logging.getLogger(__name__)

UNANSWERED = "Unanswered"  # reason of a fault that is nobody's: the machine was too busy to ask, or to blame anyone
REMEMBERED_SECONDS = 60.0  # how long health speaks of it

# what frames a page: nobody is decided upon by it, and a page does without what does not come in time. On a busy machine that is
# often, so that a plugin is taken out only where a call of it has not come back for so long
OF_PAGES = frozenset({"camera_preview", "citizen_links", "figures", "health_checks", "navigation"})
PATIENCE_SECONDS = 30.0


class _Missed:
    """Which calls were lately not answered, without being their plugin's fault."""

    def __init__(self, monotonic: Callable[[], float]) -> None:
        self._monotonic = monotonic
        self._lock = threading.Lock()
        self._at: dict[tuple[str, str], float] = {}

    def note(self, plugin: str, hook: str) -> None:
        with self._lock:
            self._at[plugin, hook] = self._monotonic()

    def recent(self) -> list[tuple[str, str]]:
        oldest = self._monotonic() - REMEMBERED_SECONDS
        with self._lock:
            self._at = {call: at for call, at in self._at.items() if at > oldest}
            return sorted(self._at)


class GuardedHooks:
    """``kiosk.plugin_host.host.PluginHost`` as pages, paper and devices call it. Safe from any thread."""

    def __init__(
        self,
        host: PluginHost,
        runner: DeadlineRunner,
        seconds: float,
        monotonic: Callable[[], float] = time.monotonic,
        patient: bool = False,
    ) -> None:
        self._host = host
        self._runner = runner
        self._seconds = seconds
        self._patient = patient
        self._missed = _Missed(monotonic)

    def within(self, seconds: float, patient: bool = False) -> GuardedHooks:
        """The same with another limit. ``patient``: see ``DeadlineRunner.run``."""
        other = GuardedHooks(self._host, self._runner, seconds, patient=patient)
        other._missed = self._missed
        return other

    def implementations(self, hook: str) -> list[str]:
        """The plugins that would be called, in order."""
        return self._host.implementations(hook)

    def collect(self, hook: str, **arguments: Any) -> Collected:
        """Call every implementation; an answer of None is left out. It may take the limit once per plugin."""
        collected = Collected()
        for plugin in self.implementations(hook):
            value, fault = self.call_one(plugin, hook, **arguments)
            if fault:
                collected.faults.append(fault)
            elif value is not None:
                collected.results.append((plugin, value))
        return collected

    def first(self, hook: str, **arguments: Any) -> First:
        """Call implementations in the profile's order until one answers something other than None, or does not answer in
        time: what that one began may still come (paper, for one), so that nobody else is asked for the same; a page may ask."""
        first = First()
        for plugin in self.implementations(hook):
            value, fault = self.call_one(plugin, hook, **arguments)
            if fault:
                first.faults.append(fault)
                if fault.reason in (BLOCKED, UNANSWERED) and hook not in OF_PAGES:
                    break
            elif value is not None:
                first.value, first.plugin = value, plugin
                break
        return first

    def call_one(self, plugin: str, hook: str, **arguments: Any) -> tuple[Any, PluginFault | None]:
        """Call one plugin's implementation, where it has one."""
        return self.bounded(plugin, hook, lambda: self._host.call_one(plugin, hook, **arguments))

    def bounded(
        self, plugin: str, hook: str, call: Callable[[], tuple[Any, PluginFault | None]]
    ) -> tuple[Any, PluginFault | None]:
        """The same where more than the implementation must run in the thread that may be given up, such as a transaction: ``call``
        asks it. ``plugin``: who is named where nobody can be blamed."""
        patience = max(PATIENCE_SECONDS, self._seconds) if hook in OF_PAGES else None
        if patience is not None and (earlier := self._host.longest_call(plugin, hook)) is not None:
            thread, lasted = earlier
            if lasted >= patience:
                if not self._came_back(plugin, hook):
                    blocked = self._host.suspend_blocked(thread, self._seconds)
                    return (None, blocked) if blocked else self._without(plugin, hook)
            elif lasted >= self._seconds:  # nothing is gained by a second thread that waits for the same
                return self._without(plugin, hook)
        try:
            return self._runner.run(call, self._seconds, self._patient, self._host.running)
        except Overstayed as late:
            # The call ended just now, or the thread is in something else by now: nobody is to blame who has not been in it
            # for long. Half the limit: the call begins a little after its thread took it up.
            least = self._seconds / 2 if patience is None else patience
            blocked = None if late.thread is None else self._host.suspend_blocked(late.thread, least)
        return (None, blocked) if blocked else self._without(plugin, hook)

    def _came_back(self, plugin: str, hook: str) -> bool:
        """Watch an old call for the limit: the process may have stood still since it began, and nobody saw that."""

        def come(seconds: float) -> bool:
            time.sleep(seconds)
            return self._host.longest_call(plugin, hook) is None

        running = self._host.running
        return running.wait(come, running() + self._seconds)

    def _without(self, plugin: str, hook: str) -> tuple[None, PluginFault]:
        log.warning("plugin %s could not be asked in time for %s", plugin, hook)
        self._missed.note(plugin, hook)
        return None, PluginFault(plugin, hook, UNANSWERED)

    def unanswered(self) -> list[tuple[str, str]]:
        """(plugin, hook) of the calls of the last minute that were not answered in time and are nobody's fault."""
        return self._missed.recent()
