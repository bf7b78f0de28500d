"""Identity cards of July 2024 and later: fields told apart by what they look like, since public descriptions disagree.

Seen: eight fields with name and sex first, the seven of 2021 with a term at the end, six with ``dd/mm/yyyy``, eleven
with the parents' names. What does not settle itself gets a low confidence and the warning to compare by eye; the raw
text stays with the scan.
"""

from __future__ import annotations

import re
from datetime import date

from kiosk.domain import Claim
from plugins.citizen_id import dates, fields, id_number
from plugins.citizen_id.refusals import Refused

SURE, UNSURE = 0.9, 0.5
CONFIRM = "cccd.confirm_by_eye"

_NINE = re.compile(r"[0-9]{9}")
_PLACE_MARK = re.compile(r"[0-9,]")  # an address has a number or a comma, a name has neither
_LETTER = re.compile(r"[^\W\d_]")


def read(parts: list[str], today: date) -> tuple[dict[str, Claim], list[str]]:
    """Claims and warnings of the fields after the number. ``Refused`` without a name, a birth date or a sex."""
    days: list[str] = []
    sexes: list[str] = []
    old_numbers: list[str] = []
    cancelled: list[str] = []
    texts: list[str] = []
    others: list[str] = []
    for part in parts[1:]:
        if not part:
            continue
        if (sex := fields.sex(part)) is not None:
            sexes.append(sex)
        elif (day := dates.any_day(part)) is not None:
            days.append(day)
        elif _NINE.fullmatch(part):
            old_numbers.append(part)
        elif id_number.is_id_number(part):
            cancelled.append(part)
        elif _LETTER.search(part) or "\ufffd" in part:
            texts.append(part)
        elif part.isascii():
            others.append(part)
        else:
            raise Refused("look_alike_digits")
    year_in_number = id_number.read(parts[0]).birth_year
    if not days or (len(days) == 1 and int(days[0][:4]) != year_in_number):  # one day alone may be that of issue
        raise Refused("no_birth_date")
    if not sexes:
        raise Refused("unreadable_text" if any("\ufffd" in text for text in texts) else "no_sex")

    claims, days_sure = _days(days, year_in_number, today)
    words, words_sure = _words(texts)
    claims |= words
    if others:
        claims["other_text"] = Claim("; ".join(others), UNSURE)
    numbers_sure = len(sexes) == 1 and len(old_numbers) <= 1 and len(cancelled) <= 1
    claims["sex"] = Claim(sexes[0], SURE if numbers_sure else UNSURE)
    if old_numbers:
        claims["old_national_id"] = Claim(old_numbers[0], SURE if numbers_sure else UNSURE)
    if cancelled:
        claims["cancelled_national_id"] = Claim(cancelled[0], SURE if numbers_sure else UNSURE)
    return claims, [] if days_sure and words_sure and numbers_sure and not others else [CONFIRM]


def _days(days: list[str], year_in_number: int, today: date) -> tuple[dict[str, Claim], bool]:
    """Birth, issue and term. The birth date is the one in the year that the number tells, else the earliest."""
    in_year = [day for day in days if int(day[:4]) == year_in_number]
    birth = in_year[0] if len(in_year) == 1 else min(days)
    later = [day for day in days if day != birth]
    sure = (
        birth == min(days)
        and len(in_year) == 1
        and 1 <= len(later) <= 2
        and len(later) == len(days) - 1
        and later == sorted(later)
        and later[0] <= today.isoformat()
    )
    confidence = SURE if sure else UNSURE
    claims = {"birth_date": Claim(birth, confidence)}
    claims |= {
        name: Claim(day, confidence) for name, day in zip(("issued_on", "expires_on"), sorted(later), strict=False)
    }
    return claims, sure


def _words(texts: list[str]) -> tuple[dict[str, Claim], bool]:
    """Name, address and the rest. The name comes before the address in every layout that was seen."""
    names = [text for text in texts if not _PLACE_MARK.search(text)]
    places = [text for text in texts if _PLACE_MARK.search(text)]
    if not names:
        raise Refused("no_name")
    sure = len(names) == 1 and len(places) == 1 and texts[0] == names[0]
    confidence = SURE if sure else UNSURE
    claims = {"name": Claim(names[0], SURE if texts[0] == names[0] else UNSURE)}
    if places:
        claims["address"] = Claim(places[0], SURE if len(places) == 1 else UNSURE)
        parents = names[1:]
    else:  # a village without number or comma: the second text is the likeliest address
        if len(names) > 1:
            claims["address"] = Claim(names[1], confidence)
        parents = names[2:]
    if parents:
        claims["parent_names"] = Claim("; ".join(parents), UNSURE)
    if places[1:]:
        claims["other_address"] = Claim("; ".join(places[1:]), UNSURE)
    return claims, sure
