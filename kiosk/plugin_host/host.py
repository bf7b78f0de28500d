"""Finds, builds, calls and contains plugins. One host per appliance; nothing here is global.

pluggy keeps the register and checks signatures; the calls are made here, one implementation at a time, because pluggy
itself stops at the first exception. After ``FAULT_LIMIT`` faults, or one that blocks, a plugin is suspended until restart.
"""

from __future__ import annotations

import importlib.metadata
import logging
import threading
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

import pluggy

from kiosk.hookspecs import KioskSpec
from kiosk.plugin_host.hook_results import checked
from kiosk.plugin_host.running_time import RunningTime
from kiosk.plugin_host.titles import title_without_import
from kiosk.storage.faults import is_storage_fault

log = logging.getLogger(__name__)

ENTRY_POINT_GROUP = "kiosk.plugins"
FAULT_LIMIT = 3
BLOCKED = "Blocked"  # the reason of a fault that is a call which did not end in time

# without one of these, what a plugin knew is missing where a person is decided upon
STORY_HOOKS = frozenset({"read_credential", "questions", "judge", "record_encounter", "further_records"})
# these write in the transaction of whoever calls them: where the card fails, the caller must know it
WRITING_HOOKS = frozenset({"record_encounter", "further_records", "project"})


class HookFailed(Exception):
    """A plugin failed while it wrote: the transaction must be rolled back, then tried without it."""

    def __init__(self, fault: PluginFault) -> None:
        super().__init__(f"{fault.plugin} in {fault.hook}: {fault.reason}")
        self.fault = fault


class Overtaken(Exception):
    """Raised in a thread whose plugin came back after it was given up: others went on, nothing may follow from it."""


@dataclass(frozen=True, slots=True)
class PluginFault:
    """A hook call that did not return. ``reason`` names the exception's type only: its text may hold personal data."""

    plugin: str
    hook: str
    reason: str


@dataclass(slots=True)
class Collected:
    """What all implementations of one hook returned, with the plugin's name, and which of them failed."""

    results: list[tuple[str, Any]] = field(default_factory=list)
    faults: list[PluginFault] = field(default_factory=list)

    def flat(self) -> Iterable[Any]:
        """The items of every returned collection, one after another."""
        for _, items in self.results:
            yield from items


@dataclass(slots=True)
class First:
    """The first answer that was not None."""

    value: Any = None
    plugin: str = ""
    faults: list[PluginFault] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class PluginInfo:
    """What is known of an installed plugin without importing it."""

    name: str
    module: str
    attribute: str
    distribution: str
    title: str
    entry_point: importlib.metadata.EntryPoint


@dataclass(slots=True)
class PluginState:
    """How one named plugin fares: ``loaded``, ``suspended``, ``broken`` (did not load), ``missing``."""

    name: str
    status: str
    reason: str = ""
    faults: int = 0


class _Call(NamedTuple):
    """A hook that a thread is in."""

    plugin: str
    hook: str
    since: float  # by the clock
    ran: float  # what ``RunningTime`` said then


def installed_plugins() -> dict[str, PluginInfo]:
    """Every plugin that some installed distribution offers, by name, without importing any of them."""
    found: dict[str, PluginInfo] = {}
    for point in importlib.metadata.entry_points(group=ENTRY_POINT_GROUP):
        found[point.name] = PluginInfo(
            name=point.name,
            module=point.module,
            attribute=point.attr,
            distribution=point.dist.name if point.dist else "",
            title=title_without_import(point.module),
            entry_point=point,
        )
    return dict(sorted(found.items()))


class PluginHost:
    """The plugins of one appliance."""

    def __init__(self, monotonic: Callable[[], float] = time.monotonic, running: RunningTime | None = None) -> None:
        """``running``: the one clock by which calls are given up, for whoever waits for them as well."""
        self._manager = pluggy.PluginManager("kiosk")
        self._manager.add_hookspecs(KioskSpec)
        self._monotonic = monotonic
        self.running = running or RunningTime()
        self._lock = threading.Lock()
        self._states: dict[str, PluginState] = {}
        self._calls: dict[str, list[tuple[str, Callable[..., Any], tuple[str, ...]]]] = {}
        self._in_flight: dict[int, _Call] = {}  # by thread id
        self._overtaken: set[int] = set()  # threads that are in a plugin which was given up
        self.absent: tuple[str, ...] = ()  # plugins of the profile without which nobody may be admitted

    # --- register

    def register(self, name: str, plugin: object) -> None:
        """Add a built plugin. Raises ``pluggy.PluginValidationError`` where a hook's signature is wrong."""
        try:
            self._manager.register(plugin, name=name)
        except Exception:
            self._manager.unregister(name=name)
            raise
        self._states[name] = PluginState(name, "loaded")
        self._rebuild()

    def mark(self, name: str, status: str, reason: str) -> None:
        """Note a plugin that could not be loaded or is of no use, so that the technician sees it; it is not called again."""
        with self._lock:
            faults = self._states[name].faults if name in self._states else 0
            self._states[name] = PluginState(name, status, reason, faults)
            self._rebuild()

    def plugin(self, name: str) -> Any:
        """The plugin's object, or None where it is not loaded."""
        return self._manager.get_plugin(name)

    def states(self) -> list[PluginState]:
        """Every plugin of the profile, in its order."""
        return list(self._states.values())

    def _rebuild(self) -> None:
        calls: dict[str, list[tuple[str, Callable[..., Any], tuple[str, ...]]]] = {}
        order = list(self._states)
        for hook_name in vars(KioskSpec):
            caller = getattr(self._manager.hook, hook_name, None)
            if hook_name.startswith("_") or caller is None:
                continue
            rows = [
                (impl.plugin_name, impl.function, tuple(impl.argnames))
                for impl in caller.get_hookimpls()
                if self._states[impl.plugin_name].status == "loaded"
            ]
            # pluggy calls the last registered first; the profile's order is what a technician expects
            calls[hook_name] = sorted(rows, key=lambda row: order.index(row[0]))
        self._calls = calls
        self.absent = tuple(
            name for name, state in self._states.items() if state.status != "loaded" and self._in_story(name)
        )

    def _in_story(self, name: str) -> bool:
        """Whether a plugin takes part in deciding. Of one that did not load nobody knows, so it may."""
        plugin = self._manager.get_plugin(name)
        return plugin is None or any(
            caller.name in STORY_HOOKS for caller in self._manager.get_hookcallers(plugin) or ()
        )

    # --- call

    def collect(self, hook: str, **arguments: Any) -> Collected:
        """Call every implementation; an answer of None is left out."""
        collected = Collected()
        for plugin, function, names in self._calls.get(hook, ()):
            value, fault = self._call(plugin, hook, function, names, arguments)
            if fault:
                collected.faults.append(fault)
            elif value is not None:
                collected.results.append((plugin, value))
        return collected

    def first(self, hook: str, **arguments: Any) -> First:
        """Call implementations in the profile's order until one answers something other than None."""
        first = First()
        for plugin, function, names in self._calls.get(hook, ()):
            value, fault = self._call(plugin, hook, function, names, arguments)
            if fault:
                first.faults.append(fault)
            elif value is not None:
                first.value, first.plugin = value, plugin
                break
        return first

    def notify(self, hook: str, **arguments: Any) -> list[PluginFault]:
        """Call every implementation for its effect."""
        return self.collect(hook, **arguments).faults

    def implementations(self, hook: str) -> list[str]:
        """The plugins that would be called, in order."""
        return [row[0] for row in self._calls.get(hook, ())]

    def call_one(self, plugin: str, hook: str, **arguments: Any) -> tuple[Any, PluginFault | None]:
        """Call one plugin's implementation, where it has one."""
        for name, function, names in self._calls.get(hook, ()):
            if name == plugin:
                return self._call(plugin, hook, function, names, arguments)
        return None, None

    def _call(
        self, plugin: str, hook: str, function: Callable[..., Any], names: tuple[str, ...], arguments: dict[str, Any]
    ) -> tuple[Any, PluginFault | None]:
        thread = threading.get_ident()
        outer = self._in_flight.get(thread)  # a hook may call the core, which calls another hook
        self._in_flight[thread] = _Call(plugin, hook, self._monotonic(), self.running())
        try:
            # a generator or a wrong type would fail later, outside this guard: see to it here
            value = checked(hook, function(*[arguments[name] for name in names]))
        except BaseException as error:  # noqa: BLE001 - contained, or raised again by _fault
            if self._left(thread, outer) or isinstance(error, Overtaken):
                raise Overtaken from None
            return None, self._fault(plugin, hook, error)
        if self._left(thread, outer):
            raise Overtaken
        return value, None

    def _left(self, thread: int, outer: _Call | None) -> bool:
        """Note that a call ended. True where it was given up before: under the lock, so that it is either or."""
        with self._lock:
            if outer:
                self._in_flight[thread] = outer
            else:
                self._in_flight.pop(thread, None)
            if thread not in self._overtaken:
                return False
            self._overtaken.discard(thread)
            return True

    def _fault(self, plugin: str, hook: str, error: BaseException) -> PluginFault:
        """What a call that raised comes to; raises again what is not for the host to contain."""
        # decode_image says "not an image" by ValueError: the caller's input, not the plugin's fault
        if hook == "decode_image" and isinstance(error, ValueError):
            raise error
        # Ctrl-C reaches only the main thread; anywhere else it is a plugin that ends more than itself
        if isinstance(error, KeyboardInterrupt) and threading.current_thread() is threading.main_thread():
            raise error
        if is_storage_fault(error):  # the card's fault: no reason to suspend the plugin
            if hook in WRITING_HOOKS:
                raise error
            log.error("plugin %s met a fault of the database in hook %s", plugin, hook)
            return PluginFault(plugin, hook, type(error).__name__)
        return self.blame(plugin, hook, error)

    # --- faults

    def blame(self, plugin: str, hook: str, error: BaseException) -> PluginFault:
        """Count a fault: of a call, or found later in what the call left behind."""
        where = _where(error)
        log.error("plugin %s failed in hook %s: %s at %s", plugin, hook, type(error).__name__, where)
        with self._lock:
            state = self._states[plugin]
            state.faults += 1
            state.reason = f"{hook}: {type(error).__name__} at {where}"
            if state.faults >= FAULT_LIMIT and state.status == "loaded":
                self._suspend(state)
        return PluginFault(plugin, hook, type(error).__name__)

    def _suspend(self, state: PluginState) -> None:
        state.status = "suspended"
        log.error("plugin %s suspended until restart: %s", state.name, state.reason)
        self._rebuild()

    def longest_call(self, plugin: str, hook: str) -> tuple[int, float] | None:
        """(thread, seconds so far by the clock) of the call of this hook that has lasted longest; None where there is none."""
        now = self._monotonic()
        calls = list(self._in_flight.items())
        lasting = [(now - call.since, thread) for thread, call in calls if (call.plugin, call.hook) == (plugin, hook)]
        return (max(lasting)[1], max(lasting)[0]) if lasting else None

    def suspend_blocked(self, thread: int, after: float = 0.0) -> PluginFault | None:
        """Suspend the plugin that ``thread`` is stuck in. None where that thread is in none, or not for ``after`` seconds of
        ``running``."""
        with self._lock:  # the call cannot end meanwhile: see _left
            call = self._in_flight.get(thread)
            if not call:
                return None
            lasted = self.running() - call.ran
            if lasted < after:
                return None
            state = self._states[call.plugin]
            if thread not in self._overtaken:  # else another who waited for it was first
                self._overtaken.add(thread)
                state.faults += 1
                state.reason = f"{call.hook}: no answer for {lasted:.0f} s"
            if state.status == "loaded":
                self._suspend(state)
        return PluginFault(call.plugin, call.hook, BLOCKED)


def _where(error: BaseException) -> str:
    """The innermost frame's file name and line: enough to find it, without values."""
    trace = error.__traceback__
    if trace is None:
        return "?"
    while trace.tb_next:
        trace = trace.tb_next
    return f"{Path(trace.tb_frame.f_code.co_filename).name}:{trace.tb_lineno}"
