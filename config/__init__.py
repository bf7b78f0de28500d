"""Data files that ship with the appliance. Reads value sets; holds no rules and no state."""

from __future__ import annotations

import csv
from importlib import resources


def value_set(name: str) -> list[dict[str, str]]:
    """The rows of ``value_sets/<name>.csv``: UTF-8, one header line; lines that start with ``#`` tell the source.

    Raises ``FileNotFoundError`` where no such set ships.
    """
    text = (resources.files(__name__) / "value_sets" / f"{name}.csv").read_text(encoding="utf-8")
    return list(csv.DictReader(line for line in text.splitlines() if not line.startswith("#")))
