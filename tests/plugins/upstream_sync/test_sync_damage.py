"""A damaged page in sync's own tables: records go on being made, health says what fails, and nothing is called sent."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from kiosk.appliance import Appliance
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.transport import Transport
from tests.plugins.upstream_sync.conftest import add_records
from tests.support.appliance import let_go
from tests.support.cards import damage
from tests.support.processes import eventually


@pytest.mark.parametrize("table", ["upstream_sync_contact", "upstream_sync_alarms", "upstream_sync_parked"])
def test_a_damaged_page_of_syncs_own_tables(
    tmp_path: Path, device: Appliance, platform: Any, reopened: Any, table: str
) -> None:
    arguments = (device.database, device.station, "kiosk", device.clock, Transport(), platform.url)
    enrol(tmp_path / "device", *arguments, "CODE-1")
    appliance = reopened(longest_pause_seconds=0.05)
    plugin = appliance.host.plugin("upstream_sync")
    let_go(appliance)
    damage(appliance.data_dir / "kiosk.sqlite3", table)

    def faults() -> dict[str, str]:
        return {check.name: check.level.value for check in plugin.health_checks() if check.level not in ("ok", "info")}

    plugin.startup()
    try:
        eventually(lambda: "sync.worker" in faults())
        add_records(appliance, 3)
        assert faults()["sync.worker"] in ("warning", "fault")
        assert "sync.backlog" not in {check.name for check in plugin.health_checks()}, (
            "whether all is sent is not known"
        )
    finally:
        plugin.shutdown()
