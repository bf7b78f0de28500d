"""The shipped udev rules in a real udev: the service's user, who is not root, may use what is plugged in."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from tests.machine.guest import SOURCE, Guest
from tests.machine.test_printers import Cable
from tests.machine.test_serial_scanner import HANDHELD, plug, unplug

RULES = "/etc/udev/rules.d/70-kiosk-devices.rules"
RELOAD = "udevadm control --reload"


def as_service(command: str, group: str) -> str:
    """A command of somebody who owns nothing and is in one more group."""
    return f"setpriv --reuid nobody --regid nogroup --groups {group} sh -c '{command}'"


@pytest.fixture
def rules(guest: Guest) -> Iterator[None]:
    guest.run(f"cp {SOURCE}/config/udev/70-kiosk-devices.rules {RULES} && {RELOAD}")
    yield
    guest.run(f"rm {RULES} && {RELOAD}")


@pytest.mark.usefixtures("rules")
def test_udev_takes_every_line(guest: Guest) -> None:
    guest.run(f"udevadm verify {RULES}")  # fails where a line is wrong


@pytest.mark.usefixtures("rules")
def test_the_group_of_printers_prints_over_libusb(guest: Guest) -> None:
    cable = Cable(guest, "usb")
    cable.plug()
    cable.switch_on()
    told = json.loads(guest.run(as_service(guest.program("print_job", "usb", "-"), "lp"), 900.0))
    assert told["error"] == ""
    cable.printed(1)
    cable.switch_off()
    cable.unplug()


@pytest.mark.usefixtures("rules")
def test_a_serial_scanner_belongs_to_its_group_and_is_left_alone_by_modem_manager(guest: Guest) -> None:
    plug(guest)
    told = guest.run(f"udevadm info -q property -n {HANDHELD}")
    assert {"ID_MM_DEVICE_IGNORE=1", "ID_MM_PORT_IGNORE=1"} <= set(told.splitlines())
    assert guest.run(as_service(f"test -r {HANDHELD} && test -w {HANDHELD} && echo may", "dialout")) == "may\n"
    unplug(guest)
