"""Every payload of every synthetic citizen is read back with the right claims."""

from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kiosk.synthetic import citizens, plain_letters

seeds = st.integers(0, 2**32)


def said(credential):
    assert credential.warnings == () or credential.warnings == ("document.expired",)
    return {name: claim.value for name, claim in credential.claims.items()}


@pytest.mark.parametrize("layout", ["cccd_2021", "cccd_2024"])
@given(seed=seeds)
def test_identity_cards(read, layout, seed):
    citizen = next(citizens(Random(seed)))
    expected = {
        "national_id": citizen.national_id,
        "name": citizen.name,
        "birth_date": citizen.birth_date.isoformat(),
        "sex": citizen.sex,
        "address": citizen.address,
        "issued_on": citizen.issued_on.isoformat(),
    }
    if citizen.old_id:
        expected["old_national_id"] = citizen.old_id
    assert said(read(getattr(citizen, layout)())) == expected


@given(seed=seeds)
def test_national_qr(read, seed):
    citizen = next(citizens(Random(seed)))
    assert (
        said(read(citizen.national_qr())).items()
        >= {
            "national_id": citizen.national_id,
            "name": plain_letters(citizen.name),
            "birth_date": citizen.birth_date.isoformat(),
        }.items()
    )
    masked = read(citizen.national_qr(masked=True))
    assert masked.value("masked_number")[6:] == citizen.national_id[6:]
    assert masked.value("national_id") is None


@given(seed=seeds)
def test_insurance_cards(read, seed):
    citizen = next(citizens(Random(seed)))
    expected = {
        "name": citizen.name,
        "birth_date": citizen.birth_date.isoformat(),
        "sex": citizen.sex,
        "address": citizen.address,
    }
    assert said(read(citizen.bhyt())).items() >= (expected | {"insurance_number": citizen.insurance_number}).items()
    old = said(read(citizen.bhyt_old()))
    assert old.items() >= expected.items()
    assert old["insurance_number"].endswith(citizen.insurance_number)


@given(seed=seeds)
def test_machine_readable_zone(read, seed):
    citizen = next(citizens(Random(seed)))
    zone = said(read(citizen.mrz_td1()))
    assert (
        zone.items()
        >= {
            "national_id": citizen.national_id,
            "birth_date": citizen.birth_date.isoformat(),
            "sex": citizen.sex,
            "name": plain_letters(citizen.name),
        }.items()
    )
    assert zone.get("expires_on") == (citizen.expires_on.isoformat() if citizen.expires_on else None)


@given(seed=seeds)
def test_typed_number(read, seed):
    citizen = next(citizens(Random(seed)))
    assert said(read(citizen.national_id, symbology="typed")) == {
        "national_id": citizen.national_id,
        "sex": citizen.sex,
        "birth_date": str(citizen.birth_date.year),
    }
