"""What somebody has typed so far: carried from step to step inside the pages themselves, kept nowhere else. Judges nothing."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from kiosk.domain import Record
from plugins.declaration.form_fields import AREA_PARTS, COMPANION_PARTS, FIELDS, MOST_COMPANIONS, FormField, input_names
from plugins.declaration.records import AreaCodes, Declared

LONGEST = 400  # characters of one input; longer ones are cut, and are an error anyway
_COMPANION = re.compile(r"companion-([0-9]{1,2})-(name|birth_year|document)")
Companion = dict[str, str]


@dataclass(frozen=True, slots=True)
class Values:
    """``simple``: input name -> text. ``ticked``: of check boxes. ``key``: minted with the form, so that sending twice is once."""

    kind: str
    simple: Mapping[str, str] = field(default_factory=dict)
    ticked: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    companions: tuple[Companion, ...] = ()
    key: str = ""
    replaces: str = ""  # "<pass id>/<secret>" of the declaration that this one changes

    def get(self, name: str) -> str:
        return self.simple.get(name, "")

    def with_simple(self, **more: str) -> Values:
        return replace(self, simple={**self.simple, **more})

    def with_companions(self, companions: Sequence[Companion]) -> Values:
        return replace(self, companions=tuple(companions))


def fresh(kind: str) -> Values:
    return Values(kind, {"nationality": "VNM", "on_behalf": "no"}, key=str(uuid.uuid4()))


def read(kind: str, form: Mapping[str, str], several: Mapping[str, Sequence[str]]) -> Values:
    """From a posted form. ``several``: input name -> all its values. Nothing is refused here, only cut and tidied."""
    simple, ticked = {}, {}
    for one in FIELDS:
        if one.kind == "checks":
            known = {choice.value for choice in one.choices}
            ticked[one.name] = tuple(value for value in dict.fromkeys(several.get(one.name, ())) if value in known)
        else:
            for name in input_names(one):
                simple[name] = tidy(form.get(name, ""))
    return Values(
        kind,
        simple,
        ticked,
        tuple(_companions(form)),
        _key(form.get("key", "")),
        form.get("replaces", "")[:80],
    )


def without_link(values: Values) -> Values:
    """The same as a new declaration."""
    return replace(values, replaces="")


def of_record(record: Record, link: str) -> Values:
    """What a declaration said, to be changed. ``link``: ``<pass id>/<secret>``."""
    body: Declared = record.data
    journey = body.journey
    simple = {
        **{name: str(getattr(body, name)) for name in ("name", "document", "birth_year", "sex", "nationality")},
        **{name: getattr(body, name) for name in ("declarer", "address", "phone", "email", "travelled")},
        **_area(body.home, "home"),
        "on_behalf": "yes" if body.declarer else "no",
        "has_symptoms": "yes" if body.symptoms else "no",
        "has_contact": "yes" if body.contacts else "no",
        "has_travelled": "yes" if body.travelled else "no",
    }
    companions: list[Companion] = []
    if journey is not None:
        parts = ("vehicle", "plate", "seat", "departs_at", "destination_address", "purpose")
        simple |= {name: getattr(journey, name) for name in parts}
        simple |= {**_area(journey.origin, "origin"), **_area(journey.destination, "destination")}
        companions = [{name: str(getattr(one, name)) for name in COMPANION_PARTS} for one in journey.companions]
    ticked: dict[str, tuple[str, ...]] = {"symptoms": tuple(body.symptoms), "contacts": tuple(body.contacts)}
    return Values(body.kind, simple, ticked, tuple(companions), str(uuid.uuid4()), link)


def _area(codes: AreaCodes, name: str) -> dict[str, str]:
    return {f"{name}_{part}": getattr(codes, part) for part in AREA_PARTS}


def tidy(text: str) -> str:
    """NFC, one line, single spaces."""
    return " ".join(unicodedata.normalize("NFC", text[:LONGEST]).split())


def hidden(values: Values, shown: Iterable[FormField]) -> list[tuple[str, str]]:
    """The inputs that the page must carry along: everything that it does not show."""
    visible = {name for one in shown for name in input_names(one)}
    pairs = [(name, value) for name, value in values.simple.items() if value and name not in visible]
    pairs += [(name, value) for name, chosen in values.ticked.items() if name not in visible for value in chosen]
    return [*pairs, ("key", values.key), *([("replaces", values.replaces)] if values.replaces else [])]


def hidden_companions(values: Values) -> list[tuple[str, str]]:
    return [
        (f"companion-{number}-{part}", one[part])
        for number, one in enumerate(values.companions)
        for part in COMPANION_PARTS
    ]


def _companions(form: Mapping[str, str]) -> list[Companion]:
    found: dict[int, Companion] = {}
    for name, value in form.items():
        match = _COMPANION.fullmatch(name)
        if match and int(match.group(1)) <= MOST_COMPANIONS:
            found.setdefault(int(match.group(1)), dict.fromkeys(COMPANION_PARTS, ""))[match.group(2)] = tidy(value)
    return [found[number] for number in sorted(found)]


def _key(text: str) -> str:
    try:
        return str(uuid.UUID(text))
    except ValueError:
        return str(uuid.uuid4())
