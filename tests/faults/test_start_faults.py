"""Real processes whose start goes wrong: a plugin that kills it brings safe mode, and the way out of it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.appliance import Workshop, people
from tests.support.processes import ROOT
from tests.support.running_kiosk import RunningKiosk, distribution

pytestmark = pytest.mark.process

EXITS = '''"""Ends the process while it is imported."""
import os

os._exit(7)
'''


def test_a_plugin_that_kills_the_process_brings_safe_mode(workshop: Workshop, tmp_path: Path) -> None:
    site = distribution(tmp_path / "site", "exits", "exits_at_import", EXITS, "Exits")
    profile = workshop.profile(["citizen_id", "self_check_in", "exits"])
    data, log = tmp_path / "data", tmp_path / "stderr.log"
    with RunningKiosk(profile, data, log, python_path=site) as first:
        assert first.wait() == 7
    assert json.loads((data / "starting.json").read_text())["attempts"] == 1
    with RunningKiosk(profile, data, log, python_path=site) as second:
        health = second.ready().get("/health")
        assert health["safe_mode"] is True
        safe = next(check for check in health["checks"] if check["name"] == "safe_mode")
        assert "the last start did not end" in safe["text"]["en"]
        answer = second.scan(next(people()).cccd_2021(), "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a10")
        assert (answer["decision"], answer["ticket"]) == ("refer", None)
        assert answer["record"] is not None
        assert second.stop() == 0
    # the technician takes the plugin out of the profile: the next start is a normal one
    profile = workshop.profile(["citizen_id", "self_check_in"])
    with RunningKiosk(profile, data, log, python_path=site) as third:
        assert third.ready().get("/health")["safe_mode"] is False
        again = third.scan(next(people()).cccd_2021(), "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a10")
        assert again == answer
        assert third.scan(next(people(2)).cccd_2021(), "9e0d2c51-0c2e-4c57-8a2e-3f6b7d1c2a11")["decision"] == "admit"


BAD_TABLE = '''"""Cannot make its table."""
from sqlalchemy.orm import Mapped, mapped_column
from sqlalchemy.types import UserDefinedType

from kiosk.storage.database import Base
from kiosk.plugin import PluginSettings


class Odd(UserDefinedType):
    def get_col_spec(self, **more):
        raise ValueError("no such type")


class Row(Base):
    __tablename__ = "badtable_rows"
    id: Mapped[int] = mapped_column(primary_key=True)
    odd: Mapped[str] = mapped_column(Odd())


class BadTable:
    Settings = PluginSettings

    def __init__(self, context):
        pass
'''


def test_a_plugin_whose_tables_cannot_be_made_brings_safe_mode(workshop: Workshop, tmp_path: Path) -> None:
    site = distribution(tmp_path / "site", "badtable", "bad_table", BAD_TABLE, "BadTable")
    profile = workshop.profile(["citizen_id", "self_check_in", "badtable"])
    data, log = tmp_path / "data", tmp_path / "stderr.log"
    with RunningKiosk(profile, data, log, python_path=site) as first:
        assert first.wait() == 1
    with RunningKiosk(profile, data, log, python_path=site) as second:
        assert second.ready().get("/health")["safe_mode"] is True
        assert second.stop() == 0


def test_safe_mode_by_flag(workshop: Workshop, tmp_path: Path) -> None:
    with RunningKiosk(workshop.profile(["self_check_in"]), tmp_path / "data", tmp_path / "log", "--safe") as kiosk:
        health = kiosk.ready().get("/health")
        assert health["safe_mode"] is True
        assert {check["name"] for check in health["checks"]} >= {"safe_mode", "plugin.self_check_in"}


def test_a_data_directory_that_cannot_be_used_is_named(workshop: Workshop, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("a file, not a directory")
    data = tmp_path / "file" / "data"
    ended = run(workshop.profile(["self_check_in"]), data)
    assert ended.returncode == 1
    assert str(data) in ended.stderr
    assert "Traceback" not in ended.stderr


def run(profile: Path, data: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "kiosk", "run", "--profile", str(profile), "--data", str(data), "--port", "0"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=180,
        check=False,
    )
