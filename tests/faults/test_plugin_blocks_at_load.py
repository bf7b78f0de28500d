"""A plugin that blocks while it is imported, configured, built or asked for its kinds: the appliance starts without it."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from pydantic import field_validator

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Encounter, Finding
from kiosk.plugin import PluginSettings, hookimpl
from kiosk.plugin_host import loading as plugin_loading
from kiosk.plugin_host.host import PluginInfo, installed_plugins
from kiosk.settings.profile import read_profile
from kiosk.web.app import create_app
from kiosk.web.staff_profile_file import settings_models
from tests.support.appliance import Probe, Workshop, as_installed, codes, people, show
from tests.support.running_kiosk import RunningKiosk, distribution

SECONDS = 0.3
SHIPPED = ("citizen_id", "self_check_in")


@pytest.fixture
def door(monkeypatch: pytest.MonkeyPatch) -> Iterator[threading.Event]:
    """What the plugins wait for; opened at the end, so that no thread stays."""
    for name in SHIPPED:
        installed_plugins()[name].entry_point.load()  # importing them may take longer than the limit here
    monkeypatch.setattr(plugin_loading, "LOAD_SECONDS", SECONDS)
    opened = threading.Event()
    yield opened
    opened.set()
    until = time.monotonic() + 120
    while any(thread.name == "plugin-loading" for thread in threading.enumerate()):
        assert time.monotonic() < until, "a thread outlived its plugin"
        time.sleep(0.01)


class Import:
    """Stands for an entry point whose module blocks while it is imported."""

    def __init__(self, door: threading.Event) -> None:
        self._door = door

    def load(self) -> type:
        self._door.wait(120)
        return Probe


def blocking(where: str, door: threading.Event) -> PluginInfo:
    class AtBuilding(Probe):
        def __init__(self, context: Any) -> None:
            super().__init__(context)
            door.wait(120)

    class Slow(PluginSettings):
        word: str = "x"

        @field_validator("word")
        @classmethod
        def _wait(cls, value: str) -> str:
            door.wait(120)
            return value

    class AtSettings(Probe):
        Settings = Slow

    class AtKinds(Probe):
        @hookimpl
        def record_kinds(self) -> dict[str, Any]:
            door.wait(120)
            return {}

        @hookimpl
        def judge(self, encounter: Encounter) -> list[Finding]:
            return []

    if where == "import":
        return PluginInfo("slow", "slow", "Slow", "test", "", Import(door))  # type: ignore[arg-type]
    return as_installed("slow", {"settings": AtSettings, "building": AtBuilding, "kinds": AtKinds}[where])


@pytest.mark.parametrize("where", ["import", "settings", "building", "kinds"])
def test_the_appliance_starts_without_it_and_admits_nobody(
    workshop: Workshop, door: threading.Event, where: str
) -> None:
    profile = workshop.profile(
        [*SHIPPED, "slow"], sections='[plugin.slow]\nword = "y"\n' if where == "settings" else ""
    )
    installed = {**installed_plugins(), "slow": blocking(where, door)}
    appliance = Appliance(read_profile(profile), workshop.folder / "data", installed=installed)
    appliance.load_plugins()
    workshop._made.append(appliance)
    appliance.open()
    appliance.start()
    states = {state.name: state for state in appliance.host.states()}
    assert [states[name].status for name in SHIPPED] == ["loaded", "loaded"]
    assert states["slow"].status == "broken"
    if where != "kinds":
        assert states["slow"].reason == "did not load within 0 s"
    answer = show(appliance, next(people()).cccd_2021())
    assert (answer.decision, answer.ticket) == (Decision.REFER, None)
    assert "core.plugin_absent" in codes(answer)
    assert answer.record is not None
    health = create_app(appliance).test_client().get("/health").json
    assert health is not None
    told = next(check for check in health["checks"] if check["name"] == "plugin.slow")
    assert told["level"] == "fault"
    assert "slow" in told["text"]["vi"]

    door.set()  # what comes too late changes nothing
    time.sleep(0.1)
    assert {state.name: state.status for state in appliance.host.states()}["slow"] == "broken"
    assert show(appliance, next(people(2)).cccd_2021()).decision is Decision.REFER


def test_pages_that_check_settings_do_not_wait_for_it_for_ever(
    door: threading.Event, monkeypatch: pytest.MonkeyPatch
) -> None:
    given = {**installed_plugins(), "slow": blocking("import", door)}
    monkeypatch.setattr("kiosk.web.staff_profile_file.installed_plugins", lambda: given)
    assert set(settings_models(["citizen_id", "slow"])) == {"citizen_id"}


BLOCKS = '''"""Blocks while it is imported."""
import threading

threading.Event().wait()
'''


@pytest.mark.process
def test_a_real_start_with_one_is_a_normal_start(workshop: Workshop, tmp_path: Path) -> None:
    site = distribution(tmp_path / "site", "blocks", "blocks_at_import", BLOCKS, "Blocks")
    profile = workshop.profile([*SHIPPED, "blocks"])
    with RunningKiosk(profile, tmp_path / "data", tmp_path / "log", python_path=site).start() as kiosk:
        health = kiosk.get("/health")
        assert health["safe_mode"] is False
        told = next(check for check in health["checks"] if check["name"] == "plugin.blocks")
        assert "did not load within 20 s" in told["text"]["en"]
        assert "không nạp xong trong 20 giây" in told["text"]["vi"]
        answer = kiosk.scan(next(people()).cccd_2021(), "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a10")
        assert (answer["decision"], answer["ticket"]) == ("refer", None)
        assert kiosk.stop() == 0  # the thread that is stuck in it does not hold the process
