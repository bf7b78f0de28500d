"""Cards of July 2024 and later: every layout that was seen, and doubt said aloud."""

import pytest

NAME, PLACE = "Nguyễn Văn An", "Số 1, Quận 1, TP.HCM"
CONFIRM = "cccd.confirm_by_eye"
SEEN = {
    "name and sex first": f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024|012345678|",
    "birth before sex": f"001099012345|{NAME}|01021999|Nam|{PLACE}|15082024||",
    "cancelled number": f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024||001099054321",
    "2021 with a term": f"001099012345||{NAME}|01021999|Nam|{PLACE}|15082024|01022039",
    "six with slashes": f"001099012345|{NAME}|01/02/1999|Nam|{PLACE}|15/08/2024",
}


@pytest.mark.parametrize("layout", SEEN)
def test_layouts_that_settle_themselves(read, layout):
    card = read(SEEN[layout])
    assert card.warnings == ()
    said = {name: claim.value for name, claim in card.claims.items()}
    assert (
        said.items()
        >= {
            "national_id": "001099012345",
            "name": NAME,
            "birth_date": "1999-02-01",
            "sex": "male",
            "address": PLACE,
            "issued_on": "2024-08-15",
        }.items()
    )
    assert all(claim.confidence == 0.9 for claim in card.claims.values())


def test_more_claims_where_the_layout_has_them(read):
    assert read(SEEN["name and sex first"]).value("old_national_id") == "012345678"
    assert read(SEEN["cancelled number"]).value("cancelled_national_id") == "001099054321"
    assert read(SEEN["2021 with a term"]).value("expires_on") == "2039-02-01"


def test_parents_names_are_read_and_doubted(read):
    card = read(f"001099012345||{NAME}|01021999|Nam|{PLACE}|15082024||Nguyễn Văn Ba|Trần Thị Tư|")
    assert (card.value("name"), card.value("address")) == (NAME, PLACE)
    assert card.claims["parent_names"].value == "Nguyễn Văn Ba; Trần Thị Tư"
    assert card.claims["parent_names"].confidence < card.claims["name"].confidence
    assert card.warnings == (CONFIRM,)


@pytest.mark.parametrize(
    ("payload", "doubtful"),
    [
        (f"001099012345|{NAME}|Nam|01021999|Bản Phố Mới|15082024||", "address"),  # no number, no comma
        (f"001099012345|{PLACE}|Nam|01021999|{NAME}|15082024||", "name"),  # name behind the address
        (f"001099012345|{NAME}|Nam|15082024|{PLACE}|01021998||", "birth_date"),  # no year fits the number
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|03031999||", "birth_date"),  # two years fit
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024|15082020|", "issued_on"),  # days out of order
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082030||", "issued_on"),  # issued in the future?
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024|012345678|987654321", "old_national_id"),
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024|Số 2, Quận 3|", "address"),
        (f"001099012345|{NAME}|Nam|01021999|{PLACE}|15082024|0909|", "other_text"),
    ],
)
def test_doubt_lowers_the_confidence_and_asks_for_an_eye(read, payload, doubtful):
    card = read(payload)
    assert CONFIRM in card.warnings
    assert card.claims[doubtful].confidence == 0.5


def test_birth_date_is_the_one_in_the_numbers_year(read):
    card = read(f"001099012345|{NAME}|Nam|15082024|{PLACE}|01021999||")
    assert (card.value("birth_date"), card.value("issued_on")) == ("1999-02-01", "2024-08-15")


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (f"001099012345|{NAME}|Nam|30021999|{PLACE}|15082024||", "cccd.impossible_date"),
        (f"001099012345|{NAME}|Nam|01/13/1999|{PLACE}|15082024||", "cccd.impossible_date"),
        (f"001099012345|{NAME}|Nam||{PLACE}|15082024||", "cccd.no_birth_date"),
        (f"001099012345|{NAME}|?|01021999|{PLACE}|15082024||", "cccd.no_sex"),
        (f"001099012345||Nam|01021999|{PLACE}|15082024||", "cccd.no_name"),
        ("001099012345|||||||", "cccd.no_birth_date"),
    ],
)
def test_refused(read, payload, code):
    assert read(payload).code == code
