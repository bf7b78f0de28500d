"""Twelve digits from the keypad."""

import pytest


def test_says_what_the_number_says(read):
    typed = read("001 099 012345", symbology="typed")
    assert typed.kind == "typed_id"
    assert {name: claim.value for name, claim in typed.claims.items()} == {
        "national_id": "001099012345",
        "sex": "male",
        "birth_date": "1999",
    }
    assert all(claim.confidence < 0.5 for claim in typed.claims.values())


def test_unlikely_numbers_are_warned_of(read):
    assert read("003099012345", symbology="typed").warnings == ("id_number.unknown_province",)
    assert read("001299012345", symbology="typed").warnings == ("id_number.birth_year_in_future",)


@pytest.mark.parametrize(
    "text", ["", "1", "00109901234", "0010990123456", "00109901234a", "001099-012345", "1" * 10**7]
)
def test_not_twelve_digits(read, text):
    assert read(text, symbology="typed").code == "typed_id.not_12_digits"


def test_look_alikes(read):
    assert read("００１０９９０１２３４５", symbology="typed").code == "typed_id.look_alike_digits"


def test_digits_from_a_camera_are_not_typed(read):
    assert read("001099012345") is None


def test_switched_off(read):
    assert read("001099012345", symbology="typed", formats=("cccd",)) is None
