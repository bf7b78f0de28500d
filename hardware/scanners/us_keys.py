"""Key events of a scanner that acts as a keyboard, to bytes, by a fixed US layout. Opens no device.

The system's own layout and input method are never asked: a Vietnamese one turns ``AASDD7`` into ``ẤĐ7``. Key numbers
are those of Linux's ``input-event-codes.h``, which follow the rows of the keyboard.
"""

from __future__ import annotations

_ROWS = (
    (2, "1234567890-=", "!@#$%^&*()_+"),
    (16, "qwertyuiop[]", "QWERTYUIOP{}"),
    (30, "asdfghjkl;'`", 'ASDFGHJKL:"~'),
    (43, "\\zxcvbnm,./", "|ZXCVBNM<>?"),
    (71, "789", "789"),  # the number block, as with Num Lock on
    (74, "-456+1230.", "-456+1230."),
)
_PLAIN = {first + i: char for first, row, _ in _ROWS for i, char in enumerate(row)} | {
    57: " ",
    15: "\t",
    55: "*",
    98: "/",
}
_SHIFTED = {first + i: char for first, _, row in _ROWS for i, char in enumerate(row)} | {
    57: " ",
    15: "\t",
    55: "*",
    98: "/",
}

ENTER = frozenset({28, 96})
_SHIFT = frozenset({42, 54})
_CONTROL = frozenset({29, 97})
_OTHER_MODIFIERS = frozenset({56, 100, 125, 126})  # Alt, AltGr, Meta
_CAPS_LOCK = 58

RELEASED, PRESSED, REPEATED = 0, 1, 2


class UsKeys:
    """Follows shift, control and caps lock from event to event."""

    def __init__(self) -> None:
        self._held: set[int] = set()
        self._caps = False

    def reset(self) -> None:
        """Forget keys that were held (the device went away while one was down)."""
        self._held.clear()
        self._caps = False

    def feed(self, code: int, value: int) -> bytes:
        """One key event: ``code`` and ``value`` (0 released, 1 pressed, 2 repeated by the system).

        Returns what it types: mostly nothing or one character; Enter is ``b"\\n"``. Control with a key is the control
        character as *data* (GS1 separators come as Ctrl+]), and never a line end or a command. Keys with Alt or Meta
        type nothing. Repeats are the kernel's, not the scanner's, and are ignored.
        """
        if code in _SHIFT or code in _CONTROL or code in _OTHER_MODIFIERS:
            if value == RELEASED:
                self._held.discard(code)
            else:
                self._held.add(code)
            return b""
        if value != PRESSED:
            return b""
        if code == _CAPS_LOCK:
            self._caps = not self._caps
            return b""
        if self._held & _OTHER_MODIFIERS:
            return b""
        if self._held & _CONTROL:
            return self._control(code)
        if code in ENTER:
            return b"\n"
        return self._character(code).encode()

    def _character(self, code: int) -> str:
        shift = bool(self._held & _SHIFT)
        plain = _PLAIN.get(code, "")
        if self._caps and plain.isalpha():
            shift = not shift
        return _SHIFTED[code] if shift and plain else plain

    def _control(self, code: int) -> bytes:
        upper = _SHIFTED.get(code, "") if self._held & _SHIFT else _PLAIN.get(code, "").upper()
        if len(upper) == 1 and 0x40 <= ord(upper) <= 0x5F and upper not in "JM@":
            return bytes([ord(upper) & 0x1F])
        return b""
