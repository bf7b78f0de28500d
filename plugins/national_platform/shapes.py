"""The shapes of what the platform answers to programs, for its description. The contract with devices is docs/protocol.md."""

from __future__ import annotations

from pydantic import BaseModel, Field

from kiosk.web.models import Words


class TimeAnswer(BaseModel):
    server_time_ms: int


class EnrolmentAnswer(BaseModel):
    device: str
    pseudonym_key: str = Field(description="base64; under it citizens' numbers become pseudonyms")
    platform_key_pem: str
    audiences: list[str] = Field(description="whose journals this device fetches")
    server_time_ms: int


class StillParked(BaseModel):
    """A record that is kept and not taken into the tables, and why."""

    seq: int
    reason: str


class BatchAnswer(BaseModel):
    writer: str
    acknowledged: int = Field(description="the platform has all up to this number")
    parked: list[StillParked]
    duplicates: int
    server_time_ms: int
    drift_ms: int


class RetryAnswer(BaseModel):
    parked: list[StillParked]


class KeyAnswer(BaseModel):
    device: str
    previous_until_ms: int


class DeviceCounts(BaseModel):
    enrolled: int
    online: int


class LiveFigure(BaseModel):
    name: str
    label: Words
    value: int | float


class LiveHour(BaseModel):
    label: str = Field(description="the hour at the platform, 00 to 23")
    start_ms: int
    count: int


class LiveSite(BaseModel):
    site: str
    today: int
    this_hour: int
    last_contact_ms: int
    online: bool


class LiveAnswer(BaseModel):
    """Counts of today, without anybody's name."""

    server_time_ms: int
    devices: DeviceCounts
    figures: list[LiveFigure]
    hours: list[LiveHour]
    sites: list[LiveSite]
    last_contact_ms: int
