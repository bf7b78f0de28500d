"""``[plugin.national_platform]`` of a platform's profile."""

from __future__ import annotations

from pydantic import Field

from kiosk.plugin import PluginSettings


class NationalPlatformSettings(PluginSettings):
    """Limits and addresses of the platform."""

    public_url: str = Field(
        default="", pattern=r"^(https?://[^\s]+)?$", description="as devices reach it; goes onto enrolment links"
    )
    code_hours: float = Field(default=24, gt=0, le=24 * 30, description="an enrolment code expires after this time")
    clock_window_days: int = Field(
        default=366, ge=1, le=3660, description="a device whose clock is further off is refused"
    )
    key_overlap_days: int = Field(default=7, ge=0, le=90, description="an exchanged device key counts this long")
    online_minutes: int = Field(default=5, ge=1, le=1440, description="a device heard of within this time is online")
    pull_lines: int = Field(default=5000, ge=1, le=20_000, description="records that one pull may carry")
