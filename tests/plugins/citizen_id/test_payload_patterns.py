"""Formats of other systems from the profile."""

import pytest
from pydantic import ValidationError

from plugins.citizen_id.settings import Settings

PLACE = {"kind": "place", "pattern": r"https://example\.vn/p/(?P<place>[0-9]{6})(?:\?lane=(?P<lane>[0-9]+))?"}


def test_named_groups_become_claims(read):
    found = read("https://example.vn/p/012345?lane=2", patterns=(PLACE,))
    assert found.kind == "place"
    assert {name: claim.value for name, claim in found.claims.items()} == {"place": "012345", "lane": "2"}


def test_the_whole_payload_must_match(read):
    assert read("see https://example.vn/p/012345", patterns=(PLACE,)) is None
    assert read("https://example.vn/p/012345 ", patterns=(PLACE,)).value("lane") is None


def test_a_known_document_comes_first(read):
    card = "001099012345||Nguyễn Văn An|01011999|Nam|Số 1, Quận 1, TP.HCM|01012021"
    assert read(card, patterns=({"kind": "wide", "pattern": "(?P<all>.*)"},)).kind == "cccd"


def test_a_pattern_comes_before_a_broken_document(read):
    pattern = {"kind": "ticket", "pattern": r"[0-9]{12}\|(?P<ticket>[0-9]+)"}
    assert read("001099012345|17", patterns=(pattern,)).kind == "ticket"


@pytest.mark.parametrize("payload", ["HC1:NCF", "shc:/56", "PK\x03\x04", '{"a": 1}'])
def test_other_plugins_formats_stay_theirs(read, payload):
    assert read(payload, patterns=({"kind": "wide", "pattern": r"(?s)(?P<all>.*)"},)) is None


def test_control_characters_in_claims_are_refused(read):
    pattern = {"kind": "wide", "pattern": r"X(?P<all>(?s:.)*)"}
    assert read("Xa\x1b@b", patterns=(pattern,)).code == "wide.control_character"


def test_a_captured_national_id_must_be_one(read):
    pattern = {"kind": "declaration", "pattern": r"D:(?P<national_id>\w+)"}
    assert read("D:001099012345", patterns=(pattern,)).value("national_id") == "001099012345"
    assert read("D:12", patterns=(pattern,)).code == "declaration.not_12_digits"


def test_no_pattern_can_stall_the_kiosk(read):
    greedy = {"kind": "greedy", "pattern": r"(?P<a>(a+)+)+b"}
    assert read("a" * 8000, patterns=(greedy,)) is None


@pytest.mark.parametrize(
    "pattern",
    [
        {"kind": "place", "pattern": "(?P<a>"},
        {"kind": "place", "pattern": "(?P<a>x)(?=y)"},
        {"kind": "place", "pattern": "no groups"},
        {"kind": "place", "pattern": "(?P<Upper>x)"},
        {"kind": "cccd", "pattern": "(?P<a>x)"},
        {"kind": "Not a kind", "pattern": "(?P<a>x)"},
        {"kind": "place", "pattern": "(?P<a>x)", "flags": "i"},
    ],
)
def test_bad_patterns_are_told_when_the_profile_is_read(pattern):
    with pytest.raises(ValidationError):
        Settings(patterns=(pattern,))
