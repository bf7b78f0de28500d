"""The supervisor's day: figures equal a replay, closing, what changes afterwards, the signed report and the exports."""

from __future__ import annotations

import csv
import hashlib
import io
import itertools
import json
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import rfc8785
from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from kiosk.appliance import Appliance
from kiosk.domain import Decision
from kiosk.journal.replay import replay
from kiosk.operators.register import Role
from plugins.vaccination.day import pdf, signing
from plugins.vaccination.day.closing import changes
from plugins.vaccination.day.commands import verify_report
from plugins.vaccination.day.csv_export import BOM, guarded, table
from plugins.vaccination.day.figures import figures
from plugins.vaccination.day.findings import findings_of
from plugins.vaccination.day.stock import Movement, lots_of
from plugins.vaccination.records.after import Left, Reaction
from plugins.vaccination.records.care import Dose, NotGiven, Was
from plugins.vaccination.records.people import Person
from plugins.vaccination.records.stock import Counted, Received, Temperature, Transferred, Wasted
from tests.support.appliance import assert_whole, show
from tests.support.vaccination import (
    CROWD,
    Nurse,
    arrive,
    citizen_of,
    dose,
    of_kind,
    ready,
    record,
    screen,
    today,
)

MOVEMENTS = st.lists(
    st.builds(
        Movement,
        st.sampled_from(["AstraZeneca", "Comirnaty"]),
        st.sampled_from(["A1", "B/2"]),
        st.integers(20210801, 20210806),
        st.sampled_from(["received", "given", "wasted", "transferred"]),
        st.integers(0, 10_000),
    ),
    max_size=40,
)


@pytest.fixture
def supervisor(site: Appliance) -> Nurse:
    return Nurse(site, "15", Role.ADMINISTRATOR, address="192.0.2.15")


def busy_day(site: Appliance) -> str:
    """Two doses, one refused, one postponed, stock in every way. Returns the record of the first dose."""
    lot: dict[str, Any] = {"product": "AstraZeneca", "lot": "ABV1234"}
    received = Received(consignment="C1", expiry="2031-01-01", vials=5, doses_per_vial=10, **lot)
    record(site, "received", received)
    first = str(dose(site, ready(site, CROWD[0])).id)
    dose(site, ready(site, CROWD[1]))
    screen(site, arrive(site, CROWD[2]), "postpone", reasons=["acute_illness"])
    refused = arrive(site, CROWD[3])
    body = NotGiven(visit=refused.visit, product="AstraZeneca", lot="=1+1", reasons=["expired_lot"])
    record(site, "not_given", body, refused.citizen)
    record(site, "wasted", Wasted(doses=8, reason="left_over", **lot))
    record(site, "transferred", Transferred(vials=1, doses_per_vial=10, to_site="other", **lot))
    record(site, "counted", Counted(vials=3, **lot))
    for celsius in (2.5, 9.0):
        record(site, "temperature", Temperature(store="TL1", celsius=celsius, within=celsius < 8))
    citizen = citizen_of(site, CROWD[0])
    record(site, "reaction", Reaction(dose=first, lot="ABV1234", grade=2, signs=["hives", "short_of_breath"]), citizen)
    record(site, "left", Left(dose=first, early=True, reason="Tự ý về", minutes=12), citizen)
    return first


def day_number(site: Appliance) -> int:
    return int(today(site).replace("-", ""))


def all_figures(site: Appliance) -> dict[str, Any]:
    with site.session() as session:
        return figures(session, site.host.plugin("vaccination").site, day_number(site))


@given(MOVEMENTS)
def test_every_lot_balances_on_every_day_and_its_rest_is_the_next_opening(movements: list[Movement]) -> None:
    days = range(20210801, 20210808)
    for one in lots_of(movements, days[-1]):
        mine = [move for move in movements if (move.product, move.lot) == (one.product, one.lot)]
        totals = {
            kind: sum(move.doses for move in mine if move.kind == kind)
            for kind in ("received", "given", "wasted", "transferred")
        }
        assert one.left == totals["received"] - totals["given"] - totals["wasted"] - totals["transferred"]
    for day, following in itertools.pairwise(days):
        left = {(one.product, one.lot): one.left for one in lots_of(movements, day)}
        for one in lots_of(movements, following):
            assert one.opening == left.get((one.product, one.lot), 0)
            assert one.left == one.opening + one.received - one.given - one.wasted - one.transferred
    assert lots_of(reversed(movements), days[-1]) == lots_of(movements, days[-1]), "the order of arrival is nothing"


def test_the_day_adds_up_and_equals_a_replay(site: Appliance) -> None:
    busy_day(site)
    found = all_figures(site)
    (lot,) = found["lots"]
    assert lot == {
        "product": "AstraZeneca", "lot": "ABV1234", "opening": 0, "received": 50, "given": 2, "wasted": 8,
        "transferred": 10, "left": 30, "counted_vials": 3, "counted": 30,
    }  # fmt: skip
    assert (found["arrivals"], found["doses"], found["left_early"]) == (4, 2, 1)
    assert found["screened"] == {"eligible": 2, "postpone": 1}
    assert (found["screening_reasons"], found["not_given"]) == ({"acute_illness": 1}, {"expired_lot": 1})
    assert found["doses_by_hour"] == {"09": 2}
    assert {"step": "injection", "table": "3", "people": 2} in found["tables"]
    assert found["reactions"] == {"2": 1}
    assert found["temperatures"] == [{"store": "TL1", "readings": 2, "lowest": "2.5", "highest": "9.0", "outside": 1}]
    replay(site.database, site.host, site.kinds)
    assert all_figures(site) == found
    assert_whole(site)


def test_a_dose_voided_after_the_day_was_closed_shows_as_changed(site: Appliance, supervisor: Nurse) -> None:
    first = busy_day(site)
    close(supervisor)
    (closed,) = of_kind(site, "day_closed")
    assert closed.data.digest == hashlib.sha256(rfc8785.dumps(all_figures(site))).hexdigest()
    assert "Đã đổi sau khi chốt" not in supervisor.get("day")
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site))
    said: dict[str, Any] = {
        "product": "AstraZeneca",
        "lot": "ABV1234",
        "number": 1,
        "total": 2,
        "given_on": today(site),
    }
    body = Dose(amends=first, was=was, void=True, reason="ghi nhầm người", **said)
    record(site, "dose", body, citizen_of(site, CROWD[0]))
    assert "Đã đổi sau khi chốt" in supervisor.get("day")
    now = changes(json.loads(closed.data.report), all_figures(site))
    assert ("doses", "2", "1") in now
    assert ("lots › AstraZeneca ABV1234 › given", "2", "1") in now
    assert ("lots › AstraZeneca ABV1234 › left", "30", "31") in now
    close(supervisor)
    assert "Đã đổi sau khi chốt" not in supervisor.get("day"), "closed again, the newest counts"


def close(supervisor: Nurse) -> None:
    said = {"csrf_token": supervisor.token, "key": str(uuid4()), "note": "đủ"}
    reply = supervisor.browser.client.post(
        f"/vaccination/day/{today(supervisor.appliance)}/close",
        data=said,
        environ_base={"REMOTE_ADDR": supervisor.browser.address},
    )
    assert reply.status_code == 303, reply.text[:300]


def file_of(supervisor: Nurse, name: str) -> bytes:
    reply = supervisor.browser.get(f"/vaccination/day/{today(supervisor.appliance)}/{name}")
    assert reply.status_code == 200, reply.text[:300]
    return bytes(reply.data)


def test_the_signed_report_verifies_and_a_changed_one_does_not(
    site: Appliance, supervisor: Nurse, tmp_path: Path
) -> None:
    busy_day(site)
    close(supervisor)
    data = file_of(supervisor, "report")
    assert data.startswith(b"%PDF-")
    file, key, other = tmp_path / "day.pdf", tmp_path / "key.pem", tmp_path / "other.pem"
    file.write_bytes(data)
    key.write_bytes(file_of(supervisor, "key"))
    assert run(file, "--key", key) == 0
    assert run(file) == 2, "whose key it is was not said"
    other.write_text(other_key())
    assert run(file, "--key", other) == 1
    report = pdf.taken_from(data)
    forged = signing.SignedReport(
        report.report.replace('"doses":2', '"doses":9'),
        report.writer,
        report.closed_at_ms,
        report.key,
        report.signature,
    )
    file.write_bytes(pdf.draw(forged))
    assert run(file, "--key", key) == 1
    file.write_bytes(data.replace(b"/Page", b"/Pagf", 1))
    assert run(file, "--key", key) == 1, "the figures are whole, the pages are not"


def other_key() -> str:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    public = Ed25519PrivateKey.generate().public_key()
    return public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo).decode()


def run(file: Path, *more: object) -> int:
    return CliRunner().invoke(verify_report, [str(file), *map(str, more)]).exit_code


@given(st.binary(max_size=300) | st.text(max_size=200).map(str.encode))
def test_foreign_bytes_are_no_report(data: bytes) -> None:
    with pytest.raises(signing.BadReport):
        pdf.taken_from(b"%PDF /Keywords (" + data + b") x")
    with pytest.raises(signing.BadReport):
        signing.verify(signing.opened(data.decode("latin-1")))


@given(st.text(max_size=12))
def test_no_cell_of_a_spreadsheet_is_a_formula(text: str) -> None:
    cell = guarded(text)
    assert not cell.lstrip(" \u00a0").startswith(("=", "+", "-", "@", "\t", "\r", "\n"))
    assert cell.removeprefix("'") == text or cell == text
    data = table(["a"], [[text]])
    assert data.startswith(BOM.encode())
    assert list(csv.reader(io.StringIO(data.decode("utf-8-sig"), newline="")))[1] == [cell]


@pytest.mark.parametrize("text", ["=1+1", "＝1+1", "＋1", "－1", "＠SUM(1)", " =1+1", "\u00a0=1+1", "  ＝1", "\t=1"])
def test_each_way_to_begin_a_formula_is_guarded(text: str) -> None:
    assert guarded(text) == "'" + text


def test_the_list_of_doses_opens_in_a_spreadsheet_without_running_anything(site: Appliance, supervisor: Nurse) -> None:
    visitor = ready(site, CROWD[0])
    dose(site, visitor, lot="=2+5", vial="@SUM(1)")
    record(site, "person", Person(name="=HYPERLINK(1)", source="typed"), visitor.citizen)
    rows = list(csv.reader(io.StringIO(file_of(supervisor, "doses").decode("utf-8-sig"), newline="")))
    assert len(rows) == 2
    assert {"'=2+5", "'@SUM(1)", "'=HYPERLINK(1)"} <= set(rows[1])


def test_only_an_administrator_sees_the_day_and_every_export_is_on_record(
    site: Appliance, nurse: Nurse, supervisor: Nurse
) -> None:
    nurse.get("day", 403)
    nurse.get(f"day/{today(site)}/doses", 403)
    file_of(supervisor, "doses")
    from tests.support.appliance import records

    assert any("vaccination_day_doses" in (one.body or "") for one in records(site))
    assert supervisor.browser.get("/vaccination/day/1999-13-01/doses").status_code == 404


def test_what_stops_people_stands_by_reason_and_hour(site: Appliance, supervisor: Nurse) -> None:
    first = busy_day(site)
    assert show(site, "không phải mã gì").decision is Decision.REFER
    said: dict[str, Any] = {
        "product": "AstraZeneca",
        "lot": "BAD1",
        "number": 1,
        "total": 2,
        "given_on": today(site),
        "warnings": ["recalled_lot"],
    }
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site))
    record(site, "dose", Dose(amends=first, was=was, reason="chọn nhầm lọ", **said), citizen_of(site, CROWD[0]))
    visitor = arrive(site, CROWD[4])
    body = NotGiven(visit=visitor.visit, reasons=["expired_lot", "no_consent"])
    record(site, "not_given", body, visitor.citizen)
    plugin = site.host.plugin("vaccination").site
    with site.session() as session:
        found = [(one.step, one.code, one.hours) for one in findings_of(session, plugin, day_number(site))]
        assert findings_of(session, plugin, day_number(site) + 1) == []
    assert found == [
        ("arrival", "core.unknown_code", {"09": 1}),
        ("screening", "acute_illness", {"09": 1}),
        ("injection", "expired_lot", {"09": 2}),
        ("injection", "no_consent", {"09": 1}),
        ("corrected", "recalled_lot", {"09": 1}),
    ]
    page = supervisor.get("day")
    line = page.partition("Bản sửa có cảnh báo</td>")[2].partition("</tr>")[0]
    assert "Lô bị thu hồi" in line
    assert "09h: 1" in line
    assert all_figures(site)["corrected_in_spite"] == {"recalled_lot": 1}
    close(supervisor)
    report = pdf.taken_from(file_of(supervisor, "report"))
    assert "Bản sửa có cảnh báo, theo lý do" in words_on_paper(report, "vi")
    assert "Corrections in spite of a finding" in words_on_paper(report, "en")


def test_a_dose_that_was_taken_back_brings_no_finding_to_the_day(site: Appliance) -> None:
    visitor = ready(site, CROWD[0])
    given = dose(site, visitor, warnings=["expiry_differs"])
    was = Was(product="AstraZeneca", lot="ABV1234", number=1, given_on=today(site))
    more: dict[str, Any] = {"amends": str(given.id), "was": was, "void": True, "reason": "chưa tiêm"}
    dose(site, visitor, warnings=["expiry_differs"], **more)
    with site.session() as session:
        found = findings_of(session, site.host.plugin("vaccination").site, day_number(site))
    assert [(one.step, one.code, one.count) for one in found] == [("given", "expiry_differs", 1)], "as it was said then"
    assert "corrected_in_spite" not in all_figures(site)


def words_on_paper(report: signing.SignedReport, language: str) -> str:
    """What a reader of the report reads, as it goes to ReportLab."""
    found: list[str] = []

    def collect(part: Any) -> None:
        found.append(getattr(part, "text", ""))
        for row in getattr(part, "_cellvalues", ()):
            for cell in row:
                for one in cell if isinstance(cell, list) else [cell]:
                    collect(one) if hasattr(one, "wrap") else found.append(str(one))

    figures_of = report.figures
    for part in pdf._story(pdf.Words(language), report, figures_of, figures_of["site_name"], figures_of["time_zone"]):
        collect(part)
    return "\n".join(found)


def test_the_report_and_the_list_of_doses_come_in_the_reader_s_language(
    site: Appliance, supervisor: Nurse, tmp_path: Path
) -> None:
    busy_day(site)
    close(supervisor)
    key = tmp_path / "key.pem"
    key.write_bytes(file_of(supervisor, "key"))
    made = {}
    for language, title, lot in (("vi", "BÁO CÁO NGÀY TIÊM CHỦNG", "Số lô"), ("en", "VACCINATION DAY REPORT", "Lot")):
        file = tmp_path / f"{language}.pdf"
        file.write_bytes(file_of(supervisor, f"report?lang={language}"))
        assert run(file, "--key", key) == 0, "either language is the device's own drawing"
        report = pdf.taken_from(file.read_bytes())
        made[language] = (file.read_bytes(), report.signature)
        assert title in words_on_paper(report, language)
        head = file_of(supervisor, f"doses?lang={language}").decode("utf-8-sig").splitlines()[0]
        assert f'"{lot}"' in head
    assert made["vi"][0] != made["en"][0]
    assert made["vi"][1] == made["en"][1], "the figures are signed, not their words"
    letters = set("ắằẳẵặđốồổỗộướờởỡợ")
    assert letters & set(words_on_paper(report, "vi"))
    assert not letters & set(words_on_paper(report, "en")), "no word of the report is left in Vietnamese"
