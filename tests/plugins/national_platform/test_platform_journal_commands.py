"""``kiosk journal`` on a platform: journals that others wrote, under keys that others had."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.cli import main
from plugins.national_platform import devices
from tests.support.appliance import Workshop
from tests.support.platform import Device, PlatformUnderTest, visits
from tests.support.platform_fixtures import PLUGINS

EARLIER_KEY = b"e" * 32


@pytest.fixture
def profile(platform: PlatformUnderTest, workshop: Workshop, journal_section: str) -> Path:
    return workshop.profile(PLUGINS, role="platform", sections=journal_section)


def journal(platform: PlatformUnderTest, profile: Path, command: str, *more: str) -> Result:
    data = platform.appliance.data_dir
    return CliRunner().invoke(main, ["journal", command, "--profile", str(profile), "--data", str(data), *more])


def enrolled_late(platform: PlatformUnderTest) -> Device:
    """A device with a journal from before it knew the nation's key, and one after."""
    device = Device(platform)
    earlier = f"{device.identity.device}.1"
    said = [{"writer": earlier, "digest_key": base64.b64encode(EARLIER_KEY).decode()}]
    assert device.enrol(platform.mint(), earlier=said).status_code == 201
    assert device.push(visits(platform.appliance, earlier, 3, key=EARLIER_KEY)).status_code == 200
    assert device.push(device.visits(2)).status_code == 200
    return device


def test_verify_knows_the_key_of_every_journal_also_of_a_revoked_device(
    platform: PlatformUnderTest, profile: Path
) -> None:
    device = enrolled_late(platform)
    with platform.appliance.database.writing() as session:
        devices.revoke(session, device.identity.device, "lost", 1)
    told = journal(platform, profile, "verify", "--json")
    found = {one["writer"]: (one["ok"], one["records"]) for one in json.loads(told.stdout)}
    assert (found[f"{device.identity.device}.1"], found[device.writer]) == ((True, 3), (True, 2))
    assert told.exit_code == 0


def test_status_says_nothing_of_acknowledgement_where_nothing_is_sent(
    platform: PlatformUnderTest, profile: Path
) -> None:
    device = enrolled_late(platform)
    told = journal(platform, profile, "status")
    assert told.exit_code == 0
    assert f"{device.writer:<32} received" in told.stdout
    assert "acknowledged" not in told.stdout
    rows = json.loads(journal(platform, profile, "status", "--json").stdout)["journals"]
    assert {(one["writer"], one["records"], one["acknowledged"]) for one in rows} == {
        (f"{device.identity.device}.1", 3, None),
        (device.writer, 2, None),
    }
