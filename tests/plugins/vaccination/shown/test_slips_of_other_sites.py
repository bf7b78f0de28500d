"""A slip that one site signed, shown at another: the keys come by the platform, no network is asked when it is read."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from kiosk.appliance import Appliance
from plugins.upstream_sync.transport import Transport
from plugins.vaccination.certificate import proof
from tests.plugins.vaccination.certificate.conftest import AT_THE_SITE, exchange, platform, site, transports
from tests.support.appliance import Workshop, assert_whole
from tests.support.exchange import Kiosk, Platform
from tests.support.shown_documents import shown
from tests.support.vaccination import CROWD, SECTIONS, Nurse, arrive, dose, of_kind, today

__all__ = ["platform", "site", "transports"]  # fixtures

AN, BINH = [one for one in CROWD if 1960 < one.birth_date.year < 2000][:2]


@pytest.fixture
def other(workshop: Workshop, platform: Platform, transports: list[Transport]) -> Kiosk:
    """A second site, enrolled under the same platform."""
    made = Kiosk(workshop, platform, "other", transports, AT_THE_SITE, SECTIONS.format(more=""))
    exchange(platform, made)
    return made


def slip_of(appliance: Appliance, of: Any) -> str:
    plugin: Any = appliance.host.plugin("vaccination")
    with appliance.session() as session:
        text = proof.payload_of(of, session, plugin.site)
    assert text is not None
    return text


@pytest.mark.parametrize("days", [5, 40])
def test_it_counts_within_its_two_weeks_and_after(
    platform: Platform, site: Kiosk, other: Kiosk, days: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    payload = slip_of(site.appliance, dose(site.appliance, arrive(site.appliance, AN)))
    exchange(platform, site, other)
    here = other.appliance
    clock: Any = here.clock
    now = clock.now
    monkeypatch.setattr(clock, "now", lambda: now() + timedelta(days=days))
    came = arrive(here, AN)
    reply = shown(Nurse(here), came.citizen, payload)
    (known,) = reply["person"]["doses"]
    assert known["told"]["vi"].startswith("theo phiếu tiêm của điểm test-site")
    (made,) = of_kind(here, "shown_dose")
    assert (made.data.basis, made.data.document, made.data.on) == ("verified", "vaccination_proof", today(here, -days))
    assert made.data.dose
    assert_whole(here)
