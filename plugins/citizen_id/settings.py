"""What a profile can say about identity documents."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.plugin import PluginSettings
from plugins.citizen_id.patterns import Pattern

Format = Literal["mrz", "national_qr", "bhyt", "cccd", "typed"]


class Settings(PluginSettings):
    """The section ``[plugins.citizen_id]``."""

    formats: tuple[Format, ...] = Field(
        default=("mrz", "national_qr", "bhyt", "cccd", "typed"), description="documents this site reads"
    )
    national_qr_ext_separator: str = Field(default="", max_length=1, description="what parts the EXT field")
    national_qr_ext_fields: tuple[str, ...] = Field(
        default=(), max_length=20, description="claim names of EXT's parts in order; an empty name skips a part"
    )
    patterns: tuple[Pattern, ...] = Field(
        default=(), max_length=50, description="formats of other systems: a kind and an RE2 pattern with named groups"
    )
