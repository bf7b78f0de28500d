"""Decision 1405/QĐ-BTTTT: masks, capitals, EXT as the profile says."""

import pytest
from pydantic import ValidationError

from plugins.citizen_id.settings import Settings

CODE = "001099012345|NGUYEN VAN AN|1999-01-31|1|QID0001|"


def values(credential):
    return {name: claim.value for name, claim in credential.claims.items()}


def test_reads_the_six_fields(read):
    code = read(CODE)
    assert code.kind == "national_qr"
    assert values(code) == {
        "national_id": "001099012345",
        "name": "NGUYEN VAN AN",
        "birth_date": "1999-01-31",
        "identity_kind": "1",
        "qid": "QID0001",
    }
    assert code.claims["name"].confidence < 1  # accents are lost
    assert code.warnings == ()


def test_a_masked_number_identifies_nobody(read):
    code = read(CODE.replace("001099", "******"))
    assert code.value("masked_number") == "******012345"
    assert code.value("national_id") is None
    assert code.warnings == ("national_qr.masked_number",)


@pytest.mark.parametrize(
    ("written", "read_as"), [("1999-**-**", "1999"), ("****-**-**", None), ("19**-01-31", None), ("****-01-31", None)]
)
def test_masked_birth_dates(read, written, read_as):
    code = read(CODE.replace("1999-01-31", written))
    assert code.value("birth_date") == read_as
    assert code.warnings == ("national_qr.masked_birth_date",)


@pytest.mark.parametrize(
    ("number", "claim"),
    [("012345678", "old_national_id"), ("C1234567", "document_number"), ("079199012345", "national_id")],
)
def test_other_documents(read, number, claim):
    assert read(CODE.replace("001099012345", number)).value(claim) == number


@pytest.mark.parametrize(
    ("payload", "code"),
    [
        (CODE.replace("01-31", "02-30"), "impossible_date"),
        (CODE.replace("1999-01-31", "1999-13-**"), "impossible_date"),
        (CODE.replace("1999-01-31", "1999-**-32"), "impossible_date"),
        (CODE.replace("012345|", "0123*5|"), "wrong_number"),
        (CODE.replace("001099012345", "0010990123"), "not_12_digits"),
        (CODE.replace("001099012345", "００１０９９０１２３４５"), "look_alike_digits"),
        (CODE.replace("001099012345", "x'--"), "wrong_number"),
        (CODE.replace("NGUYEN VAN AN", ""), "no_name"),
        (CODE.replace("NGUYEN VAN AN", "NGUYEN\x07"), "control_character"),
        (CODE.rstrip("|"), "field_count"),
        (CODE + "a|b", "field_count"),
    ],
)
def test_refused(read, payload, code):
    assert read(payload).code == f"national_qr.{code}"


def test_ext_without_a_description_is_kept_whole(read):
    assert read(CODE + "a;b").value("ext") == "a;b"


def test_ext_as_the_profile_describes_it(read):
    settings = {"national_qr_ext_separator": ";", "national_qr_ext_fields": ("phone", "", "level", "more")}
    code = read(CODE + "0900000000;skip;2", **settings)
    assert values(code).items() >= {"phone": "0900000000", "level": "2"}.items()
    assert "more" not in code.claims


def test_ext_may_be_parted_by_the_pipe(read):
    code = read(CODE + "a|b", national_qr_ext_separator="|", national_qr_ext_fields=("one", "two"))
    assert values(code).items() >= {"one": "a", "two": "b"}.items()


def test_ext_never_overwrites_the_grammar(read):
    code = read(CODE + "EVE", national_qr_ext_fields=("name",))
    assert code.value("name") == "NGUYEN VAN AN"


@pytest.mark.parametrize("name", ["national_id", "Not A Claim"])
def test_ext_cannot_identify(name):
    with pytest.raises(ValidationError):
        Settings(national_qr_ext_fields=(name,))
