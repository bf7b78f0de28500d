"""Words for a person, in both languages."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """Words for a person, in Vietnamese and in English."""

    vi: str
    en: str

    def in_language(self, language: str) -> str:
        """The words in ``language`` ("vi" or "en"); anything else reads Vietnamese."""
        return self.en if language == "en" else self.vi

    def format(self, **values: object) -> Text:
        """Fill ``{placeholders}`` in both languages."""
        return Text(self.vi.format(**values), self.en.format(**values))


NOTHING_SAID = Text("", "")
