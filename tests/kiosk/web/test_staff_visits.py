"""Today's visits as staff see them: masked, found, printed again; every look names whom was seen. And words from the platform."""

from __future__ import annotations

import re
from itertools import islice

from kiosk.core_slice import Notice
from kiosk.domain import Draft
from kiosk.operators.register import Role
from tests.support.appliance import Workshop, people, show
from tests.support.processes import eventually
from tests.support.staff import SLICES, staff, staff_actions
from tests.support.staff_plugins import Paper


def test_visits_are_listed_masked_found_and_every_look_names_whom_was_seen(workshop: Workshop) -> None:
    appliance = workshop.start(SLICES)
    crowd = list(islice(people(), 3))
    answers = [show(appliance, one.cccd_2021()) for one in crowd]
    show(appliance, "unknown to everybody")
    browser = staff(appliance, Role.OFFICER)
    page = browser.get("/staff/visits").text
    tickets = [answer.ticket["number"] for answer in answers if answer.ticket]
    assert len(tickets) == 3
    assert [found for found in re.findall(r'visit-ticket">([^<]+)<', page) if found != "–"] == tickets[::-1]
    for one in crowd:
        assert one.name not in page
        assert one.national_id not in page
    seen = staff_actions(appliance, "visits_shown")[-1]
    assert seen.operator == "101"
    assert set(seen.data.citizens) == {appliance.pseudonym(one.national_id) for one in crowd}

    by_ticket = browser.post("/staff/visits", {"search": tickets[1][-3:]}).text
    assert re.findall(r'visit-ticket">([^<]+)<', by_ticket) == [tickets[1]]
    by_number = browser.post("/staff/visits", {"search": crowd[2].national_id}).text
    assert re.findall(r'visit-ticket">([^<]+)<', by_number) == [tickets[2]]
    assert staff_actions(appliance, "visits_searched")[-1].data.citizens == [appliance.pseudonym(crowd[2].national_id)]
    nobody = browser.post("/staff/visits", {"search": "<script>alert(1)</script>"}).text
    assert "<script>alert" not in nobody
    assert "Không thấy lượt nào" in nobody


def test_peoples_data_leave_the_screen_when_the_session_has_ended(workshop: Workshop) -> None:
    appliance = workshop.open()
    page = staff(appliance, Role.OFFICER).get("/staff/visits")
    seconds, _, target = page.headers["Refresh"].partition("; url=")
    assert int(seconds) > appliance.settings.limits.staff_idle_minutes * 60
    assert target == "/staff/sign-in"


def test_yesterdays_visits_are_not_todays(workshop: Workshop) -> None:
    from datetime import timedelta

    from tests.support.appliance import SetClock

    clock = SetClock(ahead=timedelta(days=-1))
    appliance = workshop.start(SLICES, clock=clock)
    show(appliance, next(people()).cccd_2021())
    clock.ahead = timedelta()
    assert "Hôm nay chưa có lượt nào" in staff(appliance, Role.OFFICER).get("/staff/visits").text


def test_a_ticket_that_did_not_come_out_is_told_and_printed_again(workshop: Workshop) -> None:
    appliance = workshop.start([*SLICES, ("paper", Paper)])
    printer: Paper = appliance.host.plugin("paper")
    printer.problem = "paper_out"
    answer = show(appliance, next(people()).cccd_2021())
    eventually(lambda: appliance.prints.outcome(answer.key) is not None)
    browser = staff(appliance, Role.OFFICER)
    for path in ("/staff/", "/staff/visits"):
        assert "Máy in hết giấy." in browser.get(path).text
    assert "Chưa in" in browser.get("/staff/visits").text

    printer.problem = ""
    done = browser.post(f"/staff/visits/{answer.key}/reprint", follow_redirects=True)
    assert "đang được in lại" in done.text
    eventually(lambda: len(printer.printed) >= 1)
    assert printer.printed[0].key == answer.key
    noted = staff_actions(appliance, "receipt_reprinted")[0]
    assert noted.data.subject == str(answer.key)
    assert noted.citizen == appliance.pseudonym(next(people()).national_id)
    unknown = browser.post("/staff/visits/01900000-0000-7000-8000-000000000000/reprint", follow_redirects=True)
    assert "Không in lại được" in unknown.text


def test_words_from_the_platform_are_shown_in_the_chosen_language_and_escaped(workshop: Workshop) -> None:
    appliance = workshop.open()
    appliance.record([Draft("core.notice", Notice(title="Đổi giờ <b>mở cửa</b>", text="Từ mai mở lúc 7 giờ."))])
    browser = staff(appliance, Role.OFFICER)
    page = browser.get("/staff/").text
    assert "Đổi giờ &lt;b&gt;mở cửa" in page
    assert '<html lang="vi">' in page
    assert '<html lang="en">' in browser.get("/staff/?lang=en").text
    assert '<html lang="en">' in browser.get("/staff/").text  # stays chosen


def test_the_other_language_keeps_what_the_page_was_asked(workshop: Workshop) -> None:
    browser = staff(workshop.open(), Role.OFFICER)
    page = browser.get("/staff/?lang=vi&next=%2Fa%3Fb&word=%C4%90%E1%BB%95i+%26&word=2").text
    assert 'href="/staff/?next=%2Fa%3Fb&amp;word=%C4%90%E1%BB%95i+%26&amp;word=2&amp;lang=en"' in page
