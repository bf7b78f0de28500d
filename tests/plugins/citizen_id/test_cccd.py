"""The 2021 layout: each sentence of its grammar, and what is refused."""

import pytest

from kiosk.domain import Credential, Malformed, Trust

CARD = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"


def fields_with(place, value):
    parts = CARD.split("|")
    parts[place] = value
    return "|".join(parts)


def test_reads_the_seven_fields(read):
    card = read(CARD)
    assert card.kind == "cccd"
    assert {name: claim.value for name, claim in card.claims.items()} == {
        "national_id": "001099012345",
        "name": "Nguyễn Văn An",
        "birth_date": "1999-01-01",
        "sex": "male",
        "address": "Số 1, Quận 1, TP.HCM",
        "issued_on": "2021-01-01",
    }
    assert all(claim.confidence == 1.0 for claim in card.claims.values())
    assert (card.trust, card.warnings) == (Trust.UNVERIFIED, ())


def test_old_number_is_a_claim_of_its_own(read):
    assert read(fields_with(1, "012345678")).value("old_national_id") == "012345678"


@pytest.mark.parametrize(("word", "sex"), [("Nam", "male"), ("NAM", "male"), ("Nữ", "female"), ("Nu", "female")])
def test_sex_words(read, word, sex):
    assert read(fields_with(4, word)).value("sex") == sex


def test_decomposed_letters_are_composed(read):
    import unicodedata

    assert read(unicodedata.normalize("NFD", CARD)).value("name") == "Nguyễn Văn An"


@pytest.mark.parametrize("prefix", ["\0", "\ufeff", "  "])
@pytest.mark.parametrize("suffix", ["\r\n", "\0\0", " "])
def test_padding_by_scanners_is_dropped(read, prefix, suffix):
    assert read(prefix + CARD + suffix).value("national_id") == "001099012345"


@pytest.mark.parametrize("day", ["31021999", "29021900", "00011999", "01131999", "32011999", "01010099"])
@pytest.mark.parametrize("place", [3, 6])
def test_impossible_dates_are_refused(read, day, place):
    assert read(fields_with(place, day)).code == "cccd.impossible_date"


@pytest.mark.parametrize(
    ("place", "value", "code"),
    [
        (0, "00109901234", "cccd.not_12_digits"),
        (0, "0010990123456", "cccd.not_12_digits"),
        (0, "00109901234O", "cccd.not_12_digits"),
        (0, "00109901234О", "cccd.not_12_digits"),  # Cyrillic
        (0, "００１０９９０１２３４５", "cccd.look_alike_digits"),
        (0, "٠٠١٠٩٩٠١٢٣٤٥", "cccd.look_alike_digits"),
        (2, "", "cccd.no_name"),
        (3, "1011999", "cccd.no_birth_date"),
        (3, "0101199О", "cccd.no_birth_date"),
        (3, "０１０１１９９９", "cccd.look_alike_digits"),
        (3, "", "cccd.no_birth_date"),
        (4, "", "cccd.no_sex"),
        (4, "N\ufffd", "cccd.unreadable_text"),
        (2, "Nguyễn\x1bVăn An", "cccd.control_character"),
        (2, "Nguyễn\nVăn An", "cccd.control_character"),
        (5, "Số 1\x1d\x1e, Quận 1", "cccd.control_character"),
        (2, "Nguyễn \u202enA năV", "cccd.control_character"),  # turns the direction of writing
        (2, "Nguyễn\u200bVăn An", "cccd.control_character"),
        (5, "Số 1, " + "đ" * 2000, "cccd.too_long"),
    ],
)
def test_refused_with_words(read, place, value, code):
    refused = read(fields_with(place, value))
    assert isinstance(refused, Malformed)
    assert (refused.kind, refused.code) == ("cccd", code)
    assert refused.text.vi
    assert refused.text.en


@pytest.mark.parametrize("payload", ["001099012345|", "001099012345|a|b", CARD + "|||||||"])
def test_wrong_field_count(read, payload):
    assert read(payload).code == "cccd.field_count"


@pytest.mark.parametrize(
    "text",
    [
        "Robert'); DROP TABLE citizens;--",
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        "{{ config }} ${jndi:ldap://x}",
        "%s%n {0} \\x1b@",
        "=cmd()",
    ],
)
def test_injection_is_only_text(read, text):
    assert read(fields_with(2, text)).value("name") == text


def test_typographic_space_becomes_plain(read):
    assert read(fields_with(2, "Nguyễn\u00a0Văn An")).value("name") == "Nguyễn Văn An"


def test_contradictions_are_warned_of_and_not_corrected(read):
    card = read(fields_with(4, "Nữ").replace("01011999", "01011998"))
    assert isinstance(card, Credential)
    assert set(card.warnings) == {"id_number.birth_year_differs", "id_number.sex_differs"}
    assert (card.value("sex"), card.value("birth_date")) == ("female", "1998-01-01")


def test_card_issued_before_birth(read):
    assert "cccd.issued_before_birth" in read(fields_with(6, "01011998")).warnings


def test_nobody_is_born_tomorrow(read):
    card = read(fields_with(3, "02092024"))  # scanned on 1 September 2024
    assert "birth_date.in_future" in card.warnings
    assert "birth_date.in_future" not in read(fields_with(3, "01092024")).warnings


def test_look_alike_letters_in_a_name_are_pointed_out(read):
    assert read(fields_with(2, "Nguyễn Văn Аn")).warnings == ("text.mixed_script",)  # Cyrillic А


@pytest.mark.parametrize(
    "payload",
    ["", "|", "||||||", "hello", "https://example.vn/?a=1|2", "HC1:NCFOXN", "shc:/5676", "PK\x03\x04", '{"icao.test"}'],
)
def test_other_formats_are_not_claimed(read, payload):
    assert read(payload) is None


def test_switched_off_formats_are_not_read(read):
    assert read(CARD, formats=("bhyt",)) is None
