"""A merge that is undone takes back the certificate of doses that were somebody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from kiosk.appliance import Appliance
from plugins.vaccination.records import Merged
from tests.support.appliance import Workshop, assert_whole
from tests.support.certificates import Office, dose, merge, office_of, person, platform_of, say, valid
from tests.support.platform_fixtures import journal_section, template
from tests.support.vaccination import at_the_site

__all__ = ["journal_section", "template"]


@pytest.fixture
def platform(workshop: Workshop, journal_section: str) -> Appliance:
    return platform_of(workshop, sections=journal_section, clock=at_the_site(12))


@pytest.fixture
def office(platform: Appliance, tmp_path: Path) -> Office:
    return office_of(platform, tmp_path / "signer")


def test_undone_the_certificate_counts_own_doses_only(platform: Appliance, office: Office) -> None:
    temporary = person(platform, "temporary:7", temporary=True, source="temporary")
    real = person(platform, "001090012345")
    dose(platform, real, 80)
    dose(platform, temporary, 10, 2)
    merge(platform, temporary, real)
    office.work()
    assert [row.colour for row in valid(platform, real)] == ["green"]
    say(platform, "merged", Merged(temporary=temporary, reason="quét nhầm thẻ", undone=True), real)
    office.work()
    assert [row.colour for row in valid(platform, real)] == ["yellow"]
    assert valid(platform, temporary) == []
    assert_whole(platform)
