"""The platform's pages of vaccination as an administrator uses them: from a list of people to appointments, conflicts and lots."""

from __future__ import annotations

import io
import re
from datetime import date

import pytest
from sqlalchemy import select

from kiosk.domain import Draft
from kiosk.operators.register import Role
from plugins.vaccination.models import CapacityRow, ExpectedRow
from plugins.vaccination.records import Allocation, NotGiven, Recall
from tests.support.platform import PlatformUnderTest
from tests.support.staff import Browser, actions, add_operator
from tests.support.vaccination_nation import DAY, given, heard, person, sent, sites, told

PATHS = ("appointments", "import", "conflicts", "figures", "figures.csv", "lots")
LIST = (
    "số căn cước,họ tên,ngày sinh\n001099012345,Nguyễn Văn An,01/01/1999\n001199012346,Trần Thị Hằng,1999\n12,=1+1,x\n"
)


@pytest.fixture
def chief(platform: PlatformUnderTest) -> Browser:
    add_operator(platform.appliance, "chief", Role.ADMINISTRATOR)
    browser = Browser(platform.appliance)
    browser.sign_in("chief")
    return browser


@pytest.mark.parametrize("path", PATHS)
def test_pages_are_for_administrators_in_both_languages(platform: PlatformUnderTest, chief: Browser, path: str) -> None:
    add_operator(platform.appliance, "nurse", Role.MEDICAL_STAFF)
    nurse = Browser(platform.appliance)
    assert nurse.get(f"/vaccination/nation/{path}").status_code == 303
    nurse.sign_in("nurse")
    assert nurse.get(f"/vaccination/nation/{path}").status_code == 403
    for language in ("vi", "en"):
        answer = chief.get(f"/vaccination/nation/{path}?lang={language}")
        assert answer.status_code == 200
        assert not re.search(r"\{[a-z]\}", answer.text)


def test_from_a_list_to_an_appointment(platform: PlatformUnderTest, chief: Browser) -> None:
    for wanted, count in (("check", 0), ("import", 2)):
        file = (io.BytesIO(LIST.encode()), "ds.csv")
        form = {"file": file, "do": wanted, "approved": "1", "round": ""}
        page = chief.post("/vaccination/nation/import", form, content_type="multipart/form-data")
        assert page.status_code == 200
        assert "Cần 12 chữ số" in page.text
        assert "Bảng mã: UTF-8<" in page.text
        assert f"<dt>Đã nhập</dt><dd>{count}</dd>" in page.text
    report = chief.post(
        "/vaccination/nation/import",
        {"file": (io.BytesIO(LIST.encode()), "ds.csv"), "do": "report"},
        content_type="multipart/form-data",
    )
    assert report.mimetype == "text/csv"
    assert "=1+1" not in report.text
    days = {"first_day": "2099-08-10", "last_day": "2099-08-10"}
    chief.post("/vaccination/nation/rounds", {"round": "đợt 5", "product": "AstraZeneca", **days})
    slots = {"site": "site-a", "opens": "08:00", "closes": "09:15", "minutes": "30", "places_a_slot": "1", **days}
    chief.post("/vaccination/nation/slots", slots)
    done = chief.post("/vaccination/nation/invite", {"site": "site-a", "round": "đợt 5", **days}, follow_redirects=True)
    assert "Đã mời 2 người; còn 0 chỗ trống." in done.text
    with platform.appliance.session() as session:
        assert sorted(session.scalars(select(CapacityRow.slot))) == ["08:00-08:30", "08:30-09:00"]
        citizen = session.scalars(select(ExpectedRow.citizen)).first()
    shown = chief.get("/vaccination/nation/appointments?since=2099-08-10&site=site-a&day=2099-08-10")
    assert "Nguyễn Văn An" in shown.text
    assert ("chief", "vaccination.appointments_shown") in actions(platform.appliance)
    cancel = {"citizen": citizen, "site": "site-a", "day": "2099-08-10"}
    assert (
        "Đã hủy lịch hẹn" in chief.post("/vaccination/nation/appointments/cancel", cancel, follow_redirects=True).text
    )
    with platform.appliance.session() as session:
        assert len(session.scalars(select(ExpectedRow).where(ExpectedRow.booked)).all()) == 1


@pytest.mark.parametrize(
    ("path", "form"),
    [
        ("rounds", {"round": "1", "product": "không có", "first_day": "2099-08-10", "last_day": "2099-08-10"}),
        ("rounds", {"round": "1", "product": "AstraZeneca", "first_day": "2099-08-10", "last_day": "2099-08-09"}),
        ("slots", {"site": "../x", "first_day": "2099-08-10", "last_day": "2099-08-10", "opens": "25:00"}),
        ("invite", {"site": "site-a", "round": "1", "first_day": "x", "last_day": "2099-08-10"}),
        ("lots/allocate", {"site": "site-a", "lot": "đ"}),
        ("lots/recall", {"lot": "L1", "product": "AstraZeneca"}),
        ("conflicts/settle", {"first": "x", "second": "y", "reason": ""}),
    ],
)
def test_a_form_that_is_wrong_changes_nothing_and_says_so(
    platform: PlatformUnderTest, chief: Browser, path: str, form: dict[str, str]
) -> None:
    before = len(actions(platform.appliance))
    page = chief.post(f"/vaccination/nation/{path}", form, follow_redirects=True)
    assert page.status_code == 200
    assert "notice--warning" in page.text
    assert len(actions(platform.appliance)) == before


def test_groups_are_told_by_the_numbers_that_people_know(platform: PlatformUnderTest, chief: Browser) -> None:
    days = {"first_day": "2099-08-10", "last_day": "2099-08-10"}
    for name, groups in (("đợt 6", ["others", "frontline"]), ("đợt 7", [])):
        chief.post("/vaccination/nation/rounds", {"round": name, "product": "AstraZeneca", "groups": groups, **days})
    shown = chief.get("/vaccination/nation/appointments?since=2099-08-10").text
    lines = [line for line in shown.splitlines() if "nation-rounds" in line]
    assert "nhóm ưu tiên 1, 9</li>" in lines[0]
    assert "mọi nhóm, theo thứ tự</li>" in lines[0]


@pytest.mark.parametrize("name", ["figures", "appointments"])
def test_days_that_are_not_shown_are_not_left_out_in_silence(
    platform: PlatformUnderTest, chief: Browser, name: str
) -> None:
    cut = chief.get(f"/vaccination/nation/{name}?since=2026-01-01&until=2026-06-01").text
    assert "chỉ đến 03/04/2026" in cut
    assert "chỉ đến" not in chief.get(f"/vaccination/nation/{name}?since=2026-01-01&until=2026-04-03").text


def test_a_conflict_is_worked_off_and_both_sites_hear_why(platform: PlatformUnderTest, chief: Browser) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first = sent(here, [given(person(1))])
    second = sent(there, [given(person(1))])
    assert len(told(here)) == len(told(there)) == 1
    page = chief.get("/vaccination/nation/conflicts").text
    assert "Hai mũi cùng một ngày" in page
    ids = re.findall(r'name="(first|second)" value="([^"]+)"', page)
    assert {value for _, value in ids} == {str(first[0].id), str(second[0].id)}
    form = {**dict(ids), "reason": "ghi nhầm người, đã gọi hai điểm"}
    for words in ("Đã ghi", "Chưa ghi"):  # the second time there is nothing to settle
        assert words in chief.post("/vaccination/nation/conflicts/settle", form, follow_redirects=True).text
    for device in (here, there):
        assert [(one.settled, one.reason) for one in told(device)] == [(False, ""), (True, form["reason"])]
    assert "Không có mâu thuẫn nào" in chief.get("/vaccination/nation/conflicts").text


def test_figures_by_day_site_vaccine_and_lot(platform: PlatformUnderTest, chief: Browser) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    first = sent(here, [given(person(1)), given(person(2), lot="=1+1")])
    sent(there, [given(person(3), number=2)])
    sent(here, [given(person(1), amends=first[0], void=True)], after=first)
    days = f"since={DAY}&until={date(2021, 8, 12)}"
    page = re.sub(r"\s+", " ", chief.get(f"/vaccination/nation/figures?{days}").text)
    assert '<th scope="row">10/08/2021</th><td class="number">1</td><td class="number">1</td>' in page
    csv = chief.get(f"/vaccination/nation/figures.csv?{days}").text
    assert "2021-08-10,site-a,AstraZeneca,'=1+1,1,1" in csv
    assert len(csv.strip().splitlines()) == 3


def test_a_lot_is_allotted_recalled_and_its_people_are_counted(platform: PlatformUnderTest, chief: Browser) -> None:
    here, there = sites(platform, ["site-a", "site-b"])
    sent(here, [given(person(1)), given(person(2))])
    sent(there, [given(person(3), lot="KHAC1")])
    form = {
        "site": "site-a", "consignment": "PX-01", "product": "AstraZeneca", "lot": "ABV7890", "expiry": "2021-12-31",
        "vials": "100", "doses_per_vial": "10", "gtin": "",
    }  # fmt: skip
    assert "Đã phân bổ" in chief.post("/vaccination/nation/lots/allocate", form, follow_redirects=True).text
    recall = {"product": "AstraZeneca", "lot": "ABV7890", "reason": "nhiệt độ"}
    page = chief.post("/vaccination/nation/lots/recall", recall, follow_redirects=True).text
    assert "Đã ra lệnh thu hồi" in page
    people = r'<th scope="row">site-a</th><td>AstraZeneca</td><td class="number">2</td><td class="number">2</td>'
    assert re.search(people, page)
    assert [type(one.data) for one in heard(here) if isinstance(one.data, Allocation | Recall)] == [Recall, Allocation]
    assert [type(one.data) for one in heard(there) if isinstance(one.data, Allocation | Recall)] == [Recall]
    lifted = chief.post("/vaccination/nation/lots/recall", {**recall, "lifted": "1"}, follow_redirects=True).text
    assert "Không có lô nào bị thu hồi" in lifted


def test_the_recall_is_of_the_vaccine_that_was_looked_at_and_of_none_by_itself(
    platform: PlatformUnderTest, chief: Browser
) -> None:
    def chosen(path: str) -> list[str]:
        page = chief.get(f"/vaccination/nation/{path}").text
        return re.findall(
            r"<option selected>([^<]+)</option>", page.partition('id="c-product"')[2].partition("</select>")[0]
        )

    assert chosen("lots") == []
    body = Allocation(
        consignment="PX", site="s1", product="Comirnaty", lot="FF1", expiry="2099-01-01", vials=1, doses_per_vial=6
    )
    platform.appliance.record([Draft("vaccination.allocation", body)])
    assert chosen("lots?lot=FF1") == ["Comirnaty"]
    assert chosen("lots?lot=OTHER") == []
    assert "01/01/2099" in chief.get("/vaccination/nation/lots").text


@pytest.mark.parametrize("path", ["import", "lots", "figures"])
def test_the_menu_shows_where_one_is(platform: PlatformUnderTest, chief: Browser, path: str) -> None:
    marked = re.findall(r'<a href="([^"]+)" aria-current="page">', chief.get(f"/vaccination/nation/{path}").text)
    assert "/vaccination/nation/appointments" in marked


def test_who_was_turned_away_is_counted_by_reason(platform: PlatformUnderTest, chief: Browser) -> None:
    (here,) = sites(platform, ["site-a"])
    refused = [["no_consent"], ["no_consent", "expired_lot"], []]
    sent(here, [Draft("vaccination.not_given", NotGiven(reasons=reasons), person(1)) for reasons in refused])
    page = chief.get("/vaccination/nation/figures?since=2021-08-10&until=2021-08-10").text
    assert "Không tiêm được: 3 lượt" in page
    counted = re.findall(r'<th scope="row">([^<]+)</th><td class="number">(\d+)</td></tr>', page)
    assert counted == [("Chưa ký đồng ý", "2"), ("Lô hết hạn", "1")]
    assert "Không tiêm được" not in chief.get("/vaccination/nation/figures?since=2021-08-11&until=2021-08-11").text
