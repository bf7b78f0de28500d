"""Vaccine at the site: received once against what was allotted, measured, sent on, counted, stopped; and who got a lot."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, timedelta
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.operators.register import Role
from plugins.vaccination.records import Person, Recall
from plugins.vaccination.rules.consignment import Line, parse
from plugins.vaccination.stock import balances, lots, stores
from tests.support.appliance import SetClock, Workshop, assert_whole
from tests.support.platform import lines_of, make, take
from tests.support.staff import staff_actions
from tests.support.vaccination import CROWD, SITE, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_stock import Keeper, announce, delivery
from tests.support.vaccination_tables import ASTRA_VIAL, LOT, Table, allot, code, codes


@pytest.fixture
def keeper(site: Appliance) -> Keeper:
    return Keeper(site, "51", Role.ADMINISTRATOR)


def test_a_consignment_is_compared_and_taken_in_once(site: Appliance, keeper: Keeper) -> None:
    announce(site)
    payload = delivery(site)
    page = keeper.send("consignment", 200, payload=payload)
    assert "Được phân bổ" in page
    assert of_kind(site, "received") == [], "looking records nothing"
    said = keeper.send("receive", payload=payload, **{"damaged-0": 2, "celsius": "5,5", "note": "hai lọ vỡ"})
    assert "Đã nhập kho 1 lô" in said
    made = of_kind(site, "received")[0].data
    assert (made.vials, made.damaged, made.temperature, made.allocated) == (18, 2, 5.5, True)
    said = keeper.refused("receive", payload=payload, **{"damaged-0": 0})
    assert said.count("đã nhận lúc") == 1
    assert len(of_kind(site, "received")) == 1
    assert_whole(site)


def test_the_same_form_sent_twice_is_taken_in_once(site: Appliance, keeper: Keeper) -> None:
    announce(site)
    key = uuid4()
    for _ in range(2):
        assert "Đã nhập kho" in keeper.send("receive", key=key, payload=delivery(site), **{"damaged-0": 0})
    assert len(of_kind(site, "received")) == 1


def test_a_consignment_for_another_site_is_not_taken_in(site: Appliance, keeper: Keeper) -> None:
    payload = delivery(site, receiver="another-site")
    assert "another-site" in keeper.send("consignment", 200, payload=payload)
    assert "không phải điểm này" in keeper.refused("receive", payload=payload, **{"damaged-0": 0})
    assert of_kind(site, "received") == []


def test_a_consignment_of_many_lots_sent_twice_says_the_same(site: Appliance, keeper: Keeper) -> None:
    until = date.fromisoformat(today(site, 90))
    payload = delivery(site, *(Line(ASTRA_VIAL, "AstraZeneca", f"M{place}", until, 2, 10) for place in range(12)))
    key = uuid4()
    for _ in range(2):
        said = keeper.send("receive", key=key, payload=payload, **{f"damaged-{place}": 0 for place in range(12)})
        assert "Đã nhập kho 12 lô" in said
    assert len(of_kind(site, "received")) == 12


def test_a_transfer_to_this_site_by_its_name_is_taken_in(site: Appliance, keeper: Keeper) -> None:
    name = unicodedata.normalize("NFD", f" {site.station.site_name.upper()} ")
    payload = delivery(site, receiver=name)
    assert "không phải điểm này" not in keeper.send("consignment", 200, payload=payload)
    assert "Đã nhập kho 1 lô" in keeper.send("receive", payload=payload, **{"damaged-0": 0})


def test_who_got_vaccine_before_is_offered_for_the_next_transfer(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    of = {"product": "AstraZeneca", "lot": LOT}
    assert "<option value=" not in keeper.get(f"stock/lot?product=AstraZeneca&lot={LOT}").partition("datalist")[2][:200]
    for receiver in ("Trạm y tế B", "Trạm y tế A", "Trạm y tế B"):
        keeper.send("transfer", **of, vials=1, to_site=receiver)
    page = keeper.get(f"stock/lot?product=AstraZeneca&lot={LOT}")
    offered = page.partition('<datalist id="transfer-receivers">')[2].partition("</datalist>")[0]
    assert re.findall('value="([^"]+)"', offered) == ["Trạm y tế A", "Trạm y tế B"]


def test_a_lot_that_is_not_announced_comes_in_and_is_not_used(site: Appliance, keeper: Keeper) -> None:
    payload = delivery(site)
    assert "chưa được phân bổ" in keeper.send("consignment", 200, payload=payload)
    keeper.send("receive", payload=payload, **{"damaged-0": 0})
    assert not of_kind(site, "received")[0].data.allocated
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    assert "not_allocated" in codes(table.scan(code()))
    announce(site)
    assert table.look()["may_give"]


def test_differences_from_the_allocation_are_said(site: Appliance, keeper: Keeper) -> None:
    announce(site, vials=25, expiry=today(site, 80))
    page = keeper.send("consignment", 200, payload=delivery(site))
    assert "Phân bổ 25 lọ, chuyến này ghi 20 lọ" in page
    assert "ngày sớm hơn được tính" in page
    announce(site, product="Comirnaty", lot="XY1", consignment="C-78")
    line = Line("", "Moderna", "XY1", date.fromisoformat(today(site, -3)), 5, 10)
    page = keeper.send("consignment", 200, payload=delivery(site, line, number="C-78"))
    assert "Theo phân bổ lô XY1 là Comirnaty" in page
    assert "đã hết hạn" in page


def test_too_warm_on_arrival_is_recorded_and_said(site: Appliance, keeper: Keeper) -> None:
    announce(site)
    said = keeper.send("receive", payload=delivery(site), **{"damaged-0": 0, "celsius": "14"})
    assert "ngoài khoảng 2 đến 8" in said
    assert of_kind(site, "received")[0].data.temperature == 14


@pytest.mark.parametrize("payload", ["", "rác", "VXC1|x", "VXC1|C|a|b|20210101|~~~~~|0000000000000000"])
def test_a_code_that_is_no_consignment(site: Appliance, keeper: Keeper, payload: str) -> None:
    for path in ("receive", "consignment"):
        said = keeper.refused(path, payload=payload, **{"damaged-0": 0})
        assert 'id="payload-error"' in said
    assert of_kind(site, "received") == []


def test_more_damaged_than_came_is_not_taken_in(site: Appliance, keeper: Keeper) -> None:
    announce(site)
    for damaged in ("21", "-1", "x"):
        assert 'id="damaged-0-error"' in keeper.refused("receive", payload=delivery(site), **{"damaged-0": damaged})
    assert of_kind(site, "received") == []


def test_a_delivery_without_a_code_is_entered_by_hand(site: Appliance, keeper: Keeper) -> None:
    form = {"id": "GIẤY-5", "product": "Comirnaty", "lot": "pf 55", "expiry": today(site, 30), "vials": 3, "doses": 6}
    page = keeper.send("consignment", 200, **form)
    payload = page.partition('name="payload" value="')[2].partition('"')[0].replace("&amp;", "&")
    assert parse(payload).lines[0].lot == "pf55"
    keeper.send("receive", payload=payload, **{"damaged-0": 0})
    assert of_kind(site, "received")[0].data.consignment == "GIẤY-5"
    assert "“mai” không phải một ngày" in keeper.refused("consignment", **(form | {"expiry": "mai"}))


def test_temperatures_twice_a_day(site: Appliance, keeper: Keeper, clock: SetClock) -> None:
    assert "Chưa ghi nhiệt độ buổi này: TL1" in keeper.get("stock")
    assert "trong khoảng cho phép" in keeper.send("temperature", store="TL1", celsius="4,2")
    assert "Chưa ghi nhiệt độ" not in keeper.get("stock")
    assert "ngoài khoảng 2 đến 8" in keeper.send("temperature", store="TL1", celsius="9")
    assert [one.data.within for one in of_kind(site, "temperature")] == [True, False]
    assert "không có tủ TL9" in keeper.refused("temperature", store="TL9", celsius="4")
    assert "“ấm” không phải số" in keeper.refused("temperature", store="TL1", celsius="ấm")
    clock.ahead += timedelta(hours=4)  # the afternoon
    keeper = Keeper(site, "52", Role.ADMINISTRATOR)
    assert "Chưa ghi nhiệt độ buổi này: TL1" in keeper.get("stock")


def test_a_reading_out_of_range_is_said_until_one_is_within(site: Appliance, keeper: Keeper) -> None:
    assert "12,5 °C, ngoài khoảng" in keeper.send("temperature", store="TL1", celsius="12,5")
    later = keeper.get("stock")
    assert "TL1: lần đo cuối 12,5 °C, ngoài khoảng 2 đến 8 °C" in later
    assert "12,5 °C" in later.partition("Nhật ký nhiệt độ")[2], "with a decimal comma"
    assert "the last reading was 12.5 °C" in keeper.get("stock?lang=en")
    keeper.get("stock?lang=vi")
    keeper.send("temperature", store="TL1", celsius="5")
    assert "lần đo cuối" not in keeper.get("stock")


def test_what_was_taken_in_before_has_no_form_and_what_did_not_come_is_not_usable(
    site: Appliance, keeper: Keeper
) -> None:
    announce(site)
    assert "Chưa nhận" in keeper.get("stock")
    payload = delivery(site)
    assert 'name="damaged-0"' in keeper.send("consignment", 200, payload=payload)
    keeper.send("receive", payload=payload, **{"damaged-0": 0})
    assert "Chưa nhận" not in keeper.get("stock")
    again = keeper.send("consignment", 200, payload=payload)
    assert 'name="damaged-0"' not in again
    assert "Nhập kho" not in again


def test_a_freezer_says_its_own_range() -> None:
    found = stores.stores(("TL1", "TĐ1 = -25..-15"))
    assert [(one.name, one.least, one.most) for one in found] == [("TL1", 2, 8), ("TĐ1", -25, -15)]
    assert found[1].holds(-20)
    assert not found[1].holds(-10)


def test_vials_are_sent_on_with_a_code_that_the_receiver_can_read(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    said = keeper.refused("transfer", product="AstraZeneca", lot=LOT, vials=25, to_site="site-b")
    assert "chỉ còn 20 lọ" in said
    page = keeper.send("transfer", product="AstraZeneca", lot=LOT, vials=5, to_site="site-b")
    assert "<svg" in page
    assert of_kind(site, "transferred")[0].data.consignment in page
    with site.session() as session:
        assert balances.closed(session, SITE, "AstraZeneca", LOT) == 15
    assert_whole(site)


def test_the_books_and_a_stock_take(site: Appliance, keeper: Keeper) -> None:
    allot(site, vials=10)
    table = Table(site)
    table.vaccinate(ready(site, CROWD[0]), code(serial="S1"))
    keeper.send("waste", product="AstraZeneca", lot=LOT, vials=2, reason="broken")
    keeper.send("transfer", product="AstraZeneca", lot=LOT, vials=3, to_site="site-b")
    with site.session() as session:
        books = balances.balance(session, SITE, "AstraZeneca", LOT)
    assert (books.received, books.opened, books.broken, books.transferred, books.closed) == (10, 1, 2, 3, 4)
    assert (books.given, books.wasted) == (1, 20)
    said = keeper.send("count", product="AstraZeneca", lot=LOT, vials=3)
    assert "đếm 3 lọ, theo sổ 4, lệch -1" in said
    table.vaccinate(ready(site, CROWD[1]), code(serial="S2"))
    with site.session() as session:
        later = balances.balance(session, SITE, "AstraZeneca", LOT)
    assert (later.counted, later.difference) == (3, -1), "what a stock-take differed by does not change afterwards"
    said = keeper.refused("waste", product="AstraZeneca", lot=LOT, vials=9, reason="broken")
    assert "chỉ còn 3 lọ" in said
    assert_whole(site)


def test_a_stopped_lot_is_blocked_at_once_and_its_people_are_found(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    table = Table(site)
    visitors = [ready(site, person) for person in CROWD[:2]]
    person = Person(name=CROWD[0].name, birth_date=CROWD[0].birth_date.isoformat(), phone="0901234567")
    record(site, "person", person, visitors[0].citizen)
    table.vaccinate(visitors[0], code())
    table.scan(visitors[1].code)
    assert table.look()["may_give"]
    assert "Đã dừng lô" in keeper.send("stop", product="AstraZeneca", lot=LOT, reason="nghi có hạt lạ")
    assert "recalled_lot" in codes(table.give(409))
    page = keeper.get(f"stock/people?product=AstraZeneca&lot={LOT}")
    assert CROWD[0].name in page
    assert "0901234567" in page
    assert CROWD[1].name not in page
    looks = staff_actions(site, "lot_recipients_shown")
    assert [one.data.citizens for one in looks] == [[visitors[0].citizen]]
    keeper.send("stop", product="AstraZeneca", lot=LOT, reason="đã kiểm tra", lifted="yes")
    table.scan(visitors[1].code)
    assert table.scan(code())["may_give"]


def test_the_site_does_not_lift_what_the_platform_recalled(site: Appliance, keeper: Keeper) -> None:
    allot(site)
    key = site.identity.digest_key("nation")
    recall = Recall(product="AstraZeneca", lot=LOT, reason="thu hồi toàn quốc")
    lines = lines_of(make(site, "nation", [Draft("vaccination.recall", recall)], key=key, at=site.clock.now()))
    take(site, "nation", lines, key=key)
    said = keeper.refused("stop", product="AstraZeneca", lot=LOT, reason="x", lifted="yes")
    assert "Chỉ hệ thống quốc gia gỡ được" in said
    record(site, "recall", Recall(product="AstraZeneca", lot=LOT, reason="x", lifted=True))
    with site.session() as session:
        assert lots.recalled(session, "AstraZeneca", LOT) == "thu hồi toàn quốc"


def test_medical_staff_do_not_stop_lots(site: Appliance) -> None:
    allot(site)
    Keeper(site, "53").send("stop", 403, product="AstraZeneca", lot=LOT, reason="x")
    assert of_kind(site, "recall") == []


def test_a_lot_page_of_a_lot_with_odd_characters(site: Appliance, keeper: Keeper) -> None:
    odd = "<b>\"'&%?,=1+1"
    allot(site, odd)
    page = keeper.browser.get("/vaccination/stock/lot", query_string={"product": "AstraZeneca", "lot": odd})
    assert page.status_code == 200
    assert odd not in page.text
    assert "đếm 20 lọ" in keeper.send("count", product="AstraZeneca", lot=odd, vials=20)
    assert keeper.browser.get("/vaccination/stock/lot?product=X&lot=Y").status_code == 404


def test_an_empty_site(workshop: Workshop) -> None:
    assert "Chưa có lô nào" in Keeper(vaccination_site(workshop), "51").get("stock")
