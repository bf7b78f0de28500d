"""``kiosk read`` where a plugin fails: what it would have known is not called unknown, and what others know is still read."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from click.testing import CliRunner

from kiosk.cli import main
from kiosk.plugin_host.host import BLOCKED, installed_plugins
from tests.support.appliance import as_installed, people
from tests.support.probes import Misbehaviour, faulty

CARD = next(people()).cccd_2021()


def raises(error: BaseException) -> Callable[[], Any]:
    def act() -> Any:
        raise error

    return act


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Callable[[Callable[[], Any]], None]:
    """Install the ID cards' plugin, and before it one whose ``read_credential`` does this."""
    cards = installed_plugins()["citizen_id"]

    def done(act: Callable[[], Any]) -> None:
        given = {"a_faulty": as_installed("a_faulty", faulty("read_credential", act)), "citizen_id": cards}
        monkeypatch.setattr("kiosk.cli.loading.installed_plugins", lambda: given)
        monkeypatch.setattr("kiosk.appliance.installed_plugins", lambda: given)

    return done


@pytest.mark.parametrize("error", [RuntimeError("secret of Nguyễn Văn Thử"), SystemExit(0)], ids=["raises", "exits"])
def test_a_plugin_that_fails(install: Callable[..., None], error: BaseException) -> None:
    install(raises(error))
    said = CliRunner().invoke(main, ["read", "hello", "--json"])
    assert said.exit_code == 1, "neither recognised, nor unknown, nor malformed"
    assert said.stdout == ""
    assert "a_faulty" in said.stderr
    assert "read_credential" in said.stderr
    assert "Nguyễn" not in said.output
    known = CliRunner().invoke(main, ["read", CARD, "--json"])
    assert (known.exit_code, json.loads(known.stdout)["kind"]) == (0, "cccd")


def test_a_plugin_that_blocks(install: Callable[..., None], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kiosk.cli.reading.READ_SECONDS", 0.25)
    blocks = Misbehaviour(lambda: blocks.block())
    install(blocks)
    try:
        said = CliRunner().invoke(main, ["read", "hello", "--json"])
    finally:
        blocks.release()
    assert said.exit_code == 1
    assert BLOCKED in said.stderr
