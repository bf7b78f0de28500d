"""What is to stand on paper, and what became of it."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from kiosk.domain.text import NOTHING_SAID, Text


@dataclass(frozen=True, slots=True)
class Heading:
    """A line in large bold type, centred."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, wrapped at word ends."""

    text: str
    centred: bool = False
    small: bool = False


@dataclass(frozen=True, slots=True)
class BigNumber:
    """The number a person is called by, as large as the paper allows, with a word above it."""

    label: str
    number: str


@dataclass(frozen=True, slots=True)
class Field:
    """A label and its value on one line."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Rule:
    """A line across the paper."""


@dataclass(frozen=True, slots=True)
class QrCode:
    """A QR code with words under it."""

    payload: str
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Logo:
    """The site's logo, where the profile names one."""


Block = Heading | Paragraph | BigNumber | Field | Rule | QrCode | Logo


@dataclass(frozen=True, slots=True)
class ReceiptSection:
    """One plugin's part of a receipt; sections are printed in ascending ``order`` (0 to 100)."""

    order: int
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Receipt:
    """What is printed after a visit is recorded. ``key`` is the record's id."""

    key: UUID
    language: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class PrintOutcome:
    """What became of a receipt. ``problem`` is empty when paper came out, else a stable code:
    ``paper_out``, ``cover_open``, ``offline``, ``no_printer``, ``timeout``, ``busy``, ``fault``, ``unsure``, ``missed``.
    ``sent``: the printer took some of it all the same, so that paper may be out."""

    problem: str = ""
    text: Text = NOTHING_SAID
    sent: bool = False

    @property
    def printed(self) -> bool:
        return not self.problem
