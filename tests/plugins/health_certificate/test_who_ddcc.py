"""WHO's DDCC in ``HC1:``, signed for the test: bare as in WHO's demonstrations, and as a claim of a CWT."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import cbor2
import pytest

from kiosk.domain import Credential, Trust
from tests.plugins.health_certificate.conftest import Read, step_of
from tests.support.issuing import Issuer, cose, hc1_of

CONTENT: dict[str, Any] = {
    "name": "Nguyễn Thị Mẫu",
    "birthDate": "1990-02-28",
    "sex": {"code": "female", "system": "http://hl7.org/fhir/administrative-gender"},
    "vaccine": {"code": "1119349007", "system": "http://snomed.info/sct"},
    "brand": {"code": "XM8NQ0", "system": "http://id.who.int/icd11/mms"},
    "date": "2021-08-20",
    "dose": 2,
    "total_doses": 2,
    "lot": "L1",
    "country": {"code": "VNM", "system": "urn:iso:std:iso:3166"},
    "hcid": "VN0001",
    "valid_from": "2021-09-01",
    "valid_until": "2022-09-01",
    "meta": {"passportNumber": "C1234567"},
}
TEST = {
    "name": "Nguyễn Thị Mẫu",
    "test": {
        "type": {"code": "LP217198-3", "system": "http://loinc.org"},
        "result": {"code": "260373001", "system": "http://snomed.info/sct"},
        "date": "2021-09-30T01:00:00Z",
    },
}


def signed(by: Issuer, content: dict[str, Any]) -> str:
    return hc1_of(cose(by, cbor2.dumps(content)))


@pytest.mark.parametrize("in_claim", [True, False])
def test_a_vaccination_is_verified_and_told(signer: Issuer, read: Read, in_claim: bool) -> None:
    found = read(signed(signer, {1: "VNM", -260: {-6: CONTENT}} if in_claim else CONTENT))
    assert isinstance(found, Credential)
    assert (found.kind, found.trust, found.issuer, found.warnings) == ("who_ddcc", Trust.VERIFIED, "VNM", ())
    assert (found.value("name"), found.value("sex"), found.value("document_number")) == (
        "Nguyễn Thị Mẫu",
        "female",
        "C1234567",
    )
    assert (found.value("vaccination.product"), found.value("certificate.colour")) == ("Comirnaty", "green")


def test_a_test_is_told(signer: Issuer, read: Read) -> None:
    found = read(signed(signer, TEST))
    assert (found.value("test.kind"), found.value("test.result")) == ("antigen", "positive")
    assert found.value("certificate.types") == "test"


@pytest.mark.parametrize(
    ("at", "step"),
    [
        (datetime(2021, 8, 31, 23, tzinfo=UTC), "time"),
        (datetime(2021, 9, 1, tzinfo=UTC), None),
        (datetime(2022, 9, 1, 23, tzinfo=UTC), None),
        (datetime(2022, 9, 2, tzinfo=UTC), "time"),
    ],
)
def test_its_own_term_counts_to_the_end_of_its_day(signer: Issuer, read: Read, at: datetime, step: str | None) -> None:
    assert step_of(read(signed(signer, CONTENT), at=at)) == step


@pytest.mark.parametrize(
    ("change", "product"),
    [
        ({"brand": None}, "1119349007"),
        ({"brand": "Comirnaty"}, "Comirnaty"),
        ({"brand": {"display": "Pfizer"}}, "Comirnaty"),
        ({"brand": {"code": "207", "system": "http://hl7.org/fhir/sid/cvx"}}, "Moderna"),
        ({"brand": {"code": "x", "system": "urn:own"}, "vaccine": {}}, "x"),
        ({"brand": 7, "vaccine": 7}, ""),
    ],
)
def test_products_by_any_coding(signer: Issuer, read: Read, change: dict[str, Any], product: str) -> None:
    assert (read(signed(signer, CONTENT | change)).value("vaccination.product") or "") == product


def test_a_dose_without_a_day_is_a_warning(signer: Issuer, read: Read) -> None:
    found = read(signed(signer, CONTENT | {"date": None}))
    assert found.value("certificate.colour") == "none"
    assert set(found.warnings) == {"health_certificate.schema", "health_certificate.dose_without_date"}


@pytest.mark.parametrize("content", [{"name": "x"}, {"vaccine": {}}, {"name": 7, "vaccine": {}}, {1: "x"}])
def test_other_content(signer: Issuer, read: Read, content: dict[Any, Any]) -> None:
    assert step_of(read(signed(signer, content))) == "payload"
