"""The stock's forms in a real Chromium: one that cannot be taken comes back as it was typed, the cursor where the reason stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from tests.support.accessibility import violations
from tests.support.appliance import Workshop
from tests.support.processes import eventually
from tests.support.staff import add_operator
from tests.support.vaccination import of_kind, vaccination_site
from tests.support.vaccination_page import scanner, serving, sign_in
from tests.support.vaccination_stock import delivery
from tests.support.vaccination_tables import LOT, allot

pytestmark = pytest.mark.browser

KEEPER = "100"
BEGINS = "document.activeElement.id"
IN_VIEW = """one => {
  const field = one.getBoundingClientRect(), said = document.getElementById(one.getAttribute("aria-describedby")).getBoundingClientRect();
  return field.top >= 0 && said.bottom <= innerHeight && said.left >= 0 && said.right <= innerWidth;
}"""


@pytest.fixture
def served(workshop: Workshop) -> Iterator[tuple[Appliance, str]]:
    """A site with one lot and its supervisor, and its address."""
    site = vaccination_site(workshop)
    allot(site)
    add_operator(site, KEEPER, Role.ADMINISTRATOR)
    with serving(site) as url:
        yield site, url


@pytest.mark.parametrize("size", [(1024, 768), (390, 844)])
def test_a_refused_form_comes_back_as_it_was_typed(
    served: tuple[Appliance, str], tablet: Any, size: tuple[int, int]
) -> None:
    site, url = served
    page = tablet
    page.set_viewport_size({"width": size[0], "height": size[1]})

    def wrong(at: str) -> str:
        """Where the cursor is and what is said there, after the page was looked at."""
        page.wait_for_selector(f"#{at}[aria-invalid]")
        page.wait_for_load_state("load")  # the script has marked what was typed
        eventually(lambda: page.evaluate(BEGINS) == at and page.eval_on_selector(f"#{at}", IN_VIEW))
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert violations(page) == [], at
        return str(page.inner_text(f"#{at}-error"))

    sign_in(page, url, "/vaccination/stock", KEEPER)
    page.click("summary")
    page.fill("#hand-id", "GIẤY-5")
    page.fill("#hand-lot", "ô7")
    page.fill("#hand-expiry", "2031-05-01")
    page.fill("#hand-vials", "3")
    page.fill("#hand-doses", "6")
    page.click("details button")
    wrong("hand-lot")
    assert page.input_value("#hand-expiry") == "2031-05-01"
    page.keyboard.type("o7")  # what stood there was marked, and gives way
    page.keyboard.press("Enter")
    page.wait_for_selector("h2:has-text('o7')")

    page.goto(f"{url}/vaccination/stock/lot?product=AstraZeneca&lot={LOT}")
    page.fill("#transfer-site", site.station.site_name)
    page.fill("#transfer-vials", "5")
    page.fill("#transfer-note", "xe lạnh 2")
    page.click("form[action$=transfer] button")
    assert "chính là điểm này" in wrong("transfer-site")
    page.fill("#transfer-site", "Trạm y tế B")
    page.fill("#transfer-vials", "25")
    page.click("form[action$=transfer] button")
    assert "chỉ còn 20 lọ" in wrong("transfer-vials")
    assert page.input_value("#transfer-site") == "Trạm y tế B"
    assert page.input_value("#transfer-note") == "xe lạnh 2"
    assert of_kind(site, "transferred") == []
    page.fill("#transfer-vials", "5")
    page.click("form[action$=transfer] button")
    page.wait_for_selector(".stock-code svg")
    assert [one.data.note for one in of_kind(site, "transferred")] == ["xe lạnh 2"]


def test_a_code_that_was_read_in_part_gives_way_to_the_next(served: tuple[Appliance, str], tablet: Any) -> None:
    site, url = served
    page = tablet
    sign_in(page, url, "/vaccination/stock", KEEPER)
    whole = delivery(site)
    scanner(page, whole[:-3])
    page.wait_for_selector("#payload[aria-invalid]")
    assert page.input_value("#payload") == whole[:-3]
    page.wait_for_load_state("load")
    page.wait_for_selector("#payload:focus")
    page.keyboard.type(whole + "\n")  # the cursor is in the field, so the scanner types there
    page.wait_for_selector(f"h2:has-text('{LOT}')")
