"""Which record kinds exist, who owns each, and how a body is checked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pydantic import BaseModel


@dataclass(frozen=True, slots=True)
class Kind:
    """A record kind: its name, the plugin that owns it, the model of its body, and that model's version."""

    name: str
    plugin: str
    model: type[BaseModel]
    schema: int


class RecordKinds:
    """The kinds of one appliance, collected from its plugins at start."""

    def __init__(self) -> None:
        self._kinds: dict[str, Kind] = {}

    def add(self, plugin: str, kinds: Mapping[str, type[BaseModel]]) -> None:
        """Raises ``ValueError`` where a kind is taken, or does not carry its plugin's name."""
        for name, model in kinds.items():
            if name.partition(".")[0] != plugin:
                raise ValueError(f"record kind {name!r} must start with '{plugin}.'")
            if name in self._kinds:
                raise ValueError(f"record kind {name!r} is defined twice")
            self._kinds[name] = Kind(name, plugin, model, int(getattr(model, "schema_version", 1)))

    def get(self, name: str) -> Kind | None:
        return self._kinds.get(name)

    def names(self) -> list[str]:
        return sorted(self._kinds)

    def of_model(self, name: str, body: BaseModel) -> Kind:
        """The kind that a draft names. Raises ``ValueError`` where it does not exist or its body is of another model."""
        kind = self._kinds.get(name)
        if kind is None:
            raise ValueError(f"no record kind is called {name!r}")
        if type(body) is not kind.model:
            raise ValueError(f"{name!r} takes a {kind.model.__name__}, not a {type(body).__name__}")
        return kind
