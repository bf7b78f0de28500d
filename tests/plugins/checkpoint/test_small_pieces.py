"""Names, plates, matching, facts, group verdicts: pure, and unmoved by whatever foreign documents say."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.domain import Claim, Credential, Decision, Trust
from plugins.checkpoint import facts, groups, matching, names, plates
from plugins.checkpoint.policies import Policies
from plugins.checkpoint.read_out import as_read, read_out
from plugins.checkpoint.travellers import is_identity
from tests.support.checkpoint_post import paper

NOON = datetime(2021, 8, 14, 5, tzinfo=UTC)
HERE = facts.Place("01001", "in", {}, {})
WORDS = st.text(max_size=30)
CLAIMS = sorted(
    {*facts.WORDS.values(), *facts.NUMBERS.values()}
    | {"birth_date", "name", "national_id", "national_id_tail", "certificate.colour", "citizen", "vehicle.plate"}
    | {"declaration.symptoms", "declaration.contact", "declaration.valid", "declaration.issued_at"}
)


def fold(*credentials: Credential, place: facts.Place = HERE, trusted: bool = True, **answers: Any) -> dict[str, Any]:
    return facts.fold(credentials, answers, place, NOON, trusted, frozenset())


@st.composite
def documents(draw: st.DrawFn) -> Credential:
    claims = draw(
        st.dictionaries(st.sampled_from(CLAIMS), WORDS | st.dates().map(str) | st.datetimes().map(str), max_size=12)
    )
    trust = draw(st.sampled_from(list(Trust)))
    return Credential(draw(st.sampled_from(["eu_dcc", "cccd", "x"])), {k: Claim(v) for k, v in claims.items()}, trust)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(documents(), max_size=4), st.booleans())
def test_whatever_documents_say_facts_are_of_the_catalogue_or_left_out(found: list[Credential], trusted: bool) -> None:
    folded = facts.fold(tuple(found), {}, HERE, NOON, trusted, frozenset())
    policies = Policies("")
    usable = policies.usable(folded | facts.confessed(tuple(found)))
    for name, value in usable.items():
        policies.facts[name].accept(value)
    assert usable["direction"] == "in"
    if not trusted:
        assert not facts.TIMES & set(usable)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(documents(), documents())
def test_comparing_two_documents_is_symmetric_and_never_fails(one: Credential, other: Credential) -> None:
    assert set(matching.differing_claims(one, other)) == set(matching.differing_claims(other, one))
    if one.value("national_id") is None:  # of an identity document the last digits are its own business
        assert "name" not in set(matching.differing_claims(one, one))


@given(WORDS)
def test_a_plain_name_is_plain_and_stays_so(name: str) -> None:
    found = names.plain(name)
    assert found.isascii()
    assert names.plain(found) == found
    assert names.same(name, name)


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nguyễn Thị Đào", "NGUYEN THI DAO", True),
        ("Nguyễn Thị Đào", "Dao, Nguyen Thi", True),
        ("Nguyễn Thị Đào", "NGUYEN<<THI<DAO", True),
        ("Nguyễn Thị Đào", "NGUYEN THI HOA", False),
        ("Công Tằng Tôn Nữ Thị Hoàng Yến", "CONG TANG TON NU THI HO", True),  # cut short, as small codes do
        ("Nguyễn Văn An", "NGUYEN VAN", False),
        ("", "NGUYEN VAN", True),
    ],
)
def test_which_names_are_one(one: str, other: str, same: bool) -> None:
    assert names.same(one, other) is same


@given(WORDS)
def test_plates_have_one_spelling(text: str) -> None:
    plain = plates.normal(text)
    assert plates.normal(plain) == plain
    assert plates.normal(f" {plain.lower()} -.") == plain


@pytest.mark.parametrize(
    ("iso", "read"),
    [("1986-11-05", "05/11/1986"), ("1986-11", "11/1986"), ("1986", "1986"), ("", ""), ("5 Nov", "5 Nov")],
)
def test_a_date_is_read_as_on_the_card(iso: str, read: str) -> None:
    assert as_read(iso) == read


def test_what_was_read_is_told_in_words_and_of_good_documents_alone() -> None:
    declaration = paper(
        "declaration_pass", origin__province="79", destination__province="01", purpose="work", vehicle__class="truck"
    )
    test = paper("eu_dcc", test__kind="naat", test__result="negative", test__sampled_at="2021-08-13T20:30:00+00:00")
    forged = paper("eu_dcc", Trust.INVALID, vaccination__doses_given="2", vaccination__last_dose_on="2021-07-01")
    told = read_out((declaration, test, forged), NOON, "Asia/Ho_Chi_Minh")
    assert [one.vi for one in told] == [
        "Hồ Chí Minh → Hà Nội",
        "Đi làm",
        "Xe chở hàng",
        "RT-PCR, Âm tính, 03:30 14/08/2021",
    ]
    assert told[-1].en.endswith(", 03:30 14/08/2021")
    dose = paper("eu_dcc", vaccination__doses_given="2", vaccination__last_dose_on="2021-07-01")
    assert read_out((dose, forged), NOON, "Asia/Ho_Chi_Minh")[-1].vi == "2 mũi, 01/07/2021"
    assert read_out((forged,), NOON, "Asia/Ho_Chi_Minh") == []


@given(st.lists(documents(), max_size=4))
@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_whatever_documents_say_they_can_be_read_out(found: list[Credential]) -> None:
    for one in read_out(tuple(found), NOON, "Asia/Ho_Chi_Minh"):
        assert one.vi
        assert one.en


def test_a_masked_plate_shows_the_series_and_the_end() -> None:
    assert plates.normal("29a-123.45") == "29A12345"
    assert plates.masked("29A12345") == "29A***45"
    assert plates.key("", lambda text: "x") == ""


def test_untrusted_time_and_bad_documents_leave_things_open() -> None:
    vaccinated = {
        "vaccination__last_dose_on": "2021-07-01",
        "vaccination__doses_given": "2",
        "certificate__colour": "green",
    }
    good = fold(paper("eu_dcc", **vaccinated))
    assert (good["doses"], good["last_dose_on"], good["certificate_colour"]) == (2, "2021-07-01", "green")
    assert "last_dose_on" not in fold(paper("eu_dcc", **vaccinated), trusted=False)
    bad = fold(paper("eu_dcc", Trust.INVALID, **vaccinated))
    assert "doses" not in bad
    assert (bad["certificate_trust"], bad["certificate_colour"]) == ("invalid", "none")
    unsigned = fold(paper("eu_dcc", Trust.UNVERIFIED, **vaccinated))
    assert (unsigned["certificate_trust"], unsigned["certificate_colour"]) == ("unverified", "none")


@pytest.mark.parametrize(
    ("said", "begin", "trust", "valid", "age"),
    [
        ("yes", -1, Trust.VERIFIED, True, 1.0),
        ("no", -2, Trust.VERIFIED, False, 2.0),  # expired, withdrawn …
        ("no", 1, Trust.VERIFIED, False, None),  # not yet valid
        ("yes", 0.05, Trust.VERIFIED, True, 0.0),  # the issuer's clock is three minutes ahead
        ("yes", -1, Trust.UNVERIFIED, False, 1.0),
        ("perhaps", -1, Trust.VERIFIED, None, 1.0),
    ],
)
def test_whether_a_declaration_is_valid_is_its_own_plugins_verdict(
    said: str, begin: float, trust: Trust, valid: bool | None, age: float | None
) -> None:
    claims = {
        "declaration__valid": said,
        "declaration__issued_at": (NOON + timedelta(hours=begin)).isoformat(),
        "declaration__valid_until": (NOON - timedelta(days=9)).isoformat(),  # not worked out anew
    }
    passed = paper("declaration_pass", trust, **claims)
    folded = fold(passed)
    assert (folded.get("declaration.valid"), folded.get("declaration.age_hours")) == (valid, age)
    assert "declaration.valid" not in fold(passed, trusted=False)


def test_what_is_set_at_the_post_weighs_most_and_what_is_signed_more_than_what_is_typed() -> None:
    place = facts.Place("79", "in", {"vehicle_class": "on_foot"}, {"24": "red", "24213": "green", "79": "orange"})
    passed = paper("declaration_pass", vehicle__class="bus", origin__province="24", origin__district="213")
    folded = fold(passed, place=place, vehicle_class="goods", purpose="work", **{"origin.province": "01"})
    assert folded["vehicle_class"] == "on_foot"
    assert (folded["origin.province"], folded["origin.risk"]) == ("24", "green")  # the smallest area counts
    assert (folded["destination.province"], folded["destination.risk"]) == ("79", "orange")
    assert folded["purpose"] == "work"


@pytest.mark.parametrize(
    ("born", "age"), [("2000-08-14", 21), ("2000-08-15", 20), ("2000", 20), ("", None), ("x", None), ("20000814", 20)]
)
def test_age_is_the_lower_one_where_only_the_year_is_known(born: str, age: int | None) -> None:
    assert fold(paper("cccd", birth_date=born)).get("age") == age


@pytest.mark.parametrize("text", ["", "x", "9" * 400, "2021-13-01", "1e9", "-5", "2021-08-14T00:00:00+99:00"])
def test_what_is_no_moment_is_none(text: str) -> None:
    assert facts.moment(text) is None


def test_moments_are_utc() -> None:
    assert facts.moment("2021-08-14T12:00:00+07:00") == NOON
    assert facts.moment("1628917200") == NOON
    assert facts.moment("2021-08-14T05:00:00Z") == NOON


@given(st.lists(st.sampled_from(list(Decision)), max_size=20), st.integers(0, 25))
def test_a_vehicle_passes_only_when_everybody_does_and_is_there(decisions: list[Decision], expected: int) -> None:
    found = groups.verdict(decisions, expected)
    assert sum(found.counts.values()) == len(decisions)
    if found.decision is Decision.ADMIT:
        assert set(decisions) == {Decision.ADMIT}
        assert len(decisions) >= expected
    if Decision.REFUSE in decisions:
        assert found.decision is Decision.REFUSE


def test_passes_and_certificates_are_no_identity_documents() -> None:
    assert is_identity(paper("cccd", national_id="001099012345"))
    assert not is_identity(paper("eu_dcc", national_id="001099012345", certificate__colour="green"))
    assert not is_identity(paper("bhyt", insurance_number="1"))
