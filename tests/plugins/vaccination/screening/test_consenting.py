"""Consent: a signature, a guardian for who is under 18, a refusal, a change of mind; and the texts that are consented to."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from math import dist
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.vaccination import FOLDER
from kiosk.appliance import Appliance
from kiosk.text.names import plain
from kiosk.toml_file import FileError
from plugins.vaccination.records import Consent
from plugins.vaccination.screening import consenting
from plugins.vaccination.screening.consent_texts import load_consents
from plugins.vaccination.screening.consenting import is_signature
from tests.support.appliance import assert_whole
from tests.support.vaccination import CROWD, Nurse, Visitor, arrive, dose, of_kind, screen, today

AN, BINH = CROWD[:2]
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"


@pytest.fixture
def screened(site: Appliance, nurse: Nurse) -> Visitor:
    came = arrive(site, AN)
    screen(site, came)
    return came


def digest(nurse: Nurse, visitor: Visitor) -> str:
    return str(nurse.do("screening/1/person", visit=visitor.visit)["consent"]["text"]["digest"])


def say(nurse: Nurse, visitor: Visitor, state: str = "given", status: int = 200, **more: Any) -> dict[str, Any]:
    said = {"state": state, "digest": digest(nurse, visitor), "strokes": SIGNED if state == "given" else "", **more}
    return nurse.do("screening/1/consent", status, visit=visitor.visit, **said)


def code(reply: dict[str, Any]) -> str:
    return str(reply["problem"]["code"]).partition(".")[2]


def waits(nurse: Nurse) -> list[str]:
    return list(nurse.get("queue/injection/3/state")["next"])


def test_a_signature_lets_somebody_wait_for_the_injection(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    assert waits(nurse) == []
    reply = say(nurse, screened)
    assert reply["consent"]["state"] == "given"
    assert reply["person"]["stage"]["code"] == "waits_injection"
    assert waits(nurse) == [screened.ticket]
    record = of_kind(site, "consent")[0]
    assert (record.data.state, record.data.by, record.data.strokes) == ("given", "self", SIGNED)
    assert record.data.text_digest == digest(nurse, screened)
    assert SIGNED not in repr(record.data)
    assert_whole(site)


def test_a_consent_sent_twice_is_one_and_another_one_is_told(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    key = uuid4()
    for _ in range(2):
        say(nurse, screened, key=key)
    assert len(of_kind(site, "consent")) == 1
    assert code(say(nurse, screened, status=409)) == "consented_before"


@pytest.mark.parametrize(
    "strokes", ["", "10,20", "10,20 12,22", "10,20 500,20 10,20", "a,b", "10,20;;30,40", "10,20 30"]
)
def test_what_is_no_signature_gives_no_consent(site: Appliance, nurse: Nurse, screened: Visitor, strokes: str) -> None:
    assert code(say(nurse, screened, status=409, strokes=strokes)) == "no_signature"
    assert of_kind(site, "consent") == []


@pytest.mark.parametrize("spelled", [str, str.upper, plain])
def test_who_cannot_draw_signs_by_keyboard_before_a_witness(
    site: Appliance, nurse: Nurse, screened: Visitor, spelled: Callable[[str], str]
) -> None:
    say(nurse, screened, strokes="", typed=spelled(AN.name))
    record = of_kind(site, "consent")[0]
    assert (record.data.typed, record.data.strokes) == (spelled(AN.name), "")
    assert record.operator == nurse.operator
    assert AN.name not in repr(record.data)
    assert waits(nurse) == [screened.ticket]
    assert_whole(site)


@pytest.mark.parametrize("typed", [BINH.name, AN.name.split()[0], "…", "Nguyễn Thị Mẹ"])
def test_another_name_is_no_signature(site: Appliance, nurse: Nurse, screened: Visitor, typed: str) -> None:
    assert code(say(nurse, screened, status=409, strokes="", typed=typed)) == "typed_other_name"
    assert code(say(nurse, screened, status=409, typed=typed)) == "typed_other_name"  # nor beside a drawing
    assert of_kind(site, "consent") == []


def test_a_guardian_types_their_own_name(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    asked = {"by": "guardian", "guardian": "Nguyễn Thị Mẹ", "strokes": ""}
    assert code(say(nurse, screened, status=409, typed=AN.name, **asked)) == "typed_other_name"
    say(nurse, screened, typed="nguyen thi me", **asked)
    assert of_kind(site, "consent")[0].data.typed == "nguyen thi me"


def test_under_18_a_guardian_signs(site: Appliance, nurse: Nurse) -> None:
    born = date.fromisoformat(today(site)) - timedelta(days=365 * 16)
    child = replace(
        AN, birth_date=born, national_id=f"{AN.national_id[:3]}2{born.year % 100:02d}{AN.national_id[6:]}", sex="male"
    )
    came = arrive(site, child)
    screen(site, came)
    assert nurse.do("screening/1/person", visit=came.visit)["consent"]["minor"] is True
    assert code(say(nurse, came, status=409)) == "needs_guardian"
    assert code(say(nurse, came, status=409, by="guardian", guardian=" ")) == "needs_guardian"
    say(nurse, came, by="guardian", guardian="Nguyễn Thị Mẹ")
    record = of_kind(site, "consent")[0]
    assert (record.data.by, record.data.guardian) == ("guardian", "Nguyễn Thị Mẹ")
    assert waits(nurse) == [came.ticket]


def test_who_declines_does_not_wait_and_may_still_agree(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    assert say(nurse, screened, "declined", reason="Muốn hỏi gia đình")["person"]["stage"]["code"] == "declined"
    assert waits(nurse) == []
    say(nurse, screened)
    assert waits(nurse) == [screened.ticket]
    assert [one.data.state for one in of_kind(site, "consent")] == ["declined", "given"]


def test_a_withdrawal_blocks_the_injection_until_they_sign_again(
    site: Appliance, nurse: Nurse, screened: Visitor
) -> None:
    withdraw = "screening/1/withdraw"
    assert code(nurse.do(withdraw, 409, visit=screened.visit, reason="Đổi ý")) == "no_consent_to_withdraw"
    say(nurse, screened)
    assert code(nurse.do(withdraw, 409, visit=screened.visit, reason=" ")) == "no_reason"
    reply = nurse.do(withdraw, visit=screened.visit, reason="Đổi ý")
    assert reply["person"]["stage"]["code"] == "withdrawn"
    assert waits(nurse) == []
    record = of_kind(site, "consent")[-1]
    assert (record.data.state, record.data.reason, record.operator) == ("withdrawn", "Đổi ý", nurse.operator)
    say(nurse, screened)
    assert waits(nurse) == [screened.ticket]
    assert_whole(site)


def test_consent_needs_a_screening_of_today_that_lets_them_go_on(site: Appliance, nurse: Nurse) -> None:
    came = arrive(site, BINH)
    assert code(say(nurse, came, status=409)) == "not_screened_today"
    screen(site, came, "postpone")
    assert code(say(nurse, came, status=409)) == "not_screened_today"


def test_after_the_dose_there_is_nothing_to_agree_to(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    say(nurse, screened)
    dose(site, screened)
    reply = nurse.do("screening/1/withdraw", 409, visit=screened.visit, reason="Đổi ý")
    assert code(reply) == "vaccinated_today"


def test_words_that_were_not_shown_are_not_consented_to(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    assert code(say(nurse, screened, status=409, digest="0" * 64)) == "consent_text_changed"
    assert of_kind(site, "consent") == []


PLACES = st.tuples(st.integers(0, consenting.WIDTH), st.integers(0, consenting.HEIGHT))
STROKES = st.lists(st.lists(PLACES, min_size=1, max_size=40), min_size=1, max_size=8)


def drawn(strokes: list[list[tuple[int, int]]]) -> str:
    return ";".join(" ".join(f"{x},{y}" for x, y in stroke) for stroke in strokes)


@given(STROKES)
def test_what_is_drawn_within_the_field_is_a_signature_once_it_is_long_enough(
    strokes: list[list[tuple[int, int]]],
) -> None:
    length = sum(dist(one, two) for stroke in strokes for one, two in pairwise(stroke))
    assert is_signature(drawn(strokes)) is (length >= consenting.LEAST_LENGTH)
    Consent(text_id="x", text_digest="0" * 64, state="given", strokes=drawn(strokes))  # a record takes it


@given(
    STROKES, st.sampled_from(["x", "-1", " ", ",", "1.5", f"{consenting.WIDTH + 1},0", f"0,{consenting.HEIGHT + 1}"])
)
def test_nothing_else_is_one(strokes: list[list[tuple[int, int]]], wrong: str) -> None:
    assert not is_signature(f"{drawn(strokes)};{wrong}")
    assert not is_signature(f"{wrong};{drawn(strokes)}")


# --- the texts


def test_the_shipped_text_holds_from_its_day_on() -> None:
    texts = load_consents(FOLDER)
    assert texts.as_of(date(2021, 7, 25)) is None
    found = texts.as_of(date(2021, 7, 26))
    assert found is not None
    assert len(found.points) >= 3
    assert all(one.vi and one.en for one in found.points)
    assert found.digest == load_consents(FOLDER).all[0].digest


TEXT = """
[[text]]
id = "{id}"
title = {{ vi = "Đồng ý", en = "Consent" }}
valid_from = {since}
legal_basis = "x"
sources = ["x"]
{more}
[[text.point]]
vi = "Một"
en = "One"
"""


def written(folder: Path, *texts: str) -> Path:
    (folder / "consent.toml").write_text("\n".join(texts), "utf-8")
    return folder


def test_a_changed_text_has_another_digest(tmp_path: Path) -> None:
    first = load_consents(written(tmp_path, TEXT.format(id="a", since="2021-01-01", more=""))).all[0]
    changed = TEXT.format(id="a", since="2021-01-01", more="").replace("Một", "Hai")
    assert load_consents(written(tmp_path, changed)).all[0].digest != first.digest


def test_two_texts_follow_each_other_by_their_days(tmp_path: Path) -> None:
    folder = written(
        tmp_path,
        TEXT.format(id="later", since="2021-08-01", more=""),
        TEXT.format(id="first", since="2021-01-01", more="valid_until = 2021-07-31"),
    )
    texts = load_consents(folder)
    found = [texts.as_of(day) for day in (date(2021, 7, 31), date(2021, 8, 1))]
    assert [one.id for one in found if one] == ["first", "later"]


@pytest.mark.parametrize(
    ("texts", "words"),
    [
        (
            [TEXT.format(id="a", since="2021-01-01", more=""), TEXT.format(id="b", since="2021-08-01", more="")],
            "valid_until",
        ),
        ([TEXT.format(id="a", since='"2021-01-01"', more="")], "expected a day"),
        ([TEXT.format(id="a", since="2021-01-01", more="points = 3")], "no such key"),
        (["[[text]]\nid = 'a'"], "missing"),
        (["text = ["], "not valid TOML"),
    ],
)
def test_a_mistake_in_the_file_says_where_and_what(tmp_path: Path, texts: list[str], words: str) -> None:
    with pytest.raises(FileError, match=words) as caught:
        load_consents(written(tmp_path, *texts))
    assert "consent.toml:" in str(caught.value)


@pytest.mark.parametrize("word", ["given", "declined", "withdrawn"])
def test_who_is_scanned_again_for_a_word_on_consent_leaves_the_table_with_it(
    site: Appliance, nurse: Nurse, screened: Visitor, word: str
) -> None:
    """Else the table would be stuck with them, and the only way out was to call them absent."""
    if word == "withdrawn":
        say(nurse, screened)
    nurse.do("queue/screening/1/take", visit=screened.visit)
    assert nurse.get("queue/screening/1/state")["current"]["ticket"] == screened.ticket
    if word == "withdrawn":
        nurse.do("screening/1/withdraw", visit=screened.visit, reason="Đổi ý")
    else:
        say(nurse, screened, word)
    assert nurse.get("queue/screening/1/state")["current"] is None
    assert nurse.get("desk/state")["absent"] == []
    assert_whole(site)


def test_who_was_examined_and_said_neither_yes_nor_no_is_offered_again(
    site: Appliance, nurse: Nurse, screened: Visitor
) -> None:
    other = arrive(site, BINH)
    screen(site, other)
    unsigned = [one["ticket"] for one in nurse.get("queue/screening/2/state")["unsigned"]]
    assert unsigned == [other.ticket, screened.ticket]
    say(nurse, other, "declined")
    assert [one["ticket"] for one in nurse.get("queue/screening/2/state")["unsigned"]] == [screened.ticket]
    say(nurse, screened)
    assert nurse.get("queue/screening/2/state")["unsigned"] == []
    assert "unsigned" not in nurse.get("queue/injection/3/state")


def test_a_number_that_is_typed_opens_the_person(site: Appliance, nurse: Nurse, screened: Visitor) -> None:
    for typed in (
        screened.ticket,
        screened.ticket.lower(),
        screened.ticket.lstrip("ABCDEFGHIJKLMNOPQRSTUVWXYZ0"),
        AN.national_id,
    ):
        assert nurse.do("screening/1/person", payload=typed)["visit"] == screened.visit
    assert code(nurse.do("screening/1/person", 409, payload="999")) == "not_a_person"
    assert code(nurse.do("screening/1/person", 409, payload=BINH.national_id)) == "not_arrived"
