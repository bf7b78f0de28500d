"""A day at a vaccination site as whole processes: from the card at the kiosk to the green certificate that a stranger verifies, and a
recalled lot that finds its people on both sides.

The demo's own profiles, people and vials; platform, site and signer are real processes, asked over HTTP what their pages ask.
"""

from __future__ import annotations

import base64
import csv
import json
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import tomlkit
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding

from kiosk.settings.profile import find_profile
from kiosk.synthetic import Citizen
from plugins.demo import clinic
from tests.support import drawn_codes
from tests.support.processes import ROOT, START_SECONDS, eventually, get_json, kiosk, levels, run
from tests.support.running_kiosk import RunningKiosk
from tests.support.tcp_proxy import line_to
from tests.support.vaccination_http import HttpNurse

pytestmark = [pytest.mark.process, pytest.mark.timeout(1500)]

SEED, PIN, NURSE, CHIEF = 2021, "246810", "300", "100"
AZ = clinic.LOTS[0]
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"
OTHER_SCRIPT = ROOT / "tests" / "support" / "other_verifier.py"
OTHER = Path(sys.prefix) / "verifier" / "bin" / "python"
MAN = [one.sex == "male" and 1960 < one.birth_date.year < 2000 for one in clinic.people(SEED)]  # is asked least
HAD_ONE = next(one for place, one in enumerate(clinic.people(SEED)) if place % 2 and MAN[place])
HAD_NONE, COMES_LATE = [one for place, one in enumerate(clinic.people(SEED)) if not place % 2 and MAN[place]][:2]


@dataclass
class Visit:
    """What a person holds: the ticket's code, and after the dose the code on the slip."""

    ticket: str
    slip: str = ""
    dose: dict[str, Any] = field(default_factory=dict)


@dataclass
class Day:
    """A site and its platform, with staff signed in at both."""

    platform: RunningKiosk
    site: RunningKiosk
    nurse: HttpNurse
    chief: HttpNurse
    visits: dict[str, Visit] = field(default_factory=dict)

    def page(self, path: str) -> str:
        """A page of the platform, as the administrator sees it."""
        reply = self.chief.session.get(f"{self.platform.url}/vaccination/{path}", timeout=120)
        assert reply.status_code == 200, reply.text[:300]
        return str(reply.text)


# --- the appliances


def profile(folder: Path, name: str, **plugins: dict[str, Any]) -> Path:
    """The demo's profile, with more in its plugins' sections."""
    document = tomlkit.parse(find_profile(f"demo-{name}").read_text("utf-8"))
    for plugin, values in plugins.items():
        section = document.setdefault("plugin", {}).setdefault(plugin, {})
        for key, value in values.items():
            section[key] = value
    path = folder / f"{name}.toml"
    path.write_text(tomlkit.dumps(document), "utf-8")
    return path


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Day]:
    """Platform, site and signer at work; two people have gone through all five steps."""
    folder = tmp_path_factory.mktemp("day")
    platform = RunningKiosk(profile(folder, "platform"), folder / "platform", folder / "platform.log")
    line = line_to(platform)
    upstream = {
        "platform": line.url,
        "interval_seconds": 0.5,
        "pull_seconds": 1,
        "gather_seconds": 0.1,
    }
    own = profile(folder, "vaccination", upstream_sync=upstream, demo={"seed": SEED})
    site = RunningKiosk(own, folder / "site", folder / "site.log")
    code = json.loads(run([*kiosk("platform code", platform.profile, platform.data), "--site", clinic.SITE, "--json"]))
    platform.start()
    try:
        run([*kiosk("enrol", site.profile, site.data), code["code"], "--platform", line.url])
        for audience, kind, lines in clinic.published(SEED, clinic.today_at(datetime.now(UTC))):
            words = ["--audience", audience, "--kind", kind, "-"]
            run([*kiosk("platform publish", platform.profile, platform.data), *words], lines)
        operator(platform, CHIEF, "administrator")
        operator(site, NURSE, "medical_staff")
        with signing(platform, folder):
            site.start()
            made = Day(platform, site, HttpNurse(site.url, NURSE, PIN), HttpNurse(platform.url, CHIEF, PIN))
            eventually(lambda: AZ.lot in made.nurse.session.get(f"{site.url}/vaccination/stock", timeout=120).text)
            eventually(lambda: levels(site.url).get("signing") == "ok")  # the platform's word on its key
            for person in (HAD_ONE, HAD_NONE):
                through_all_steps(made, person)
            yield made
    finally:
        site.stop()
        platform.stop()
        line.close()


def operator(at: RunningKiosk, number: str, role: str) -> None:
    run([*kiosk("operator add", at.profile, at.data), "Người thử", "--id", number, "--role", role, "--pin-stdin"], PIN)


@contextmanager
def signing(platform: RunningKiosk, folder: Path) -> Iterator[None]:
    """The signer, with keys that the platform's process does not have."""
    keys = ["--keys", str(folder / "signer-keys")]
    run([*kiosk("vaccination signer init", platform.profile, platform.data), *keys])
    command = [
        *kiosk("vaccination signer run", platform.profile, platform.data),
        *keys,
        "--any-clock",
        "--pause",
        "0.5",
    ]
    with (folder / "signer.log").open("wb") as log:
        process = subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT, cwd=ROOT)
    try:
        yield
        assert process.poll() is None, (folder / "signer.log").read_text("utf-8")
    finally:
        process.terminate()
        process.wait(START_SECONDS)


# --- the five steps, each as its page asks


def through_all_steps(day: Day, person: Citizen) -> None:
    visit = day.visits[person.national_id] = arrive(day, person)
    screened(day, visit)
    vaccinated(day, visit)
    gone(day, visit)


def arrive(day: Day, person: Citizen) -> Visit:
    """The card before the kiosk's scanner, which sends everything twice."""
    key = str(uuid4())
    first = day.site.scan(person.cccd_2021(), key)
    assert first["decision"] == "admit", first
    assert day.site.scan(person.cccd_2021(), key)["ticket"] == first["ticket"]
    again = day.site.scan(person.cccd_2021(), str(uuid4()))
    assert again["ticket"]["number"] == first["ticket"]["number"], again
    return Visit(first["ticket"]["payload"])


def called(day: Day, step: str, table: str) -> str:
    """The next number at a table: its visit."""
    return str(ok(day.nurse.do(f"queue/{step}/{table}/next"))["current"]["visit"])


def screened(day: Day, visit: Visit) -> None:
    here = called(day, "screening", "1")
    state = ok(day.nurse.do("screening/1/person", visit=here))
    answers = {one["id"]: "no" for one in state["pack"]["questions"] if one["kind"] == "yes_no"}
    vitals = {"temperature_c": "36,8", "pulse_bpm": "72"}
    saved = ok(day.nurse.do("screening/1/save", visit=here, answers=answers, vitals=vitals))["saved"]
    assert saved["outcome"] == "eligible", saved
    consent = {"state": "given", "digest": state["consent"]["text"]["digest"], "strokes": SIGNED}
    ok(day.nurse.do("screening/1/consent", visit=here, **consent))


def at_the_table(day: Day, visit: Visit) -> dict[str, Any]:
    """What the table shows once ticket and vial are scanned."""
    scan = {"payload": visit.ticket, "source": "wedge", "expect": "who"}
    who = ok(day.nurse.do("injection/3/look", scan=scan, dose={}))["case"]["person"]["handle"]
    vial = {"payload": AZ.element_string(clinic.today_at(datetime.now(UTC))), "source": "wedge", "expect": "vial"}
    seen = ok(day.nurse.do("injection/3/look", scan=vial, dose={"who": who}))["case"]
    return {"case": seen, "dose": {"who": who, "glass": seen["vial"]["handle"]}}


def vaccinated(day: Day, visit: Visit) -> None:
    """Ticket, vial, confirm: and the nurse presses twice."""
    called(day, "injection", "3")
    before = set(papers(day))
    seen = at_the_table(day, visit)
    assert seen["case"]["may_give"], seen["case"]["findings"]
    key = str(uuid4())
    with ThreadPoolExecutor(2) as fingers:
        replies = list(
            fingers.map(lambda _: ok(day.nurse.do("injection/3/give", key=key, dose=seen["dose"])), range(2))
        )
    first, second = (one["given"] for one in replies)
    assert first["record"] == second["record"]
    assert sorted((first["again"], second["again"])) == [False, True]
    # the whole way once more, as from another page: it is known that this person has had today's dose
    status, refused = day.nurse.do("injection/3/give", dose=at_the_table(day, visit)["dose"])
    assert (status, refused["problem"]["code"]) == (409, "vaccination.dose_today_already"), refused
    visit.dose = first
    visit.slip = eventually(lambda: slip_among(set(papers(day)) - before))


def papers(day: Day) -> list[Path]:
    return sorted((day.site.data / "receipts").glob("*.png"))


def slip_among(fresh: set[Path]) -> str:
    """The proof's code on the paper that was printed after a dose."""
    codes = [text for paper in fresh for text in drawn_codes.on_paper(paper)]
    return next((text for text in codes if text.startswith("VNV1:")), "")


def gone(day: Day, visit: Visit) -> None:
    """The slip at the exit: too early, so that leaving takes a reason; nobody waits half an hour in a test."""
    shown = ok(day.nurse.do("observation/exit", payload=visit.slip))
    assert shown["verdict"] == "not_yet"
    assert shown["person"]["lot"] == AZ.lot
    ok(day.nurse.do("observation/leave", dose=shown["person"]["dose"], reason="đi thử một ngày ở điểm tiêm"))
    status, twice = day.nurse.do("observation/leave", dose=shown["person"]["dose"], reason="bấm hai lần")
    assert (status, twice["problem"]["code"]) == (409, "vaccination.left_already")


def ok(answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    status, reply = answer
    assert status == 200, (status, reply.get("problem"))
    return reply


# --- the certificate


def certificate(day: Day, person: Citizen, colour: str) -> str:
    """The official code on the citizen's page, read off it once the page has that colour."""
    until = time.monotonic() + 240
    while True:
        html = asked_for_certificate(day, person)
        if f'data-colour="{colour}"' in html:
            break
        assert time.monotonic() < until, re.sub(r"<[^>]+>|\s+", " ", html)[-600:]
        time.sleep(7)  # the page takes ten questions a minute from one address
    assert person.name in html
    assert AZ.lot in html
    (text,) = (one for one in drawn_codes.on_page(html) if one.startswith("HC1:"))
    return text


def asked_for_certificate(day: Day, person: Citizen) -> str:
    address = f"{day.platform.url}/vaccination/certificate"
    token = re.search(r'name="csrf_token" value="([^"]+)"', day.chief.session.get(address, timeout=120).text)
    assert token
    form = {
        "csrf_token": token[1],
        "code": day.visits[person.national_id].slip,
        "birth": f"{person.birth_date:%d/%m/%Y}",
    }
    return str(day.chief.session.post(address, data=form, timeout=120).text)


@pytest.fixture(scope="module")
def issued(day: Day) -> dict[str, str]:
    """The official code of who has had two doses, and of who has had the first."""
    return {"green": certificate(day, HAD_ONE, "green"), "yellow": certificate(day, HAD_NONE, "yellow")}


def trust_list(day: Day) -> dict[str, Any]:
    found: dict[str, Any] = get_json(f"{day.platform.url}/vaccination/api/trust-list")
    return found


def test_the_slips_say_which_dose_it_was(day: Day) -> None:
    two, one = day.visits[HAD_ONE.national_id].dose, day.visits[HAD_NONE.national_id].dose
    assert [(two["number"], two["total"], two["next_on"]), (one["number"], one["total"])] == [(2, 2, ""), (1, 2)]
    assert one["next_on"]
    assert {two["lot"], one["lot"]} == {AZ.lot}


def test_the_projects_own_verifier_reads_the_official_codes(day: Day, issued: dict[str, str], tmp_path: Path) -> None:
    trust = tmp_path / "trust.json"
    trust.write_text(json.dumps(trust_list(day)), "utf-8")
    plain = [sys.executable, "-m", "kiosk", "read"]
    read = {name: json.loads(run([*plain, text, "--trust", str(trust), "--json"])) for name, text in issued.items()}
    assert {name: one["trust"] for name, one in read.items()} == {"green": "verified", "yellow": "verified"}
    stranger = json.loads(run([*plain, issued["green"], "--json"]))
    assert stranger["trust"] != "verified"  # without the list nobody vouches for it


@pytest.mark.skipif(not OTHER.exists(), reason="no other verifier is installed (make setup-test puts cwt there)")
def test_a_verifier_that_others_wrote_reads_them_too(day: Day, issued: dict[str, str]) -> None:
    ders = [base64.b64decode(one["rawData"]) for one in trust_list(day)["certificates"]]
    pems = [x509.load_der_x509_certificate(der).public_bytes(Encoding.PEM).decode() for der in ders]
    said = {}
    for name, text in issued.items():
        asked = json.dumps({"text": text, "certificates": pems})
        done = subprocess.run([OTHER, "-I", OTHER_SCRIPT], input=asked, capture_output=True, text=True, timeout=120)
        said[name] = json.loads(done.stdout)
        assert said[name]["verified"], said[name]
    doses = {name: one["content"]["v"][0] for name, one in said.items()}
    assert {name: (one["dn"], one["sd"]) for name, one in doses.items()} == {"green": (2, 2), "yellow": (1, 2)}
    today = clinic.today_at(datetime.now(UTC)).isoformat()
    assert {one["dt"] for one in doses.values()} == {today}
    assert said["green"]["content"]["dob"] == HAD_ONE.birth_date.isoformat()


# --- what the nation sees


def test_the_platform_has_every_dose_once_with_its_lot(day: Day, issued: dict[str, str]) -> None:
    today = clinic.today_at(datetime.now(UTC)).isoformat()
    rows = list(csv.reader(day.page(f"nation/figures.csv?since={today}&until={today}").splitlines()))[1:]
    here = [today, clinic.SITE, AZ.product, AZ.lot]
    assert sorted(rows) == [[*here, "1", "1"], [*here, "2", "1"]]
    assert got_it(day.page(f"nation/lots?lot={AZ.lot}")) == ("2", "2")


def got_it(html: str) -> tuple[str, ...]:
    """People and doses of a lot at the demo's site, as the platform's page of lots has them."""
    found = re.search(
        rf'<th scope="row">{clinic.SITE}</th><td>{AZ.product}</td><td class="number">(\d+)</td><td class="number">(\d+)</td>',
        html,
    )
    return found.groups() if found else ()


def test_a_recall_stops_the_lot_at_the_table_and_finds_its_people_on_both_sides(day: Day) -> None:
    visit = arrive(day, COMES_LATE)
    screened(day, visit)
    called(day, "injection", "3")
    seen = at_the_table(day, visit)
    assert seen["case"]["may_give"], seen["case"]["findings"]

    # the confirm is already on the screen when the nation takes the lot back
    form = {"csrf_token": day.chief.token, "product": AZ.product, "lot": AZ.lot, "reason": "thử thu hồi"}
    said = day.chief.session.post(f"{day.platform.url}/vaccination/nation/lots/recall", data=form, timeout=120)
    assert got_it(said.text) == ("2", "2")
    stock = f"{day.site.url}/vaccination/stock"
    eventually(lambda: "thử thu hồi" in day.nurse.session.get(stock, timeout=120).text)

    status, refused = day.nurse.do("injection/3/give", dose=seen["dose"])
    assert (status, refused["problem"]["code"]) == (409, "vaccination.recalled_lot"), refused
    assert refused["table"]["vial"]["usable"] is False
    lot = {"product": AZ.product, "lot": AZ.lot}
    people = day.nurse.session.get(f"{stock}/people", params=lot, timeout=120).text
    names = re.findall(r'<tr><th scope="row">([^<]+)</th>', people)
    assert sorted(names) == sorted((HAD_ONE.name, HAD_NONE.name))


def test_everything_was_sent_and_no_log_names_anybody(day: Day) -> None:
    eventually(lambda: levels(day.site.url)["sync.backlog"] == "ok")
    for log in (day.site.log(), day.platform.log()):
        for person in (HAD_ONE, HAD_NONE, COMES_LATE):
            assert person.national_id not in log
            assert person.name not in log
