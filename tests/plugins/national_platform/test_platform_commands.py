"""``kiosk platform …`` and ``kiosk simulate-fleet`` as a person types them."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from kiosk.journal.reading import batches
from kiosk.operators.pin import Pins
from kiosk.operators.register import Trust, find
from plugins.national_platform.fleet_command import simulate_fleet
from plugins.national_platform.operator_commands import platform as platform_command
from tests.support.appliance import Workshop, records
from tests.support.platform import PlatformUnderTest, stored
from tests.support.platform_fixtures import PLUGINS, with_pages


class Shell:
    """Runs commands on one platform, and opens it between them."""

    def __init__(self, workshop: Workshop) -> None:
        self.workshop = workshop
        self.profile = workshop.profile(
            PLUGINS, role="platform", sections='[plugin.national_platform]\npublic_url = "https://platform.example"'
        )

    def __call__(self, *arguments: str, text: str | None = None) -> Result:
        at = ["--profile", str(self.profile), "--data", str(self.workshop.folder / "data")]
        return CliRunner().invoke(platform_command, [arguments[0], *at, *arguments[1:]], input=text)


@pytest.fixture
def shell(workshop: Workshop) -> Shell:
    return Shell(workshop)


def open_platform(workshop: Workshop) -> PlatformUnderTest:
    return with_pages(workshop.open(PLUGINS, role="platform"))


def test_a_printed_code_enrols_a_device_that_is_listed_and_revoked(shell: Shell, workshop: Workshop) -> None:
    from tests.support.platform import Device

    told = shell("code", "--site", "hcm-q1")
    assert told.exit_code == 0, told.output
    code = re.search(r"\b(?:[A-Z0-9]{4}-){2}[A-Z0-9]{4}\b", told.output)
    assert code
    assert f"https://platform.example/#enrol={code.group()}" in told.output
    platform = open_platform(workshop)
    device = Device(platform, "hcm-q1")
    assert device.enrol(code.group()).status_code == 201
    device.push(device.visits(3))
    workshop.stop(platform.appliance)

    listed = json.loads(shell("devices", "--json").output)
    assert (listed["device"], listed["site"], listed["records"]) == (device.identity.device, "hcm-q1", 3)
    assert device.identity.device in shell("devices").output
    assert shell("revoke", device.identity.device, "--reason", "lost").exit_code == 0
    assert "REVOKED" in shell("devices").output
    assert shell("revoke", "nobody").exit_code == 1


def test_many_codes_come_one_a_line(shell: Shell) -> None:
    lines = shell("code", "--count", "3").stdout.split()
    assert len(set(lines)) == 3
    made = [json.loads(line) for line in shell("code", "--count", "2", "--json").output.splitlines()]
    assert {tuple(sorted(one)) for one in made} == {("code", "expires_at_ms", "link", "site")}


def test_published_lines_are_in_the_audiences_journal(shell: Shell) -> None:
    shell("code")
    lines = "".join(
        json.dumps({"site": "here", "day": f"2021-08-{day}", "national_id": "001099012345"}) + "\n" for day in (16, 17)
    )
    told = shell("publish", "--audience", "site:here", "--kind", "self_check_in.appointment", "-", "--json", text=lines)
    assert json.loads(told.output) == {"writer": "site:here", "published": 2, "seq": 2}
    wrong = shell(
        "publish", "--audience", "everybody", "--kind", "core.notice", "-", text='{"title": "a", "text": "b"}'
    )
    assert wrong.exit_code == 1
    assert "no audience" in wrong.output
    bad = shell("publish", "--audience", "nation", "--kind", "core.notice", "-", text="{")
    assert bad.exit_code == 1
    assert "line 1" in bad.output


def test_an_operator_is_published_with_a_hashed_pin_and_disabled(shell: Shell, workshop: Workshop) -> None:
    shell("code")
    at = ("--audience", "site:here")
    told = shell(
        "operator", "Trần Văn Mẫu", "--role", "officer", "--role", "technician", *at, "--pin-stdin", "--json",
        text="2580\n",
    )  # fmt: skip
    assert told.exit_code == 0, told.output
    made = json.loads(told.output)
    assert made == {
        "id": "101", "name": "Trần Văn Mẫu", "roles": ["officer", "technician"], "audience": "site:here",
    }  # fmt: skip
    assert shell("disable-operator", "101", "--audience", "nation").exit_code == 1
    assert shell("disable-operator", "101", *at).exit_code == 0
    platform = open_platform(workshop)
    with platform.appliance.session() as session:
        said = [one for batch in batches(session, "site:here", platform.appliance.kinds) for one in batch]
        assert find(session, Trust("somekiosk", False), "101"), "a device believes it"
        assert find(session, Trust.of(platform.appliance.identity, "platform"), "101") is None
    assert [(one.kind, one.data.operator, one.data.active) for one in said] == [
        ("core.operator", "101", True),
        ("core.operator", "101", False),
    ]
    assert Pins().matches(said[0].data.pin_hash, "2580")
    assert "2580" not in told.output + str(said[0].body)
    actions = [one.data.action for one in records(platform.appliance)]
    assert actions == ["platform.operator_published", "platform.operator_disabled"]


@pytest.mark.parametrize(
    ("arguments", "pin", "why"),
    [
        (("An", "--role", "officer", "--audience", "everybody"), "2580", "no audience"),
        (("An", "--role", "officer", "--audience", "nation"), "1111", "too easy"),
        (("An", "--role", "officer", "--audience", "nation"), "", "4 to 12 digits"),
        (("An", "--role", "officer", "--audience", "nation", "--id", "Ông An"), "2580", "an id has"),
        (("An", "--role", "king", "--audience", "nation"), "2580", "Invalid value"),
        ((" ", "--role", "officer", "--audience", "nation"), "2580", "a name"),
    ],
)
def test_a_wrong_operator_is_not_published(
    shell: Shell, workshop: Workshop, arguments: tuple[str, ...], pin: str, why: str
) -> None:
    shell("code")
    told = shell("operator", *arguments, "--pin-stdin", text=pin + "\n")
    assert told.exit_code != 0
    assert why in told.output
    assert stored(open_platform(workshop).appliance) == 0


def test_alarms_are_listed_and_closed(shell: Shell, workshop: Workshop) -> None:
    shell("code")
    assert shell("alarms").exit_code == 0
    platform = open_platform(workshop)
    device = platform.device()
    device.push(device.visits(2))
    device.push(device.visits(2))  # other ids under the same numbers
    workshop.stop(platform.appliance)
    listed = shell("alarms", "--json")
    assert listed.exit_code == 1
    assert (json.loads(listed.output)["writer"], json.loads(listed.output)["seq"]) == (device.writer, 1)
    assert "two histories" in shell("alarms").output
    assert "1 closed" in shell("alarms", "--resolve", device.writer).output
    assert shell("alarms").exit_code == 0


def test_a_kiosks_profile_is_no_platform(workshop: Workshop) -> None:
    profile = workshop.profile(("self_check_in",))
    told = CliRunner().invoke(
        platform_command, ["code", "--profile", str(profile), "--data", str(workshop.folder / "data")]
    )
    assert told.exit_code == 1
    assert "is no platform" in told.output


def test_a_fleet_needs_a_code_for_each_device(tmp_path: Path) -> None:
    codes = tmp_path / "codes"
    codes.write_text("ABCD-EFGH-JKMN\n")
    told = CliRunner().invoke(
        simulate_fleet, ["--devices", "2", "--platform", "http://127.0.0.1:1", "--codes", str(codes)]
    )
    assert told.exit_code == 1
    assert "2 devices need 2 codes" in told.output


@pytest.mark.parametrize("address", ["http://127.0.0.1:1", "nonsense", "http://", "http://[::1", "ftp://127.0.0.1"])
def test_a_fleet_says_that_no_platform_is_reached(tmp_path: Path, address: str) -> None:
    codes = tmp_path / "codes"
    codes.write_text("ABCD-EFGH-JKMN\n")
    told = CliRunner().invoke(
        simulate_fleet, ["--devices", "1", "--records", "1", "--platform", address, "--codes", str(codes)]
    )
    assert told.exit_code == 1
    assert isinstance(told.exception, SystemExit), told.exception
    assert address.rstrip("/") in told.output


def test_without_codes_a_fleet_gets_them_from_the_platform_of_this_machine(
    tmp_path: Path,
) -> None:
    none = CliRunner().invoke(simulate_fleet, ["--platform", "http://127.0.0.1:1", "--data", str(tmp_path / "none")])
    assert none.exit_code == 1
    assert "holds no appliance" in none.output
    assert not (tmp_path / "none").exists()  # no second platform is begun beside the one that runs


def test_a_code_for_a_platform_that_was_not_there_says_so(shell: Shell) -> None:
    assert "There was no platform in" in shell("code").stderr
    assert shell("code").stderr == ""
