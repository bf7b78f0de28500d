"""The record kinds of a checkpoint: passages, what officers do about them, and the lists of who must not pass."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Annotated, Any, ClassVar, Literal

from pydantic import Field, field_validator

from kiosk.core_slice import EncounterBody
from kiosk.domain import Decision
from kiosk.plugin import RecordBody

HASH_BYTES = 12  # of a keyed hash on a list: among a million of them a stranger is hit once in 2**76
Key = Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{12}$")]
PASSAGE_ID = re.compile(r"[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}")
PassageId = Annotated[str, Field(pattern=f"^{PASSAGE_ID.pattern}$")]
Name = Annotated[str, Field(max_length=40)]
REASON_LENGTH = 200
LISTS = ("deny", "quarantine")


class Passage(EncounterBody):
    """A traveller crossed a post, or was stopped there. Further codes of the same traveller bring further records with the same
    ``passage``; the last one counts, and names in ``replaces`` the one before."""

    passage: PassageId
    replaces: str = Field(default="", max_length=36)
    post: Name
    lane: str = Field(max_length=20)
    policy: str = Field(default="", max_length=64, description="id of the policy pack")
    policy_digest: str = Field(default="", max_length=64, description="SHA-256 of the pack's file")
    facts: dict[str, str | int | float | bool] = Field(
        default_factory=dict,
        max_length=80,
        description="what the policy was asked about; no names, no numbers of people",
    )
    missing: list[str] = Field(default_factory=list, max_length=40, description="facts that nobody knew")
    reason_vi: str = Field(default="", max_length=REASON_LENGTH, description="why not let through; names nobody")
    reason_en: str = Field(default="", max_length=REASON_LENGTH)
    apart_from_policy: Decision | None = Field(
        default=None,
        description="what everything but the policy came to: lists, forged papers, another person; admit: nothing against",
    )
    credentials: list[Name] = Field(default_factory=list, max_length=12, description="kinds that were shown")
    keys: list[Key] = Field(
        default_factory=list,
        max_length=24,
        description="keyed hashes to find the passage by: words of the name, documents",
    )
    group: str = Field(default="", max_length=36, description="the vehicle that it came with")
    plate: str = Field(default="", max_length=16, description="masked")
    plate_key: str = Field(default="", max_length=22, description="keyed hash of the plate")
    people: int = Field(default=1, ge=1, le=500, description="more than one only where surge mode counts heads")
    surge: bool = False
    milliseconds: int = Field(default=0, ge=0, description="from the first code to this answer")
    passed_at_ms: int = Field(
        default=0,
        ge=0,
        description="Unix time of the passage, where this record completes it later; else the record's own",
    )


class Undone(RecordBody):
    """An officer took a passage back."""

    passage: PassageId
    reason: str = Field(min_length=1, max_length=200)


class Settled(RecordBody):
    """An officer looked at a traveller who had been referred, and decided."""

    passage: PassageId
    decision: Literal[Decision.ADMIT, Decision.REFUSE]
    reason: str = Field(min_length=1, max_length=200)


class Group(RecordBody):
    """A vehicle before the post. ``expected`` is how many people should be in it, 0 where nobody said."""

    group: str = Field(max_length=36)
    post: Name
    lane: str = Field(max_length=20)
    plate: str = Field(default="", max_length=16)
    plate_key: str = Field(default="", max_length=22)
    vehicle_class: str = Field(default="", max_length=40)
    expected: int = Field(default=0, ge=0, le=500)
    closed: bool = False


class Surge(RecordBody):
    """Surge mode at a post: everybody passes who is on no list; what they show is recorded, examined later."""

    post: Name
    on: bool
    reason: str = Field(min_length=1, max_length=200)
    until_ms: int = Field(default=0, ge=0, description="Unix time at which it ends by itself")


class Handover(RecordBody):
    """What one shift tells the next."""

    post: Name
    text: str = Field(min_length=1, max_length=2000)


class Duty(RecordBody):
    """An officer took (or left) a lane."""

    post: Name
    lane: str = Field(max_length=20)
    direction: Literal["in", "out"]
    on: bool = True


class ListDelta(RecordBody):
    """Hashes that come onto a list, or off it. Base64 of ``HASH_BYTES`` each, one after another: see ``lists.entry``."""

    retention_days: ClassVar[None] = None  # a list counts until the platform says otherwise, and names nobody

    list_name: Literal["deny", "quarantine"]
    add: str = Field(default="", max_length=400_000, repr=False)
    remove: str = Field(default="", max_length=400_000, repr=False)

    @field_validator("add", "remove")
    @classmethod
    def _whole(cls, value: str) -> str:
        unpack(value)
        return value


def unpack(text: str) -> list[bytes]:
    """The hashes in a delta's field. Raises ``ValueError``."""
    try:
        data = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(data) % HASH_BYTES:
        raise ValueError(f"not a whole number of {HASH_BYTES}-byte hashes")
    return [data[start : start + HASH_BYTES] for start in range(0, len(data), HASH_BYTES)]


KINDS: dict[str, Any] = {
    "checkpoint.passage": Passage,
    "checkpoint.undone": Undone,
    "checkpoint.settled": Settled,
    "checkpoint.group": Group,
    "checkpoint.surge": Surge,
    "checkpoint.handover": Handover,
    "checkpoint.duty": Duty,
    "checkpoint.list_delta": ListDelta,
}
