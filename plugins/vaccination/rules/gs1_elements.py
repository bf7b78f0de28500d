"""Element strings by the GS1 General Specifications (release 22, sections 3 and 7.8): where one ends and the next begins.

Cuts only; what the elements say is ``gs1``'s business. A library would do (biip, against which tests hold this) but costs a kiosk
16 MB for lists of companies that nobody asks.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

SEPARATOR = "\x1d"  # what scanners and decoders deliver for FNC1 between elements (section 7.8.5)

# Figure 7.8.5-2: elements of predefined length, application identifier and all; every other one ends at a separator
_FIXED = {"00": 20, "01": 16, "02": 16, "03": 16, "04": 18, "20": 4, "41": 16}
_FIXED |= {str(two): 8 for two in range(11, 20)} | {str(two): 10 for two in range(31, 37)}
# How many digits an identifier has, by its first two (figure 3.2-1)
_TWO = {"00", "01", "02", "03", "10", "11", "12", "13", "15", "16", "17", "20", "21", "22", "30", "37"}
_TWO |= {str(two) for two in range(90, 100)}
_THREE = {"23", "24", "25", "40", "41", "42", "71"}
_FOUR = {"31", "32", "33", "34", "35", "36", "39", "43", "70", "72", "80", "81", "82"}
# Table 7.11-1, the characters of a lot or a serial number
_CHARACTERS = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
LONGEST = 90  # characters of one element's data


class ElementError(ValueError):
    """The text is not a row of elements. ``code``: ``not_gs1``, ``separator_missing`` or ``characters``."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


def checks(gtin: str) -> bool:
    """Whether the last of 8 to 14 digits checks the others (section 7.9.1, modulo 10 with weights 3 and 1 from the right)."""
    total = sum(int(digit) * (3 if place % 2 else 1) for place, digit in enumerate(reversed(gtin)))
    return total % 10 == 0


def elements(text: str) -> Iterator[tuple[str, str]]:
    """(identifier, data) of a text as a scanner delivers it: fixed ones run on, others end at a separator or the end.

    Raises ``ElementError``."""
    rest = text.strip(SEPARATOR)
    while rest:
        ai, data = _identifier(rest), ""
        fixed = _FIXED.get(ai[:2])
        if fixed is not None:
            data, rest = rest[len(ai) : fixed], rest[fixed:]
            if len(ai) + len(data) < fixed or SEPARATOR in data:
                raise ElementError("not_gs1")
        else:
            data, _, rest = rest[len(ai) :].partition(SEPARATOR)
            _check_length(ai, data)
        yield ai, _checked(data)
        rest = rest.lstrip(SEPARATOR)


def bracketed(text: str) -> Iterator[tuple[str, str]]:
    """(identifier, data) of the form that people read, ``(01)…(10)…``. A bracket that no identifier stands in is part of the data.

    Raises ``ElementError``."""
    parts = re.split(r"\((\d{2,4})\)", text)
    if parts[0].strip() or len(parts) < 3:
        raise ElementError("not_gs1")
    for ai, written in zip(parts[1::2], parts[2::2], strict=True):
        data = written.strip()
        if _identifier(ai + data) != ai:
            raise ElementError("not_gs1")
        fixed = _FIXED.get(ai[:2])
        if fixed is not None and len(ai) + len(data) != fixed:
            raise ElementError("not_gs1")
        _check_length(ai, data)
        yield ai, _checked(data)


def _identifier(text: str) -> str:
    first = text[:2]
    length = 2 if first in _TWO else 3 if first in _THREE else 4 if first in _FOUR else 0
    ai = text[:length]
    if not length or len(ai) < length or not (ai.isascii() and ai.isdigit()):
        raise ElementError("not_gs1")
    return ai


def _check_length(ai: str, data: str) -> None:
    """A lot or a serial number that is too long has swallowed what came after it: the separator was lost on the way."""
    if len(data) > (20 if ai in ("10", "21") else LONGEST):
        raise ElementError("separator_missing")


def _checked(data: str) -> str:
    if not _CHARACTERS.fullmatch(data):
        raise ElementError("characters" if data else "not_gs1")
    return data
