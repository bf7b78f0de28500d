"""Passages of surge mode completed later: by a code or by answers, at the time they were, and never by another person's document."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Credential, Draft, Trust
from kiosk.operators.register import Role
from plugins.checkpoint import lists
from plugins.checkpoint.records import ListDelta
from tests.support.appliance import SetClock, assert_whole, records
from tests.support.checkpoint_post import CROWD, Officer, declared, paper
from tests.support.staff import Browser, add_operator

AN, BINH = CROWD[:2]
RED = 'risk = { "79" = "red" }'
Start = Callable[..., Appliance]


def surge(officer: Officer) -> None:
    officer.do("surge", on=True, reason="Ùn tắc", minutes=60)


def passages(appliance: Appliance) -> list[Any]:
    return [one for one in records(appliance) if one.kind == "checkpoint.passage"]


def complete(officer: Officer, passage: str, document: Credential | None = None, **form: str) -> Any:
    """Send the page's form; ``document`` is what the scanner reads."""
    if document is not None:
        officer.appliance.host.plugin("papers").made["later"] = document
        form["code"] = "P:later"
    said = {name.replace("__", "."): value for name, value in form.items()}
    return officer.browser.post(f"/checkpoint/later/{passage}", said, token=officer.token)


def listed(officer: Officer) -> list[str]:
    """The passages on the list."""
    return re.findall(r"/checkpoint/later/([0-9a-f-]{36})", officer.browser.get("/checkpoint/later").text)


def test_who_passed_with_a_card_alone_is_completed_by_their_pass(start: Start, clock: SetClock) -> None:
    appliance = start(RED)
    officer = Officer(appliance)
    surge(officer)
    state = officer.scan(AN.cccd_2021())["state"]
    passage = state["traveller"]["passage"]
    assert (state["later"], listed(officer)) == (1, [passage])
    page = officer.browser.get(f"/checkpoint/later/{passage}").text
    assert "sốt, ho" in page  # what is missing is asked
    assert AN.national_id not in page
    clock.ahead += timedelta(hours=2)
    officer.sign_in()
    test = {"test__result": "negative", "test__kind": "naat", "test__sampled_at": clock.now().isoformat()}
    assert complete(officer, passage, declared(AN, **test)).status_code == 303
    first, second = passages(appliance)
    assert (second.data.replaces, second.data.passage) == (str(first.id), passage)
    assert second.data.passed_at_ms == first.occurred_at_ms  # when it happened, not when it was written down
    assert (second.data.decision, second.operator, second.citizen) == ("admit", "7", first.citizen)
    assert second.data.facts["origin.province"] == "79"
    assert second.data.credentials == ["cccd", "declaration_pass"]
    assert AN.name not in (second.body or "")
    assert "test_result" in second.data.facts
    # the sample was taken after the passage: as of then nobody can say how old it is
    assert listed(officer) == ([passage] if second.data.missing else [])
    assert_whole(appliance)


def test_answers_complete_a_passage_and_the_list_and_the_counts_say_so(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    before = officer.do("next")["state"]
    assert complete(officer, passage, declaration__symptoms="no", origin__risk="green").status_code == 303
    after = officer.do("next")["state"]
    assert (before["later"], after["later"]) == (1, 0)
    assert (after["inside"], after["pace"]["people"]) == (before["inside"], before["pace"]["people"]) == (1, 1)
    assert passages(appliance)[-1].data.missing == []
    assert "CHO QUA" in officer.browser.get(f"/checkpoint/later/{passage}").text  # what the policy says now
    assert_whole(appliance)


def test_what_the_policy_would_have_said_is_kept_and_who_passed_stays_passed(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    complete(officer, passage, declaration__symptoms="yes", origin__risk="green")
    body = passages(appliance)[-1].data
    assert body.decision == "admit"
    assert body.reasons == ["checkpoint.surge", "checkpoint.no-symptoms"]
    # symptoms that were said stay said
    complete(officer, passage, declared(AN))
    assert passages(appliance)[-1].data.facts["declaration.symptoms"] is True
    assert "DỪNG" in officer.browser.get(f"/checkpoint/later/{passage}").text


def test_another_persons_document_completes_nothing(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    reply = complete(officer, passage, declared(BINH))
    assert reply.status_code == 409
    assert "người khác" in reply.text
    named = paper("declaration_pass", citizen=appliance.pseudonym(BINH.national_id), declaration__symptoms="no")
    assert complete(officer, passage, named).status_code == 409
    assert len(passages(appliance)) == 1


def test_who_is_on_a_list_is_found_when_their_document_comes(start: Start) -> None:
    appliance = start()
    entry = lists.entry(appliance.pseudonym(AN.national_id))
    appliance.record([Draft("checkpoint.list_delta", ListDelta(list_name="quarantine", add=lists_text(entry)))])
    officer = Officer(appliance)
    surge(officer)
    passage = officer.show(paper("vds_nc", name=AN.name))["state"]["traveller"]["passage"]
    card = paper("cccd", name=AN.name, national_id=AN.national_id)
    assert complete(officer, passage, card).status_code == 303
    record = passages(appliance)[-1]
    assert record.citizen == appliance.pseudonym(AN.national_id)
    assert record.data.reasons[:2] == ["checkpoint.surge", "checkpoint.quarantined"]
    assert "cách ly" in officer.browser.get(f"/checkpoint/later/{passage}").text


def lists_text(entry: bytes) -> str:
    import base64

    return base64.b64encode(entry).decode()


@pytest.mark.parametrize(
    ("form", "status"),
    [({}, 409), ({"code": "NOBODY KNOWS"}, 422), ({"code": "TK1:ABC"}, 422), ({"no_such_fact": "1"}, 409)],
)
def test_what_says_nothing_new_is_refused_in_words(start: Start, form: dict[str, str], status: int) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    reply = complete(officer, passage, **form)
    assert reply.status_code == status
    assert "notice--warning" in reply.text
    assert len(passages(appliance)) == 1


def test_only_surge_modes_passages_of_one_person_are_completed(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    plain = officer.show(declared(BINH))["state"]["traveller"]["passage"]
    officer.do("next")
    surge(officer)
    officer.do("count", people=5)
    counted = passages(appliance)[-1].data.passage
    undone = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    state = officer.do("undo", passage=undone, reason="Quét nhầm")["state"]
    assert (state["later"], listed(officer)) == (0, [])
    for passage in (plain, counted, undone, "0190a6c0-0000-7000-8000-000000000000", "x"):
        assert officer.browser.get(f"/checkpoint/later/{passage}").status_code == 303
        assert complete(officer, passage, declaration__symptoms="no").status_code == 303
    assert len(passages(appliance)) == 3
    assert_whole(appliance)


def test_a_forged_document_is_noted_as_such(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    claims = {"name": AN.name, "certificate__colour": "green", "vaccination__doses_given": "2"}
    complete(officer, passage, paper("eu_dcc", Trust.INVALID, **claims))
    facts = passages(appliance)[-1].data.facts
    assert facts["certificate_trust"] == "invalid"
    assert "doses" not in facts


def test_only_officers_see_and_complete(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    surge(officer)
    passage = officer.scan(AN.cccd_2021())["state"]["traveller"]["passage"]
    add_operator(appliance, "9", Role.TECHNICIAN)
    other = Browser(appliance)
    other.sign_in("9")
    assert other.get("/checkpoint/later").status_code == 403
    assert other.post(f"/checkpoint/later/{passage}", {"declaration.symptoms": "no"}).status_code == 403
    assert Browser(appliance).get("/checkpoint/later").status_code in (302, 303)


def test_after_three_days_nothing_is_left_to_complete(start: Start, clock: SetClock) -> None:
    officer = Officer(start())
    surge(officer)
    officer.scan(AN.cccd_2021())
    clock.ahead += timedelta(hours=73)
    officer.sign_in()
    assert listed(officer) == []
    assert officer.do("next")["state"]["later"] == 0


def test_who_was_stopped_while_surge_mode_is_on_did_not_pass_and_is_not_completed(start: Start) -> None:
    appliance = start(RED)
    officer = Officer(appliance)
    surge(officer)
    entry = lists.entry(appliance.pseudonym(AN.national_id))
    appliance.record([Draft("checkpoint.list_delta", ListDelta(list_name="deny", add=lists_text(entry)))])
    assert officer.scan(AN.cccd_2021())["answer"]["decision"] == "refuse"
    assert (officer.do("next")["state"]["later"], listed(officer)) == (0, [])
    card = paper("cccd", Trust.INVALID, name=BINH.name, national_id=BINH.national_id)  # an officer must look
    reply = officer.show(card)
    assert (reply["answer"]["decision"], reply["state"]["later"]) == ("refer", 1)
    passage = reply["state"]["traveller"]["passage"]
    assert officer.do("settle", passage=passage, decision="refuse", reason="Không đúng người")["state"]["later"] == 0
    assert_whole(appliance)
