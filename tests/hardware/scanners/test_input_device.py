"""The kernel's events as bytes, read from a pipe in the place of a device; on a real kernel: tests/machine."""

from __future__ import annotations

import contextlib
import os
import struct
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.scanners.input_device import EV_KEY, InputDevice, InputEvent

EVENT = struct.Struct("@llHHi")


@contextlib.contextmanager
def device() -> Iterator[tuple[InputDevice, int]]:
    """An open device, and where its bytes come in."""
    out, into = os.pipe()
    opened = InputDevice(f"/proc/self/fd/{out}")
    try:
        yield opened, into
    finally:
        opened.close()
        os.close(out)
        os.close(into)


@given(st.lists(st.tuples(st.integers(0, 65535), st.integers(0, 65535), st.integers(-(2**31), 2**31 - 1)), max_size=40))
def test_events_are_read_as_the_kernel_writes_them(events: list[tuple[int, int, int]]) -> None:
    with device() as (reader, into):
        os.write(into, b"".join(EVENT.pack(1_700_000_000, 1, *event) for event in events))
        found = reader.read() if reader.readable(0) else []
        assert found == [InputEvent(*event) for event in events]


@given(st.binary(max_size=5 * EVENT.size))
def test_any_bytes_are_events_or_left_out(data: bytes) -> None:
    with device() as (reader, into):
        os.write(into, data)
        assert len(reader.read() if reader.readable(0) else []) == len(data) // EVENT.size


def test_more_than_is_read_at_once_is_there_the_next_time() -> None:
    with device() as (reader, into):
        os.write(into, b"".join(EVENT.pack(0, 0, EV_KEY, code, 1) for code in range(700)))
        first = reader.read()
        assert len(first) == 512
        assert [event.code for event in [*first, *reader.read()]] == list(range(700))
        assert not reader.readable(0)
        with pytest.raises(BlockingIOError):
            reader.read()


def test_what_cannot_be_grabbed_says_so() -> None:
    with device() as (reader, _), pytest.raises(OSError, match="ioctl"):
        reader.grab()


def test_a_device_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        InputDevice(tmp_path / "event9")
