"""A site's day on one device: 3,000 people through the five steps, twelve staff clients at once over HTTP, as fast as they can. Then the
journal is held against what the clients were told: nobody lost, nobody twice. ``KIOSK_BENCH_PEOPLE`` makes a shorter day.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from queue import Empty, SimpleQueue
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import load
from bench_checkpoint import SERVE
from bench_dose import GTIN, LOT, PROFILE, vaccine
from bench_scan import HELLO, started

from kiosk.appliance import Appliance
from kiosk.operators.register import Role
from kiosk.settings.profile import read_profile
from kiosk.synthetic import Citizen, citizens
from tests.support.appliance import SetClock, assert_whole, records
from tests.support.staff import PIN, add_operator
from tests.support.vaccination_http import HttpNurse

PEOPLE = int(os.environ.get("KIOSK_BENCH_PEOPLE", "3000"))
DAY_SECONDS = 8 * 3600
DESKS, SCREENING, INJECTION, EXITS = 2, ("1", "2", "5", "6"), ("3", "4", "7", "8"), 2  # twelve clients
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"
STUCK_SECONDS = 60.0


class Day:
    """The people of one day between the steps, and what went wrong."""

    def __init__(self, people: list[Citizen]) -> None:
        self.coming: SimpleQueue[Citizen] = SimpleQueue()
        for one in people:
            self.coming.put(one)
        self.people = len(people)
        self.leaving: SimpleQueue[str] = SimpleQueue()  # the doses of those who are observed
        self.done: Counter[str] = Counter()
        self.errors: list[str] = []
        self.lock = threading.Lock()
        self.tenth: Callable[[], None] = lambda: None

    def did(self, step: str) -> None:
        with self.lock:
            self.done[step] += 1
            first = step == "left" and self.done[step] == self.people // 10
        if first:
            self.tenth()

    def over(self, step: str) -> bool:
        return self.done[step] >= self.people or bool(self.errors)


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "bench.toml").write_text(PROFILE, "utf-8")
        _prepare(folder)
        site, port = started([sys.executable, "-c", SERVE, str(folder / "bench.toml"), str(folder / "data")])
        day, kept = Day(list(islice(_adults(), PEOPLE))), {}
        day.tenth = lambda: kept.update(tenth=_resident(site.pid))
        try:
            seconds = _run(day, f"http://127.0.0.1:{port}")
            kept["end"] = _resident(site.pid)
        finally:
            site.terminate()
            site.wait(60)
        assert not day.errors, day.errors[:3]
        _check(folder, day.people)
        hello, hello_port = started([sys.executable, "-c", HELLO])
        try:
            bare, _ = load.saturate(hello_port, 12, 3.0, lambda _: load.request_bytes("GET", "/"))
        finally:
            hello.terminate()
            hello.wait(20)
    what = f"a site day: {day.people} people, five steps, 12 clients, one device"
    pace = DAY_SECONDS * day.people / 3000 / seconds
    grown = kept["end"] - kept["tenth"]
    least = f"bare Flask hello, 12 clients: {bare:.0f} requests/s"
    return [
        _row(f"{what}: minutes", seconds / 60, "min", least, "–", None),
        _row(f"{what}: pace", pace, "× real time", least, "≥ 10", pace >= 10),
        _row(f"{what}: resident at the end", kept["end"], "MB", f"after a tenth {kept['tenth']:.0f} MB", "flat (≤ +10 %)",
             grown <= kept["tenth"] * 0.1),
    ]  # fmt: skip


def _run(day: Day, url: str) -> float:
    """Seconds from the first card to the last person gone."""
    clients: list[threading.Thread] = []
    numbers = iter(range(101, 200))

    def client(work: Callable[[Day, HttpNurse, str], None], at: str) -> None:
        nurse = HttpNurse(url, str(next(numbers)), PIN)

        def run() -> None:
            try:
                work(day, nurse, at)
            except Exception as error:
                day.errors.append(f"{work.__name__}: {type(error).__name__}: {error}")

        clients.append(threading.Thread(target=run))

    for place in range(DESKS):
        client(_desk, str(place))
    for table in SCREENING:
        client(_screening, table)
    for table in INJECTION:
        client(_injection, table)
    for place in range(EXITS):
        client(_exit, str(place))
    begun = time.perf_counter()
    for one in clients:
        one.start()
    while any(one.is_alive() for one in clients):
        time.sleep(0.05)
    return time.perf_counter() - begun


# --- the steps, each as its page asks


def _desk(day: Day, nurse: HttpNurse, _at: str) -> None:
    while not day.errors:
        try:
            person = day.coming.get_nowait()
        except Empty:
            return
        reply = _ok(nurse.do("desk/scan", payload=person.cccd_2021(), source="wedge"))
        assert reply["answer"]["decision"] == "admit", reply["answer"]["findings"]
        day.did("arrived")


def _screening(day: Day, nurse: HttpNurse, table: str) -> None:
    for visit, _ in _called(day, nurse, "screening", table, "screened"):
        state = _ok(nurse.do(f"screening/{table}/person", visit=visit))
        answers = {one["id"]: "no" for one in state["pack"]["questions"] if one["kind"] == "yes_no"}
        vitals = {"temperature_c": "36,8", "pulse_bpm": "72"}
        saved = _ok(nurse.do(f"screening/{table}/save", visit=visit, answers=answers, vitals=vitals))
        assert saved["saved"]["outcome"] in ("eligible", "caution"), saved["saved"]
        consent = {"state": "given", "digest": state["consent"]["text"]["digest"], "strokes": SIGNED}
        _ok(nurse.do(f"screening/{table}/consent", visit=visit, **consent))
        day.did("screened")


def _injection(day: Day, nurse: HttpNurse, table: str) -> None:
    for _, ticket in _called(day, nurse, "injection", table, "vaccinated"):
        scan = {"payload": ticket, "source": "typed", "expect": "who"}
        glass = {"code": f"01{GTIN}1760123110{LOT}"}
        seen = _ok(nurse.do(f"injection/{table}/look", scan=scan, dose={"glass": glass}))
        dose = {"who": seen["case"]["person"]["handle"], "glass": glass, "asked_document": True}
        given = _ok(nurse.do(f"injection/{table}/give", dose=dose))["given"]
        day.leaving.put(given["record"])
        day.did("vaccinated")


def _exit(day: Day, nurse: HttpNurse, _at: str) -> None:
    while not day.over("left"):
        try:
            dose = day.leaving.get(timeout=0.1)
        except Empty:
            continue
        # nobody waits half an hour in a benchmark: leaving early is the longer way, with a reason
        _ok(nurse.do("observation/leave", dose=dose, reason="đo tốc độ"))
        day.did("left")


def _called(day: Day, nurse: HttpNurse, step: str, table: str, done: str) -> Iterator[tuple[str, str]]:
    """Visit and ticket of each number that this table calls, until everybody is through."""
    until = time.perf_counter() + STUCK_SECONDS
    while not day.over(done):
        status, reply = nurse.do(f"queue/{step}/{table}/next")
        if status == 409:
            assert reply["problem"]["code"] == "vaccination.nobody_waits", reply["problem"]
            assert time.perf_counter() < until, f"nobody came to {step} for {STUCK_SECONDS:.0f} s"
            time.sleep(0.02)
            continue
        assert status == 200, reply
        until = time.perf_counter() + STUCK_SECONDS
        yield reply["current"]["visit"], reply["current"]["ticket"]


def _ok(answer: tuple[int, dict[str, Any]]) -> dict[str, Any]:
    status, reply = answer
    assert status == 200, (status, reply.get("problem"))
    return reply


# --- before and after


def _prepare(folder: Path) -> None:
    appliance = _opened(folder)
    vaccine(appliance, LOT, PEOPLE)
    for operator in range(101, 101 + DESKS + len(SCREENING) + len(INJECTION) + EXITS):
        add_operator(appliance, str(operator), Role.MEDICAL_STAFF)
    _close(appliance)


def _check(folder: Path, people: int) -> None:
    """Every person once at every step, no vial with more doses than it holds, and the tables equal a replay."""
    appliance = _opened(folder)
    try:
        own = records(appliance)
        counts = Counter(one.kind for one in own)
        doses = [one for one in own if one.kind == "vaccination.dose"]
        assert len({one.citizen for one in doses}) == len(doses) == people, (len(doses), people)
        for kind in ("screening", "consent", "left"):
            assert counts[f"vaccination.{kind}"] == people, (kind, counts)
        assert max(Counter(one.data.vial for one in doses).values()) <= 10
        tickets = [one.data.ticket for one in own if one.kind == "self_check_in.visit"]
        assert len(set(tickets)) == people
        assert_whole(appliance)
    finally:
        _close(appliance)


def _opened(folder: Path) -> Appliance:
    appliance = Appliance(read_profile(folder / "bench.toml"), folder / "data", clock=SetClock())
    appliance.load_plugins()
    appliance.open()
    appliance.journal.start()
    return appliance


def _close(appliance: Appliance) -> None:
    appliance.journal.stop()
    appliance.runner.stop()
    appliance.database.close()


def _adults() -> Iterator[Citizen]:
    """Of whom screening asks neither about a pregnancy nor more vital signs than are measured here."""
    seen: set[str] = set()
    for one in citizens(random.Random(17)):
        if one.sex == "male" and 1960 < one.birth_date.year < 2000 and one.national_id not in seen:
            seen.add(one.national_id)
            yield one


def _resident(process: int) -> float:
    """Megabytes of memory that a process has."""
    for line in Path(f"/proc/{process}/status").read_text("ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    raise ValueError("no VmRSS")


def _row(what: str, value: float, unit: str, yardstick: str, goal: str, met: bool | None) -> dict[str, Any]:
    return {"what": what, "value": value, "unit": unit, "yardstick": yardstick, "goal": goal, "met": met}


if __name__ == "__main__":
    for row in rows():
        print(row)
