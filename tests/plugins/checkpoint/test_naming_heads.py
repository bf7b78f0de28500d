"""Heads that surge mode only counted: whoever comes back with a document gets a passage of their own, and the sum stays."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Credential
from kiosk.operators.register import Role
from plugins.checkpoint import lookups
from plugins.checkpoint.models import PassageRow
from tests.plugins.checkpoint.test_completing import listed, passages, surge
from tests.support.appliance import SetClock, assert_whole
from tests.support.checkpoint_post import CROWD, Officer, paper
from tests.support.staff import Browser, add_operator

AN, BINH, CHI = CROWD[:3]
Start = Callable[..., Appliance]


def counted(officer: Officer, people: int) -> str:
    """Count heads; the passage that stands for them."""
    assert officer.do("count", people=people)["state"]
    return str(passages(officer.appliance)[-1].data.passage)


def heads(officer: Officer) -> list[str]:
    return re.findall(r"/checkpoint/later/heads/([0-9a-f-]{36})", officer.browser.get("/checkpoint/later").text)


def form_key(officer: Officer, passage: str) -> str:
    page = officer.browser.get(f"/checkpoint/later/heads/{passage}").text
    return re.findall(r'name="key" value="([0-9a-f-]{36})"', page)[0]


def name(officer: Officer, passage: str, document: Credential | None, key: str | None = None) -> Any:
    form = {"key": key or form_key(officer, passage)}
    if document is not None:
        officer.appliance.host.plugin("papers").made["later"] = document
        form["code"] = "P:later"
    return officer.browser.post(f"/checkpoint/later/heads/{passage}", form, token=officer.token)


def card(person: Any) -> Credential:
    return paper("cccd", name=person.name, national_id=person.national_id)


def standing(appliance: Appliance) -> list[PassageRow]:
    with appliance.session() as session:
        rows = session.query(PassageRow).filter_by(superseded=False, undone=False).order_by(PassageRow.seq).all()
        session.expunge_all()
        return rows


def test_one_of_five_gets_a_passage_of_their_own_at_the_time_of_the_count(start: Start, clock: SetClock) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 5)
    count = passages(appliance)[-1]
    before = officer.do("next")["state"]
    assert (heads(officer), listed(officer)) == ([passage], [])
    clock.ahead += timedelta(minutes=20)
    officer.sign_in()
    reply = name(officer, passage, card(AN))
    assert reply.status_code == 303
    person, rest = passages(appliance)[-2:]
    assert reply.headers["Location"].endswith(person.data.passage)
    assert (person.citizen, person.operator) == (appliance.pseudonym(AN.national_id), "7")
    assert (person.data.passed_at_ms, person.data.people, person.data.surge) == (count.occurred_at_ms, 1, True)
    assert person.data.policy  # what it would have said is told, as of then
    assert AN.name not in (person.body or "")
    assert (rest.data.people, rest.data.replaces, rest.data.passed_at_ms) == (4, str(count.id), count.occurred_at_ms)
    assert sum(row.people for row in standing(appliance)) == 5
    after = officer.do("next")["state"]
    assert after["inside"] == before["inside"] == 5
    assert listed(officer) == [person.data.passage]  # and can be completed further
    assert_whole(appliance)


def test_the_last_head_becomes_the_person_and_nothing_is_left(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 2)
    assert name(officer, passage, card(AN)).status_code == 303
    key = form_key(officer, passage)
    assert name(officer, passage, card(BINH), key).status_code == 303
    assert {row.citizen for row in standing(appliance)} == {appliance.pseudonym(one.national_id) for one in (AN, BINH)}
    assert heads(officer) == []
    again = name(officer, passage, card(CHI), key)
    assert (again.status_code, again.headers["Location"].endswith("/checkpoint/later")) == (303, True)
    assert sum(row.people for row in standing(appliance)) == 2
    assert_whole(appliance)


def test_a_form_that_is_sent_twice_names_one_person(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 5)
    key = form_key(officer, passage)
    first, second = (name(officer, passage, card(AN), key) for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert [row.people for row in standing(appliance)] == [1, 4]


def test_two_officers_at_once_take_one_each(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 10)
    plugin = appliance.host.plugin("checkpoint")
    from plugins.checkpoint.completing import Completing
    from plugins.checkpoint.naming_heads import NamingHeads

    naming = NamingHeads(plugin._context, plugin.posts, Completing(plugin._context, plugin.posts, plugin.policies))
    keys = [f"0190a6c0-0000-7000-8000-00000000000{place}" for place in range(3)]
    threads = [
        threading.Thread(target=naming.name, args=(passage, key, card(person), "7"))
        for key, person in zip(keys, (AN, BINH, CHI), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(120)
    with appliance.session() as session:
        rest = lookups.by_passage(session, passage)
    assert rest is not None
    assert rest.people == 7
    assert sum(row.people for row in standing(appliance)) == 10


@pytest.mark.parametrize(
    ("document", "form", "status", "words"),
    [
        (None, {}, 422, "Hãy quét giấy tờ"),
        (None, {"code": "NOBODY KNOWS"}, 422, "Không nhận ra"),
        (paper("ticket"), {"code": "P:later"}, 409, "không nói là của ai"),
    ],
)
def test_what_names_nobody_is_refused_in_words(
    start: Start, document: Credential | None, form: dict[str, str], status: int, words: str
) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 5)
    if document is not None:
        officer.appliance.host.plugin("papers").made["later"] = document
    form = {"key": form_key(officer, passage), **form}
    reply = officer.browser.post(f"/checkpoint/later/heads/{passage}", form, token=officer.token)
    assert reply.status_code == status
    assert words in reply.text
    assert [row.people for row in standing(appliance)] == [5]


def test_only_counts_are_named_and_only_by_officers(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = counted(officer, 5)
    person = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    officer.do("undo", passage=passage, reason="Đếm nhầm")
    assert heads(officer) == []
    for one in (person, passage, "0190a6c0-0000-7000-8000-000000000000", "x"):
        assert officer.browser.get(f"/checkpoint/later/heads/{one}").status_code == 303
        assert name(officer, one, card(BINH), "no key").status_code == 303
    assert len(passages(appliance)) == 2
    add_operator(appliance, "9", Role.TECHNICIAN)
    other = Browser(appliance)
    other.sign_in("9")
    assert other.get(f"/checkpoint/later/heads/{passage}").status_code == 403
