"""The driver of keyboard-like scanners on a real kernel: exclusive, exact, and back after the plug was out."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.machine.guest import Guest
from tests.machine.listening import Listening
from tests.machine.qemu import Machine

WEDGE = "/dev/input/by-id/usb-Test_Wedge_1-event-kbd"
CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"
EVERY_KEY = "".join(map(chr, range(0x20, 0x7F)))
HC1 = "HC1:6BFOXN%TSMAHN-HBSKN50FQ8R%O-KM67P+QAASDD7"  # a Vietnamese input method would make Ấ of AA


def plug(guest: Guest) -> None:
    guest.run(guest.program("gadget", "plug", "keyboard"))
    guest.holds(f"test -e {WEDGE}")


def unplug(guest: Guest) -> None:
    guest.run(guest.program("gadget", "unplug", "keyboard"))
    guest.holds(f"! test -e {WEDGE}")


def scan(guest: Guest, text: str) -> None:
    guest.run(guest.program("wedge", text.encode().hex()))


@pytest.fixture
def wedge(guest: Guest) -> Iterator[Listening]:
    """A scanner that is plugged in and has the product's driver open."""
    plug(guest)
    with Listening(guest, "evdev", WEDGE) as listening:
        listening.opened(1)
        yield listening
    unplug(guest)


def test_every_key_arrives_as_it_was_typed(guest: Guest, wedge: Listening) -> None:
    scan(guest, f"{EVERY_KEY}\n{HC1}\n01\x1d10ABC\n")
    assert wedge.payloads(3) == [EVERY_KEY.encode(), HC1.encode(), b"01\x1d10ABC"]


def test_a_whole_card_arrives_without_the_letters_that_no_key_has(guest: Guest, wedge: Listening) -> None:
    scan(guest, f"{CARD}\n")
    assert wedge.payloads(1) == ["".join(c if c.isascii() else "?" for c in CARD).encode()]


def test_the_longest_code_arrives_whole(guest: Guest, wedge: Listening) -> None:
    code = (HC1 * 70)[:2953]  # bytes: the most that a QR code holds
    scan(guest, f"{code}\n")
    assert wedge.payloads(1) == [code.encode()]


def test_nothing_else_hears_a_grabbed_scanner(guest: Guest, wedge: Listening) -> None:
    other = guest.start(guest.program("overhear", "/tmp/heard", WEDGE))
    guest.holds("test -s /tmp/heard")
    scan(guest, "secret\n")
    assert wedge.payloads(1) == [b"secret"]
    assert guest.run("cat /tmp/heard") == "0"
    with Listening(guest, "evdev", WEDGE, "second") as second:
        second.fault("busy")
    guest.run("rm /tmp/heard")
    assert guest.wait(other).status == 0


def test_without_a_grab_another_program_would_hear_it(guest: Guest) -> None:
    plug(guest)
    other = guest.start(guest.program("overhear", "/tmp/heard", WEDGE))
    guest.holds("test -s /tmp/heard")
    scan(guest, "secret\n")
    guest.holds("test $(cat /tmp/heard) = 7")
    guest.run("rm /tmp/heard")
    assert guest.wait(other).status == 0
    unplug(guest)


def test_it_is_back_after_the_plug_was_out(guest: Guest, wedge: Listening) -> None:
    scan(guest, "before\n")
    wedge.payloads(1)
    unplug(guest)
    wedge.fault("unplugged")
    plug(guest)
    wedge.opened(2)
    scan(guest, "after\n")
    assert wedge.payloads(2) == [b"before", b"after"]


def test_qemus_own_keyboard_is_pulled_and_plugged(machine: Machine) -> None:
    """The same on a USB controller on a PCI bus, by hot-plugging the machine's hardware from outside."""
    path = "/dev/input/by-id/usb-QEMU_QEMU_USB_Keyboard_desk-event-kbd"
    machine.plug("usb-kbd", "desk", serial="desk")
    with Listening(machine.guest, "evdev", path) as listening:
        listening.opened(1)
        for expected in (1, 2):
            for key in ("7", "9", "ret"):
                machine.do("send-key", keys=[{"type": "qcode", "data": key}])
                machine.do("query-status")
            assert listening.payloads(expected) == [b"79"] * expected
            machine.unplug("desk")
            machine.guest.holds(f"! test -e {path}")
            listening.fault("unplugged")
            machine.plug("usb-kbd", "desk", serial="desk")
            listening.opened(expected + 1)
    machine.unplug("desk")
