"""Machine-readable zones: ICAO's specimens, Vietnam's card, and every wrong digit."""

from datetime import UTC, datetime
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.domain import Malformed
from kiosk.synthetic import citizens, mrz_check_digit

# The specimens of Doc 9303 parts 4 and 5.
PASSPORT = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"
CARD = "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
LONG_NUMBER = "I<UTOD23145890<7349<<<<<<<<<<<\n3407127M9507122UTO<<<<<<<<<<<2\nSTEVENSON<<PETER<JOHN<<<<<<<<<"
CITIZEN = next(citizens(Random(7)))
VIETNAMESE = CITIZEN.mrz_td1()


def td1(first="I<UTOD231458907" + "<" * 15, birth="740812", sex="F", expiry="120415", names="ERIKSSON<<ANNA"):
    second = f"{birth}{mrz_check_digit(birth)}{sex}{expiry}{mrz_check_digit(expiry)}"
    return f"{first}\n{second}UTO{'<' * 11}{mrz_check_digit(first[5:] + second[:7] + second[8:])}\n{names:<<30}"


def values(credential):
    return {name: claim.value for name, claim in credential.claims.items()}


def test_passport_specimen(read):
    passport = read(PASSPORT)
    assert passport.kind == "mrz_td3"
    assert values(passport) == {
        "document_type": "passport",
        "document_number": "L898902C3",
        "issuing_state": "UTO",
        "nationality": "UTO",
        "name": "ERIKSSON ANNA MARIA",
        "birth_date": "1974-08-12",
        "sex": "female",
        "expires_on": "2012-04-15",
    }
    assert passport.warnings == ("document.expired",)


def test_card_specimen(read):
    card = read(CARD)
    assert (card.kind, card.value("document_number"), card.value("birth_date")) == (
        "mrz_td1",
        "D23145890",
        "1974-08-12",
    )


def test_document_number_that_runs_on(read):
    card = read(LONG_NUMBER)
    assert (card.value("document_number"), card.value("expires_on")) == ("D23145890734", "1995-07-12")


def test_vietnamese_card_gives_all_twelve_digits(read):
    card = read(VIETNAMESE)
    assert card.value("national_id") == CITIZEN.national_id
    assert card.value("document_number") == CITIZEN.national_id[3:]
    assert card.value("birth_date") == CITIZEN.birth_date.isoformat()


def test_vietnamese_passport_gives_the_personal_number(read):
    second = "C12345678" + mrz_check_digit("C12345678") + "VNM" + "990101" + mrz_check_digit("990101")
    second += "M" + "310101" + mrz_check_digit("310101") + "001099012345<<" + mrz_check_digit("001099012345<<")
    second += mrz_check_digit(second[:10] + second[13:20] + second[21:43])
    passport = read(f"{'P<VNMNGUYEN<<VAN<AN':<<44}\n{second}")
    assert (passport.value("national_id"), passport.value("name")) == ("001099012345", "NGUYEN VAN AN")


@pytest.mark.parametrize("ending", ["\r\n", "\r", "\n\n", "", " \n"])
def test_any_line_ending(read, ending):
    assert read(VIETNAMESE.replace("\n", ending)).value("national_id") == CITIZEN.national_id


@pytest.mark.parametrize("zone", [PASSPORT, CARD, LONG_NUMBER, VIETNAMESE], ids=["passport", "card", "long", "vnm"])
def test_every_wrong_digit_is_refused(read, zone):
    tried = 0
    for place, right in enumerate(zone):
        if right.isdigit():
            for wrong in "0123456789".replace(right, ""):
                refused = read(zone[:place] + wrong + zone[place + 1 :])
                assert isinstance(refused, Malformed), (place, wrong)
                tried += 1
    assert tried >= 9 * 20


@given(seed=st.integers(0, 2**32), place=st.integers(0, 91), shift=st.integers(1, 9))
def test_every_wrong_digit_of_any_card_is_refused(read, seed, place, shift):
    zone = next(citizens(Random(seed))).mrz_td1()
    if zone[place].isdigit():
        wrong = str((int(zone[place]) + shift) % 10)
        assert isinstance(read(zone[:place] + wrong + zone[place + 1 :]), Malformed)


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        (PASSPORT[:-1], "wrong_length"),
        (CARD + "<", "wrong_length"),
        (td1(birth="740231"), "impossible_date"),
        (td1(birth="74A812"), "impossible_date"),
        (td1(expiry="121301"), "impossible_date"),
        (td1(sex="Q"), "wrong_characters"),
        (td1(names="ER1KSSON<<ANNA"), "wrong_characters"),  # a digit misread in a name
        (td1(names=""), "no_name"),
        (td1(first="I<UTOD23145890<<<<<<<<<<<<<<<<"), "wrong_check_digit"),
    ],
)
def test_refused(read, zone, code):
    assert read(zone).code == f"mrz.{code}"


def test_twelve_digits_need_their_own_check_digit(read):
    first, second, names = VIETNAMESE.split("\n")
    first = first[:29] + "<"
    second = second[:29] + mrz_check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    assert read(f"{first}\n{second}\n{names}").code == "mrz.wrong_check_digit"


@pytest.mark.parametrize("place", [14, 37, 45])
def test_each_field_has_its_own_check_digit(read, place):
    """Also where the composite digit was made to fit the wrong field."""
    zone = CARD.replace("\n", "")
    zone = zone[: place - 1] + str((int(zone[place - 1]) + 1) % 10) + zone[place:]
    composite = mrz_check_digit(zone[5:37] + zone[38:45] + zone[48:59])
    assert read(zone[:59] + composite + zone[60:]).code == "mrz.wrong_check_digit"


def test_composite_covers_both_optional_fields(read):
    for place in (15, 29, 48, 58):
        zone = CARD.replace("\n", "")
        assert read(zone[:place] + "1" + zone[place + 1 :]).code == "mrz.wrong_check_digit"


def test_nine_and_twelve_digits_must_belong_together(read):
    other = "012345678"
    first, second, names = VIETNAMESE.split("\n")
    first = "IDVNM" + other + mrz_check_digit(other) + first[15:]
    second = second[:29] + mrz_check_digit(first[5:] + second[:7] + second[8:15] + second[18:29])
    assert "mrz.number_differs" in read(f"{first}\n{second}\n{names}").warnings


@pytest.mark.parametrize(("birth", "read_as"), [("7408<<", "1974"), ("74<<<<", "1974"), ("<<<<<<", None)])
def test_partly_unknown_birth_dates(read, birth, read_as):
    assert read(td1(birth=birth)).value("birth_date") == read_as


def test_unstated_sex_is_no_claim(read):
    assert read(td1(sex="<")).value("sex") is None


def test_full_name_line_may_be_cut(read):
    assert "mrz.name_cut" in read(td1(names="A" * 30)).warnings


@pytest.mark.parametrize(("yy", "year"), [("24", "2024"), ("25", "1925"), ("99", "1999"), ("00", "2000")])
def test_century_of_birth(read, yy, year):
    assert read(td1(birth=yy + "0101")).value("birth_date") == year + "-01-01"


def test_a_clock_in_the_past_moves_nobody_to_another_century(read):
    asleep = datetime(1970, 1, 1, tzinfo=UTC)
    assert read(td1(birth="050101"), at=asleep).value("birth_date") == "2005-01-01"


def test_number_settles_the_century(read):
    old = next(person for person in citizens(Random(3)) if person.birth_date.year < 1950)
    at = datetime(2060, 1, 1, tzinfo=UTC)
    assert read(old.mrz_td1(), at=at).value("birth_date") == old.birth_date.isoformat()


def test_card_without_a_term(read):
    old = next(person for person in citizens(Random(3)) if person.expires_on is None)
    card = read(old.mrz_td1())
    assert card.value("expires_on") is None
    assert "document.expired" not in card.warnings


@pytest.mark.parametrize("payload", ["<<", "V" + PASSPORT[1:], "HELLO" * 20, "X" * 90, "I<UTO" + "<" * 67])
def test_other_texts_are_not_claimed(read, payload):
    assert read(payload) is None


def test_a_source_that_reads_nothing_else_gets_a_reason(read):
    assert read("i<uto", symbology="MRZ").code == "mrz.wrong_characters"
    assert read("IDVNM12", symbology="MRZ").code == "mrz.wrong_length"
