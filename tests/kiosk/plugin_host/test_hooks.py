"""The contract with plugins: every hook is described, checked, and used by a plugin that ships."""

from __future__ import annotations

import inspect
from typing import Any

import pytest

from kiosk.hookspecs import KioskSpec
from kiosk.plugin_host.hook_results import _CHECKS
from kiosk.plugin_host.host import installed_plugins

HOOKS = sorted(name for name in vars(KioskSpec) if not name.startswith("_"))


def shipped() -> dict[str, set[str]]:
    """Plugin -> the hooks it implements, of the distribution that this project is."""
    own = installed_plugins()["citizen_id"].distribution
    return {
        info.name: {
            name for name, member in inspect.getmembers(info.entry_point.load()) if hasattr(member, "kiosk_impl")
        }
        for info in installed_plugins().values()
        if info.distribution == own
    }


@pytest.mark.parametrize("hook", HOOKS)
def test_a_hook_says_what_it_is_for_and_what_it_takes_and_returns(hook: str) -> None:
    function = vars(KioskSpec)[hook]
    assert len(inspect.getdoc(function) or "") > 10
    signature = inspect.signature(function)
    assert signature.return_annotation is not inspect.Signature.empty
    for name, parameter in list(signature.parameters.items())[1:]:
        assert parameter.annotation is not inspect.Parameter.empty, name


def test_every_hook_has_a_shipped_plugin_that_uses_it() -> None:
    used: set[str] = set().union(*shipped().values())
    assert sorted(set(HOOKS) - used) == []


def test_no_shipped_plugin_implements_a_hook_that_does_not_exist() -> None:
    assert sorted(set().union(*shipped().values()) - set(HOOKS)) == []


def test_what_every_hook_returns_is_checked() -> None:
    assert sorted(_CHECKS) == HOOKS


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_plugin_takes_the_arguments_that_its_hooks_name(name: str) -> None:
    plugin: Any = installed_plugins()[name].entry_point.load()
    for hook in shipped()[name]:
        offered = inspect.signature(getattr(KioskSpec, hook)).parameters
        taken = inspect.signature(getattr(plugin, hook)).parameters
        assert list(taken) == list(offered), hook


@pytest.mark.parametrize("name", sorted(shipped()))
def test_a_shipped_plugin_has_a_title_that_is_read_without_importing_it(name: str) -> None:
    assert len(installed_plugins()[name].title) > 10
