"""The health insurance card: hex texts, old and new cards, empty marks."""

import pytest

CARD = (
    "0100000001|4e677579e1bb856e2056c4836e20416e|01/01/1990|1|-|01 - C54|01/07/2023|-|31/07/2023|-|-|4|01/10/2027|0-0|4"
    "|48c3a0204ee1bb9969|$"
)


def fields_with(place, value):
    parts = CARD.split("|")
    parts[place] = value
    return "|".join(parts)


def test_reads_the_new_card(read):
    card = read(CARD)
    assert (card.kind, card.warnings) == ("bhyt", ())
    assert {name: claim.value for name, claim in card.claims.items()} == {
        "insurance_number": "0100000001",
        "name": "Nguyễn Văn An",
        "birth_date": "1990-01-01",
        "sex": "male",
        "facility": "01 - C54",
        "valid_from": "2023-07-01",
        "issued_on": "2023-07-31",
        "benefit_code": "4",
        "five_years_on": "2027-10-01",
        "issuing_place": "Hà Nội",
    }


@pytest.mark.parametrize("end", ["|$", "|", ""])
def test_old_cards_stop_after_the_ninth_field(read, end):
    old = "|".join(CARD.replace("0100000001", "DN4797912345678").split("|")[:9])
    card = read(old + end)
    assert card.value("insurance_number") == "DN4797912345678"
    assert card.value("issued_on") == "2023-07-31"


def test_year_alone_as_birth_date(read):
    assert read(fields_with(2, "1950")).value("birth_date") == "1950"


def test_nuls_are_stripped_everywhere(read):
    padded = fields_with(1, (b"Nguy\xe1\xbb\x85n\0\0").hex()).replace("|$", "\0\0|$\0")
    assert read(padded).value("name") == "Nguyễn"


def test_past_term_is_a_warning(read):
    assert read(fields_with(7, "31/12/2023")).warnings == ("document.expired",)
    assert read(fields_with(7, "01/09/2024")).warnings == ()  # the last day itself


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, "010000000", "wrong_number"),
        (0, "dn4797912345678", "wrong_number"),
        (0, "０１００００００01", "wrong_number"),
        (1, "4e6775zz", "bad_hex"),
        (1, "4e677", "bad_hex"),
        (1, "ff", "bad_hex"),  # not UTF-8
        (1, "", "bad_hex"),
        (1, "20", "no_name"),
        (1, b"a\x1b@b".hex(), "control_character"),
        (4, "Số 1", "bad_hex"),
        (2, "31/02/1990", "impossible_date"),
        (2, "0000", "impossible_date"),
        (2, "-", "no_birth_date"),
        (3, "3", "no_sex"),
        (6, "31/06/2023", "impossible_date"),
        (6, "soon", "impossible_date"),
        (5, "\x1b@", "control_character"),
    ],
)
def test_refused(read, place, value, code):
    assert read(fields_with(place, value)).code == f"bhyt.{code}"


def test_too_few_and_too_many_fields(read):
    assert read("|".join(CARD.split("|")[:8])).code == "bhyt.field_count"
    assert read(CARD.replace("$", "|||$")).code == "bhyt.field_count"


def test_a_phone_number_first_is_no_insurance_card(read):
    assert read("0912345678|Nguyễn Văn An|x|y|z|1|2|3|4|5") is None
