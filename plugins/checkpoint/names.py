"""Names compared as documents write them: without accents, capitals or order of spaces. Nothing is stored here."""

from __future__ import annotations

from collections.abc import Callable

from kiosk.text.names import plain

_NUMBERS = ("national_id", "document_number", "national_id_tail")  # claims, the one that says most first
FIND_KEY = 12  # characters of a keyed hash that finds a passage again


def same(one: str, other: str) -> bool:
    """Whether two documents may mean one person: the same words in any order (certificates put the family name first or last),
    or one of them cut short, as small codes do."""
    left, right = plain(one).split(), plain(other).split()
    if not left or not right:
        return True  # one of them does not say
    if sorted(left) == sorted(right) or "".join(left) == "".join(right):
        return True
    short, long = sorted((" ".join(left), " ".join(right)), key=len)
    return len(short) >= 20 and long.startswith(short)


def find_keys(name: str, pseudonym: Callable[[str], str]) -> list[str]:
    """A keyed hash for each word of the name, to find a passage by a spoken name; at most six."""
    return [find_key("name", word, pseudonym) for word in dict.fromkeys(plain(name).split()[:6])]


def number_of(value: Callable[[str], str | None]) -> str:
    """The number of somebody's document, or as much of its end as is said: a pass tells four characters. Empty where none is."""
    return next((found for name in _NUMBERS if (found := value(name))), "")


def find_key(what: str, value: str, pseudonym: Callable[[str], str]) -> str:
    """The keyed hash, short, of one thing that a passage can be found by."""
    return pseudonym(f"find:{what}:{value}")[:FIND_KEY]
