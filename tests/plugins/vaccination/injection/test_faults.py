"""Two tables at the same instant, one vial at two tables, a recall in the middle, scanners that send twice, lots with odd characters,
a clock that is wrong by a day. Each has one outcome: no dose is lost, none is counted twice, and people are told why."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.operators.register import Role
from plugins.vaccination.injection import clock as date_of_the_site
from plugins.vaccination.records import Recall
from tests.support.appliance import Workshop, assert_whole
from tests.support.platform import lines_of, make, take
from tests.support.vaccination import CROWD, Nurse, at_the_site, of_kind, ready, record, today, vaccination_site
from tests.support.vaccination_tables import LOT, Table, allot, code, codes

# GS1 General Specifications, figure 7.11-1: every character that a lot may have
CHARACTER_SET_82 = "!\"%&'()*+,-./0123456789:;<=>?ABCDEFGHIJKLMNOPQRSTUVWXYZ_abcdefghijklmnopqrstuvwxyz"


@pytest.fixture
def tables(site: Appliance) -> tuple[Table, Table]:
    allot(site)
    return Table(site, "3", "31"), Table(site, "4", "32")


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """Do all of them at the same instant; what each came to."""
    line, results = threading.Barrier(len(acts)), [None] * len(acts)

    def run(place: int, act: Callable[[], Any]) -> None:
        line.wait()
        results[place] = act()

    threads = [threading.Thread(target=run, args=(place, act)) for place, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    return results


def confirm(table: Table, key: str | None = None) -> tuple[int, dict[str, Any]]:
    """The confirm, whatever comes of it."""
    reply = table.nurse.browser.client.post(
        f"/vaccination/injection/{table.name}/give",
        json={"key": key or str(uuid4()), "dose": table.dose},
        headers={"X-CSRFToken": table.nurse.token},
        environ_base={"REMOTE_ADDR": table.nurse.browser.address},
    )
    return reply.status_code, reply.get_json()


def test_two_tables_give_the_same_person_a_dose_at_the_same_instant(
    site: Appliance, tables: tuple[Table, Table]
) -> None:
    for person in CROWD[:6]:
        visitor = ready(site, person)
        for table, serial in zip(tables, ("S3", "S4"), strict=True):
            table.dose = {}
            table.scan(visitor.code)
            assert table.scan(code(serial=serial))["may_give"]
        replies = at_once(*(lambda at=table: confirm(at) for table in tables))
        assert sorted(status for status, _ in replies) == [200, 409]
        refusal = next(reply for status, reply in replies if status == 409)
        assert codes(refusal)[0] == "dose_today_already"
    doses = of_kind(site, "dose")
    assert len({one.citizen for one in doses}) == len(doses) == 6
    assert [one.data.reasons for one in of_kind(site, "not_given")] == [["dose_today_already"]] * 6
    assert_whole(site)


def test_a_vial_is_scanned_at_two_tables(site: Appliance, tables: tuple[Table, Table]) -> None:
    here, there = tables
    for table, person in zip(tables, CROWD, strict=False):
        table.scan(ready(site, person).code)
        assert table.scan(code(serial="ONE"))["may_give"]
    replies = dict(zip(("3", "4"), at_once(lambda: confirm(here), lambda: confirm(there)), strict=True))
    assert sorted(status for status, _ in replies.values()) == [200, 409]
    late = there if replies["4"][0] == 409 else here
    assert codes(replies[late.name][1]) == ["vial_elsewhere"]
    seen = late.look()
    assert seen["asks"]["take_over"]
    glass = late.dose["glass"] | {"take_over": True}
    assert late.look(glass=glass)["may_give"]
    assert late.give()["table"]["vial"]["left"] == 8
    vials = of_kind(site, "vial_opened")
    assert len({one.data.vial for one in vials}) == 1
    assert vials[0].data.use_by_ms == vials[1].data.use_by_ms, "its time runs from when it was first opened"
    assert_whole(site)


def test_the_last_dose_of_a_vial_is_given_once(workshop: Workshop) -> None:
    site = vaccination_site(workshop)
    allot(site, doses=1)
    tables = Table(site, "3", "31"), Table(site, "4", "32")
    for table, person in zip(tables, CROWD, strict=False):
        table.scan(ready(site, person).code)
        table.scan(code(serial="LAST"))
    replies = at_once(*(lambda at=table: confirm(at) for table in tables))
    assert sorted(status for status, _ in replies) == [200, 409]
    assert "empty" in codes(next(reply for status, reply in replies if status == 409))
    assert len(of_kind(site, "dose")) == 1


def test_a_recall_arrives_while_doses_are_being_confirmed(site: Appliance, tables: tuple[Table, Table]) -> None:
    visitors = [ready(site, person) for person in CROWD[:16]]
    here, there = tables
    recall = Recall(product="AstraZeneca", lot=LOT, reason="hạt lạ")
    key = site.identity.digest_key("nation")
    pulled = lines_of(make(site, "nation", [Draft("vaccination.recall", recall)], key=key, at=site.clock.now()))
    arrived = threading.Event()
    outcomes: list[
        tuple[bool, int, list[str]]
    ] = []  # whether the recall was here before the confirm, and what came of it

    def shift(table: Table, serial: str, mine: list[Any]) -> None:
        for visitor in mine:
            table.dose = {}
            table.scan(visitor.code)
            table.scan(code(serial=serial))
            before = arrived.is_set()
            status, reply = confirm(table)
            outcomes.append((before, status, codes(reply)))

    def pull() -> None:
        while len(outcomes) < 3:
            arrived.wait(0.005)
        assert take(site, "nation", pulled, key=key).stored == 1
        arrived.set()

    at_once(lambda: shift(here, "S3", visitors[:8]), lambda: shift(there, "S4", visitors[8:]), pull)
    assert len(outcomes) == 16
    given = [one for one in outcomes if one[1] == 200]
    assert len(given) == len(of_kind(site, "dose")) >= 3
    assert [one for one in given if one[0]] == [], "no dose once the recall is here"
    refused = [one for one in outcomes if one[1] != 200]
    assert refused
    assert all("recalled_lot" in reasons for _, _, reasons in refused)
    assert len(of_kind(site, "not_given")) == len(refused)
    assert_whole(site)


def test_a_scanner_that_sends_everything_twice(site: Appliance, tables: tuple[Table, Table]) -> None:
    table = tables[0]
    visitor = ready(site, CROWD[0])
    for payload in (visitor.code, visitor.code, code(serial="S1"), code(serial="S1")):
        seen = table.scan(payload)
    assert seen["may_give"]
    key = str(uuid4())
    replies = at_once(*(lambda: confirm(table, key) for _ in range(4)))
    assert [status for status, _ in replies] == [200] * 4
    assert len({reply["given"]["record"] for _, reply in replies}) == 1
    assert len(of_kind(site, "dose")) == len(of_kind(site, "vial_opened")) == 1
    assert_whole(site)


def test_a_press_that_was_refused_stays_refused(site: Appliance, tables: tuple[Table, Table]) -> None:
    table, key = tables[0], str(uuid4())
    table.scan(ready(site, CROWD[0]).code)
    table.scan(code("STRANGE"))
    assert codes(table.give(409, key)) == ["not_allocated"]
    allot(site, "STRANGE", consignment="C-9")
    assert codes(table.give(409, key)) == ["refused_before"]
    table.give()


@pytest.mark.parametrize(
    "lot",
    [
        "<script>a</scrip", "';DROP,T--\"x", "=1+1", "&amp;%27", "A/B.C_D-(1)*!?:;",
        CHARACTER_SET_82[:20], CHARACTER_SET_82[20:40], CHARACTER_SET_82[-20:],
    ],
)  # fmt: skip
def test_a_lot_with_odd_characters(site: Appliance, lot: str) -> None:
    allot(site, lot)
    table = Table(site, "3", "31")
    table.scan(ready(site, CROWD[0]).code)
    assert table.scan(code(lot, serial="\"'<>"))["may_give"]
    table.give()
    made = of_kind(site, "dose")[0].data
    assert (made.lot, made.vial) == (lot, "\"'<>")
    for path in ("stock", "injection/3"):
        page = table.nurse.get(path)
        assert lot not in page or not set(lot) & set("<\"'&"), "never as it is into a page"
    assert_whole(site)


def test_lots_that_differ_by_a_mark_alone_are_two_lots(site: Appliance, tables: tuple[Table, Table]) -> None:
    """Blanks and small letters are how people type; a hyphen or a slash is part of the lot."""
    table, _ = tables
    allot(site, "AB-12", consignment="C-7")
    allot(site, "AB12", consignment="C-8")
    record(site, "recall", Recall(product="AstraZeneca", lot="AB-12", reason="tủ lạnh hỏng"))
    table.scan(ready(site, CROWD[0]).code)
    assert codes(table.scan("AB12", "vial", "typed")) == []
    assert {"recalled_lot"} <= set(codes(table.scan("ab-12", "vial", "typed")))
    assert {"not_allocated", "which_product"} & set(codes(table.scan("AB/12", "vial", "typed")))


def test_a_lot_that_no_code_may_have_is_refused_in_words(site: Appliance, tables: tuple[Table, Table]) -> None:
    table = tables[0]
    table.scan(ready(site, CROWD[0]).code)
    seen = table.scan("lô số 5 – tốt", "vial", "typed")
    assert codes(seen)[0] == "lot"
    assert "lot" in codes(table.give(409))


def test_a_clock_that_nobody_vouches_for_stops_doses_until_the_supervisor_confirms_the_date(workshop: Workshop) -> None:
    clock = at_the_site()
    clock.is_trusted = False
    site = vaccination_site(workshop, clock=clock)
    allot(site)
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    seen = table.scan(code())
    assert codes(seen) == ["clock_not_trusted"]
    assert today(site)[8:] in seen["findings"][0]["text"]["vi"]
    assert codes(table.give(409)) == ["clock_not_trusted"]
    assert codes(table.do("open", 409, dose=table.dose)) == ["clock_not_trusted"]
    confirm_date(site)
    assert table.look()["may_give"]
    table.give()
    assert not of_kind(site, "dose")[0].clock_trusted, "the record still says how the clock was"
    assert of_kind(site, "clock_confirmed")[0].operator == "21"
    assert_whole(site)


def test_a_clock_that_is_wrong_by_a_day_needs_the_date_confirmed_again(workshop: Workshop) -> None:
    clock = at_the_site()
    site = vaccination_site(workshop, clock=clock)
    allot(site)
    visitor = ready(site, CROWD[0])
    record_time = clock.ahead
    clock.ahead = record_time - timedelta(days=1)  # it woke in the past: the last records say that it was later
    table = Table(site)
    table.scan(visitor.code)
    assert {"clock_not_trusted", "not_screened_today"} <= set(codes(table.scan(code())))
    confirm_date(site)  # somebody says yes to yesterday
    assert "not_screened_today" in codes(table.look()), "today's screening is not yesterday's"
    clock.ahead = record_time
    clock.is_trusted = False
    table.nurse = Nurse(site, "32")  # yesterday's session has ended
    assert codes(table.look()) == ["clock_not_trusted"], "that word was on another day"


def test_after_the_computer_was_started_again_the_date_is_looked_at_again(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A clock without a battery wakes up with any date: who vouched for it before says nothing now."""
    clock = at_the_site()
    clock.is_trusted = False
    site = vaccination_site(workshop, clock=clock)
    allot(site)
    confirm_date(site)
    table = Table(site)
    table.scan(ready(site, CROWD[0]).code)
    assert table.scan(code())["may_give"]
    for boot in ("0-before-every-other", "~after-every-other"):
        monkeypatch.setattr(date_of_the_site, "boot", lambda boot=boot: boot)
        assert codes(table.look()) == ["clock_not_trusted"]
    monkeypatch.undo()
    assert table.look()["may_give"]


def confirm_date(site: Appliance) -> None:
    """The supervisor looks at the page and says that it is today."""
    supervisor = Nurse(site, "21", Role.ADMINISTRATOR, address="192.0.2.21")
    page = supervisor.get("clock")
    form = {"day": today(site), "key": str(uuid4())}
    assert f"{today(site)[8:]}/{today(site)[5:7]}" in page
    reply = supervisor.browser.post("/vaccination/clock", form, token=supervisor.token)
    assert reply.status_code == 303


def test_only_the_supervisor_confirms_the_date(site: Appliance) -> None:
    nurse = Nurse(site, "31")
    reply = nurse.browser.post("/vaccination/clock", {"day": today(site), "key": str(uuid4())}, token=nurse.token)
    assert reply.status_code == 403
    assert of_kind(site, "clock_confirmed") == []
