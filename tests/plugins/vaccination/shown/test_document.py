"""What a document says and whether it is believed; whose it is; and what its numbers mean for a course."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config import value_set
from kiosk.domain import Claim, Credential, Text, Trust
from plugins.health_certificate.value_sets import CODE_SYSTEMS, product_name
from plugins.vaccination.models import PersonRow
from plugins.vaccination.people import Known
from plugins.vaccination.rules.course import Colour, PastDose, colour, dose_problems, next_dose
from plugins.vaccination.rules.vaccines import load_vaccines
from plugins.vaccination.shown.document import MOST, Belief, Document, DoseOnPaper, belief_in, document_of
from plugins.vaccination.shown.holder import Differs, differs, same_birth, same_name

AT = datetime(2021, 10, 1, 3, tzinfo=UTC)
VACCINES = load_vaccines()
SLIP, CERTIFICATE = "vaccination_proof", "eu_dcc"


def credential(kind: str = CERTIFICATE, trust: Trust = Trust.VERIFIED, **claims: str) -> Credential:
    said = {"vaccination.doses": '[{"product":"Comirnaty","on":"2021-08-20"}]', **claims}
    return Credential(kind, {name.replace("__", "."): Claim(value) for name, value in said.items()}, trust, "VN")


def days(count: int) -> str:
    return (AT + timedelta(days=count)).isoformat()


@pytest.mark.parametrize(
    ("kind", "trust", "claims", "belief"),
    [
        (CERTIFICATE, Trust.VERIFIED, {}, Belief.COUNTS),
        (SLIP, Trust.VERIFIED, {}, Belief.COUNTS),
        (CERTIFICATE, Trust.UNVERIFIED, {"failed_step": "kid"}, Belief.ASK),
        (SLIP, Trust.UNVERIFIED, {"failed_step": "key_unknown"}, Belief.ASK),
        (CERTIFICATE, Trust.INVALID, {"failed_step": "signature"}, Belief.NO),
        (CERTIFICATE, Trust.INVALID, {"failed_step": "revoked", "expires_at": days(-1)}, Belief.NO),
        (CERTIFICATE, Trust.INVALID, {"failed_step": "time", "expires_at": days(-1)}, Belief.ASK),
        (CERTIFICATE, Trust.INVALID, {"failed_step": "time", "expires_at": days(300)}, Belief.NO),  # of the future
        (CERTIFICATE, Trust.INVALID, {"failed_step": "time"}, Belief.NO),
        (SLIP, Trust.INVALID, {"failed_step": "time", "expires_at": days(-60)}, Belief.COUNTS),
        (SLIP, Trust.INVALID, {"failed_step": "not_yet", "expires_at": days(14)}, Belief.NO),
        (SLIP, Trust.INVALID, {"failed_step": "withdrawn", "expires_at": days(-1)}, Belief.NO),
        (SLIP, Trust.INVALID, {"failed_step": "device_barred", "expires_at": days(-1)}, Belief.NO),
    ],
)
def test_what_a_document_is_worth(kind: str, trust: Trust, claims: dict[str, str], belief: Belief) -> None:
    assert belief_in(credential(kind, trust, **claims), AT) is belief


def test_every_dose_is_read_with_its_number_lot_and_place() -> None:
    doses = [
        {"product": "Comirnaty", "on": "2021-07-01", "number": 1, "of": 2, "country": "VN"},
        {"product": "X" * 200, "on": "2021-02-30", "number": 12, "of": "2", "lot": " A  1 "},
    ]
    found = document_of(credential(vaccination__doses=json.dumps(doses), name="Nguyễn Văn An"), AT)
    assert found is not None
    assert found.doses == (
        DoseOnPaper("Comirnaty", date(2021, 7, 1), 1, 2, "", "VN"),
        DoseOnPaper("X" * 60, None, 0, 0, "A 1", ""),
    )


def test_a_slip_names_its_site_record_and_holder_and_no_certificate_does() -> None:
    said = {"citizen": "c" * 22, "vaccination__record": "r", "vaccination__site": "clinic-7"}
    slip, other = document_of(credential(SLIP, **said), AT), document_of(credential(**said), AT)
    assert slip is not None
    assert other is not None
    assert (slip.citizen, slip.dose, slip.doses[0].place) == ("c" * 22, "r", "clinic-7")
    assert (other.citizen, other.dose) == ("", "")


def test_a_card_is_no_document_of_doses() -> None:
    assert document_of(Credential("cccd", {"name": Claim("An")}), AT) is None


@given(st.text(max_size=300))
def test_a_claim_of_anything_is_read_or_left_out(text: str) -> None:
    found = document_of(credential(vaccination__doses=text), AT)
    assert found is not None
    assert all(isinstance(one, DoseOnPaper) for one in found.doses)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=12),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(st.sampled_from(["product", "on", "number", "of", "country", "lot"]), inner, max_size=6)
    ),
    max_leaves=12,
)


@given(st.lists(json_values, max_size=MOST + 3))
def test_json_of_any_shape_is_read_with_every_value_within_its_bounds(shape: list[Any]) -> None:
    found = document_of(credential(vaccination__doses=json.dumps(shape)), AT)
    assert found is not None
    for one in found.doses:
        assert 0 <= one.number <= 9
        assert 0 <= one.total <= 9
        assert (len(one.product) <= 60, len(one.lot) <= 40, len(one.place) <= 80) == (True, True, True)


CODES = [
    (system, row[system], row["product"]) for row in value_set("vaccines") for system in CODE_SYSTEMS if row[system]
] + [(row["code_system"], row["code"], row["product"]) for row in value_set("vaccine_code_aliases")]


def test_every_code_that_certificates_carry_means_a_product_that_the_rules_know() -> None:
    """What the readers make of a code goes by the same name here; a code of several products (ATC) means none of them."""
    for system, code, product in CODES:
        named = product_name(system, code)
        assert named in ("", product), (system, code)
        assert named or sum(one[:2] == (system, code) for one in CODES) > 1, (system, code)
        assert VACCINES.known(VACCINES.product_of(named or product), AT.date()) is not None


# --- whose it is


def person(name: str, birth: str, citizens: tuple[str, ...] = ("a" * 22,)) -> Known:
    return Known(citizens, PersonRow(name=name, birth_date=birth), None)


def paper(name: str, birth: str, citizen: str = "") -> Document:
    return Document(CERTIFICATE, "VN", name, birth, citizen, (), Belief.COUNTS)


@pytest.mark.parametrize(
    ("shown", "own", "same"),
    [
        ("NGUYEN THI DAO", "Nguyễn Thị Đào", True),
        ("Thị Đào Nguyễn", "Nguyễn Thị Đào", True),  # given names first, as elsewhere
        ("Nguyễn Thị Đào", "Nguyễn Thị Dào", True),  # letters without marks are the same
        ("Nguyễn Thị Mai", "Nguyễn Thị Đào", False),
        ("Nguyễn Đào", "Nguyễn Thị Đào", False),
        ("Nguyễn Thị Thị Đào", "Nguyễn Thị Đào", False),
        ("Nguyễn Thị Hoàng Phương Quỳnh…", "Nguyễn Thị Hoàng Phương Quỳnh Như", True),
        ("Trần Thị Hoàng…", "Nguyễn Thị Hoàng Phương Quỳnh Như", False),
        ("…", "Nguyễn Thị Đào", False),
        ("", "", False),
    ],
)
def test_names_are_compared_without_accents_case_and_order(shown: str, own: str, same: bool) -> None:
    assert same_name(shown, own) is same


@pytest.mark.parametrize(
    ("shown", "own", "same"),
    [
        ("1990-02-28", "1990-02-28", True),
        ("1990-02-28", "1990-02-27", False),
        ("1990", "1990-02-28", True),
        ("1990-02", "1990-03-01", False),
        ("1991", "1990-02-28", False),
        ("1990-02-28", "", False),
        ("", "", False),
    ],
)
def test_birth_dates_are_compared_as_far_as_both_go(shown: str, own: str, same: bool) -> None:
    assert same_birth(shown, own) is same


def test_the_keyed_hash_of_a_slip_decides_alone() -> None:
    """A name may be spelt otherwise; a twin has the same name and birth date."""
    own = person("Nguyễn Văn An", "1990-02-28", ("a" * 22, "t" * 22))
    assert differs(paper("Nguyen Van Anh", "1990", "t" * 22), own) is None
    assert differs(paper("Nguyễn Văn An", "1990", "b" * 22), own) is Differs.CITIZEN


def test_without_a_hash_name_and_birth_date_decide() -> None:
    own = person("Nguyễn Văn An", "1990-02-28")
    assert differs(paper("NGUYEN VAN AN", "1990-02-28"), own) is None
    assert differs(paper("NGUYEN VAN BA", "1990-02-28"), own) is Differs.NAME
    assert differs(paper("NGUYEN VAN AN", "1990-02-27"), own) is Differs.BIRTH_DATE
    assert differs(paper("NGUYEN VAN AN", ""), own) is Differs.UNNAMED
    assert differs(paper("", "1990-02-28"), own) is Differs.UNNAMED
    assert differs(paper("NGUYEN VAN AN", "1990-02-28"), person("Nguyễn Văn An", "")) is Differs.NO_BIRTH_DATE


# --- what its numbers mean

TOLD = Text("theo giấy", "from paper")


def known(on: date, number: int = 0, product: str = "Comirnaty") -> PastDose:
    return PastDose(product, on, number=number, told=TOLD)


def test_a_second_dose_alone_completes_the_course() -> None:
    second = known(date(2021, 8, 1), 2)
    assert colour([second], AT.date(), VACCINES) is Colour.GREEN
    assert colour([replace(second, number=1)], AT.date(), VACCINES) is Colour.YELLOW
    assert next_dose([second], AT.date(), VACCINES) is None


def test_numbers_go_on_from_the_highest_that_is_said() -> None:
    """Abdala has three doses: of “2 of 3” and one after it the course is complete."""
    second, third = known(date(2021, 9, 20), 2, "Abdala"), PastDose("Abdala", date(2021, 10, 10))
    planned = next_dose([second], date(2021, 10, 10), VACCINES)
    assert planned is not None
    assert (planned.number, planned.total) == (3, 3)
    assert colour([second, third], date(2021, 11, 1), VACCINES) is Colour.GREEN


def test_both_doses_of_a_card_are_two_and_not_three() -> None:
    doses = [known(date(2021, 7, 1), 1), known(date(2021, 7, 25), 2)]
    (problem,) = dose_problems(doses, "Comirnaty", AT.date(), VACCINES)
    assert (problem.code, "2" in problem.text.vi, problem.text.en.endswith("Known from paper.")) == (
        "course_complete", True, True,
    )  # fmt: skip


def test_a_reason_that_rests_on_records_alone_names_no_document() -> None:
    (problem,) = dose_problems([PastDose("Comirnaty", date(2021, 9, 25))], "Comirnaty", AT.date(), VACCINES)
    assert problem.code == "interval_short"
    assert "Biết" not in problem.text.vi


def test_an_unknown_vaccine_anywhere_in_the_course_is_for_the_doctor() -> None:
    """Also before known ones: a course of it and two others would else go on for ever, since none of them may follow it."""
    doses = [known(date(2021, 3, 1), product="Convidecia"), known(date(2021, 6, 1)), known(date(2021, 8, 1))]
    for history in (doses[:1], doses[:2], doses):
        problems = dose_problems(history, "Comirnaty", AT.date(), VACCINES)
        (unknown,) = [one for one in problems if one.code == "unknown_product_before"]
        assert unknown.blocks
        assert "Convidecia" in unknown.text.vi
        assert "bác sĩ" in unknown.next_step.vi
