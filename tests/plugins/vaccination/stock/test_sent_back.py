"""A form of the stock that cannot be taken comes back as it was typed, the reason at its field; nothing of it is on record."""

from __future__ import annotations

import unicodedata
from datetime import date
from html.parser import HTMLParser
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.journal.jobs import NotRecorded
from kiosk.operators.register import Role
from plugins.vaccination.acting import Actions
from plugins.vaccination.rules.consignment import Line
from tests.support.vaccination import SITE, of_kind, today
from tests.support.vaccination_stock import Keeper, announce, delivery
from tests.support.vaccination_tables import LOT, allot

OF_LOT = {"product": "AstraZeneca", "lot": LOT}
ALL_KINDS = ("received", "transferred", "counted", "wasted", "temperature", "recall")


class Fields(HTMLParser):
    """What stands in a page's fields, by their ids; which are marked as wrong; where the page begins; what is said where."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.values: dict[str, str] = {}
        self.wrong: dict[str, str] = {}  # the id of the words about it
        self.begins: list[str] = []
        self.words: dict[str, str] = {}
        self.keys: list[str] = []
        self._select = self._words = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        of = {name: value or "" for name, value in attrs}
        name = of.get("id", "")
        if "autofocus" in of:
            self.begins.append(name or of.get("class", ""))
        if of.get("name") == "key":
            self.keys.append(of["value"])
        if "aria-invalid" in of:
            self.wrong[name] = of["aria-describedby"]
        if tag == "input" and name:
            self.values[name] = of.get("value", "")
        elif tag == "select":
            self._select = name
        elif tag == "option" and self._select and ("selected" in of or self._select not in self.values):
            self.values[self._select] = of.get("value", "")
        elif tag == "p":
            self._words = name

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._select = ""
        elif tag == "p":
            self._words = ""

    def handle_data(self, data: str) -> None:
        if self._words:
            self.words[self._words] = (self.words.get(self._words, "") + data).strip()


@pytest.fixture
def keeper(site: Appliance) -> Keeper:
    return Keeper(site, "51", Role.ADMINISTRATOR)


def nothing_recorded(site: Appliance) -> bool:
    """Beyond the lot that ``allot`` put there."""
    return [kind for kind in ALL_KINDS if len(of_kind(site, kind)) > (kind == "received")] == []


def sent_back(keeper: Keeper, path: str, at: str, **form: Any) -> Fields:
    """The page's fields, after it was seen that the reason stands at the field ``at``, and the page begins there."""
    page = Fields(keeper.refused(path, **form))
    assert (page.wrong, page.begins) == ({at: f"{at}-error"}, [at])
    assert page.words[f"{at}-error"]
    return page


@pytest.mark.parametrize(
    ("path", "form", "at", "said", "kept"),
    [
        ("count", {"vials": "", "note": "kệ 2"}, "count-vials", "Còn ô chưa điền: Số lọ.", {"count-note": "kệ 2"}),
        ("count", {"vials": "1000001", "note": "kệ 2"}, "count-vials", "0 đến 1000000", {"count-vials": "1000001"}),
        (
            "transfer",
            {"vials": "25", "to_site": "Trạm \"B\" <2>", "note": "xe lạnh"},
            "transfer-vials",
            "chỉ còn 20 lọ",
            {"transfer-vials": "25", "transfer-site": "Trạm \"B\" <2>", "transfer-note": "xe lạnh", "waste-vials": ""},
        ),
        ("transfer", {"vials": "2", "to_site": " "}, "transfer-site", "Điểm nhận (mã hoặc tên)", {"transfer-vials": "2"}),
        (
            "waste",
            {"vials": "21", "reason": "cold_chain", "note": "mất điện"},
            "waste-vials",
            "chỉ còn 20 lọ",
            {"waste-vials": "21", "waste-reason": "cold_chain", "waste-note": "mất điện", "count-note": ""},
        ),
        ("waste", {"vials": "0", "reason": "expired"}, "waste-vials", "1 đến 100000", {"waste-reason": "expired"}),
        ("stop", {"reason": "  "}, "stop-reason", "Còn ô chưa điền: Lý do.", {}),
    ],
)  # fmt: skip
def test_what_is_done_with_a_lot(
    site: Appliance, keeper: Keeper, path: str, form: dict[str, str], at: str, said: str, kept: dict[str, str]
) -> None:
    allot(site)
    page = sent_back(keeper, path, at, **OF_LOT, **form)
    assert said in page.words[f"{at}-error"]
    assert page.values | kept == page.values
    assert nothing_recorded(site)


def test_a_temperature(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    page = sent_back(keeper, "temperature", "celsius", store="TL1", celsius="4;2", note="sau khi mở cửa")
    assert page.values["celsius"] == "4;2"
    assert page.values["temperature-note"] == "sau khi mở cửa"
    page = sent_back(keeper, "temperature", "celsius", store="TL1", celsius="", note="quên")
    assert page.words["celsius-error"].startswith("Còn ô chưa điền: Nhiệt độ (°C).")
    page = sent_back(keeper, "temperature", "celsius", store="TL1", celsius="450", note="")
    assert "-100 đến 60" in page.words["celsius-error"]
    assert sent_back(keeper, "temperature", "store", store="TL9", celsius="4").values["celsius"] == "4"
    assert nothing_recorded(site)


def test_a_missing_field_is_named_in_the_pages_language(site: Appliance, keeper: Keeper) -> None:
    form = {"id": "GIẤY-5", "product": "Comirnaty", "lot": "", "expiry": "", "vials": "3", "doses": ""}
    assert "Còn ô chưa điền: Số lô." in sent_back(keeper, "consignment", "hand-lot", **form).words["hand-lot-error"]
    keeper.get("stock?lang=en")
    for name, at, label in (
        ("lot", "hand-lot", "Lot"),
        ("expiry", "hand-expiry", "Expiry"),
        ("doses", "hand-doses", "Doses per vial"),
    ):
        said = sent_back(keeper, "consignment", at, **form).words[f"{at}-error"]
        assert said == f"A field is missing: {label}. Fill it in and send again."
        form[name] = {"lot": "pf55", "expiry": today(site, 30)}.get(name, "6")
    assert "pf55" in keeper.send("consignment", 200, **form)


def test_a_delivery_that_was_typed(site: Appliance, keeper: Keeper) -> None:
    form = {"id": "GIẤY-5", "sender": "kho quận", "product": "Comirnaty", "lot": "ô7", "expiry": today(site, 30)}
    raw = keeper.refused("consignment", **form, vials="3", doses="6")
    assert "<details open>" in raw
    page = Fields(raw)
    assert page.begins == ["hand-lot"]
    kept = {"hand-id": "GIẤY-5", "hand-sender": "kho quận", "hand-product": "Comirnaty", "hand-lot": "ô7"}
    kept |= {"hand-expiry": form["expiry"], "hand-vials": "3", "hand-doses": "6", "payload": "", "celsius": ""}
    assert page.values | kept == page.values
    page = sent_back(keeper, "consignment", "hand-id", **(form | {"id": "A\u200bB", "lot": "o7"}), vials="3", doses="6")
    assert "Số chuyến có ký tự không dùng được" in page.words["hand-id-error"]


def test_a_delivery_by_its_code(site: Appliance, keeper: Keeper) -> None:
    announce(site)
    announce(site, lot="B2")
    until = date.fromisoformat(today(site, 90))
    payload = delivery(site, *(Line("", "AstraZeneca", lot, until, 20, 10) for lot in (LOT, "B2")))
    form = {"payload": payload, "damaged-0": "3", "damaged-1": "21", "celsius": "5,5", "note": "thùng móp"}
    page = sent_back(keeper, "receive", "damaged-1", **form)
    assert "Số lọ hỏng nhiều hơn số lọ của lô B2" in page.words["damaged-1-error"]
    kept = {"damaged-0": "3", "damaged-1": "21", "celsius": "5,5", "note": "thùng móp"}
    assert page.values | kept == page.values
    page = sent_back(keeper, "receive", "celsius", **(form | {"damaged-1": "0", "celsius": "lạnh"}))
    assert page.values["damaged-0"] == "3"
    damaged_code = payload[:-1] + "~"
    assert sent_back(keeper, "consignment", "payload", payload=damaged_code).values["payload"] == damaged_code
    assert sent_back(keeper, "receive", "payload", payload=damaged_code).values["payload"] == damaged_code
    said = sent_back(keeper, "consignment", "payload", payload=" ").words["payload-error"]
    assert said.startswith("Còn ô chưa điền: Mã của chuyến hàng.")
    assert of_kind(site, "received") == []


def test_a_fresh_page_has_nothing_wrong(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    for path in ("stock", f"stock/lot?product=AstraZeneca&lot={LOT}"):
        page = Fields(keeper.get(path))
        assert (page.wrong, page.begins) == ({}, [])
        assert len(set(page.keys)) == len(page.keys) > 1


def test_the_corrected_form_is_taken_once(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    key = uuid4()
    form = {**OF_LOT, "to_site": "site-b", "key": key}
    assert str(key) in sent_back(keeper, "transfer", "transfer-vials", vials="25", **form).keys
    for _ in range(2):
        keeper.send("transfer", vials="5", **form)
    assert [one.data.vials for one in of_kind(site, "transferred")] == [5]


def test_what_is_about_no_field_stands_before_the_form(site: Appliance, keeper: Keeper) -> None:
    """A page that sent something wrong, and a journal that could not be written."""
    allot(site)
    form = {**OF_LOT, "vials": "2", "note": "rơi"}
    page = Fields(keeper.send("waste", 400, reason="vì thế", **form))
    assert (page.wrong, page.begins) == ({}, ["stock-reasons"])
    assert (page.values["waste-vials"], page.values["waste-note"]) == ("2", "rơi")
    page = Fields(keeper.send("count", 400, key="no key", **form))
    assert page.values["count-vials"] == "2"
    assert "no key" not in page.keys


def test_a_form_that_could_not_be_recorded_is_kept(
    site: Appliance, keeper: Keeper, monkeypatch: pytest.MonkeyPatch
) -> None:
    allot(site)

    def full(*_: object) -> None:
        raise NotRecorded("fault")

    with monkeypatch.context() as patched:
        patched.setattr(Actions, "act", full)
        raw = keeper.send("count", 503, **OF_LOT, vials="20", note="đủ")
    assert "chưa có gì thay đổi" in raw
    page = Fields(raw)
    assert page.begins == ["stock-reasons"]
    assert (page.values["count-vials"], page.values["count-note"]) == ("20", "đủ")
    assert "đếm 20 lọ" in keeper.send("count", **OF_LOT, vials="20", note="đủ")


def test_a_lot_that_the_site_has_not(site: Appliance, keeper: Keeper) -> None:
    for path, more in (("count", {}), ("transfer", {"to_site": "site-b"}), ("stop", {"reason": "x"})):
        page = keeper.send(path, product="AstraZeneca", lot="NONE", vials="2", **more)
        assert "Điểm này không có lô NONE" in page


@pytest.mark.parametrize("form_of", [SITE, "name", "NAME, decomposed"])
def test_a_transfer_to_this_very_site(site: Appliance, keeper: Keeper, form_of: str) -> None:
    name = site.station.site_name
    receiver = {"name": name, "NAME, decomposed": unicodedata.normalize("NFD", f" {name.upper()} ")}.get(
        form_of, form_of
    )
    allot(site)
    page = sent_back(keeper, "transfer", "transfer-site", **OF_LOT, vials="5", to_site=receiver)
    assert "chính là điểm này" in page.words["transfer-site-error"]
    assert (page.values["transfer-site"], page.values["transfer-vials"]) == (receiver, "5")
    assert of_kind(site, "transferred") == []


ANYTHING = st.text(max_size=40)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.sampled_from(["consignment", "receive", "temperature", "count", "transfer", "waste", "stop"]),
    form=st.fixed_dictionaries(
        {},
        optional=dict.fromkeys(
            ("payload", "id", "lot", "expiry", "vials", "doses", "celsius", "to_site", "reason"), ANYTHING
        ),
    ),
)
def test_whatever_is_typed_gets_an_answer(site: Appliance, keeper: Keeper, path: str, form: dict[str, str]) -> None:
    said = {"key": str(uuid4()), "product": "AstraZeneca", "store": "TL1", **form}
    reply = keeper.browser.post(f"/vaccination/stock/{path}", said, token=keeper.token)
    assert reply.status_code in (200, 303, 400, 422)
