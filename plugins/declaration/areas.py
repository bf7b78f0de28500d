"""Provinces, districts and wards to pick from, and finding them in the address on an ID card. Reads the value sets; keeps nothing else."""

from __future__ import annotations

import functools
import re
import unicodedata
from dataclasses import dataclass

from config import value_set

Pair = tuple[str, str]  # code, name

_KIND = re.compile(r"^(thanh pho|tinh|tp|quan|huyen|thi xa|thi tran|phuong|xa|dac khu|q|p|h|tx|tt)\b[. ]*")
_SHORT = {"hcm": "ho chi minh", "sg": "ho chi minh", "sai gon": "ho chi minh", "hn": "ha noi"}


def fold(text: str) -> str:
    """Lower case without accents: as people type who are in a hurry."""
    plain = unicodedata.normalize("NFD", text.lower().replace("đ", "d"))
    return "".join(char for char in plain if not unicodedata.combining(char))


@dataclass(frozen=True, slots=True)
class Found:
    """What an address names; parts that it does not name are empty. ``rest``: what comes before them."""

    province: str = ""
    district: str = ""
    ward: str = ""
    rest: str = ""


class Areas:
    """One list of areas. ``districts``: whether it has that level."""

    def __init__(self, year: str) -> None:
        self._names: dict[str, str] = {}
        self._children: dict[str, list[Pair]] = {}
        self._parents: dict[str, str] = {}
        for row in value_set(f"areas_{year}"):
            code = row["code"]
            self._names[code], self._parents[code] = row["name"], row["parent"]
            self._children.setdefault(row["parent"], []).append((code, row["name"]))
        for children in self._children.values():
            children.sort(key=lambda pair: fold(_bare(pair[1])))
        self.districts = any(len(code) == 3 for code in self._names)

    def name(self, code: str) -> str:
        """Empty where there is no such area."""
        return self._names.get(code, "")

    def provinces(self) -> list[Pair]:
        return self._children[""]

    def children(self, code: str) -> list[Pair]:
        """Districts of a province (or communes, where there are no districts); wards of a district."""
        return self._children.get(code, []) if code else []

    def fits(self, code: str, parent: str) -> bool:
        return bool(code) and self._parents.get(code) == parent

    def path(self, province: str, district: str, ward: str) -> str:
        """The names, smallest first, as an address says them."""
        return ", ".join(name for name in map(self.name, (ward, district, province)) if name)

    def in_address(self, address: str) -> Found:
        """The areas that the last parts of an address name, as far as they are unmistakable."""
        parts = [part.strip() for part in address.split(",") if part.strip()]
        province = self._match(parts, self.provinces())
        if not province:
            return Found(rest=address.strip())
        parts.pop()
        first = self._match(parts, self.children(province))
        if not first:
            return Found(province, rest=", ".join(parts))
        parts.pop()
        if not self.districts:
            return Found(province, "", first, ", ".join(parts))
        ward = self._match(parts, self.children(first))
        if ward:
            parts.pop()
        return Found(province, first, ward, ", ".join(parts))

    def _match(self, parts: list[str], among: list[Pair]) -> str:
        if not parts:
            return ""
        exact, bare = fold(parts[-1]), fold(_bare(parts[-1]))
        bare = _SHORT.get(bare.replace(".", "").strip(), bare)
        whole = [code for code, name in among if fold(name) == exact]
        alike = whole or [code for code, name in among if fold(_bare(name)) == bare]
        return alike[0] if len(alike) == 1 else ""


def _bare(name: str) -> str:
    """A name without the word for its kind: "Quận Ba Đình" is looked for as "Ba Đình"; "Quận 1" keeps its number."""
    folded = fold(name)
    match = _KIND.match(folded)
    return name[match.end() :] if match and len(folded) == len(name) else name


@functools.lru_cache(maxsize=2)
def areas(year: str) -> Areas:
    """The list of ``year``: "2021" or "2025". Read at first use; it does not change while the appliance runs."""
    return Areas(year)
