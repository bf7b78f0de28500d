"""The injection table and the stock in a real Chromium on a tablet: three scans' work without a scroll bar, no mark by colour alone,
nothing against the page's own policy; a confirm whose answer is lost is one dose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from plugins.vaccination.records import Person, Recall
from tests.support import browser
from tests.support.accessibility import violations
from tests.support.appliance import Workshop
from tests.support.processes import eventually
from tests.support.staff import add_operator
from tests.support.vaccination import CROWD, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_page import scanner, serving
from tests.support.vaccination_page import sign_in as sign_in_at
from tests.support.vaccination_tables import COMIRNATY_VIAL, LOT, allot, code, in_ninety_days

pytestmark = pytest.mark.browser


@pytest.fixture
def served(workshop: Workshop) -> Iterator[tuple[Appliance, str]]:
    """A site with vaccine and a nurse, and its address."""
    site = vaccination_site(workshop)
    allot(site)
    allot(site, "<b>\"'&,=1", "Comirnaty", gtin=COMIRNATY_VIAL, doses=6, consignment="C-2")
    add_operator(site, "7", Role.MEDICAL_STAFF)
    with serving(site) as url:
        yield site, url


@pytest.fixture
def page(tablet: Any) -> Any:
    """Staff's tablet, and not the officer's two sizes."""
    return tablet


def sign_in(page: Any, url: str, path: str = "/vaccination/injection/3") -> None:
    sign_in_at(page, url, path, "7", "#given:not(:text('–'))" if "/injection/3" in path else "")


def verdict(page: Any, wanted: str) -> str:
    page.wait_for_selector(f'#confirm[data-verdict="{wanted}"]')
    return str(page.inner_text("#confirm"))


def bracketed(lot: str = LOT) -> str:
    """The vial's code as people read it; ``allot`` gives lots ninety days."""
    return f"(01)00303101222105(17){in_ninety_days():%y%m%d}(10){lot}"


def test_a_dose_by_scanner_in_three_actions_fits_the_tablet(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    scanner(page, visitor.code)
    assert "CÒN THIẾU" in verdict(page, "ask")
    assert page.inner_text("#person-name") == CROWD[0].name
    assert f"{CROWD[0].birth_date:%d/%m/%Y}" in page.inner_text("#person-birth")
    scanner(page, bracketed())
    assert "Mũi 1/2" in verdict(page, "admit")
    assert page.evaluate("document.documentElement.scrollHeight <= innerHeight + 1"), "nothing is below the edge"
    page.click("#give")
    words = verdict(page, "done")
    number = of_kind(site, "dose")[0].data.vial
    assert f"Viết lên lọ: {number}" in words
    assert of_kind(site, "dose")[0].data.body_site == "left_arm"
    page.wait_for_selector("#vial-left:has-text('còn 9/10 liều')")
    # the next person, with more to be told of, while the vial is open
    scanner(page, ready(site, CROWD[1], outcome="caution").code)
    verdict(page, "admit")
    for width, height in ((1024, 768), (1280, 800)):
        page.set_viewport_size({"width": width, "height": height})
        eventually(lambda size=[width, height]: page.evaluate("[innerWidth, innerHeight]") == size)
        assert page.evaluate("document.documentElement.scrollHeight <= innerHeight"), (width, height)


def test_refusals_say_why_and_what_to_do_and_are_recorded(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0], outcome="postpone")
    record(site, "recall", Recall(product="AstraZeneca", lot=LOT, reason="hạt lạ"))
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    page.wait_for_selector(f"#findings:has-text('Lô {LOT} đã bị thu hồi')")  # the person alone is refused already
    words = verdict(page, "refuse")
    assert "KHÔNG TIÊM" in words
    assert "hoãn tiêm" in words
    assert page.is_hidden("#give")
    page.click("#refuse")
    page.wait_for_selector("#verdict-word:has-text('Đã ghi: không tiêm')")
    assert {"screened_postpone", "recalled_lot"} <= set(of_kind(site, "not_given")[0].data.reasons)


def test_what_is_refused_in_the_last_moment_leaves_nothing_to_confirm(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "admit")
    record(site, "recall", Recall(product="AstraZeneca", lot=LOT, reason="hạt lạ"))
    page.click("#give")
    assert "đã bị thu hồi" in verdict(page, "refuse")
    page.wait_for_selector("#give", state="hidden")
    assert page.is_hidden("#refuse"), "it is on record"
    assert [one.data.reasons for one in of_kind(site, "not_given")] == [["recalled_lot"]]


def test_a_namesake_needs_the_document_seen(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    twin = Person(name=CROWD[0].name, birth_date=CROWD[0].birth_date.isoformat())
    record(site, "person", twin, site.pseudonym("001099000001"))
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "ask")
    assert page.is_disabled("#give")
    page.check("#document")
    verdict(page, "admit")
    page.click("#give")
    verdict(page, "done")
    assert of_kind(site, "dose")[0].data.warnings == ["namesake_document_seen"]


def test_an_answer_that_is_lost_is_asked_for_again_and_makes_one_dose(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "admit")
    lost: list[str] = []

    def lose(route: Any) -> None:
        if len(lost) < 2:
            route.fetch()  # it reaches the appliance, the answer does not come back
            lost.append(route.request.post_data)
            route.abort()
        else:
            route.continue_()

    page.route("**/injection/3/give", lose)
    page.click("#give")
    verdict(page, "done")
    assert len(lost) == 2
    assert len(of_kind(site, "dose")) == 1


def test_keys_alone(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    page.focus("#type-who")
    page.keyboard.type(visitor.ticket, delay=60)
    page.keyboard.press("Enter")
    verdict(page, "ask")
    page.focus("#type-vial")
    page.keyboard.type(LOT, delay=60)
    page.keyboard.press("Enter")
    verdict(page, "admit")
    page.focus("#give")
    page.keyboard.press("Enter")
    verdict(page, "done")
    assert of_kind(site, "dose")[0].data.lot == LOT


def test_a_dose_is_corrected_from_the_list(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "admit")
    page.click("#give")
    verdict(page, "done")
    page.click("#recent-open")
    page.click("#recent-list button >> nth=0")
    page.select_option("#correct-body_site", "right_arm")
    page.click("#correct button[type=submit]")
    page.wait_for_selector("#correct [data-problem]:has-text('lý do')")
    page.click("#correct .chip >> nth=2")
    page.click("#correct button[type=submit]")
    page.wait_for_selector("#message:has-text('Đã lưu bản sửa')")
    assert of_kind(site, "dose")[-1].data.body_site == "right_arm"


def test_a_correction_to_a_recalled_lot_is_confirmed_first(served: tuple[Appliance, str], page: Any, axe: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    allot(site, "OTHER1", consignment="C-3")
    record(site, "recall", Recall(product="AstraZeneca", lot="OTHER1", reason="tủ lạnh hỏng"))
    sign_in(page, url)
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "admit")
    page.click("#give")
    verdict(page, "done")
    page.click("#recent-open")
    page.click("#recent-list button >> nth=0")
    assert page.is_hidden("#correct-confirm")
    page.fill("#correct-lot", "OTHER1")
    page.click("#correct .chip >> nth=0")
    page.click("#correct button[type=submit]")
    page.wait_for_selector("#correct [data-problem]:has-text('Lô OTHER1 đã bị thu hồi')")
    assert page.evaluate("document.activeElement.id") == "correct-confirm"
    axe(page)
    page.click("#correct button[type=submit]")  # not ticked: asked for again
    page.wait_for_selector("#correct-confirm:focus")
    page.wait_for_selector("#correct [data-problem]:has-text('Lô OTHER1 đã bị thu hồi')")
    page.check("#correct-confirm")
    page.fill("#correct-lot", "OTHER2")  # another lot than what was confirmed
    assert page.is_hidden("#correct-confirm")
    page.fill("#correct-lot", "OTHER1")
    page.click("#correct button[type=submit]")
    page.check("#correct-confirm")
    page.click("#correct button[type=submit]")
    page.wait_for_selector("#message:has-text('Đã lưu bản sửa')")
    made = of_kind(site, "dose")[-1].data
    assert (made.lot, made.warnings) == ("OTHER1", ["recalled_lot"])


def test_everybody_can_use_the_pages(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0], outcome="caution", observation_minutes=60)
    sign_in(page, url)

    def clean(where: str) -> None:
        assert violations(page) == [], where

    clean("ready")
    scanner(page, visitor.code)
    scanner(page, bracketed())
    verdict(page, "admit")
    clean("may be given")
    page.click("#give")
    verdict(page, "done")
    clean("done")
    page.click("#recent-open")
    page.click("#recent-list button >> nth=0")
    clean("correcting")
    small = """() => [...document.querySelectorAll("button, a, input, select, summary")].filter((one) => {
      const box = one.getBoundingClientRect();
      return box.width && box.height < 24 && !["radio", "checkbox"].includes(one.type);
    }).map((one) => one.outerHTML.slice(0, 80))"""
    for path in ("stock", f"stock/lot?product=AstraZeneca&lot={LOT}", f"stock/people?product=AstraZeneca&lot={LOT}"):
        page.goto(f"{url}/vaccination/{path}")
        clean(path)
        assert page.evaluate(small) == [], path


def test_a_consignment_by_scanner_in_the_stock(served: tuple[Appliance, str], page: Any) -> None:
    from plugins.vaccination.rules.consignment import Consignment, Line, encode
    from tests.support.vaccination import SITE

    site, url = served
    day = date.fromisoformat(today(site))
    line = Line("", "Moderna", "MOD7", date.fromisoformat(today(site, 40)), 4, 10)
    sign_in(page, url, "/vaccination/stock")
    scanner(page, encode(Consignment("C-9", "kho", SITE, day, (line,))))
    page.wait_for_selector("h2:has-text('MOD7')")
    page.fill("#damaged-0", "1")
    page.fill("#celsius", "4")
    page.click("button:has-text('Nhập kho')")
    page.wait_for_selector(".notice--ok:has-text('Đã nhập kho')")
    assert of_kind(site, "received")[-1].data.vials == 3


def test_a_gs1_separator_survives_the_keyboard(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    visitor = ready(site, CROWD[0])
    sign_in(page, url)
    scanner(page, visitor.code)
    verdict(page, "ask")
    before, _, after = code(serial="SER9").removeprefix("]d2").partition("\x1d")
    keys = [[*browser.us_key(letter), False] for letter in before]
    keys += [["]", "BracketRight", False, True]]
    keys += [[*browser.us_key(letter), False] for letter in after + "\n"]
    page.evaluate(
        f"""keys => {{ const target = document.body; {browser.KEYBOARD}
        for (const [key, code, shiftKey, ctrlKey] of keys) press({{ key, code, shiftKey, ctrlKey }}); }}""",
        keys,
    )
    verdict(page, "admit")
    page.click("#give")
    verdict(page, "done")
    assert of_kind(site, "dose")[0].data.vial == "SER9"


IN_VIEW = "one => { const box = one.getBoundingClientRect(); return box.left >= 0 && box.right <= innerWidth; }"


def test_on_a_phone_the_open_page_and_a_lots_state_are_seen(served: tuple[Appliance, str], page: Any) -> None:
    site, url = served
    allot(site, "OLD-1", days=-2, consignment="C-3")
    page.set_viewport_size({"width": 390, "height": 844})
    sign_in(page, url)
    assert page.eval_on_selector(".page-nav [aria-current]", IN_VIEW)
    page.goto(f"{url}/vaccination/stock")
    states = page.query_selector_all(".stock-lots tbody .badge")
    assert len(states) == 3
    assert all(one.evaluate(IN_VIEW) for one in states)
    assert "Hết hạn" in page.inner_text(".stock-lots tr:has(a:text-is('OLD-1')) th")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_an_unknown_lot_shows_no_doses_that_nobody_knows_of(served: tuple[Appliance, str], page: Any) -> None:
    _, url = served
    sign_in(page, url)
    page.fill("#type-vial", "ZZ-77")
    page.press("#type-vial", "Enter")
    page.wait_for_selector("#vial-left")
    assert page.inner_text("#vial-left") == "lọ mới"
    assert page.inner_text(".injection-product") == "Chưa biết vắc xin nào"
