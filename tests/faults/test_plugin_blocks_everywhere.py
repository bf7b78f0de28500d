"""A plugin that blocks, in every hook there is, on the path on which the hook is called in life: taken out, shown, nobody admitted by it.

Which hooks there are is read from the specification: one that is added must say in ``trigger`` how it is called.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.cli import loading
from kiosk.cli.reading import Reader
from kiosk.domain import Decision
from kiosk.plugin import DecodedCode
from kiosk.plugin_host.guarded import OF_PAGES
from kiosk.plugin_host.host import BLOCKED, STORY_HOOKS
from kiosk.web.app import create_app
from tests.faults.test_plugin_faults import HOOKS, Site, trigger
from tests.support.appliance import Workshop, assert_whole
from tests.support.probes import Misbehaviour, Witness, faulty

SECONDS = 0.25
HANGS = 120.0  # far more than any limit here: who is not back by then never comes
LIMITS = (
    "kiosk.appliance.START_SECONDS",
    "kiosk.appliance.STOP_SECONDS",
    "kiosk.appliance.PRINT_SECONDS",
    "kiosk.web.api.IMAGE_SECONDS",
    "kiosk.plugin_host.loading.LOAD_SECONDS",
    "kiosk.cli.loading.COMMAND_SECONDS",
)


@pytest.fixture
def blocks() -> Iterator[Misbehaviour]:
    made = Misbehaviour(lambda: made.block())
    yield made
    made.release()


def in_time(work: Callable[[], Any]) -> Any:
    """What ``work`` returns or raises; fails where it hangs."""
    came: list[Any] = []
    failed: list[BaseException] = []

    def run() -> None:
        try:
            came.append(work())
        except BaseException as error:
            failed.append(error)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()
    thread.join(HANGS)
    assert not thread.is_alive(), "it hangs with the plugin"
    if failed:
        raise failed[0]
    return came[0]


def call(site: Site, hook: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """As ``trigger``, and by the command line where only that calls a hook."""
    appliance = site.appliance
    if hook == "commands":
        monkeypatch.setattr(loading, "everything_installed", lambda: appliance)
        assert "witness-says" in loading.plugin_commands()
    elif hook == "verify_credential":
        scan = appliance.new_scan(DecodedCode("nobody's", b"", "QRCode"), "test")
        monkeypatch.setattr("kiosk.cli.reading.READ_SECONDS", SECONDS)
        found = Reader(appliance).read(scan, ())
        assert found.fault is not None
        assert found.fault.reason == BLOCKED
    else:
        trigger(site, hook)


@pytest.mark.parametrize("hook", HOOKS)
def test_a_plugin_that_blocks(
    workshop: Workshop, blocks: Misbehaviour, hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for limit in LIMITS:
        monkeypatch.setattr(limit, SECONDS)

    def begin() -> Site:
        plugins = [("faulty", faulty(hook, blocks)), ("witness", Witness)]
        appliance: Appliance = workshop.start(plugins, hook_seconds=SECONDS)
        return Site(appliance, create_app(appliance).test_client(), appliance.host.plugin("witness"))

    site = in_time(begin)
    if hook != "record_kinds":  # which is called when the plugin is loaded
        in_time(lambda: call(site, hook, monkeypatch))
    assert blocks.calls == 1, f"say in trigger how {hook} is called"
    if hook in OF_PAGES:  # the page goes on; who has not come back long after is taken out when it is wanted again
        assert site.state().status == "loaded"
        assert site.health()["unanswered"] == "warning"
        monkeypatch.setattr("kiosk.plugin_host.guarded.PATIENCE_SECONDS", SECONDS)
        in_time(lambda: call(site, hook, monkeypatch))
    assert site.state().status == ("broken" if hook == "record_kinds" else "suspended")
    assert site.health()["plugin.faulty"] == "fault"
    answer = in_time(lambda: site.visit(2))
    assert answer.decision is (Decision.REFER if hook in STORY_HOOKS else Decision.ADMIT)
    assert answer.record is not None
    assert blocks.calls == 1, "who blocked once is not asked again"
    blocks.release()
    assert_whole(site.appliance, ["core", "witness"])
