"""USB devices for this kernel to find, made of its own gadget drivers on ``dummy_hcd``: everything above the plug is what a
device on a desk meets. ``python -m tests.machine.inside.gadget plug|unplug KIND``.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

CONFIGFS = Path("/sys/kernel/config/usb_gadget")
KINDS = ("keyboard", "serial", "printer")  # each has a port of its own: dummy_udc.0, .1, .2
NAMES = {"keyboard": "Wedge", "serial": "Handheld", "printer": "Receipt"}
FUNCTIONS = {"keyboard": "hid.usb0", "serial": "acm.usb0", "printer": "printer.usb0"}
# "Device Class Definition for Human Interface Devices" 1.11, appendix B.1: the boot keyboard, 8 bytes a report
BOOT_KEYBOARD = bytes.fromhex(
    "05010906a101050719e029e71500250175019508810295017508810395057501050819012905910295017503910395067508150025650507190029658100c0"
)
ATTRIBUTES: dict[str, dict[str, bytes]] = {
    "keyboard": {"protocol": b"1", "subclass": b"1", "report_length": b"8", "report_desc": BOOT_KEYBOARD},
    "serial": {},
    "printer": {"pnp_string": b"MFG:Test;MDL:Receipt;CLS:PRINTER;", "q_len": b"10"},
}


def make(kind: str) -> Path:
    """Describe the device to the kernel, once."""
    gadget = CONFIGFS / kind
    if gadget.exists():
        return gadget
    subprocess.run(["modprobe", "dummy_hcd", f"num={len(KINDS)}"], check=True)
    subprocess.run(["modprobe", "libcomposite"], check=True)
    (gadget / "strings/0x409").mkdir(parents=True)
    (gadget / "idVendor").write_text("0x1d6b")  # the Linux Foundation's, for composite gadgets
    (gadget / "idProduct").write_text("0x0104")
    for field, words in (("manufacturer", "Test"), ("product", NAMES[kind]), ("serialnumber", "1")):
        (gadget / "strings/0x409" / field).write_text(words)
    function = gadget / "functions" / FUNCTIONS[kind]
    function.mkdir()
    for name, value in ATTRIBUTES[kind].items():
        (function / name).write_bytes(value)
    (gadget / "configs/c.1").mkdir()
    (gadget / "configs/c.1" / FUNCTIONS[kind]).symlink_to(function)
    return gadget


def plug(kind: str) -> None:
    (make(kind) / "UDC").write_text(f"dummy_udc.{KINDS.index(kind)}")


def unplug(kind: str) -> None:
    (make(kind) / "UDC").write_text("\n")


if __name__ == "__main__":
    {"plug": plug, "unplug": unplug}[sys.argv[1]](sys.argv[2])
