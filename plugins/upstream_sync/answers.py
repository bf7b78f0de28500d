"""The platform's answers, checked before anything is believed. An answer that does not fit is ``NotUnderstood``."""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from plugins.upstream_sync.faults import (
    BadCursor,
    Busy,
    Fork,
    Gap,
    MalformedLine,
    NotUnderstood,
    SyncFault,
    TooLarge,
    Unauthorised,
)
from plugins.upstream_sync.messages import Reply

LONGEST_RETRY_AFTER = 3600.0  # seconds: more than that would look like a dead device


class _Answer(BaseModel):
    # a newer platform may say more; what it says wrongly typed is not guessed at
    model_config = ConfigDict(extra="ignore", frozen=True, strict=True)


class Enrolled(_Answer):
    device: str = Field(min_length=1, max_length=32)
    pseudonym_key: str
    platform_key_pem: str = Field(max_length=2000)
    audiences: tuple[str, ...] = Field(strict=False)
    server_time_ms: int = Field(ge=0)

    @field_validator("pseudonym_key")
    @classmethod
    def _thirty_two_bytes(cls, value: str) -> str:
        try:
            size = len(base64.b64decode(value, validate=True))
        except binascii.Error:
            size = 0
        if size != 32:
            raise ValueError("not 32 bytes of base64")
        return value


class Parked(_Answer):
    """A record that the platform stored but cannot use."""

    seq: int = Field(ge=1)
    reason: str = Field(max_length=500)


class BatchTaken(_Answer):
    writer: str
    acknowledged: int = Field(ge=0)
    parked: tuple[Parked, ...] = Field(default=(), strict=False)
    duplicates: int = 0
    server_time_ms: int = Field(ge=0)


class StillParked(_Answer):
    parked: tuple[Parked, ...] = Field(strict=False)


class ServerTime(_Answer):
    server_time_ms: int = Field(ge=0)


class _Problem(_Answer):
    code: str
    message: str = ""
    expected: int | None = None
    seq: int | None = None
    line: int | None = None


class _Refusal(_Answer):
    error: _Problem


AnswerT = TypeVar("AnswerT", bound=BaseModel)


def read(reply: Reply, model: type[AnswerT], statuses: tuple[int, ...] = (200,)) -> AnswerT:
    """The answer's content. Raises the fault that any other answer means."""
    if reply.status not in statuses:
        raise fault_of(reply)
    try:
        return model.model_validate_json(reply.body)
    except ValidationError as error:
        where = ".".join(str(part) for part in error.errors()[0]["loc"])
        raise NotUnderstood("garbage", f"status {reply.status}, {where or 'not JSON'}") from None


def fault_of(reply: Reply) -> SyncFault:
    """What an answer other than success means."""
    if reply.status in (429, 503):
        return Busy("busy", f"status {reply.status}", retry_after(reply.headers.get("retry-after")))
    if reply.status >= 500:
        return Busy("server", f"status {reply.status}", retry_after(reply.headers.get("retry-after")))
    if reply.status == 413:
        return TooLarge("too_large")
    try:
        problem = _Refusal.model_validate_json(reply.body).error
    except ValidationError:
        if reply.status == 401:
            return Unauthorised("unauthorised")
        if reply.status == 403:
            return Unauthorised("forbidden")
        return NotUnderstood("garbage", f"status {reply.status} without a reason")
    match reply.status, problem:
        case 400, _Problem(code="cursor"):
            return BadCursor("cursor")
        case 401, _Problem(code=code) if code in ("revoked", "clock"):
            return Unauthorised(code, problem.message[:200])
        case 401, _:
            return Unauthorised("unauthorised", problem.message[:200])
        case 403, _Problem(code=code) if code in ("revoked", "site", "device"):
            return Unauthorised(code, problem.message[:200])
        case 403, _:
            return Unauthorised("forbidden", problem.message[:200])
        case 409, _Problem(code="gap", expected=int() as expected) if expected >= 1:
            return Gap(expected)
        case 409, _Problem(code="fork", seq=int() as seq) if seq >= 1:
            return Fork(seq)
        case 422, _Problem(code="malformed", line=int() as line) if line >= 0:
            return MalformedLine(line, problem.message[:200])
    return NotUnderstood("garbage", f"status {reply.status}")


def retry_after(value: str | None) -> float | None:
    """``Retry-After`` in seconds, from seconds or a date (RFC 9110); None where absent or nonsense; at most an hour."""
    if value is None:
        return None
    if value.strip().isascii() and value.strip().isdigit():
        return min(float(value.strip()[:9]), LONGEST_RETRY_AFTER)
    try:
        when = parsedate_to_datetime(value)
    except ValueError:
        return None
    if when.tzinfo is None:
        when = when.replace(tzinfo=UTC)
    return min(max(0.0, (when - datetime.now(UTC)).total_seconds()), LONGEST_RETRY_AFTER)
