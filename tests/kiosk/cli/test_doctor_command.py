"""``kiosk doctor`` looks at devices and sync for real, records nothing meanwhile, and asks a running appliance."""

from __future__ import annotations

import json
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from click.testing import CliRunner, Result

from kiosk.appliance import Appliance
from kiosk.cli import main
from kiosk.cli.examination import examine
from kiosk.cli.running import ask_running
from kiosk.domain import HealthCheck, HealthLevel, Text
from kiosk.identity import load_identity
from kiosk.plugin import DecodedCode, PluginContext, PluginSettings, hookimpl
from kiosk.plugin_host.start_marker import DataLock
from kiosk.settings.profile import read_profile
from tests.support.appliance import Workshop, people, records
from tests.support.cards import small_card, write_protect
from tests.support.running_kiosk import RunningKiosk

VIRTUAL = """
[plugin.qr_scanning]
cameras = [{ kind = "virtual", name = "front" }]
[plugin.receipt_printing]
printer = { kind = "virtual" }
"""


def doctor(profile: Path, data: Path, *more: str) -> Result:
    return CliRunner().invoke(main, ["doctor", "--profile", str(profile), "--data", str(data), *more])


def checks(said: Result) -> dict[str, dict[str, Any]]:
    return {check["name"]: check for check in json.loads(said.stdout)["checks"]}


def test_devices_are_started_and_looked_at(workshop: Workshop, tmp_path: Path) -> None:
    profile = workshop.profile(["qr_scanning", "receipt_printing"], VIRTUAL)
    found = checks(doctor(profile, tmp_path / "data", "--json"))
    assert (found["camera:front"]["level"], found["printer"]["level"]) == ("ok", "ok"), found


def test_a_device_that_is_not_there_is_a_fault_with_advice(workshop: Workshop, tmp_path: Path) -> None:
    absent = '[plugin.receipt_printing]\nprinter = { kind = "network", host = "127.0.0.1", port = 9 }\n'
    said = doctor(workshop.profile(["receipt_printing"], absent), tmp_path / "data")
    assert said.exit_code == 1
    assert "FAULT    printer" in said.stdout
    assert " → " in said.stdout


def test_a_camera_that_does_not_come_ends_in_status_1(workshop: Workshop, tmp_path: Path) -> None:
    absent = '[plugin.qr_scanning]\ncameras = [{ kind = "v4l2", name = "front", path = "/dev/no-camera" }]\n'
    said = doctor(workshop.profile(["qr_scanning"], absent), tmp_path / "data")
    assert said.exit_code == 1
    assert "FAULT    camera:front" in said.stdout


def test_an_enrolled_kiosk_is_not_called_unenrolled(workshop: Workshop, tmp_path: Path) -> None:
    data = tmp_path / "data"
    load_identity(data)
    (data / "identity" / "enrolment.json").write_text("{", "utf-8")
    said = doctor(workshop.profile(["upstream_sync"]), data, "--json")
    assert checks(said)["sync.enrolment"]["text"] == "This device's enrolment cannot be read."
    (data / "identity" / "enrolment.json").unlink()
    plain = checks(doctor(workshop.profile(["upstream_sync"]), data, "--json"))["sync.enrolment"]
    assert plain["text"].startswith("Not enrolled")


def test_a_plugin_that_is_missing_ends_in_status_1(workshop: Workshop, tmp_path: Path) -> None:
    said = doctor(workshop.profile(["nowhere"]), tmp_path / "data", "--json")
    assert said.exit_code == 1
    assert checks(said)["plugin.nowhere"]["level"] == "fault"
    assert checks(said)["plugin.nowhere"]["advice"]
    well = doctor(workshop.profile(["citizen_id"]), tmp_path / "data")
    assert well.exit_code == 0, well.output
    assert "journal" in well.stdout


class Eager:
    """A device before which somebody holds a card, and whose state is known only at the third look."""

    Settings = PluginSettings
    name = "eager"

    def __init__(self, context: PluginContext) -> None:
        self.looks = 0
        self.happened: list[str] = []

    @hookimpl
    def startup(self) -> None:
        self.happened.append("startup")

    @hookimpl
    def scan_sources(self) -> list[Eager]:
        return [self]

    def start(self, deliver: Any) -> None:
        payload = next(people()).cccd_2021()
        deliver(DecodedCode(payload, payload.encode(), "QRCode"))

    def stop(self) -> None:
        self.happened.append("stop")

    @hookimpl
    def health_checks(self) -> list[HealthCheck]:
        self.looks += 1
        level = HealthLevel.OK if self.looks > 2 else HealthLevel.INFO
        return [HealthCheck("eager", level, Text("x", "x"), pending=self.looks <= 2)]

    @hookimpl
    def shutdown(self) -> None:
        self.happened.append("shutdown")


class Broken(Eager):
    def start(self, deliver: Any) -> None:
        raise OSError("gone")


def test_it_looks_until_all_is_known_records_nothing_and_stops_what_it_started(workshop: Workshop) -> None:
    appliance = workshop.open(["citizen_id", ("eager", Eager)])
    found = {check.name: check.level for check in examine(appliance, 30)}
    plugin = appliance.host.plugin("eager")
    assert found["eager"] is HealthLevel.OK
    assert plugin.looks == 3
    assert plugin.happened == ["startup", "stop", "shutdown"]
    assert records(appliance) == []


def test_a_device_that_does_not_start_is_told_and_the_rest_is_looked_at(workshop: Workshop) -> None:
    appliance = workshop.open([("eager", Broken)])
    found = {check.name: check for check in examine(appliance, 0)}
    assert found["plugin.eager"].level is HealthLevel.WARNING
    assert "OSError" in found["plugin.eager"].text.en
    assert found["eager"].level is HealthLevel.INFO  # no time was given


# --- where it runs already


@pytest.mark.process
def test_a_running_appliance_is_asked(workshop: Workshop, tmp_path: Path) -> None:
    profile, data = workshop.profile(["citizen_id"]), tmp_path / "data"
    with RunningKiosk(profile, data, tmp_path / "log").start() as running:
        port = running.url.rpartition(":")[2]
        said = doctor(profile, data, "--port", port, "--json")
        assert said.exit_code == 0, said.output
        assert "it was asked at" in checks(said)["process"]["text"]
        assert checks(said)["journal"]["level"] == "ok"
        site = read_profile(profile).core.model_copy(update={"site": SimpleNamespace(id="elsewhere")})
        (stranger,) = ask_running(site, int(port))
        assert stranger.level is HealthLevel.FAULT
        assert "another site" in stranger.text.en


def test_one_that_does_not_answer_is_a_fault(workshop: Workshop, tmp_path: Path) -> None:
    held = DataLock(tmp_path / "data")
    try:
        said = doctor(workshop.profile(), tmp_path / "data", "--port", "9")
    finally:
        held.release()
    assert said.exit_code == 1
    assert "does not answer at http://127.0.0.1:9/health" in said.stdout


def test_a_card_that_cannot_be_used_is_a_fault_with_advice(workshop: Workshop, tmp_path: Path) -> None:
    with small_card(tmp_path / "card") as card:
        write_protect(card)
        said = doctor(workshop.profile(), card / "data")
        assert said.exit_code == 1
        assert "FAULT    journal" in said.stdout
        assert "The card is write-protected. (EROFS)" in said.stdout
        assert " → A worn card often locks itself" in said.stdout


@pytest.mark.parametrize("host", ["0.0.0.0", "::", "127.0.0.1", "localhost"])
def test_every_address_that_one_listens_on_can_be_asked(workshop: Workshop, host: str) -> None:
    appliance: Appliance = workshop.build(sections=f'[server]\nhost = "{host}"\nport = 9\n')
    (silent,) = ask_running(appliance.settings)
    url = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(host, host)
    assert f"http://{url}:9/health" in silent.text.en
