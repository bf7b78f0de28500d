"""What a traveller's codes come to: go, ask, check or stop, each with its reason; and what is on record of it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from uuid import uuid4
from zoneinfo import ZoneInfo

import pytest

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft, Finding, Severity, Text, Trust
from kiosk.plugin import DecodedCode
from plugins.checkpoint import lists
from plugins.checkpoint.records import ListDelta
from tests.support.appliance import SetClock, Workshop, assert_whole, codes, records, show
from tests.support.checkpoint_post import CROWD, GATE, Officer, codes_of, declared, paper

AN, BINH = CROWD[:2]
Start = Callable[..., Appliance]


def passages(appliance: Appliance) -> list[object]:
    return [one.data for one in records(appliance) if one.kind == "checkpoint.passage"]


def test_a_healthy_traveller_passes_and_the_record_says_by_what(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    reply = officer.show(declared(AN))
    assert (reply["answer"]["decision"], codes_of(reply)) == ("admit", ["checkpoint.passes"])
    (body,) = passages(appliance)
    assert body.policy == "test_gate"
    assert len(body.policy_digest) == 64
    assert body.facts["declaration.symptoms"] is False
    assert body.facts["origin.province"] == "79"
    assert body.facts["destination.province"] == "01"
    assert (body.post, body.lane, body.direction, body.credentials) == ("north", "A", "in", ["declaration_pass"])
    text = str([one.body for one in records(appliance)])
    for secret in (AN.name, AN.national_id, AN.birth_date.isoformat()):
        assert secret not in text
    assert_whole(appliance)


def test_a_condition_that_is_not_met_stops_with_reason_law_and_next_step(start: Start) -> None:
    officer = Officer(start())
    finding = officer.show(declared(AN, declaration__symptoms="yes"))["answer"]["findings"][0]
    assert (finding["code"], finding["severity"]) == ("checkpoint.no-symptoms", "bar")
    assert finding["text"] == {"vi": "Khai có triệu chứng.", "en": "Declared symptoms."}
    assert finding["next_step"]["vi"] == "Đưa tới khu y tế."
    assert finding["legal_basis"] == "Công văn thử nghiệm 1/CV"


def test_a_missing_fact_is_asked_for_and_the_answer_counts(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    key = uuid4()
    asked = officer.scan(AN.cccd_2021(), key)["answer"]
    assert asked["decision"] == "ask"
    assert asked["questions"][0]["id"] == "declaration.symptoms"
    assert passages(appliance) == []
    answered = officer.scan("", key, declaration__symptoms="no", origin__risk="green")
    assert (answered["answer"]["decision"], answered["answer"]["key"]) == ("admit", str(key))
    (body,) = passages(appliance)
    assert body.facts["declaration.symptoms"] is False
    assert body.credential == "cccd"


def test_an_age_is_by_the_sites_day(start: Start, clock: SetClock) -> None:
    """At one in the morning in Việt Nam it is the day before in UTC: who has a birthday is a year older."""
    site = ZoneInfo("Asia/Ho_Chi_Minh")
    now = datetime.now(site)
    clock.ahead = now.replace(month=8, day=15, hour=1, minute=0) - now
    appliance = start()
    born = f"{now.year - 18}-08-15"
    Officer(appliance).show(declared(AN, birth_date=born))
    assert passages(appliance)[-1].facts["age"] == 18


def test_a_code_answers_what_was_asked(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    assert officer.scan(AN.cccd_2021())["answer"]["decision"] == "ask"
    assert officer.show(declared(AN, origin__province="79"))["answer"]["decision"] == "admit"
    (body,) = passages(appliance)
    assert body.credentials == ["cccd", "declaration_pass"]


def test_a_further_code_amends_the_passage_and_does_not_double_it(start: Start) -> None:
    appliance = start('risk = { "79" = "red" }')
    officer = Officer(appliance)
    first = officer.show(declared(AN))
    assert first["answer"]["decision"] == "ask"  # nobody knows of a test
    key = uuid4()
    sampled = (appliance.clock.now() - timedelta(hours=10)).isoformat()
    claims = {"test__kind": "naat", "test__sampled_at": sampled}
    test = paper("eu_dcc", name=AN.name, test__result="positive", **claims)
    assert officer.show(test, key)["answer"]["decision"] == "refer"
    later = (appliance.clock.now() - timedelta(hours=2)).isoformat()
    better = {"test__kind": "naat", "test__sampled_at": later, "test__result": "negative"}
    reply = officer.show(paper("eu_dcc", name=AN.name, **better))
    assert reply["answer"]["decision"] == "admit"
    one, two = passages(appliance)
    assert (one.passage, one.replaces, two.passage) == (two.passage, "", one.passage)
    assert two.replaces == str(key)
    assert reply["state"]["pace"]["people"] == 1
    assert reply["state"]["inside"] == 1
    assert_whole(appliance)


def test_an_older_test_does_not_hide_a_positive_one(start: Start) -> None:
    appliance = start('risk = { "79" = "red" }')
    officer = Officer(appliance)
    officer.show(declared(AN))
    now = appliance.clock.now()
    for hours, result in ((5, "positive"), (30, "negative")):
        sampled = (now - timedelta(hours=hours)).isoformat()
        claims = {"test__kind": "naat", "test__sampled_at": sampled, "test__result": result}
        reply = officer.show(paper("eu_dcc", name=AN.name, **claims))
        assert reply["answer"]["decision"] == "refer"


def test_the_same_key_gives_the_same_answer_and_no_second_record(start: Start) -> None:
    appliance = start()
    officer, key = Officer(appliance), uuid4()
    first = officer.show(declared(AN), key)
    again = officer.scan("something else", key)
    assert again["answer"] == first["answer"]
    assert len(passages(appliance)) == 1


def test_another_persons_pass_is_found_out_by_the_id_card(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    reply = officer.show(declared(BINH))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "checkpoint.another_person")
    assert reply["answer"]["findings"][0]["next_step"]["vi"]
    assert passages(appliance)[-1].decision is Decision.REFER


@pytest.mark.parametrize(
    ("claim", "value"), [("name", "TRAN THI HOA"), ("birth_date", "1901"), ("national_id_tail", "0000")]
)
def test_each_claim_is_held_against_the_card(start: Start, claim: str, value: str) -> None:
    officer = Officer(start())
    officer.scan(AN.cccd_2021())
    assert codes_of(officer.show(declared(AN, **{claim: value})))[0] == "checkpoint.another_person"


def test_a_name_without_accents_in_another_order_is_the_same(start: Start) -> None:
    officer = Officer(start())
    officer.scan(AN.cccd_2021())
    words = AN.mrz_td1().splitlines()[2].replace("<", " ").split()
    assert officer.show(declared(AN, name=" ".join([*words[1:], words[0]])))["answer"]["decision"] == "admit"


def test_two_id_cards_are_two_travellers(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    officer.show(declared(AN))
    reply = officer.show(declared(BINH))  # the first was let through: this is the next one's
    assert reply["answer"]["decision"] == "admit"
    assert len({body.passage for body in passages(appliance)}) == 2


def test_after_a_while_a_code_is_another_travellers(start: Start, clock: SetClock) -> None:
    appliance = start("traveller_seconds = 60")
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    clock.ahead += timedelta(seconds=61)
    reply = officer.show(declared(BINH))
    assert "checkpoint.another_person" not in codes_of(reply)


def test_the_next_button_ends_a_traveller(start: Start) -> None:
    officer = Officer(start())
    officer.scan(AN.cccd_2021())
    assert officer.do("next")["state"]["traveller"] is None
    assert officer.show(declared(BINH))["answer"]["decision"] == "admit"


def test_who_was_refused_at_one_lane_is_known_at_the_other(start: Start) -> None:
    appliance = start()
    north, south = Officer(appliance), Officer(appliance, lane="B", operator="8")
    assert north.show(declared(AN, declaration__symptoms="yes"))["answer"]["decision"] == "refuse"
    reply = south.show(declared(AN))  # the same pass, as its number says
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refer", "checkpoint.refused_before")
    said = reply["answer"]["findings"][0]["text"]
    assert said["vi"].endswith(", làn A: Khai có triệu chứng.")
    assert said["en"].endswith(", lane A: Declared symptoms.")
    first, second = passages(appliance)
    assert (first.reason_vi, first.reason_en) == ("Khai có triệu chứng.", "Declared symptoms.")
    assert second.reason_vi == said["vi"]
    assert south.do("search", text=AN.name)["found"][-1]["why"] == {
        "vi": "Khai có triệu chứng.",
        "en": "Declared symptoms.",
    }


def test_who_passes_has_no_reason_on_record(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.show(declared(AN))
    assert passages(appliance)[-1].reason_vi == ""
    assert officer.do("search", text=AN.name)["found"][0]["why"] == {"vi": "", "en": ""}


def test_a_refusal_is_forgotten_in_time(start: Start, clock: SetClock) -> None:
    officer = Officer(start("refused_hours = 2"))
    officer.show(declared(AN, declaration__symptoms="yes"))
    clock.ahead += timedelta(hours=2, minutes=1)
    officer.sign_in()
    assert officer.show(declared(AN))["answer"]["decision"] == "admit"


def test_the_word_of_a_plugin_that_read_the_document_counts(start: Start) -> None:
    appliance = start()
    appliance.host.plugin("papers").says["eu_dcc"] = Finding(
        "health_certificate.signature", Severity.BAR, Text("Chữ ký sai.", "Bad signature.")
    )
    officer = Officer(appliance)
    officer.show(declared(AN))
    bad = paper("eu_dcc", Trust.INVALID, name=AN.name, certificate__colour="green", vaccination__doses_given="2")
    reply = officer.show(bad)
    assert reply["answer"]["decision"] == "refuse"
    body = passages(appliance)[-1]
    assert "doses" not in body.facts
    assert body.facts["certificate_colour"] == "none"
    # a further code does not undo what was found against an earlier one
    reply = officer.scan(AN.cccd_2021())
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refuse", "health_certificate.signature")
    # another document of the same kind stands for the bad one
    appliance.host.plugin("papers").says.clear()
    reply = officer.show(paper("eu_dcc", name=AN.name, certificate__colour="green"))
    assert (reply["answer"]["decision"], codes_of(reply)) == ("admit", ["checkpoint.passes"])
    assert_whole(appliance)


def test_nobody_declares_until_it_fits(start: Start) -> None:
    officer = Officer(start())
    assert officer.show(declared(AN, declaration__symptoms="yes"))["answer"]["decision"] == "refuse"
    reply = officer.show(declared(AN, declaration__id="new"))
    assert (reply["answer"]["decision"], codes_of(reply)[0]) == ("refuse", "checkpoint.no-symptoms")


def test_what_was_found_is_not_pushed_out_by_many_codes(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    appliance.host.plugin("papers").says["forged"] = Finding("x.forged", Severity.BAR, Text("Giả.", "Forged."))
    officer.show(paper("forged", Trust.INVALID, name=AN.name))
    for number in range(14):
        reply = officer.show(declared(AN, declaration__id=f"d{number}"))
        assert reply["answer"]["decision"] in ("refuse", "refer"), number
    assert "checkpoint.too_many_codes" in codes_of(reply)


def test_the_wrong_pass_gives_way_to_the_right_one(start: Start) -> None:
    officer = Officer(start())
    officer.scan(AN.cccd_2021())
    assert officer.show(declared(BINH))["answer"]["decision"] == "refer"
    assert officer.show(declared(AN))["answer"]["decision"] == "admit"


def test_a_pass_that_names_its_holder_is_held_against_the_card_and_the_lists(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    twin = declared(AN, citizen=appliance.pseudonym(BINH.national_id))  # same name, same year, same last digits
    assert officer.show(declared(AN, citizen=appliance.pseudonym(AN.national_id)))["answer"]["decision"] == "admit"
    assert records(appliance)[-1].citizen == appliance.pseudonym(AN.national_id)
    officer.do("next")
    officer.scan(AN.cccd_2021())
    assert codes_of(officer.show(twin))[0] == "checkpoint.another_person"
    officer.do("next")
    packed = lists.pack([appliance.pseudonym(BINH.national_id)])
    appliance.record([Draft("checkpoint.list_delta", ListDelta(list_name="deny", add=packed))])
    assert codes_of(officer.show(twin))[0] == "checkpoint.denied"


def test_without_a_policy_in_force_everybody_is_referred(start: Start) -> None:
    expired = GATE.replace("valid_from = 2021-07-01", "valid_from = 2021-07-01\nvalid_to = 2021-08-31")
    appliance = start(policy=expired)
    reply = Officer(appliance).show(declared(AN))
    assert (reply["answer"]["decision"], codes_of(reply)) == ("refer", ["checkpoint.policy.empty"])
    assert [one.level.value for one in appliance.health() if one.name == "checkpoint.policy.test_gate"] == ["fault"]


def test_a_post_whose_policy_was_forgotten_admits_nobody(workshop: Workshop) -> None:
    appliance = workshop.start(["citizen_id", "checkpoint"])
    answer = show(appliance, AN.cccd_2021())
    assert (answer.decision, codes(answer)) == (Decision.REFER, ["checkpoint.no_policy"])
    assert [one.level.value for one in appliance.health() if one.name == "checkpoint.policy"] == ["fault"]


def test_a_broken_policy_admits_nobody_and_says_which_line(start: Start) -> None:
    appliance = start(policy=GATE.replace("not declaration.symptoms", "not declaration.symptom"))
    assert Officer(appliance).show(declared(AN))["answer"]["decision"] == "refer"
    (fault,) = [one for one in appliance.health() if one.name.startswith("checkpoint.policy")]
    assert "gate.toml:" in fault.text.en


def test_an_untrusted_clock_leaves_open_how_old_things_are(start: Start, clock: SetClock) -> None:
    clock.is_trusted = False
    appliance = start('risk = { "79" = "red" }')
    officer = Officer(appliance)
    sampled = (clock.now() - timedelta(hours=1)).isoformat()
    officer.show(declared(AN))
    reply = officer.show(paper("eu_dcc", name=AN.name, test__result="negative", test__sampled_at=sampled))
    assert reply["answer"]["decision"] == "ask"
    assert [question["id"] for question in reply["answer"]["questions"]] == ["hours_since_test"]
    assert reply["state"]["links"]["clock"] == "bad"


def test_programs_may_not_answer_for_an_officer(start: Start) -> None:
    appliance = start()
    key = uuid4()
    assert show(appliance, AN.cccd_2021(), key).decision is Decision.ASK
    scan = appliance.new_scan(DecodedCode("", b"", "typed"), "api", key)
    answer = appliance.handle(scan, {"declaration.symptoms": "no", "origin.risk": "green"})
    assert answer.decision is Decision.REFER
    assert codes(answer)[0] == "checkpoint.needs_officer"


def test_a_token_that_is_made_up_reaches_no_lane(start: Start) -> None:
    appliance = start()
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    code = DecodedCode(BINH.cccd_2021(), b"x", "QRCode")
    appliance.handle(appliance.new_scan(code, "api"), {"checkpoint.desk": "guess"})
    assert officer.do("next")["state"]["traveller"] is None
    assert officer.do("scan", 400, payload="x", key=str(uuid4()), answers={"checkpoint.desk": "x"})["problem"]


def test_leaving_is_recorded_without_examination_and_pairs_with_the_entry(start: Start) -> None:
    appliance = start()
    inward = Officer(appliance)
    inward.scan(AN.cccd_2021())
    assert inward.show(declared(AN))["state"]["inside"] == 1
    outward = Officer(appliance, lane="B", direction="out", operator="8")
    reply = outward.scan(AN.cccd_2021())
    assert (reply["answer"]["decision"], codes_of(reply)) == ("admit", ["checkpoint.not_examined", "checkpoint.left"])
    assert reply["state"]["inside"] == 0
    assert codes_of(outward.scan(BINH.cccd_2021()))[-1] == "checkpoint.no_entry"
    assert_whole(appliance)


def test_who_leaves_by_another_gate_than_they_came_by_has_left(start: Start) -> None:
    south = """
[[plugin.checkpoint.posts]]
id = "south"
name_vi = "Chốt phía Nam"
name_en = "South gate"
area = "01"
"""
    appliance = start(tail=south)
    inward = Officer(appliance)
    for person in (AN, BINH):
        inward.scan(person.cccd_2021())
        inward.show(declared(person))
        inward.do("next")
    outward = Officer(appliance, lane="1", direction="out", operator="8", post="south")
    reply = outward.scan(AN.cccd_2021())
    assert codes_of(reply) == ["checkpoint.not_examined", "checkpoint.left"]
    assert reply["state"]["inside"] == 0
    assert inward.do("next")["state"]["inside"] == 1


def test_who_comes_back_at_once_by_a_lane_that_was_turned_round_has_left(start: Start) -> None:
    """The entry stays on record: the exit is a passage of its own."""
    appliance = start()
    officer = Officer(appliance)
    officer.scan(AN.cccd_2021())
    assert officer.show(declared(AN))["state"]["inside"] == 1
    officer.take("out")
    reply = officer.scan(AN.cccd_2021())
    assert (reply["answer"]["decision"], codes_of(reply)[-1]) == ("admit", "checkpoint.left")
    assert reply["state"]["inside"] == 0
    assert len({body.passage for body in passages(appliance)}) == 2
    assert_whole(appliance)
