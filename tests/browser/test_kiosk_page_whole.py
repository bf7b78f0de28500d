"""The citizen's screen before the whole appliance: a card by scanner, a typed number with its question, paper that fails."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from kiosk.domain import PrintOutcome, Receipt, Text
from kiosk.plugin import hookimpl

pytestmark = pytest.mark.browser

# the button is as pale as the ground that says "not now", whatever its own colour is
LOOKS_DISABLED = """(() => {
  const button = document.getElementById('pad-submit'), pale = document.createElement('i');
  pale.style.background = 'var(--surface-sunk)';
  document.body.append(pale);
  const same = getComputedStyle(button).backgroundColor === getComputedStyle(pale).backgroundColor;
  pale.remove();
  return same;
})()"""


class Paper:
    """A printer whose roll has run out."""

    @hookimpl
    def print_receipt(self, receipt: Receipt) -> PrintOutcome:
        return PrintOutcome("paper_out", Text("Hết giấy.", "Out of paper."))


@pytest.fixture
def printer() -> Paper | None:
    return Paper()


@pytest.fixture
def whole(tmp_path: Path, write: Any, printer: Paper | None) -> Iterator[Any]:
    with write.whole_appliance(tmp_path, **({"paper": printer} if printer else {})) as (_, url):
        yield SimpleNamespace(url=url)


def test_a_card_by_scanner_becomes_a_number_and_missing_paper_is_told(whole: Any, screen: Any) -> None:
    screen.open(whole.url)
    screen.scanner("001099012345||NGUYEN VAN AN|01011999|Nam|So 1, Quan 1, TP.HCM|01012021")
    screen.wait_for("result")
    assert screen.decision() == "admit"
    assert screen.text("#result-number").startswith("B")
    assert "NGUYEN VAN" not in screen.page.evaluate("document.body.textContent")  # masked
    screen.page.wait_for_selector("#result-paper[data-state=failed]")
    assert "chụp ảnh" in screen.text("#paper-text")


@pytest.mark.parametrize("printer", [None])
def test_an_appliance_without_a_printer_promises_no_paper(whole: Any, screen: Any) -> None:
    screen.open(whole.url)
    assert "Nhớ số" in screen.text(".steps")
    screen.scanner("001099012345||NGUYEN VAN AN|01011999|Nam|So 1, Quan 1, TP.HCM|01012021")
    screen.wait_for("result")
    assert screen.text("#paper-title") == "Hãy nhớ hoặc chụp ảnh số này"


def ask_by_number(screen: Any, number: str) -> None:
    """From the idle screen to the question for the birth date."""
    screen.page.click("section[data-screen=idle] [data-action=no-qr]")
    screen.person(number, gap_ms=80)
    screen.wait_until("document.getElementById('pad-submit').getAttribute('aria-disabled') === 'false'")
    screen.page.click("#pad-submit")
    screen.wait_until("document.getElementById('pad-count').offsetParent !== null")


def answer_by_date(screen: Any, digits: str) -> None:
    screen.person(digits, gap_ms=80)
    screen.page.wait_for_selector("#pad-state[data-state=good]")
    screen.page.click("#pad-submit")


def test_a_typed_number_is_confirmed_by_the_birth_date(whole: Any, screen: Any) -> None:
    screen.open(whole.url)
    ask_by_number(screen, "001099012345")
    answer_by_date(screen, "01011999")
    screen.wait_for("result")
    assert screen.decision() == "admit"
    assert screen.text("#result-number").startswith("B")


@pytest.mark.parametrize(("second", "decision"), [("01011999", "admit"), ("01011998", "refer")])
def test_who_mistypes_the_birth_date_is_asked_once_more(whole: Any, screen: Any, second: str, decision: str) -> None:
    screen.open(whole.url)
    ask_by_number(screen, "001099012345")
    answer_by_date(screen, "01011989")
    screen.wait_until("document.body.innerText.includes('chưa khớp')")
    screen.page.wait_for_selector(
        "#pad-state:not([data-state=good])", state="attached"
    )  # nothing of the first date is left
    screen.page.hover("#pad-submit", force=True)  # where the finger was
    screen.wait_until(LOOKS_DISABLED)
    answer_by_date(screen, second)
    screen.wait_for("result")
    assert screen.decision() == decision


def test_a_code_that_nobody_knows_goes_to_staff_in_words(whole: Any, screen: Any) -> None:
    screen.open(whole.url)
    screen.scanner("https://example.invalid/something")
    screen.wait_for("result")
    assert screen.decision() == "refer"
    assert screen.text("#result-reasons") != ""
    assert screen.text("#result-next-text") != ""
