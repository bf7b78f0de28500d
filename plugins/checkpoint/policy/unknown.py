"""The third truth value: something that is not known, and which facts would make it known. Decides nothing."""

from __future__ import annotations

from typing import Any


class Unknown:
    """A value that cannot be told while ``names`` (facts, in the order in which they matter) are missing."""

    __slots__ = ("names",)

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names

    def __repr__(self) -> str:
        return f"Unknown({', '.join(self.names)})"


def together(values: list[Any]) -> Unknown:
    """What is unknown where all of these matter; those of ``values`` that are known are passed over."""
    unknown = [one for one in values if type(one) is Unknown]
    if len(unknown) == 1:
        return unknown[0]
    return Unknown(tuple(dict.fromkeys([name for one in unknown for name in one.names])))


def either(one: Any, two: Any) -> Unknown:
    """The same for two values, of which at least one is unknown."""
    if type(two) is not Unknown:
        assert type(one) is Unknown
        return one
    return together([one, two]) if type(one) is Unknown else two
