"""Scanners against their twins: a pseudo-terminal for serial ones, a kernel input device where we may make one."""

from __future__ import annotations

import errno
import os
import termios
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from hardware.scanners.evdev_keyboard import EvdevScanner
from hardware.scanners.serial_port import SerialScanner
from hardware.supervise import PermanentFault, TemporaryFault
from hardware.virtual.keyboard import UINPUT, VirtualKeyboardScanner
from hardware.virtual.scanner import ScanFolder, VirtualSerialScanner

CARD = "001099012345||Nguyễn Thị Hằng|01011999|Nữ|Số 1, Quận 1, TP.HCM|01012021".encode()


@pytest.fixture
def twin(tmp_path: Path) -> Iterator[VirtualSerialScanner]:
    scanner = VirtualSerialScanner(tmp_path / "usb-virtual")
    scanner.plug()
    yield scanner
    scanner.unplug()


@pytest.fixture
def reader(twin: VirtualSerialScanner) -> Iterator[SerialScanner]:
    scanner = SerialScanner("desk", twin.path)
    scanner.open()
    yield scanner
    scanner.close()


def test_every_byte_arrives_as_it_was_sent(twin: VirtualSerialScanner, reader: SerialScanner) -> None:
    every = bytes(b for b in range(256) if b not in b"\r\n")
    twin.scan(every)
    assert reader.read(5.0) == every
    twin.scan(CARD, pieces=5, pause=0.01)
    assert reader.read(5.0) == CARD


def test_no_line_end_is_needed(twin: VirtualSerialScanner, reader: SerialScanner) -> None:
    twin.scan(CARD, end=b"")
    assert reader.read(5.0) == CARD


def test_nothing_scanned_is_none(reader: SerialScanner) -> None:
    assert reader.read(0.01) is None


def test_a_flood_is_dropped_and_the_next_scan_is_read(twin: VirtualSerialScanner) -> None:
    reader = SerialScanner("desk", twin.path, gap=2.0)  # it may come haltingly, from a machine that has much else to do
    reader.open()
    flood = threading.Thread(target=twin.scan, args=(b"x" * 200_000,))
    flood.start()
    while flood.is_alive() or reader._assembler.pending:
        assert reader.read(0.1) is None
    assert reader.overlong == 1
    twin.scan(b"after")
    assert reader.read(5.0) == b"after"
    reader.close()


def test_pulled_out_it_fails_and_put_back_it_reads(twin: VirtualSerialScanner, reader: SerialScanner) -> None:
    twin.scan(b"half", end=b"")
    twin.unplug()
    with pytest.raises(TemporaryFault, match="unplugged"):
        reader.read(5.0)
    with pytest.raises(TemporaryFault, match="unplugged"):
        reader.open()
    with pytest.raises(TemporaryFault, match="unplugged"):
        twin.scan(b"nobody there")
    twin.plug()
    reader.open()
    twin.scan(b"whole")
    assert reader.read(5.0) == b"whole"


@pytest.mark.parametrize(
    ("step", "fault"),
    [
        ("fcntl.ioctl", OSError(errno.EIO, "Input/output error")),
        ("termios.tcflush", termios.error(errno.EIO, "Input/output error")),
    ],
)
def test_a_plug_that_comes_out_while_it_is_opened_is_waited_for(
    twin: VirtualSerialScanner, monkeypatch: pytest.MonkeyPatch, step: str, fault: Exception
) -> None:
    def gone(*_: object) -> None:
        raise fault

    scanner = SerialScanner("desk", twin.path)
    with monkeypatch.context() as loose:
        loose.setattr(f"serial.serialposix.{step}", gone)
        with pytest.raises(TemporaryFault, match="unplugged"):
            scanner.open()
    scanner.open()
    twin.scan(CARD)
    assert scanner.read(5.0) == CARD
    scanner.close()


def test_a_speed_that_no_port_has_is_for_the_technician(twin: VirtualSerialScanner) -> None:
    with pytest.raises(PermanentFault, match="unusable"):
        SerialScanner("desk", twin.path, baud=-1).open()


def test_a_twin_that_nobody_reads_gives_up_and_can_still_be_pulled_out(tmp_path: Path) -> None:
    twin = VirtualSerialScanner(tmp_path / "usb-unread", patience=0.05)
    twin.plug()
    with pytest.raises(TemporaryFault, match="not_read"):
        twin.scan(b"x" * 200_000)
    twin.unplug()
    assert not twin.path.exists()


def test_a_port_that_another_program_holds_is_left_alone(twin: VirtualSerialScanner, reader: SerialScanner) -> None:
    with pytest.raises(TemporaryFault, match="busy"):
        SerialScanner("other", twin.path).open()


def test_text_files_dropped_into_a_folder_are_scanned_once(tmp_path: Path) -> None:
    scanned: list[bytes] = []
    folder = ScanFolder(tmp_path, scanned.append)
    (tmp_path / "b.txt").write_bytes(CARD + b"\n")
    (tmp_path / "a.txt").write_bytes(b"older")
    os.utime(tmp_path / "a.txt", (1, 1))
    (tmp_path / "c.png").write_bytes(b"no text")
    (tmp_path / "huge.txt").write_bytes(b"x" * 70_000)
    assert folder.look() == 2
    assert folder.look() == 0
    assert scanned == [b"older", CARD]
    (tmp_path / "a.txt").write_bytes(b"again")
    assert folder.look() == 1


@pytest.mark.skipif(not os.access(UINPUT, os.W_OK), reason="no /dev/uinput here: a keyboard scanner cannot be made")
def test_a_kernel_keyboard_is_read_and_grabbed() -> None:
    twin = VirtualKeyboardScanner()
    twin.plug()
    try:
        reader = EvdevScanner("desk", twin.path)
        reader.open()
        twin.press([(42, 1), (30, 1), (30, 0), (42, 0), (2, 1), (2, 0), (28, 1), (28, 0)])
        assert reader.read(5.0) == b"A1"
        twin.unplug()
        with pytest.raises(TemporaryFault, match="unplugged"):
            reader.read(2.0)
        reader.close()
    finally:
        twin.unplug()
