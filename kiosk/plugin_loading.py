"""Imports, configures and registers the plugins of a profile; one that fails is marked and the rest go on. Starts none."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from kiosk.journal.kinds import RecordKinds
from kiosk.plugin import PluginContext
from kiosk.plugin_host import PluginHost, PluginInfo
from kiosk.settings import Profile, ProfileError, check_section

log = logging.getLogger(__name__)


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
    problems: list[str] = []
    for name in profile.core.plugins:
        info = installed.get(name)
        if info is None:
            host.mark(name, "missing", "not installed; pip install the distribution that offers it")
            continue
        try:
            plugin_class = info.entry_point.load()
            settings = check_section(profile.path, name, plugin_class.Settings, profile.sections.get(name, {}))
            modules[name] = info.module
            admit(host, kinds, name, plugin_class(context(name, settings)))
        except ProfileError as error:
            problems += error.problems
        except (Exception, SystemExit) as error:  # noqa: BLE001 - a broken plugin must not keep the others from starting
            log.error("plugin %s did not load: %s", name, type(error).__name__)
            host.mark(name, "broken", f"did not load: {type(error).__name__}: {error}"[:200])
    if problems:
        raise ProfileError(problems)
    return modules


def admit(host: PluginHost, kinds: RecordKinds, name: str, plugin: object) -> None:
    """Register a built plugin and the kinds of records it makes. Raises what the host raises, or ``ValueError``."""
    host.register(name, plugin)
    made, fault = host.call_one(name, "record_kinds")
    if fault is not None:
        raise ValueError("it does not say which records it makes")
    if made:
        kinds.add(name, made)
