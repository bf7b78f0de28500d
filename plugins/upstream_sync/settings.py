"""``[plugin.upstream_sync]``: where the platform is and how often to talk to it. No secrets: those come by enrolment."""

from __future__ import annotations

from pydantic import Field

from kiosk.plugin import PluginSettings


class UpstreamSyncSettings(PluginSettings):
    """Times are in seconds. Everything has a default; a device that is not enrolled keeps its records to itself."""

    platform: str = Field(
        default="", pattern=r"^(https?://[^\s/]+(/\S*)?)?$", description="address; empty: the one it was enrolled at"
    )
    ca_file: str = Field(default="", description="PEM file of a private certificate authority; empty: the system's")
    interval_seconds: float = Field(default=30, ge=0.2, le=3600, description="how often an idle device looks for work")
    gather_seconds: float = Field(default=2, ge=0, le=60, description="after a record, wait for more to send together")
    pull_seconds: float = Field(
        default=60, ge=0.2, le=86_400, description="how often the platform's journals are fetched"
    )
    batch_records: int = Field(default=5000, ge=1, le=20_000, description="records in one request, at most")
    connect_seconds: float = Field(default=5, gt=0, le=60)
    answer_seconds: float = Field(default=20, gt=0, le=300, description="longest silence of the platform")
    request_seconds: float = Field(default=120, gt=0, le=900, description="a request that takes longer is given up")
    longest_pause_seconds: float = Field(default=300, gt=0, le=7200, description="between attempts while it fails")
    drift_warning_seconds: float = Field(
        default=60, gt=0, description="difference of the clocks that is worth a warning"
    )
