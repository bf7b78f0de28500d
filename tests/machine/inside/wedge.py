"""Plays a keyboard-like scanner: sends reports of pressed keys through ``/dev/hidg0``, each when the host has taken the last.

``python -m tests.machine.inside.wedge HEX``: the characters to type, as UTF-8. What a US keyboard lacks is typed as ``?``, as many
scanners do. Key numbers are those of "HID Usage Tables" 1.12, section 10; they share nothing with the product's map.
"""

from __future__ import annotations

import sys

NODE = "/dev/hidg0"
SHIFT, CONTROL = 0x02, 0x01  # of the left hand
_KEYS = {"\n": (0x28, 0), "\t": (0x2B, 0), " ": (0x2C, 0), "\x1d": (0x30, CONTROL)}
_KEYS |= {chr(ord("a") + i): (0x04 + i, 0) for i in range(26)}
_KEYS |= {chr(ord("A") + i): (0x04 + i, SHIFT) for i in range(26)}
_KEYS |= {char: (0x1E + i, 0) for i, char in enumerate("1234567890")}
_KEYS |= {char: (0x1E + i, SHIFT) for i, char in enumerate("!@#$%^&*()")}
_KEYS |= {
    char: (number, 0) for char, number in zip("-=[]\\;'`,./", (*range(0x2D, 0x32), *range(0x33, 0x39)), strict=True)
}
_KEYS |= {
    char: (number, SHIFT) for char, number in zip('_+{}|:"~<>?', (*range(0x2D, 0x32), *range(0x33, 0x39)), strict=True)
}


def reports(text: str) -> list[bytes]:
    """One key pressed and released for each character."""
    sent = []
    for char in text:
        key, modifier = _KEYS.get(char, _KEYS["?"])
        sent += [bytes((modifier, 0, key, 0, 0, 0, 0, 0)), bytes(8)]
    return sent


if __name__ == "__main__":
    with open(NODE, "wb", buffering=0) as node:
        for report in reports(bytes.fromhex(sys.argv[1]).decode()):
            node.write(report)
