"""The kernel's events as bytes, read from a pipe in the place of a device; on a real kernel: tests/machine."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from hardware.scanners.input_device import EV_KEY, InputDevice, InputEvent

EVENT = struct.Struct("@llHHi")


@contextlib.contextmanager
def device() -> Iterator[tuple[InputDevice, int]]:
    """A device that is listened to, and where its bytes come in."""
    out, into = os.pipe()
    opened = InputDevice(f"/proc/self/fd/{out}")
    os.close(out)
    try:
        opened.listen()
        yield opened, into
    finally:
        opened.close()
        with contextlib.suppress(OSError):  # where a test pulled the plug
            os.close(into)


def taken(reader: InputDevice, count: int) -> list[InputEvent]:
    """So many events, however they come."""
    found: list[InputEvent] = []
    while len(found) < count:
        assert reader.readable(60.0)
        found += reader.read()
    return found


def packed(codes: Iterable[int]) -> bytes:
    return b"".join(EVENT.pack(1_700_000_000, 1, EV_KEY, code, 1) for code in codes)


def test_events_are_read_as_the_kernel_writes_them() -> None:
    with device() as (reader, into):
        os.write(into, EVENT.pack(1_700_000_000, 1, 65535, 65535, -(2**31)) + EVENT.pack(0, 0, 0, 3, 0))
        assert taken(reader, 2) == [InputEvent(65535, 65535, -(2**31)), InputEvent(0, 3, 0)]
        assert not reader.readable(0)
        with pytest.raises(BlockingIOError):
            reader.read()


def test_what_is_not_read_at_once_waits() -> None:
    with device() as (reader, into):
        for start in range(0, 2000, 50):
            os.write(into, packed(range(start, start + 50)))
        assert [event.code for event in taken(reader, 2000)] == list(range(2000))


@given(st.lists(st.integers(1, 100), min_size=1, max_size=20))
@settings(max_examples=10, deadline=None)
def test_events_may_come_in_pieces_of_any_size(sizes: list[int]) -> None:
    data = packed(range(sum(sizes) // EVENT.size + 1))
    with device() as (reader, into):
        for size in [*sizes, len(data)]:
            os.write(into, data[:size])
            data = data[size:]
        count = sum(sizes) // EVENT.size + 1
        assert [event.code for event in taken(reader, count)] == list(range(count))


def test_a_pulled_plug_is_told_after_what_came_before_it() -> None:
    with device() as (reader, into):
        os.write(into, packed([30]))
        assert taken(reader, 1)
        os.close(into)
        assert reader.readable(60.0)
        with pytest.raises(OSError, match="No such device"):
            reader.read()


def test_nobody_holds_the_device_once_it_is_closed() -> None:
    out, into = os.pipe()
    reader = InputDevice(f"/proc/self/fd/{out}")
    os.close(out)
    reader.listen()
    reader.close()
    with pytest.raises(BrokenPipeError):
        os.write(into, b"x")
    os.close(into)


def test_what_cannot_be_grabbed_says_so() -> None:
    with device() as (reader, _), pytest.raises(OSError, match="ioctl"):
        reader.grab()


def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        InputDevice(tmp_path / "event9")
