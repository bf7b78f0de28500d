"""The colour that a dose gives, on the slip and in its proof: yellow, or green by the full course. Reads no table."""

from __future__ import annotations

from plugins.vaccination.records import Dose

FROM_PAPER = (
    "history_from_paper"  # a warning on the dose: an earlier one is known from paper that no signature speaks for
)


def colour_of(dose: Dose) -> str:
    """Green takes signatures for the whole course: what is only written on paper keeps the interval, and nobody becomes green by it."""
    return "green" if dose.number >= dose.total and FROM_PAPER not in dose.warnings else "yellow"
