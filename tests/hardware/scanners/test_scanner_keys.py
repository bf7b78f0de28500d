"""A keyboard-wedge scanner's key events become bytes by the fixed US layout, whatever the system's layout is."""

from __future__ import annotations

import string
from pathlib import Path
from typing import cast

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.evdev_keyboard import EvdevScanner
from hardware.scanners.input_device import EV_KEY, EV_SYN, SYN_DROPPED, InputDevice, InputEvent
from hardware.scanners.us_keys import UsKeys
from hardware.supervise import TemporaryFault

DROPPED = InputEvent(EV_SYN, SYN_DROPPED, 0)
SHIFT, CONTROL, ALT, META, CAPS, ENTER, SPACE = 42, 29, 56, 125, 58, 28, 57

# Recorded from the order of the keys on a US keyboard: (event code, plain, shifted), for each printable character.
RECORDED = {
    "1": (2, 0), "!": (2, 1), "2": (3, 0), "@": (3, 1), "3": (4, 0), "#": (4, 1), "4": (5, 0), "$": (5, 1),
    "5": (6, 0), "%": (6, 1), "6": (7, 0), "^": (7, 1), "7": (8, 0), "&": (8, 1), "8": (9, 0), "*": (9, 1),
    "9": (10, 0), "(": (10, 1), "0": (11, 0), ")": (11, 1), "-": (12, 0), "_": (12, 1), "=": (13, 0), "+": (13, 1),
    "q": (16, 0), "w": (17, 0), "e": (18, 0), "r": (19, 0), "t": (20, 0), "y": (21, 0), "u": (22, 0), "i": (23, 0),
    "o": (24, 0), "p": (25, 0), "[": (26, 0), "{": (26, 1), "]": (27, 0), "}": (27, 1), "a": (30, 0), "s": (31, 0),
    "d": (32, 0), "f": (33, 0), "g": (34, 0), "h": (35, 0), "j": (36, 0), "k": (37, 0), "l": (38, 0), ";": (39, 0),
    ":": (39, 1), "'": (40, 0), '"': (40, 1), "`": (41, 0), "~": (41, 1), "\\": (43, 0), "|": (43, 1), "z": (44, 0),
    "x": (45, 0), "c": (46, 0), "v": (47, 0), "b": (48, 0), "n": (49, 0), "m": (50, 0), ",": (51, 0), "<": (51, 1),
    ".": (52, 0), ">": (52, 1), "/": (53, 0), "?": (53, 1), " ": (57, 0),
}  # fmt: skip
RECORDED |= {letter.upper(): (RECORDED[letter][0], 1) for letter in string.ascii_lowercase}


def strokes(text: str) -> list[tuple[int, int]]:
    """The events a scanner sends for ``text``."""
    events: list[tuple[int, int]] = []
    for char in text:
        code, shifted = (ENTER, 0) if char == "\n" else RECORDED[char]
        events += [(SHIFT, 1)] * shifted + [(code, 1), (code, 0)] + [(SHIFT, 0)] * shifted
    return events


def typed(events: list[tuple[int, int]]) -> bytes:
    keys = UsKeys()
    return b"".join(keys.feed(code, value) for code, value in events)


def test_every_printable_character_is_covered() -> None:
    assert set(RECORDED) == set(string.printable[:95])
    assert typed(strokes(string.printable[:95])).decode() == string.printable[:95]


def test_a_code_that_an_input_method_garbles_arrives_as_it_is() -> None:
    assert typed(strokes("AASDD7|HC1:6BF+70\n")) == b"AASDD7|HC1:6BF+70\n"


def test_caps_lock_turns_letters_and_nothing_else() -> None:
    assert typed([(CAPS, 1), (CAPS, 0), *strokes("aB1!")]) == b"Ab1!"


def test_the_number_block_types_digits() -> None:
    assert typed([(code, 1) for code in (82, 79, 80, 81, 75, 76, 77, 71, 72, 73, 98, 55, 74, 78, 83, 96)]) == (
        b"0123456789/*-+.\n"
    )


def test_control_characters_are_data_and_never_keys() -> None:
    control = [(CONTROL, 1), (27, 1), (27, 0), (CONTROL, 0)]
    assert typed([*control, *strokes("01\n")]) == b"\x1d01\n"
    assert typed([(CONTROL, 1), (50, 1), (36, 1), (ENTER, 1), (SPACE, 1)]) == b""  # ctrl-M, ctrl-J: no line ends


@pytest.mark.parametrize("modifier", [ALT, META, 100])
def test_keys_with_alt_or_meta_type_nothing(modifier: int) -> None:
    assert typed([(modifier, 1), *strokes("ab"), (modifier, 0), *strokes("c")]) == b"c"


def test_the_kernels_repeats_are_ignored() -> None:
    assert typed([(30, 1), (30, 2), (30, 2), (30, 0)]) == b"a"


@given(st.lists(st.tuples(st.integers(0, 800), st.integers(-1, 3)), max_size=60))
def test_any_events_type_ascii_at_most(events: list[tuple[int, int]]) -> None:
    assert all(byte < 128 for byte in typed(events))


@given(st.text(alphabet="".join(sorted(RECORDED)), max_size=60))
def test_what_is_typed_is_what_arrives(text: str) -> None:
    assert typed(strokes(text)).decode() == text


class Device:
    """Stands in for an input device: ``batches`` of events, an exception among them is raised."""

    def __init__(
        self, batches: list[list[tuple[int, int]] | OSError], *, grabs: bool = True, now: list[float] | None = None
    ) -> None:
        self.batches, self.grabs, self.now = batches, grabs, now or [0.0]
        self.grabbed = self.closed = False

    def grab(self) -> None:
        if not self.grabs:
            raise OSError(16, "busy")
        self.grabbed = True

    def listen(self) -> None:
        assert self.grabbed  # nobody else may hear even the first key

    def close(self) -> None:
        self.grabbed, self.closed = False, True

    def readable(self, wait: float) -> bool:
        if self.batches:
            return True
        self.now[0] += wait
        return False

    def read(self) -> list[InputEvent]:
        batch = self.batches.pop(0)
        if isinstance(batch, OSError):
            raise batch
        noise = InputEvent(4, 4, 30)  # scan codes come with each key and are not keys
        return [event for c, v in batch for event in (noise, DROPPED if c < 0 else InputEvent(EV_KEY, c, v))]


def scanner(tmp_path: Path, device: Device) -> EvdevScanner:
    node = tmp_path / "usb-Scanner-event-kbd"
    node.touch()
    return EvdevScanner("desk", node, clock=lambda: device.now[0], device=lambda path: cast(InputDevice, device))


def test_a_scan_is_read_grabbed_and_given_back(tmp_path: Path) -> None:
    events = strokes("001099012345|An\nSECOND")
    device = Device([events[:7], events[7:]])
    reader = scanner(tmp_path, device)
    reader.open()
    assert device.grabbed
    assert reader.read(0.5) == b"001099012345|An"
    assert reader.read(0.5) == b"SECOND"  # no Enter: ended by silence
    assert reader.read(0.5) is None
    reader.close()
    assert (device.grabbed, device.closed) == (False, True)


def test_a_pulled_plug_is_temporary(tmp_path: Path) -> None:
    device = Device([strokes("half"), OSError(19, "no such device")])
    reader = scanner(tmp_path, device)
    reader.open()
    with pytest.raises(TemporaryFault, match="unplugged"):
        reader.read(0.5)
    device.batches = [strokes("whole\n")]
    reader.open()
    assert reader.read(0.5) == b"whole"  # the half before the fault is forgotten
    (tmp_path / "usb-Scanner-event-kbd").unlink()
    with pytest.raises(TemporaryFault, match="unplugged"):
        reader.open()


def test_half_a_code_is_never_taken_for_the_whole(tmp_path: Path) -> None:
    lost = [*strokes("0010990"), (-1, 0), *strokes("345\n")]
    device = Device([lost])
    reader = scanner(tmp_path, device)
    reader.open()
    with pytest.raises(TemporaryFault, match="overrun"):
        reader.read(0.5)
    device.batches = [strokes("whole\n")]
    reader.open()
    assert reader.read(0.5) == b"whole"


def test_a_scanner_that_another_program_grabbed_is_left_alone(tmp_path: Path) -> None:
    device = Device([], grabs=False)
    with pytest.raises(TemporaryFault, match="busy"):
        scanner(tmp_path, device).open()
    assert device.closed
