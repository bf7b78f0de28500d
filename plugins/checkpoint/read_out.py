"""What was read of a traveller beyond who they are, in words that an officer can hold against the papers. Pure.

Of documents whose check failed nothing is read out, as no policy hears of it either.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from functools import cache

from config import value_set
from kiosk.domain import Credential, Text
from kiosk.site_days import local_time
from plugins.checkpoint import facts
from plugins.checkpoint.policy import FACTS, Fact, date_times

_NOWHERE = facts.Place("", "", {}, {})


def read_out(credentials: tuple[Credential, ...], at: datetime, time_zone: str) -> list[Text]:
    """The journey, the purpose, the vehicle, the certificate, the doses and the test, each in few words; what no document says is
    left out. ``at`` is aware."""
    folded = facts.fold(credentials, {}, _NOWHERE, at, True, frozenset())
    said = {name: _words(FACTS[name], value, time_zone) for name, value in folded.items() if _is_known(name, value)}
    return list(_told(said))


def as_read(iso: str) -> str:
    """A date as people here write it, so that it can be held against the card: 05/11/1986 from ISO 8601; 11/1986 and 1986 where
    no more is known; anything else as it is."""
    parts = iso.split("-")
    is_date = len(parts) <= 3 and len(iso) in (4, 7, 10) and all(part.isascii() and part.isdigit() for part in parts)
    return "/".join(reversed(parts)) if is_date else iso


def _told(said: Mapping[str, Text]) -> Iterator[Text]:
    ends = [said.get(f"{end}.province", Text("?", "?")) for end in ("origin", "destination")]
    if any(end.vi != "?" for end in ends):
        yield _joined(" → ", ends)
    yield from (said[name] for name in ("purpose", "vehicle_class", "certificate_colour") if name in said)
    if "doses" in said:
        number = said["doses"]
        doses = Text(f"{number.vi} mũi", f"{number.en} doses")
        yield _joined(", ", [doses, *(said[name] for name in ("last_dose_on",) if name in said)])
    test = [said[name] for name in ("test_kind", "test_result", "sampled_at") if name in said]
    if test:
        yield _joined(", ", test)
    if "first_positive_on" in said:
        label, day = FACTS["first_positive_on"].text, said["first_positive_on"]
        yield Text(f"{label.vi}: {day.vi}", f"{label.en}: {day.en}")


def _joined(by: str, parts: Sequence[Text]) -> Text:
    return Text(by.join(one.vi for one in parts), by.join(one.en for one in parts))


def _is_known(name: str, value: object) -> bool:
    if (name, value) == ("certificate_colour", "none") or name not in FACTS:
        return False
    try:
        FACTS[name].accept(value)
    except ValueError:
        return False  # a document may say anything
    return True


def _words(fact: Fact, value: object, time_zone: str) -> Text:
    text = str(value)
    label = next((choice.label for choice in fact.choices if choice.value == text), None)
    if label is not None:
        return label
    if fact.kind == "area":
        text = _provinces().get(text[-2:], text)
    elif fact.kind == "date":
        text = as_read(text)
    elif fact.kind == "moment":
        text = local_time(int(date_times.parse(text).timestamp() * 1000), time_zone)
    return Text(text, text)


@cache
def _provinces() -> dict[str, str]:
    return {row["code"][-2:]: row["name"] for row in value_set("provinces_id_number")}
