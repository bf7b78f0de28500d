"""``[plugin.declaration]`` of a profile."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from pydantic import Field, field_validator

from kiosk.explained import Explained
from kiosk.plugin import PluginSettings
from kiosk.toml_file import FileError
from plugins.declaration.validity import load


class DeclarationSettings(PluginSettings):
    """How long passes count, and how the form behaves."""

    validity: str = Field(
        default="", description="a file of how long declarations count, from which day on; empty: the shipped one"
    )
    check_seconds: float = Field(
        default=5.0, gt=0, le=3600, description="platform: between two looks for withdrawals to tell the nation"
    )
    pass_admits: bool = Field(
        default=False, description="a valid pass without symptoms or contact is a ground to admit"
    )
    area_list: Literal["2021", "2025"] = Field(default="2021", description="63 provinces with districts, or 34 without")
    forms_per_minute: int = Field(default=30, ge=1, le=10_000, description="declarations that one address may send")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+(/[^\s]*[^/])?)?$",
        description="where phones open the form, for the kiosk's screen",
    )

    @field_validator("validity")
    @classmethod
    def _usable(cls, file: str) -> str:
        """A file with a mistake stops the start: nobody could say how long a pass counts."""
        try:
            load(Path(file))
        except FileError as error:
            raise Explained(error.in_language("vi"), error.in_language("en")) from None
        return file
