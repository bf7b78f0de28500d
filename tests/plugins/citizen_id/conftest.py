"""A reader as a site would have it, and scans as devices deliver them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta, timezone
from uuid import UUID

import pytest

from config import value_set
from kiosk.domain import Credential, Malformed, Scan
from plugins.citizen_id.reader import Reader
from plugins.citizen_id.settings import Settings

SCANNED_AT = datetime(2024, 9, 1, 3, 0, tzinfo=UTC)

VIETNAM = timezone(timedelta(hours=7))

Read = Callable[..., Credential | Malformed | None]


@pytest.fixture(scope="session")
def provinces() -> dict[str, str]:
    return {row["code"]: row["name"] for row in value_set("provinces_id_number")}


@pytest.fixture(scope="session")
def read(provinces: dict[str, str]) -> Read:
    """Read a payload: text, or bytes as ``raw``; settings and symbology by keyword."""

    def read(
        payload: str | bytes,
        symbology: str = "QRCode",
        raw: bytes | None = None,
        at: datetime = SCANNED_AT,
        **settings: object,
    ) -> Credential | Malformed | None:
        if isinstance(payload, bytes):
            text, raw = payload.decode(errors="surrogateescape"), payload
        else:
            text = payload
        if raw is None:
            raw = text.encode(errors="replace")
        return Reader(Settings(**settings), provinces, VIETNAM).read(
            Scan(UUID(int=1), text, raw, symbology, "test", at)
        )

    return read
