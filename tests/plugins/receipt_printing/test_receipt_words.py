"""Words for paper: safe, and with their marks."""

from __future__ import annotations

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from plugins.receipt_printing.sample import vietnamese_letters
from plugins.receipt_printing.words import MAX_CHARACTERS, clean


def test_every_vietnamese_letter_survives_composed_or_not():
    for row in vietnamese_letters():
        assert clean(row) == " ".join(row.split())
        assert clean(unicodedata.normalize("NFD", row)) == " ".join(row.split())


def test_commands_hidden_in_a_name_are_gone():
    assert clean("An\x1b@\x1dV\x00\x10\x04\x01Bình\r\n\tC\u2028D") == "An @ V Bình C D"


def test_direction_marks_vanish_and_foreign_letters_are_shown_as_unknown():
    assert clean("A\u202eB\u200dC\ufeff") == "ABC"
    assert clean("王 😀") == "? ?"
    assert clean("ﬁ Å") == "fi Å".replace("fi", clean("ﬁ"))


def test_length_is_limited():
    assert len(clean("x" * 100_000)) == MAX_CHARACTERS


@given(st.text(max_size=200))
def test_nothing_but_printable_letters_comes_out(text):
    cleaned = clean(text)
    assert all(unicodedata.category(char)[0] not in "CZ" or char == " " for char in cleaned)
    assert clean(cleaned) == cleaned
