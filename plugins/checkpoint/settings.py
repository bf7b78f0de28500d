"""``[plugin.checkpoint]``: the posts of this appliance, their areas and policies, and the times that matter. Reads no files."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from kiosk.explained import Explained
from kiosk.plugin import PluginSettings

AREA = r"^\d{2}(\d{3}(\d{5})?)?$"


class PostSettings(BaseModel):
    """One post. ``area`` is where it stands: the statistics office's code of a province (2 digits), district (5 in all: province
    and district) or ward (10); ``facts`` are facts that always hold here, such as ``vehicle_class`` at a pedestrians' gate."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    id: str = Field(pattern=r"^[a-z0-9][a-z0-9-]{0,31}$")
    name_vi: str = Field(min_length=1, max_length=60)
    name_en: str = Field(min_length=1, max_length=60)
    area: str = Field(default="", pattern=rf"({AREA})|^$")
    lanes: tuple[str, ...] = Field(default=("1", "2"), min_length=1, max_length=20)
    policy: str = Field(default="", max_length=64, description="id of the policy pack; empty: the plugin's")
    policy_out: str = Field(default="", max_length=64, description="for people who leave; empty: nobody is examined")
    facts: dict[str, str | int | bool] = Field(default_factory=dict)


class PeerSettings(BaseModel):
    """Another computer of the same post, with which journals are exchanged directly. ``kiosk checkpoint peer`` prints its entry."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    device: str = Field(pattern=r"^[a-z0-9]{12}$")
    address: str = Field(pattern=r"^https?://[^\s/]+$", max_length=200)
    public_key: str = Field(pattern=r"^[A-Za-z0-9+/]{43}=$", description="base64 of its Ed25519 key, 32 bytes")
    ca_file: str = Field(default="", description="PEM file of a private certificate authority; empty: the public ones")


class CheckpointSettings(PluginSettings):
    """``[plugin.checkpoint]``."""

    posts: tuple[PostSettings, ...] = Field(default=(), max_length=20, description="empty: one post, named as the site")
    policy: str = Field(default="", max_length=64, description="id of the policy pack of posts that name none")
    policies: str = Field(
        default="", description="folder of policy packs; empty or relative: of those that are shipped"
    )
    risk: dict[str, Literal["green", "yellow", "orange", "red"]] = Field(
        default_factory=dict, description="area code -> risk level; the longest code that fits a place counts"
    )
    traveller_seconds: int = Field(
        default=120, ge=10, le=1800, description="codes within this time are one traveller's"
    )
    undo_seconds: int = Field(default=120, ge=10, le=3600, description="a passage may be undone for so long")
    surge_minutes: int = Field(default=60, ge=1, le=720, description="the longest that surge mode lasts by itself")
    inside_hours: int = Field(default=24, ge=1, le=720, description="an entry without an exit counts for so long")
    refused_hours: int = Field(default=12, ge=0, le=168, description="who was refused is referred for so long")
    minimum_confidence: float = Field(
        default=0.6, ge=0, le=1, description="below it, an officer compares the card by eye"
    )
    peers: tuple[PeerSettings, ...] = Field(default=(), max_length=20, description="computers of the other lanes")
    peer_seconds: float = Field(default=0.5, ge=0.1, le=60, description="between two looks at a peer's journal")
    slips: bool = Field(default=False, description="print a slip for everybody who is let through")

    @model_validator(mode="after")
    def _distinct(self) -> CheckpointSettings:
        names = [post.id for post in self.posts]
        if len(set(names)) != len(names):
            raise Explained("hai chốt trùng id", "two posts have the same id")
        return self
