"""What a profile can say about identity documents."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, field_validator

from kiosk.explained import Explained
from kiosk.plugin import PluginSettings
from plugins.citizen_id.patterns import Pattern

Format = Literal["mrz", "national_qr", "bhyt", "cccd", "typed"]
ExtName = Annotated[str, Field(pattern=r"^(?:[a-z][a-z0-9_]*)?$", max_length=40)]


class Settings(PluginSettings):
    """The section ``[plugin.citizen_id]``."""

    formats: tuple[Format, ...] = Field(
        default=("mrz", "national_qr", "bhyt", "cccd", "typed"), description="documents this site reads"
    )
    national_qr_ext_separator: str = Field(default="", max_length=1, description="what parts the EXT field")
    national_qr_ext_fields: tuple[ExtName, ...] = Field(
        default=(), max_length=20, description="claim names of EXT's parts in order; an empty name skips a part"
    )
    patterns: tuple[Pattern, ...] = Field(
        default=(), max_length=50, description="formats of other systems: a kind and an RE2 pattern with named groups"
    )

    @field_validator("national_qr_ext_fields")
    @classmethod
    def _identifies_nobody(cls, names: tuple[str, ...]) -> tuple[str, ...]:
        if "national_id" in names:
            raise Explained(
                "'national_id' là số của chính giấy tờ; hãy chọn tên khác",
                "'national_id' comes from the document's own number; choose another claim name",
            )
        return names
