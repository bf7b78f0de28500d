"""``kiosk policy``: checking, explaining and replaying packs from the command line."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from pydantic import BaseModel, ConfigDict

from config.policies import FOLDER
from kiosk.cli.loading import plugin_commands
from kiosk.domain import Draft
from kiosk.plugin import hookimpl
from plugins.checkpoint.policies import Policies
from plugins.checkpoint.policy import FACTS
from plugins.checkpoint.policy_command import commands
from tests.support.appliance import Probe, Workshop

(POLICY,) = commands()
RED = {"purpose": "return_home", "vehicle_class": "car", "origin": {"province": "79"}, "direction": "in"}


def run(*arguments: str | Path, stdin: str | None = None) -> Result:
    return CliRunner().invoke(POLICY, [str(one) for one in arguments], input=stdin)


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    file = tmp_path / "broken.toml"
    file.write_text((FOLDER / "public_place.toml").read_text("utf-8").replace("not denied", "not denyed"), "utf-8")
    return file


def test_check_tries_the_shipped_packs_with_their_examples() -> None:
    result = run("check")
    assert result.exit_code == 0, result.output
    assert "city_gate_2021_08.toml: usable; city_gate, 13 conditions, 16 examples as written" in result.stdout
    assert not result.stderr


def test_check_names_file_line_and_what_was_meant(broken: Path) -> None:
    line = next(
        number for number, text in enumerate(broken.read_text("utf-8").splitlines(), 1) if 'rule = "not denyed"' in text
    )
    result = run("check", broken)
    assert result.exit_code == 1
    assert (
        f"{broken}:{line}: condition 'not_denied' rule: no fact is called 'denyed'; did you mean 'denied'?"
        in result.stderr
    )
    assert not result.stdout


def test_check_explain_and_the_health_page_speak_vietnamese(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("KIOSK_LANG", "vi")
    said = "không có dữ kiện nào tên 'denyed'; ý bạn là 'denied'?"
    checked, report = run("check", broken), json.loads(run("check", broken, "--json").stdout)
    assert said in checked.stderr
    assert report["files"][0]["problems"][0]["message"] == said
    explained = run("explain", broken, "--facts", "-", stdin="{}")
    assert explained.exit_code == 1
    assert said in explained.stderr
    policies = Policies(str(tmp_path))
    policies.load()
    (check,) = policies.health(["public_place"], datetime.now(UTC))
    assert said in check.text.vi
    assert "no fact is called 'denyed'" in check.text.en
    odd = run("explain", "province_gate_2021_07", "--facts", "-", stdin='{"dosis": 1, "doses": "two"}')
    assert "không dùng được: doses: không phải số nguyên" in odd.stderr
    assert "không xem đến: không có dữ kiện nào tên 'dosis'; ý bạn là 'doses'?" in odd.stderr


def test_check_tells_an_example_that_comes_out_otherwise(tmp_path: Path) -> None:
    file = tmp_path / "changed.toml"
    text = (FOLDER / "public_place.toml").read_text("utf-8")
    file.write_text(text.replace("hours_since_test <= 72", "hours_since_test <= 72 and denied", 1), "utf-8")
    assert run("check", file).exit_code == 0  # none of the examples comes by that way
    file.write_text(text.replace("age < 18", "age < 8"), "utf-8")
    result = run("check", file, "--json")
    (report,) = json.loads(result.stdout)["files"]
    assert result.exit_code == 1
    assert not report["ok"]
    (problem,) = report["problems"]
    assert problem["key"] == "example 'Trẻ em ở vùng đỏ'"
    assert problem["message"] == "expected admit, and it says ask (protected)"
    assert text.splitlines()[problem["line"] - 1] == "[[example]]"


def test_check_tells_an_example_that_comes_out_for_another_reason(tmp_path: Path) -> None:
    file = tmp_path / "changed.toml"
    text = (FOLDER / "public_place.toml").read_text("utf-8")
    file.write_text(
        text.replace('because = ["healthy", "not_positive"]', 'because = ["clock", "not_positive"]'), "utf-8"
    )
    result = run("check", file)
    assert result.exit_code == 1
    assert "'Khách có triệu chứng': refer as expected, but for other reasons: also healthy; not clock" in result.stderr


def test_check_notes_conditions_that_the_examples_leave_untried(tmp_path: Path) -> None:
    file = tmp_path / "thin.toml"
    text = (FOLDER / "public_place.toml").read_text("utf-8")
    file.write_text(text.replace("quarantined = true\n", ""), "utf-8")
    assert run("check", file).exit_code == 1  # that one was refused for it
    file.write_text(text[: text.rindex("[[example]]")], "utf-8")
    result = run("check", file)
    assert result.exit_code == 0
    assert "not tried both ways by the examples: not_quarantined" in result.stderr


def test_check_of_a_folder_tells_packs_that_overlap(tmp_path: Path) -> None:
    text = (FOLDER / "public_place.toml").read_text("utf-8")
    for name in ("a.toml", "b.toml"):
        (tmp_path / name).write_text(text, "utf-8")
    result = run("check", tmp_path, "--json")
    answer = json.loads(result.stdout)
    assert (result.exit_code, answer["ok"]) == (1, False)
    assert [report["ok"] for report in answer["files"]] == [True, True, False]
    assert "in force already by a.toml" in answer["files"][2]["problems"][0]["message"]


def test_check_warns_of_what_looks_wrong(tmp_path: Path) -> None:
    file = tmp_path / "thin.toml"
    file.write_text(
        'id = "thin"\ntitle = { vi = "Chốt", en = "Gate" }\nvalid_from = 2021-08-01\n[lists]\nunused = [1]\n[[condition]]\n'
        'name = "test"\nwhen = "denied"\nrule = "hours_since_test <= 72"\nverdict = "note"\nreason = { vi = "a", en = "b" }\n',
        "utf-8",
    )
    result = run("check", file)
    assert result.exit_code == 0
    for words in ("every condition has a 'when'", "clock_trusted", "no [[example]]", "no rule uses this list"):
        assert f"warning: {'lists.unused' if 'list' in words else 'id'}: " in result.stderr
        assert words in result.stderr


def test_an_unknown_name_lists_the_shipped_ones() -> None:
    result = run("check", "nowhere")
    assert result.exit_code == 2
    assert "city_gate_2021_08, eu_entry" in result.stderr


def test_explain_says_of_every_condition_why() -> None:
    arguments = ("explain", "city_gate_2021_08", "--facts", "-", "--at", "2021-08-24", "--json")
    facts = {**RED, "dosis": 1, "hours_since_test": "x"}
    answer = json.loads(run(*arguments, stdin=json.dumps(facts)).stdout)
    assert answer["verdict"] == "refuse"
    by_name = {one["name"]: one for one in answer["conditions"]}
    assert by_name["essential_journey"]["state"] == "not_met"
    assert by_name["essential_journey"]["facts"] == {
        "vehicle_class": "car",
        "purpose": "return_home",
        "travel_paper": None,
    }
    assert by_name["essential_journey"]["reason"]["vi"].startswith("Không thuộc")
    assert by_name["travel_paper"]["state"] == "not_applicable"
    assert by_name["healthy"]["missing"] == ["declaration.symptoms", "declaration.contact"]
    assert by_name["from_red_followed"]["facts"]["origin.risk"] == "red"
    assert answer["unknown_facts"] == [
        {
            "vi": "không có dữ kiện nào tên 'dosis'; ý bạn là 'doses'?",
            "en": "no fact is called 'dosis'; did you mean 'doses'?",
        }
    ]
    assert answer["unusable"] == {"hours_since_test": {"vi": "không phải số", "en": "not a number"}}
    assert answer["at"] == "2021-08-24T00:00:00+07:00"


def test_explain_for_people_shows_verdict_rule_facts_and_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "facts.json"
    file.write_text(json.dumps(RED), "utf-8")
    result = run("explain", "city_gate_2021_08", "--facts", file, "--at", "2021-08-24T10:00:00+07:00")
    assert result.exit_code == 0
    for words in (
        "REFUSE",
        "x essential_journey: NOT MET -> refuse",
        'purpose = "return_home"',
        "to ask: ",
    ):
        assert words in result.stdout
    facts = tmp_path / "typed.json"
    facts.write_text(json.dumps({**RED, "doses": "two", "travel_paper": 1, "dosis": 1}), "utf-8")
    result = run("explain", "public_place", "--facts", facts, "--at", "2020-01-01")
    for words in ("REFER\n", "This policy is not in force", "does not apply"):
        assert (words in result.stdout) is (words != "does not apply")
    assert "not usable: doses: not a whole number" in result.stderr
    assert "not looked at: no fact is called 'dosis'; did you mean 'doses'?" in result.stderr
    monkeypatch.setenv("KIOSK_LANG", "vi")
    result = run("explain", "public_place", "--facts", facts, "--at", "2020-01-01")
    for words in ("MỜI GẶP CÁN BỘ (refer)", "Quy định này chưa hoặc không còn hiệu lực.", "cần hỏi: "):
        assert words in result.stdout
    assert "không dùng được: doses: " in result.stderr


def test_explain_of_a_pack_that_is_not_in_force_says_so() -> None:
    result = run("explain", "city_gate_2021_08", "--facts", "-", "--at", "2021-01-01", "--json", stdin="{}")
    answer = json.loads(result.stdout)
    assert (answer["in_force"], answer["verdict"]) == (False, "refer")
    assert answer["about_the_pack"][0]["name"] == "policy.not_in_force"
    assert len(answer["conditions"]) == 13


@pytest.mark.parametrize("text", ["", "[1]", "{", "[" * 100_000, '"x"'])
def test_facts_that_are_no_object_end_with_a_word(text: str) -> None:
    result = run("explain", "public_place", "--facts", "-", stdin=text)
    assert result.exit_code == 1
    assert result.stderr.startswith("Error: ")


def test_a_time_that_is_none_is_told() -> None:
    result = run("explain", "public_place", "--facts", "-", "--at", "tomorrow", stdin="{}")
    assert result.exit_code == 2
    assert "'tomorrow' is no time" in result.stderr


def test_the_facts_are_listed_with_their_values() -> None:
    rows = {row["name"]: row for row in json.loads(run("facts", "--json").stdout)}
    assert set(rows) == set(FACTS)
    assert rows["test_kind"]["values"] == ["none", "pcr", "rapid"]
    result = run("facts")
    for words in (
        "hours_since_test",
        "Hours since sampling",
        "number hours",
        "green, yellow, orange, red",
    ):
        assert words in result.stdout


# --- replay


class PastPassage(BaseModel):
    """As the records of a checkpoint tell it, as far as a replay looks."""

    model_config = ConfigDict(extra="allow")
    decision: str = ""
    policy: str = ""


class PastUndone(BaseModel):
    passage: str


class Post(Probe):
    """Stands in for a checkpoint that has been at work."""

    @hookimpl
    def record_kinds(self) -> dict[str, Any]:
        return {"checkpoint.passage": PastPassage, "checkpoint.undone": PastUndone}


GOOD = {
    "denied": False,
    "quarantined": False,
    "clock_trusted": True,
    "identity_confidence": 90,
    "declaration.symptoms": False,
    "declaration.contact": False,
    "declaration.valid": True,
    "declaration.age_hours": 2.5,
    "direction": "in",
    "origin.province": "26",
    "vehicle_class": "goods",
    "purpose": "goods",
    "green_lane": True,
    "test_kind": "pcr",
    "test_result": "negative",
    "hours_since_test": 60,
}


def passage(number: int, decision: str, **facts: Any) -> Draft:
    body = PastPassage(decision=decision, policy="city_gate", facts={**GOOD, **facts}, passage=f"p{number}")  # type: ignore[call-arg]
    return Draft("checkpoint.passage", body)


@pytest.fixture
def past(workshop: Workshop) -> tuple[Path, Path]:
    """Profile and data directory of a post with five passages: one amended, one taken back, one without facts."""
    appliance = workshop.open([("checkpoint", Post)])
    appliance.record([passage(1, "admit"), passage(2, "admit", hours_since_test=70), passage(3, "refuse")])
    appliance.record([passage(3, "admit", purpose="medical"), passage(4, "admit")])
    appliance.record([Draft("checkpoint.undone", PastUndone(passage="p4"))])
    appliance.record([Draft("checkpoint.passage", PastPassage(decision="admit"))])
    appliance.journal.stop()
    appliance.database.close()
    return workshop.folder / "profile.toml", workshop.folder / "data"


def replayed(past: tuple[Path, Path], file: Path, *more: str) -> Any:
    result = run("replay", file, "--profile", past[0], "--data", past[1], *more, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_replay_shows_what_a_stricter_policy_would_change(past: tuple[Path, Path], tmp_path: Path) -> None:
    same = FOLDER / "city_gate_2021_08.toml"
    strict = tmp_path / "strict.toml"
    strict.write_text(
        same.read_text("utf-8").replace("<= 72", "<= 65").replace('risk_map = "areas/vietnam_2021.toml"', ""), "utf-8"
    )
    answer = replayed(past, same, "--at", "2021-08-24")
    assert (answer["passages"], answer["undone"], answer["unreadable"], answer["changed"]) == (3, 1, 1, 0)
    assert answer["table"] == [{"then": "admit", "now": "admit", "passages": 3}]
    answer = replayed(past, strict, "--at", "2021-08-24")
    (change,) = answer["changes"]
    assert (change["then"], change["now"]) == ("admit", {"verdict": "refer", "because": ["green_lane_test"]})
    assert change["policy"] == "city_gate"
    assert answer["because"] == {"green_lane_test": 1}
    assert change["at"].endswith("+07:00")
    at = datetime.fromisoformat(change["at"])
    assert abs((datetime.now(UTC) - at).total_seconds()) < 3600
    assert answer["time_zone"] == "Asia/Ho_Chi_Minh"


def test_replay_without_a_time_counts_the_pack_when_it_was_in_force(past: tuple[Path, Path]) -> None:
    answer = replayed(past, FOLDER / "city_gate_2021_08.toml")  # the passages are of today
    assert answer["table"] == [{"then": "admit", "now": "refer", "passages": 3}]
    assert answer["because"] == {"policy.not_in_force": 3}


def test_replay_for_people_names_records_and_never_facts(past: tuple[Path, Path]) -> None:
    result = run("replay", FOLDER / "city_gate_2021_08.toml", "--profile", past[0], "--data", past[1])
    assert "admit -> refer" in result.stdout
    assert "1 were taken back" in result.stdout
    assert "(policy.not_in_force)" in result.stdout
    assert "Times below are of Asia/Ho_Chi_Minh:" in result.stdout
    assert re.search(r"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+07:00  ", result.stdout, re.MULTILINE)
    result = run("replay", "city_gate_2021_08", "--at", "2021-08-24", "--profile", past[0], "--data", past[1])
    assert "nothing would change" in result.stdout


def test_replay_changes_nothing(past: tuple[Path, Path]) -> None:
    database = past[1] / "kiosk.sqlite3"
    before = database.read_bytes()
    replayed(past, FOLDER / "city_gate_2021_08.toml")
    assert database.read_bytes() == before


def test_replay_of_a_pack_outside_its_time_ends_with_a_word(past: tuple[Path, Path]) -> None:
    result = run("replay", "city_gate_2021_08", "--at", "2020-01-01", "--profile", past[0], "--data", past[1])
    assert result.exit_code == 1
    assert "not in force" in result.stderr
    assert "until 2021-09-21T00:00:00+07:00" in result.stderr


def test_the_commands_are_there_under_the_appliance() -> None:
    assert plugin_commands()["policy"].name == "policy"
