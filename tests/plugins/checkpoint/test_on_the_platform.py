"""Passages where journals meet: projected exactly once in any order, traced only on record, counted by hour and by journey."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Table, select

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.operators.register import Role
from kiosk.site_days import from_form
from kiosk.storage.database import Base
from plugins.checkpoint import lists, lookups, tracing
from plugins.checkpoint.models import PassageRow
from plugins.checkpoint.projecting import project
from plugins.checkpoint.records import ListDelta
from tests.support.appliance import SetClock, Workshop, assert_whole, records, tables
from tests.support.checkpoint_post import CROWD, Officer, declared
from tests.support.postgres import Cluster
from tests.support.staff import Browser, add_operator

AN, BINH, CHI = CROWD[:3]
Start = Callable[..., Appliance]
AN_HASH = "A" * 22
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")


def busy(appliance: Appliance) -> None:
    """An hour at a post: passed, refused, undone, amended, a vehicle, surge mode, a note."""
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    officer.show(declared(AN))
    officer.do("vehicle", plate="51B12345", vehicle_class="car", expected=2)
    officer.show(declared(BINH, declaration__symptoms="yes"))
    officer.do("vehicle-left")
    third = officer.show(declared(CHI))["state"]["traveller"]["passage"]
    officer.do("undo", passage=third, reason="Quét nhầm")
    officer.do("surge", on=True, reason="Ùn tắc", minutes=5)
    officer.do("count", people=3)
    officer.do("handover", text="Ca yên.")


def many(appliance: Appliance, people: int) -> list[PassageRow]:
    """As many passages as a crowded hour has, each of somebody else, made of one that is there."""
    with appliance.session() as session:
        (one,) = session.scalars(select(PassageRow)).all()
        columns = {column.name: getattr(one, column.name) for column in PassageRow.__table__.columns}
    return [PassageRow(**{**columns, "seq": 1000 + n, "citizen": f"{n:022d}"}) for n in range(people)]


@pytest.mark.parametrize("seed", range(4))
def test_batches_of_two_posts_may_come_in_any_order(workshop: Workshop, start: Start, seed: int) -> None:
    one = start()
    busy(one)
    other = start(data="other")
    busy(other)
    journals = [records(appliance) for appliance in (one, other)]
    names = ("passages", "groups", "surges", "handovers")
    wanted = {name: sorted(one_of(one, name) + one_of(other, name), key=repr) for name in names}
    random = Random(seed)
    platform = workshop.open(["checkpoint"], data="platform", role="platform", name="platform")
    with platform.database.writing() as session:
        waiting = [journal for journal in journals if journal]
        while waiting:
            chosen = random.choice(waiting)
            size = random.randint(1, 7)
            project(chosen[:size], session, "platform")
            del chosen[:size]
            waiting = [journal for journal in waiting if journal]
    assert {name: one_of(platform, name) for name in names} == wanted


@pytest.mark.postgres
def test_the_same_on_postgresql(workshop: Workshop, start: Start, clock: SetClock, cluster: Cluster) -> None:
    post = start()
    busy(post)
    post.record([Draft("checkpoint.list_delta", ListDelta(list_name="deny", add=lists.pack([AN_HASH])))])
    database = f'[journal]\ndatabase = "{cluster.create_database()}"'
    platform = workshop.open(["checkpoint"], data="pg", role="platform", name="pg", sections=database)
    journal = records(post)
    with platform.database.writing() as session:
        for place in range(0, len(journal), 5):  # amendments come in later batches than what they amend
            project(journal[place : place + 5], session, post.identity.device)
    assert tables(platform, ["checkpoint"]) == tables(post, ["checkpoint"])
    now_ms = int(clock.now().timestamp() * 1000)
    answers = []
    for appliance in (post, platform):
        with appliance.session() as session:
            answers.append(
                (
                    tracing.flow(session, now_ms),
                    tracing.origin_destination(session, 0),
                    tracing.places(session),
                    [row.seq for row in tracing.who_was_there(session, "test-site", "north", 0, now_ms + 60_000)],
                    [row.seq for row in tracing.already_inside(session, "test-site", "north", now_ms + 60_000)],
                    [row.seq for row in tracing.already_inside(session, "test-site", "", now_ms + 60_000)],
                    lookups.inside(session, "test-site", "north", 0),
                    lookups.pace(session, "test-site", "north", now_ms),
                    lookups.refused(session, None, [], 0, "") is None,
                    lookups.surge(session, post.identity.writer, "north", now_ms) is None,
                    lists.listed(session, AN_HASH),
                    [row.seq for row in lookups.search(session, "test-site", 0, "x", ["k" * 12, "l" * 12], "p")],
                )
            )
    assert answers[0] == answers[1]
    assert answers[0][-2] == {"deny"}


def one_of(appliance: Appliance, name: str) -> list[tuple[object, ...]]:
    return tables(appliance, ["checkpoint"])[f"checkpoint_{name}"]


def test_flow_and_journeys_count_what_counts(start: Start, clock: SetClock) -> None:
    appliance = start()
    busy(appliance)
    now_ms = int(clock.now().timestamp() * 1000)
    with appliance.session() as session:
        (flow,) = tracing.flow(session, now_ms)
        pairs = tracing.origin_destination(session, now_ms - 3_600_000)
    assert (flow.post, flow.people, flow.hours[-1], flow.stopped) == ("north", 5, 5, 1)
    assert pairs == [("", "", 3), ("79", "01", 1)]
    figures = {one.name: one.value for one in appliance.guarded("figures", site="test-site").flat()}
    assert figures == {"passages.admit": 4, "passages.refer": 0, "passages.refuse": 1}
    assert_whole(appliance)


def test_a_look_up_is_recorded_before_it_is_answered(start: Start, clock: SetClock) -> None:
    appliance = start()
    busy(appliance)
    add_operator(appliance, "1", Role.ADMINISTRATOR)
    browser = Browser(appliance)
    browser.sign_in("1")
    token = browser.get("/checkpoint/tracing").text.partition('name="csrf_token" value="')[2].partition('"')[0]
    now = clock.now().astimezone(ZONE)
    form = {
        "place": "test-site/north",
        "since": (now - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
        "until": (now + timedelta(minutes=2)).strftime("%Y-%m-%dT%H:%M"),
        "why": "Vụ 12/2021",
    }
    page = browser.post("/checkpoint/tracing", form, token=token)
    assert page.status_code == 200
    assert appliance.pseudonym(AN.national_id) in page.text
    assert AN.name not in page.text
    look = records(appliance)[-1]
    assert (look.kind, look.data.action, look.operator) == ("core.staff_action", "checkpoint.traced", "1")
    assert "Vụ 12/2021" in look.data.subject
    assert appliance.pseudonym(AN.national_id) in look.data.citizens
    for wrong in ({"why": ""}, {"since": "x"}, {"since": "2021-01-01T00:00"}, {"place": "elsewhere/x"}):
        assert browser.post("/checkpoint/tracing", {**form, **wrong}, token=token).status_code == 400
    assert "51B***45" in page.text
    marked = [part for part in page.text.split("<a ") if 'aria-current="page"' in part.partition(">")[0]]
    assert [part.partition(">")[2].partition("<")[0].strip() for part in marked] == ["Truy vết tại chốt"]
    assert browser.get("/checkpoint/flow").status_code == 200


def tracer(appliance: Appliance) -> tuple[Browser, str]:
    add_operator(appliance, "1", Role.ADMINISTRATOR)
    browser = Browser(appliance)
    browser.sign_in("1")
    page = browser.get("/checkpoint/tracing").text
    return browser, page.partition('name="csrf_token" value="')[2].partition('"')[0]


def asking(since: datetime, until: datetime, **more: str) -> dict[str, str]:
    times = {name: f"{at.astimezone(ZONE):%Y-%m-%dT%H:%M}" for name, at in (("since", since), ("until", until))}
    return {"place": "test-site/north", "why": "Vụ 12/2021", **times, **more}


def test_who_was_inside_before_the_first_hour_is_found_too_where_asked_for(start: Start, clock: SetClock) -> None:
    appliance = start()
    officer = Officer(appliance)
    for person in (AN, BINH, CHI):
        officer.show(declared(person))
        officer.scan(person.cccd_2021())
        officer.do("next")
    officer.take("out")
    officer.scan(BINH.cccd_2021())  # comes in and leaves before
    clock.ahead += timedelta(hours=2)
    since = clock.now() - timedelta(minutes=30)
    officer.sign_in()  # nobody touched the page for so long
    officer.do("next")
    officer.scan(CHI.cccd_2021())  # leaves while it is asked about
    browser, token = tracer(appliance)
    citizens = {one: appliance.pseudonym(one.national_id) for one in (AN, BINH, CHI)}

    def found(**more: str) -> set[str]:
        page = browser.post(
            "/checkpoint/tracing", asking(since, clock.now() + timedelta(minutes=1), **more), token=token
        )
        assert page.status_code == 200
        look = records(appliance)[-1].data
        shown = {citizen for citizen in citizens.values() if citizen in page.text}
        assert shown == set(look.citizens)
        assert ("+inside" in look.subject) is bool(more)
        assert page.text.count("vào từ trước") == (2 if more else 0)
        return shown

    assert found() == {citizens[CHI]}
    assert found(inside="yes") == {citizens[AN], citizens[CHI]}


def test_everybody_who_was_shown_is_on_record_with_the_whole_reason(
    start: Start, clock: SetClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    appliance = start()
    Officer(appliance).show(declared(AN))
    rows = many(appliance, 431)
    monkeypatch.setattr(tracing, "who_was_there", lambda *_: rows)
    browser, token = tracer(appliance)
    why = "Ca bệnh 0417/2021, người tiếp xúc gần tại chốt, theo yêu cầu của CDC thành phố"
    asked = asking(clock.now() - timedelta(hours=1), clock.now(), why=why)
    before = len(records(appliance))
    assert browser.post("/checkpoint/tracing", asked, token=token).status_code == 200
    looks = records(appliance)[before:]
    assert [len(one.data.citizens) for one in looks] == [200, 200, 31]
    assert {citizen for one in looks for citizen in one.data.citizens} == {row.citizen for row in rows}
    assert all(one.data.subject.endswith(f": {why}") for one in looks)


def test_a_place_that_is_not_there_is_told(start: Start, clock: SetClock) -> None:
    appliance = start()
    Officer(appliance).show(declared(AN))
    browser, token = tracer(appliance)
    page = browser.post("/checkpoint/tracing", asking(clock.now(), clock.now(), place="elsewhere/x"), token=token)
    assert page.status_code == 400
    assert "Chọn một chốt trong danh sách." in page.text


def test_only_who_may_trace_does(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    assert officer.browser.get("/checkpoint/tracing").status_code == 403
    assert officer.browser.post("/checkpoint/tracing", {}, token=officer.token).status_code == 403
    assert officer.browser.get("/checkpoint/flow").status_code == 403


def test_the_platform_has_no_lanes(workshop: Workshop) -> None:
    platform = workshop.start(["checkpoint"], role="platform", name="platform")
    add_operator(platform, "1", Role.ADMINISTRATOR, Role.OFFICER)
    browser = Browser(platform)
    browser.sign_in("1")
    assert browser.get("/checkpoint/").status_code == 404
    assert browser.get("/checkpoint/flow").status_code == 200
    assert not [one for one in platform.health() if one.name.startswith("checkpoint")]


@pytest.mark.parametrize("text", ["", "x", "2021-13-01T00:00", "0001-01-01T00:00"])
def test_a_time_that_is_none_is_none(text: str) -> None:
    found = from_form(text, "Asia/Ho_Chi_Minh")
    assert found is None or found < 0


TABLES = [table for name, table in sorted(Base.metadata.tables.items()) if name.startswith("checkpoint_")]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_tables_can_be_spread_over_machines(table: Table) -> None:
    assert {"writer", "citizen"} & {column.name for column in table.primary_key}
    assert not any(index.unique for index in table.indexes)


def test_retention_takes_the_rows_that_tell_of_people(start: Start, clock: SetClock) -> None:
    from kiosk.journal.redact import erase

    appliance = start()
    officer = Officer(appliance)
    officer.show(declared(AN))
    (passage,) = [one for one in records(appliance) if one.kind == "checkpoint.passage"]
    erase(appliance.journal, passage.writer, [passage.seq])
    assert one_of(appliance, "passages") == []
    assert officer.do("search", text=AN.name)["found"] == []
