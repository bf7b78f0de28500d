"""Provinces by the names that people say, for whoever is asked for one. Knows the 63 of 2021, whose codes policies use; no others."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import lru_cache

from config import value_set
from kiosk.text.names import plain

_KIND = re.compile(r"^(THANH PHO|TINH|TP) ")
_SHORT = {
    "TPHCM": "HO CHI MINH",
    "HCM": "HO CHI MINH",
    "SAI GON": "HO CHI MINH",
    "HN": "HA NOI",
    "THUA THIEN HUE": "HUE",
}


def province_code(said: str) -> str | None:
    """The statistics office's code (two digits) of a province by its name, with or without accents and the word for its kind; None
    where no province is called so."""
    name = _bare(said)
    return _codes().get(_SHORT.get(name, name))


def _bare(name: str) -> str:
    return _KIND.sub("", plain(name))


@lru_cache(maxsize=1)
def _codes() -> Mapping[str, str]:
    return {_bare(row["name"]): row["code"] for row in value_set("areas_2021") if len(row["code"]) == 2}
