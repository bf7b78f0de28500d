"""Whom the platform writes journals for: the nation, a province, a site. One journal each."""

from __future__ import annotations

import hashlib

from kiosk.explained import Explained

LONGEST = 32  # characters of a writer's name in the journal's tables

NATION = "nation"


def audiences_of(site: str, province: str = "") -> list[str]:
    """The journals that concern a device at this site."""
    return [NATION, site_audience(site), *([province_audience(province)] if province else [])]


def site_audience(site: str) -> str:
    """``site:<id>``; a long id is cut and told apart by its hash, since a writer's name is at most 32 characters."""
    name = f"site:{site}"
    if len(name) <= LONGEST:
        return name
    return f"{name[:21]}~{hashlib.sha256(site.encode()).hexdigest()[:10]}"


def province_audience(province: str) -> str:
    return f"province:{province}"[:LONGEST]


def of_platform(writer: str) -> bool:
    """Whether a journal is one of those that the platform publishes to devices."""
    return writer == NATION or writer.startswith(("site:", "province:"))


def named(audience: str) -> str:
    """The writer that a person means by ``nation``, ``site:<id>`` or ``province:<code>``. Raises ``ValueError``."""
    if audience == NATION:
        return NATION
    kind, _, name = audience.partition(":")
    if kind == "site" and name:
        return site_audience(name)
    if kind == "province" and name.isalnum():
        return province_audience(name)
    raise Explained(
        f"{audience!r} không phải phạm vi nào; hãy viết nation, site:<id> hoặc province:<mã>",
        f"{audience!r} is no audience; say nation, site:<id> or province:<code>",
    )
