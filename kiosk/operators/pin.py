"""PINs: what a good one is, and their argon2id hashes. Knows no operator and counts no attempts.

A PIN has 4 to 12 digits, so no hash withstands who holds the database for long: the limit on attempts protects sign-in, the hash
only slows down a thief of the card. Hence OWASP-strength costs that a Pi with 1 GB can pay (32 MiB, 3 passes, one lane: some 0.3 s on a
Pi 4) and not more, and one computation at a time, so that a flood of sign-ins takes one core's time and 32 MiB at most.
"""

from __future__ import annotations

import hashlib
import itertools
import threading

from argon2 import PasswordHasher, Type, extract_parameters
from argon2.exceptions import InvalidHashError, VerificationError

from kiosk.domain import Text

MEMORY_KIB, PASSES, LANES = 32 * 1024, 3, 1
MOST_MEMORY_KIB, MOST_PASSES = 128 * 1024, 10  # a hash that arrives in a journal may not ask for more
SHORTEST, LONGEST = 4, 12

NOT_A_PIN = Text(
    f"Mã PIN gồm {SHORTEST} đến {LONGEST} chữ số. Hãy nhập lại.",
    f"A PIN has {SHORTEST} to {LONGEST} digits. Enter another.",
)
WEAK_PIN = Text(
    "Mã PIN này quá dễ đoán (một chữ số lặp lại, hoặc dãy liên tiếp). Hãy chọn mã khác.",
    "This PIN is too easy to guess (one digit repeated, or a run). Choose another.",
)


def well_formed(pin: str) -> bool:
    """Whether it could be a PIN at all."""
    return pin.isascii() and pin.isdigit() and SHORTEST <= len(pin) <= LONGEST


def objection(pin: str) -> Text | None:
    """Why this may not become somebody's PIN; None where it may."""
    if not well_formed(pin):
        return NOT_A_PIN
    steps = {(int(after) - int(before)) % 10 for before, after in itertools.pairwise(pin)}
    return WEAK_PIN if steps in ({0}, {1}, {9}) else None


class Pins:
    """Hashes and checks, one at a time."""

    def __init__(self, memory_kib: int = MEMORY_KIB, passes: int = PASSES) -> None:
        self._hasher = PasswordHasher(passes, memory_kib, LANES, hash_len=32, salt_len=16, type=Type.ID)
        self._turn = threading.Lock()
        self._nobody: str | None = None

    def hash(self, pin: str) -> str:
        """The PHC string of a well-formed PIN. Raises ``ValueError``."""
        if not well_formed(pin):
            raise ValueError("not a PIN")
        with self._turn:
            return self._hasher.hash(pin)

    def matches(self, pin_hash: str | None, pin: str) -> bool:
        """Whether ``pin`` belongs to ``pin_hash``. None costs as much time as any hash made here, and never matches."""
        if self._nobody is None:
            self._nobody = self.hash("0" * LONGEST)
        usable = pin_hash is not None and _affordable(pin_hash)
        with self._turn:
            try:
                self._hasher.verify(pin_hash if pin_hash is not None and usable else self._nobody, pin[: LONGEST + 1])
            except (VerificationError, InvalidHashError):
                return False
        return usable and well_formed(pin)


def mark(pin_hash: str) -> bytes:
    """16 bytes that change with the PIN and tell nothing of it."""
    return hashlib.blake2b(pin_hash.encode(), digest_size=16, person=b"pin mark").digest()


def _affordable(pin_hash: str) -> bool:
    try:
        asked = extract_parameters(pin_hash)
    except InvalidHashError:
        return False
    return asked.memory_cost <= MOST_MEMORY_KIB and asked.time_cost <= MOST_PASSES and asked.parallelism <= 4
