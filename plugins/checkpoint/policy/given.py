"""The values of a pack's facts for one traveller: as given, worked out from others, or unknown. Judges nothing.

What is worked out: days since a date and age by the calendar of the pack's time zone, hours since a moment, and an area's
risk level by the pack's map. What is given wins over what could be worked out.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any

from kiosk.domain import Text
from kiosk.explained import text_of
from plugins.checkpoint.policy.catalogue import FACTS, NOW
from plugins.checkpoint.policy.pack import Pack
from plugins.checkpoint.policy.unknown import Unknown

_SINCE = {
    "days_since_last_dose": "last_dose_on",
    "days_since_first_positive": "first_positive_on",
    "hours_since_test": "sampled_at",
    "age": "birth_date",
}
_SLACK_HOURS = 0.25  # clocks differ: a sample taken that little in the future was taken just now


def gather(pack: Pack, facts: Mapping[str, Any], at: datetime) -> tuple[dict[str, Any], dict[str, Text]]:
    """Values by name, with an ``Unknown`` for what is missing; and what is wrong with those that cannot be used. ``at`` is
    aware. Never raises for any facts."""
    data: dict[str, Any] = {}
    faults: dict[str, Text] = {}
    for name in pack.uses:
        if name == NOW:
            data[name] = at.astimezone(UTC)
            continue
        try:
            value = _value(name, facts)
            if value is None:
                value = _derived(name, pack, facts, at)
        except (ValueError, OverflowError) as error:
            faults[name], value = text_of(error), None
        data[name] = Unknown((_asked_by(name, pack, facts),)) if value is None else value
    return data, faults


def lookup(name: str, facts: Mapping[str, Any]) -> Any:
    """What is given for a fact: under its whole name, or in a table by the name before the point."""
    value = facts.get(name)
    if value is None and "." in name:
        table, _, key = name.partition(".")
        inside = facts.get(table)
        if isinstance(inside, Mapping):
            value = inside.get(key)
    return value


def _value(name: str, facts: Mapping[str, Any]) -> Any:
    """Raises ``ValueError`` for a value that does not fit the fact."""
    value = lookup(name, facts)
    return None if value is None else FACTS[name].accept(value)


def _derived(name: str, pack: Pack, facts: Mapping[str, Any], at: datetime) -> Any:
    base = _SINCE.get(name)
    if base is not None:
        begun = _value(base, facts)
        return None if begun is None else FACTS[name].accept(_since(name, begun, pack, at))
    if pack.risk_map is not None and name.endswith(".risk"):
        place = name.removesuffix("risk")
        province, district, ward = (_value(place + part, facts) or "" for part in ("province", "district", "ward"))
        return pack.risk_map.level(province, district, ward, at.astimezone(pack.zone).date())
    return None


def _since(name: str, begun: Any, pack: Pack, at: datetime) -> int | float:
    if isinstance(begun, datetime):
        hours = (at - begun).total_seconds() / 3600
        return 0.0 if -_SLACK_HOURS <= hours < 0 else hours
    day, today = date.fromisoformat(begun), at.astimezone(pack.zone).date()
    if name == "age":
        return today.year - day.year - ((today.month, today.day) < (day.month, day.day))
    return (today - day).days


def _asked_by(name: str, pack: Pack, facts: Mapping[str, Any]) -> str:
    """The fact to ask for: the province rather than its risk level, where a map knows the level."""
    if pack.risk_map is not None and name.endswith(".risk"):
        province = name.removesuffix("risk") + "province"
        if lookup(province, facts) is None:
            return province
    return name
