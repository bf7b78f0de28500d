"""The drivers of printers on a real kernel: libusb, usblp's device node, a serial line over USB. The printer is the shipped twin."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from tests.machine.guest import Guest

LP = "/dev/usb/lp0"
SERIAL = "/dev/serial/by-id/usb-Test_Handheld_1-if00"
OUT = "/tmp/printer"
# the kind of the gadget, the node at the printer's end, the driver, and what it opens
CABLES = {
    "usb": ("printer", "/dev/g_printer0", "usb", "-"),
    "node": ("printer", "/dev/g_printer0", "node", LP),
    "serial": ("serial", "/dev/ttyGS0", "serial", SERIAL),
}


class Cable:
    """A printer at one end, the product's driver at the other."""

    def __init__(self, guest: Guest, kind: str) -> None:
        self._guest = guest
        self._gadget, self._node, self._driver, self._path = CABLES[kind]

    def plug(self) -> None:
        self._guest.run(self._guest.program("gadget", "plug", self._gadget))
        if self._gadget == "printer":  # a driver of the test before may have taken the device from the kernel's own
            self._guest.run("modprobe -r usblp; modprobe usblp")
        self._guest.holds(f"test -e {SERIAL if self._gadget == 'serial' else LP} && test -e {self._node}")

    def unplug(self) -> None:
        self._guest.run(self._guest.program("gadget", "unplug", self._gadget))
        self._guest.holds(f"! test -e {SERIAL if self._gadget == 'serial' else LP}")

    def switch_on(self) -> None:
        if self._gadget == "serial":
            self._guest.run(f"stty -F {self._node} raw -echo")
        self._printer = self._guest.start(self._guest.program("printer", self._node, OUT))
        self._guest.holds(f"test -s {OUT}")

    def switch_off(self) -> None:
        self._guest.run(f"rm -f {OUT} {OUT}.paper")
        ended = self._guest.wait(self._printer)
        assert ended.status == 0, ended.errors

    def print(self) -> dict[str, Any]:
        """What the driver says of a job."""
        status: dict[str, Any] = json.loads(
            self._guest.run(self._guest.program("print_job", self._driver, self._path), 900.0)
        )
        return status

    def printed(self, count: int) -> None:
        """Wait for that many papers."""
        self._guest.holds(f"grep -q '\"printed\": {count},' {OUT}")
        assert json.loads(self._guest.run(f"cat {OUT}"))["errors"] == []

    def roll(self, paper: str) -> None:
        self._guest.run(f"echo {paper} > {OUT}.paper")
        self._guest.holds(f'grep -q \'"paper": "{paper}"\' {OUT}')


@pytest.fixture(params=CABLES)
def cable(guest: Guest, request: pytest.FixtureRequest) -> Iterator[Cable]:
    made = Cable(guest, request.param)
    made.plug()
    made.switch_on()
    yield made
    made.switch_off()
    made.unplug()


def test_a_ticket_is_printed_and_printed_again_after_the_plug_was_out(cable: Cable) -> None:
    assert cable.print()["error"] == ""
    cable.printed(1)
    cable.switch_off()
    cable.unplug()
    assert cable.print()["error"] == "offline"
    cable.plug()
    cable.switch_on()
    assert cable.print()["error"] == ""
    cable.printed(1)


def test_a_printer_without_paper_says_so_and_prints_afterwards(cable: Cable) -> None:
    cable.roll("out")
    told = cable.print()
    assert (told["error"], told["paper"], told["sent"]) == ("paper_out", "out", 0)
    cable.roll("ok")
    assert cable.print()["error"] == ""
    cable.printed(1)
