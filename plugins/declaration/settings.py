"""``[plugin.declaration]`` of a profile."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kiosk.plugin import PluginSettings
from plugins.declaration.pass_claims import LONGEST_HOURS


class DeclarationSettings(PluginSettings):
    """How long passes count, and how the form behaves."""

    place_hours: int = Field(
        default=24, ge=1, le=LONGEST_HOURS, description="a declaration for a place is valid so long"
    )
    movement_hours: int = Field(default=72, ge=1, le=LONGEST_HOURS, description="a declaration for a journey")
    check_seconds: float = Field(
        default=5.0, gt=0, le=3600, description="platform: between two looks for withdrawals to tell the nation"
    )
    pass_admits: bool = Field(
        default=False, description="a valid pass without symptoms or contact is a ground to admit"
    )
    area_list: Literal["2021", "2025"] = Field(default="2021", description="63 provinces with districts, or 34 without")
    legal_basis_vi: str = Field(default="Luật Phòng, chống bệnh truyền nhiễm số 03/2007/QH12", max_length=160)
    forms_per_minute: int = Field(default=30, ge=1, le=10_000, description="declarations that one address may send")
    public_url: str = Field(
        default="",
        pattern=r"^(https?://[^\s/]+(/[^\s]*[^/])?)?$",
        description="where phones open the form, for the kiosk's screen",
    )
