"""Imports, configures and registers the plugins of a profile; one that fails or blocks is marked and the rest go on. Starts none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from kiosk.plugin import PluginContext
from kiosk.plugin_host.deadline import DeadlineRunner, Overstayed
from kiosk.plugin_host.guarded import GuardedHooks
from kiosk.plugin_host.host import PluginHost, PluginInfo
from kiosk.record_kinds import RecordKinds
from kiosk.settings.mistakes import Mistake, ProfileError
from kiosk.settings.profile import Profile, check_section

T = TypeVar("T")

log = logging.getLogger(__name__)

# from its import to its being built; large libraries take seconds on a small computer with a slow card. Time in which it got no
# processor does not count: where a machine is that busy, no plugin is to blame for it
LOAD_SECONDS = 20.0


class NotLoadedInTimeError(Exception):
    """A plugin's import or building overstayed; it goes on in its own thread, and nothing comes of it."""


def load(
    profile: Profile,
    installed: Mapping[str, PluginInfo],
    host: PluginHost,
    kinds: RecordKinds,
    context: Callable[[str, Any], PluginContext],
) -> dict[str, str]:
    """Build each plugin with ``context(name, its settings)``. Returns name -> module of those that are enabled.

    A wrong setting is not contained: it raises ``ProfileError``, because a technician is there to read it.
    """
    modules: dict[str, str] = {}
    problems: list[Mistake] = []

    def build(name: str, info: PluginInfo) -> object:
        plugin_class = info.entry_point.load()
        section = profile.sections.get(name, {})
        settings = check_section(profile.path, name, plugin_class.Settings, section)
        return plugin_class(context(name, settings))

    for name in profile.core.plugins:
        info = installed.get(name)
        if info is None:
            host.mark(name, "missing", "not installed; pip install the distribution that offers it")
            continue
        try:
            plugin = _in_time(lambda name=name, info=info: build(name, info))  # type: ignore[misc]
            modules[name] = info.module
            admit(host, kinds, name, plugin)
        except ProfileError as error:
            problems += error.problems
        except NotLoadedInTimeError as error:
            log.error("plugin %s %s", name, error)
            host.mark(name, "broken", str(error))
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin must not keep the others from starting
            log.error("plugin %s did not load: %s", name, type(error).__name__)
            host.mark(name, "broken", f"did not load: {type(error).__name__}: {error}"[:200])
    if problems:
        raise ProfileError(problems)
    return modules


def admit(host: PluginHost, kinds: RecordKinds, name: str, plugin: object) -> None:
    """Register a built plugin and the kinds of records it makes. Raises what the host raises, or ``ValueError``."""
    host.register(name, plugin)
    made, fault = GuardedHooks(host, _runner(), LOAD_SECONDS, patient=True).call_one(name, "record_kinds")
    if fault is not None:
        raise ValueError("it does not say which records it makes")
    if made:
        kinds.add(name, made)


def settings_model(info: PluginInfo) -> Any:
    """A plugin's ``Settings``, by importing it. Raises what that raises, or ``NotLoadedInTimeError``."""
    return _in_time(lambda: info.entry_point.load().Settings)


def _in_time(call: Callable[[], T]) -> T:
    try:
        return _runner().run(call, LOAD_SECONDS, patient=True)
    except Overstayed:
        raise NotLoadedInTimeError(f"did not load within {LOAD_SECONDS:.0f} s") from None


def _runner() -> DeadlineRunner:
    """One for a single call: its thread ends with that."""
    return DeadlineRunner(idle=0, name="plugin-loading")
