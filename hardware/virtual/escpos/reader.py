"""Takes a command's parts from the bytes received so far. Interprets nothing."""

from __future__ import annotations


class EscposError(ValueError):
    """A byte sequence that a strict printer does not accept. ``offset`` counts bytes from the start of the stream."""

    def __init__(self, offset: int, reason: str) -> None:
        super().__init__(f"byte {offset}: {reason}")
        self.offset = offset
        self.reason = reason


class IncompleteCommandError(Exception):
    """The command goes on in bytes not yet received."""


class Reader:
    """A position in a buffer."""

    def __init__(self, buffer: bytes | bytearray, position: int = 0) -> None:
        self._buffer = buffer
        self.position = position

    def take(self, count: int) -> bytes:
        """The next ``count`` bytes. Raises ``IncompleteCommandError`` where they have not come yet."""
        end = self.position + count
        if end > len(self._buffer):
            raise IncompleteCommandError
        taken = bytes(self._buffer[self.position : end])
        self.position = end
        return taken

    def byte(self) -> int:
        """The next byte."""
        return self.take(1)[0]

    def word(self) -> int:
        """Two bytes, low first, as ESC/POS writes numbers."""
        return int.from_bytes(self.take(2), "little")

    def long(self) -> int:
        """Four bytes, low first."""
        return int.from_bytes(self.take(4), "little")

    def digit(self, largest: int) -> int:
        """A parameter from 0 to ``largest`` given as a number or as its digit."""
        value = self.byte()
        value = value - 48 if 48 <= value <= 48 + largest else value
        require(value <= largest, f"parameter {value}, at most {largest}")
        return value

    def until_nul(self, limit: int) -> bytes:
        """Bytes before the next NUL, which is taken too; after ``limit`` bytes without one, those bytes."""
        found = b""
        while len(found) < limit:
            byte = self.take(1)
            if byte == b"\0":
                break
            found += byte
        return found


def require(holds: bool, reason: str) -> None:
    """Raise ``ValueError`` unless it holds; the interpreter adds the offset."""
    if not holds:
        raise ValueError(reason)
