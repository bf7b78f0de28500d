"""A USB webcam for this kernel to find, over USB/IP's virtual host controller (vhci_hcd): its descriptors and pictures come from here,
all that reads them is the kernel's own uvcvideo. The protocol is that of Documentation/usb/usbip_protocol.rst.

``python -m tests.machine.inside.webcam TEXT``: holds a QR code of TEXT before its lens, until it is killed, which pulls its plug.
"""

from __future__ import annotations

import itertools
import select
import socket
import struct
import subprocess
import sys
import time
from collections import deque
from collections.abc import Iterator
from pathlib import Path

import cv2
import numpy as np
import segno

from tests.machine.inside import uvc

ATTACH = Path("/sys/devices/platform/vhci_hcd.0/attach")
PORT, DEVICE_ID, HIGH_SPEED = 0, 0x10001, 3
SUBMIT, UNLINK, SUBMITTED, UNLINKED = 1, 2, 3, 4
STALL, RESET = -32, -104  # EPIPE, ECONNRESET


def pictures(text: str) -> list[bytes]:
    """JPEGs of a sheet with the code on it; no two are equal, as those of a real sensor."""
    code = np.array(list(segno.make(text, error="m").matrix_iter(scale=8, border=4)), dtype=np.uint8)
    made = []
    for seed in range(4):
        sheet = np.random.default_rng(seed).normal(200, 4, (uvc.HEIGHT, uvc.WIDTH)).clip(0, 255).astype(np.uint8)
        top, left = (uvc.HEIGHT - code.shape[0]) // 2, (uvc.WIDTH - code.shape[1]) // 2
        sheet[top : top + code.shape[0], left : left + code.shape[1]][code == 1] = 20
        made.append(cv2.imencode(".jpg", cv2.cvtColor(sheet, cv2.COLOR_GRAY2BGR))[1].tobytes())
    return made


def transfers(made: list[bytes]) -> Iterator[tuple[bool, bytes]]:
    """For ever: whether a picture begins, and the bytes of a transfer."""
    for number, picture in enumerate(itertools.cycle(made)):
        for first, payload in enumerate(uvc.payloads(picture, odd=number % 2 == 1)):
            yield first == 0, payload


class Device:
    """The device's end of the connection to the host controller."""

    def __init__(self, cable: socket.socket, made: list[bytes]) -> None:
        self._cable = cable
        self._stream = transfers(made)
        self._next = next(self._stream)
        self._waiting: deque[int] = deque()  # transfers that the host waits for
        self._due = time.monotonic()

    def serve(self) -> None:
        while True:
            pause = 5.0 if not self._waiting else max(0.0, self._due - time.monotonic()) if self._next[0] else 0.0
            if select.select([self._cable], [], [], pause)[0]:
                self._request()
            elif self._waiting:
                self._deliver()

    def _deliver(self) -> None:
        if self._next[0]:
            self._due = time.monotonic() + uvc.INTERVAL / 1e7
        self._submitted(self._waiting.popleft(), 0, self._next[1])
        self._next = next(self._stream)

    def _request(self) -> None:
        head = self._receive(48)
        command, number, _, to_host, end_point = struct.unpack(">5I", head[:20])
        if command == UNLINK:
            unlinked = struct.unpack(">I", head[20:24])[0]
            known = unlinked in self._waiting
            if known:
                self._waiting.remove(unlinked)
            self._cable.sendall(struct.pack(">5Ii24x", UNLINKED, number, 0, 0, 0, RESET if known else 0))
            return
        length = struct.unpack(">i", head[24:28])[0]
        if not to_host and length:
            self._receive(length)
        if end_point:
            self._waiting.append(number)
            return
        said = uvc.answer(head[40:48])
        self._submitted(number, STALL if said is None else 0, said or b"", None if to_host else length)

    def _submitted(self, number: int, status: int, data: bytes, taken: int | None = None) -> None:
        length = len(data) if taken is None else taken
        head = struct.pack(">5I5i8x", SUBMITTED, number, 0, 0, 0, status, length, 0, 0, 0)
        self._cable.sendall(head + (data if taken is None else b""))

    def _receive(self, length: int) -> bytes:
        received = b""
        while len(received) < length:
            more = self._cable.recv(length - len(received))
            if not more:
                raise SystemExit  # the host let go of the device
            received += more
        return received


def main(text: str) -> None:
    made = pictures(text)
    subprocess.run(["modprobe", "vhci_hcd"], check=True)
    ours, theirs = socket.socketpair()
    ATTACH.write_text(f"{PORT} {theirs.fileno()} {DEVICE_ID} {HIGH_SPEED}")
    theirs.close()  # the kernel has its own hold on it
    Device(ours, made).serve()


if __name__ == "__main__":
    main(sys.argv[1])
