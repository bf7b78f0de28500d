"""One virtual machine under QEMU: starting it, its monitor, pulling and plugging its devices, and cutting its power.

Knows nothing of what runs inside; see guest.py.
"""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import tempfile
from functools import cache
from pathlib import Path
from typing import Any

from tests.machine.guest import Guest
from tests.machine.image import Image
from tests.machine.json_lines import JsonLines, NoAnswerError

MEMORY = "2048"  # MiB
BOOT = 600.0  # seconds: where there is no KVM every instruction is emulated


def throwaway(disk: Path) -> str:
    """For ``-drive``: what is written to it is forgotten."""
    return f"file={disk},if=virtio,format=raw,snapshot=on"


BARE = "init=/usr/sbin/machine-init"  # devices without the services of a whole Debian; see inside/init
# "no_timer_check": where the computer is busy an emulated timer is late, and the kernel would take it for broken
KERNEL = "root=/dev/vda rw console=ttyS0 net.ifnames=0 panic=-1 quiet mitigations=off no_timer_check"
# what NumPy's wheels need and no more; emulated, wider instructions are slower than several narrow ones
EMULATED = ["-accel", "tcg", "-cpu", "Nehalem"]
VIRTUAL = ["-accel", "kvm", "-cpu", "host"]


@cache
def accelerator(kernel: Path) -> list[str]:
    """KVM where this kernel starts under it, else emulation: some KVM inside a virtual machine opens and cannot run a kernel."""
    if not os.access("/dev/kvm", os.R_OK | os.W_OK):
        return EMULATED
    trial = [
        "qemu-system-x86_64",
        "-nodefaults",
        "-no-user-config",
        "-display",
        "none",
        "-machine",
        "q35",
        "-m",
        "512",
        *VIRTUAL,
    ]
    trial += ["-kernel", str(kernel), "-append", "console=ttyS0 panic=-1", "-no-reboot", "-serial", "stdio"]
    with contextlib.suppress(subprocess.TimeoutExpired):
        # without a root disk the kernel panics, and so ends QEMU: as soon as that has been seen, KVM can be trusted
        said = subprocess.run(trial, stdin=subprocess.DEVNULL, capture_output=True, timeout=20).stdout
        if b"Linux version" in said:
            return VIRTUAL
    return EMULATED


class Machine:
    """A PC with one processor. ``disks``: arguments for ``-drive``, in the order of /dev/vda, /dev/vdb …"""

    def __init__(self, image: Image, disks: list[str], folder: Path, *, boot: str = BARE) -> None:
        self.console = folder / "console.log"
        # a path to a Unix socket may have 107 bytes, and pytest's folders are longer
        self._sockets = tempfile.TemporaryDirectory(prefix="vm")
        sockets = Path(self._sockets.name)
        self.accelerator = accelerator(image.kernel)
        command = ["qemu-system-x86_64", "-nodefaults", "-no-user-config", "-display", "none", "-machine", "q35"]
        command += [*self.accelerator, "-m", MEMORY, "-smp", "1"]
        command += ["-kernel", str(image.kernel), "-initrd", str(image.initrd)]
        command += ["-append", f"{KERNEL} {boot}", "-no-reboot"]
        for disk in disks:
            command += ["-drive", disk]
        command += ["-chardev", f"socket,id=monitor,path={sockets}/monitor,server=on,wait=off"]
        command += ["-mon", "chardev=monitor,mode=control", "-serial", f"file:{self.console}"]
        command += ["-device", "virtio-serial", "-chardev", f"socket,id=agent,path={sockets}/agent,server=on,wait=off"]
        command += ["-device", "virtserialport,chardev=agent,name=org.qemu.guest_agent.0"]
        command += ["-device", "virtio-rng-pci", "-device", "qemu-xhci,id=usb"]
        command += ["-netdev", "user,id=net", "-device", "virtio-net-pci,netdev=net"]
        with (folder / "qemu.log").open("ab") as log:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._connections: list[JsonLines | Guest] = []
        try:
            self._monitor = JsonLines(sockets / "monitor", 30.0)
            self._connections.append(self._monitor)
            self.do("qmp_capabilities")
            self.guest = Guest(sockets / "agent", BOOT)
            self._connections.append(self.guest)
        except NoAnswerError as error:
            self.cut_power()
            raise NoAnswerError(f"{error}; the machine's last words:\n{self.last_words()}") from error

    def do(self, command: str, **arguments: Any) -> Any:
        """A command of the monitor (QMP)."""
        return self._monitor.call({"execute": command, "arguments": arguments})

    def forward(self, guest_port: int) -> int:
        """A port of 127.0.0.1 here that leads to a port of the guest."""
        self.do("human-monitor-command", **{"command-line": f"hostfwd_add net tcp:127.0.0.1:0-:{guest_port}"})
        listing = self.do("human-monitor-command", **{"command-line": "info usernet"})
        return int(re.findall(rf"HOST_FORWARD\]\s+\d+\s+127\.0\.0\.1\s+(\d+)\s+\S+\s+{guest_port}\b", listing)[-1])

    def plug(self, driver: str, name: str, **properties: Any) -> None:
        """Plug a USB device in, as by hand."""
        self.do("device_add", driver=driver, id=name, bus="usb.0", **properties)

    def unplug(self, name: str) -> None:
        """Pull a USB device out."""
        self.do("device_del", id=name)

    def cut_power(self) -> None:
        """What the guest had not yet given to its disk is gone: QEMU is killed, nothing inside hears of it."""
        self.process.kill()
        self.process.wait()
        for connection in self._connections:
            connection.close()
        self._sockets.cleanup()

    def last_words(self) -> str:
        """The end of the serial console."""
        return self.console.read_text(errors="replace")[-3000:] if self.console.exists() else ""
