"""Days as people here write them, for pages of the platform."""

from __future__ import annotations


def day_words(iso: str) -> str:
    """``2021-08-05`` (ISO 8601) as ``05/08/2021``."""
    return "/".join(reversed(iso.split("-")))
