"""A number typed at the pad instead of a card: its holder also knows the birth date, and may mistype it once."""

from __future__ import annotations

import pytest

from kiosk.domain import Decision
from kiosk.site_days import day_text
from plugins.self_check_in.records import Appointment, DenyEntry
from tests.support.appliance import SetClock, codes, records
from tests.support.self_check_in import AN, Start, number_of, said, typed


def test_a_typed_number_needs_the_birth_date(start: Start) -> None:
    appliance = start()
    asked = typed(appliance, AN.national_id)
    assert (asked.decision, asked.questions[0]["id"], asked.questions[0]["kind"]) == (
        Decision.ASK,
        "birth_date",
        "date",
    )
    assert asked.findings == []  # nothing is told of whose number it is
    right = typed(appliance, AN.national_id, birth_date=AN.birth_date.isoformat())
    assert (right.decision, number_of(right)) == (Decision.ADMIT, "A001")
    assert "self_check_in.birth_date_corrected" not in codes(right)


WRONG_YEAR = f"{AN.birth_date.year + 1}-01-01"


def test_who_mistypes_the_birth_date_is_asked_once_more(start: Start) -> None:
    appliance = start()
    asked = typed(appliance, AN.national_id, birth_date=WRONG_YEAR)
    assert (asked.decision, [one["id"] for one in asked.questions]) == (Decision.ASK, ["birth_date_again"])
    assert (asked.findings, asked.record, asked.ticket) == ([], None, None)  # nothing is told, and nothing decided
    right = typed(appliance, AN.national_id, birth_date=WRONG_YEAR, birth_date_again=AN.birth_date.isoformat())
    assert (right.decision, number_of(right)) == (Decision.ADMIT, "A001")
    assert records(appliance)[-1].data.reasons == ["self_check_in.welcome", "self_check_in.birth_date_corrected"]


def test_the_second_wrong_birth_date_refers_and_is_recorded(start: Start) -> None:
    appliance = start()
    wrong = typed(appliance, AN.national_id, birth_date=WRONG_YEAR, birth_date_again=WRONG_YEAR)
    assert (wrong.decision, codes(wrong), wrong.questions) == (
        Decision.REFER,
        ["self_check_in.birth_date_differs"],
        [],
    )
    kept = records(appliance)[-1].data
    assert (kept.decision, kept.reasons, kept.ticket) == (Decision.REFER, ["self_check_in.birth_date_differs"], "")


def test_a_second_answer_alone_proves_nothing(start: Start) -> None:
    asked = typed(start(), AN.national_id, birth_date_again=AN.birth_date.isoformat())
    assert (asked.decision, [one["id"] for one in asked.questions]) == (Decision.ASK, ["birth_date"])


def test_who_is_denied_is_told_nothing_of_the_second_try(start: Start) -> None:
    appliance = start()
    said(appliance, "deny_entry", DenyEntry(active=True))
    answer = typed(appliance, AN.national_id, birth_date=WRONG_YEAR, birth_date_again=AN.birth_date.isoformat())
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "self_check_in.needs_staff")


@pytest.mark.parametrize("text", ["", "{0}", "{0}-13-01", "{0}-02-30", "{0}-99-99", "{0}x", "x{0}-01-01"])
def test_what_is_no_day_of_the_calendar_is_no_birth_date(start: Start, text: str) -> None:
    given = text.format(AN.birth_date.year)
    answer = typed(start(), AN.national_id, birth_date=given, birth_date_again=given)
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "self_check_in.birth_date_differs")


@pytest.mark.parametrize("settings", ["", "ask_birth_date = false"])
def test_a_typed_number_of_no_province_is_nobodys(start: Start, settings: str) -> None:
    answer = typed(start(settings), "000099000000", birth_date="1999-01-01")
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "self_check_in.no_such_number")


def test_a_typed_number_is_told_nothing_of_an_appointment(start: Start, clock: SetClock) -> None:
    appliance = start()
    today = day_text(clock.now(), "Asia/Ho_Chi_Minh")
    said(appliance, "appointment", Appointment(site="test-site", day=today))
    answer = typed(appliance, AN.national_id, birth_date=AN.birth_date.isoformat())
    assert answer.decision is Decision.ADMIT
    assert "self_check_in.appointment" not in codes(answer)


def test_a_site_may_do_without_the_birth_date(start: Start) -> None:
    assert typed(start("ask_birth_date = false"), AN.national_id).decision is not Decision.ASK
