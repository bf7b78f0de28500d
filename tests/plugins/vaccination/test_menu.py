"""The menu marks the page that one is on, also below it: one table's, one lot's."""

from __future__ import annotations

import re

import pytest

from kiosk.appliance import Appliance
from tests.support.vaccination import Nurse
from tests.support.vaccination_tables import LOT, allot


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        ("desk", "desk"),
        ("screening", "screening"),
        ("screening/1", "screening"),
        ("injection/3", "injection/"),
        ("observation", "observation"),
        ("observation/reactions", "observation/reactions"),
        (f"stock/lot?product=AstraZeneca&lot={LOT}", "stock"),
    ],
)
def test_one_entry_is_marked(site: Appliance, nurse: Nurse, path: str, marked: str) -> None:
    allot(site)
    found = re.findall(r'<a href="([^"]+)" aria-current="page">', nurse.get(path))
    assert found == [f"/vaccination/{marked}"]
