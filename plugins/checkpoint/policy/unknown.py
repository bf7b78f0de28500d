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
    names = dict.fromkeys(name for one in values if type(one) is Unknown for name in one.names)
    return Unknown(tuple(names))
