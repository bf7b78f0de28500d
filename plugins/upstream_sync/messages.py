"""The values that pass between sync's modules: what is sent, what came back. Light to import; does nothing."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Batch:
    """Consecutive records of one writer as they travel. ``head``: the chain's hash after the last."""

    writer: str
    first: int
    last: int
    head: bytes
    lines: bytes  # with a line end after each


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer. Header names are in lower case. ``took``: seconds from the first byte sent to the last read."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float


@dataclass(frozen=True, slots=True)
class Timed:
    """How far the device's clock is ahead of the platform's, in milliseconds, give or take ``uncertain_ms``."""

    drift_ms: int
    uncertain_ms: int
