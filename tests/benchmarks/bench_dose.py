"""Recording a dose over HTTP on one core: every check, the durable record, its tables, the slip composed behind the answer. Beside it
a bare Flask "hello" and one durable insert, in the same run.
"""

from __future__ import annotations

import json
import os
import random
import sys
import tempfile
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
import load
from bench_checkpoint import _durable_inserts
from bench_scan import HELLO, started

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.operators.register import Role
from kiosk.settings.profile import read_profile
from kiosk.synthetic import citizens
from plugins.vaccination.records import Allocation, Received
from plugins.vaccination.records.care import Consent, Screening
from tests.support.appliance import SetClock, show
from tests.support.processes import kiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination_http import HttpNurse

PROFILE = """
role = "kiosk"
plugins = ["citizen_id", "self_check_in", "receipt_printing", "vaccination"]
[site]
id = "bench-site"
name = "Bench"
clock_set_by_hand = true
lane = "A"
[plugin.receipt_printing]
width = 80
printer = { kind = "network", host = "127.0.0.1", port = 9100 }
[plugin.vaccination]
screening_tables = ["1", "2", "5", "6"]
injection_tables = ["3", "4", "7", "8"]
"""
# the twin of a network printer, in a process of its own: a real one draws its paper itself
PRINTER = """
import time
from hardware.virtual.escpos.device import PrinterDevice
from hardware.virtual.escpos.interpreter import DOTS
from hardware.virtual.escpos.tcp import VirtualPrinter
twin = VirtualPrinter(PrinterDevice(DOTS[80]), port=0)
twin.start()
print(f"http://127.0.0.1:{twin.port}/", flush=True)
time.sleep(86400)
"""
LOT, GTIN = "BENCH01", "00303101222105"
WARM, RATE, SECONDS = (
    40,
    10,
    50,
)  # doses before; doses a second, and for how long: a site of 3,000 a day gives 0.1 a second


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who may be vaccinated: what a table's page holds of them after the scan."""

    citizen: str
    visit: str
    ticket: str


def rows() -> list[dict[str, Any]]:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        printer, printer_port = started([sys.executable, "-c", PRINTER])
        (folder / "bench.toml").write_text(PROFILE.replace("9100", str(printer_port)), "utf-8")
        people = prepared(folder, WARM + RATE * SECONDS)
        site, port = started([*kiosk("run", folder / "bench.toml", folder / "data"), "--port", "0"], one_core=True)
        hello, hello_port = started([sys.executable, "-c", HELLO], one_core=True)
        try:
            nurse = HttpNurse(f"http://127.0.0.1:{port}", "31", PIN)
            make = doses(nurse, people)
            load.paced(port, RATE, WARM / RATE, make)
            worked = processor_seconds(site.pid)
            taken = load.paced(port, RATE, SECONDS, lambda number: make(number + WARM))
            worked = processor_seconds(site.pid) - worked
            must_be_given(nurse, WARM + RATE * SECONDS)
            bare = load.paced(hello_port, RATE, 10, lambda _: load.request_bytes("GET", "/"))
            durable = _durable_inserts(folder)
        finally:
            for process in (site, hello, printer):
                process.terminate()
                process.wait(30)
    what = "record a dose (checks, durable, tables, slip) over HTTP on one core"
    flask, disk = (load.percentile(some, 0.99) * 1000 for some in (bare, durable))
    yardstick = f"p99 of bare Flask hello {flask:.1f} ms, of one durable SQLite insert {disk:.1f} ms"
    found = []
    for name, share, most in (("p50", 0.5, None), ("p99", 0.99, 40)):
        value = load.percentile(taken, share) * 1000
        goal, met = (f"≤ {most} ms", value <= most) if most else ("–", None)
        found.append(
            {"what": f"{what}, {name}", "value": value, "unit": "ms", "yardstick": yardstick, "goal": goal, "met": met}
        )
    each = worked / (RATE * SECONDS) * 1000
    found.append(
        {"what": "the same, processor time of the device's process for each dose", "value": each, "unit": "ms",
         "yardstick": yardstick, "goal": "–", "met": None}
    )  # fmt: skip
    return found


def prepared(folder: Path, count: int) -> list[Person]:
    """A site in ``folder`` with vaccine, a nurse, and ``count`` people who came, were examined and agreed."""
    appliance = Appliance(read_profile(folder / "bench.toml"), folder / "data", clock=SetClock())
    appliance.load_plugins()
    appliance.open()
    appliance.journal.start()
    try:
        vaccine(appliance, LOT, 2000)
        add_operator(appliance, "31", Role.MEDICAL_STAFF)
        return [_ready(appliance, one) for one in islice(citizens(random.Random(5)), count)]
    finally:
        appliance.journal.stop()
        appliance.runner.stop()
        appliance.database.close()


def vaccine(appliance: Appliance, lot: str, vials: int) -> None:
    """A lot of vials of ten doses, allotted and received."""
    said: dict[str, Any] = {
        "consignment": f"C-{lot}", "product": "AstraZeneca", "gtin": GTIN, "lot": lot, "expiry": "2060-12-31",
        "vials": vials, "doses_per_vial": 10,
    }  # fmt: skip
    allotted = Allocation(site=appliance.station.site, **said)
    appliance.record([Draft("vaccination.allocation", allotted), Draft("vaccination.received", Received(**said))], "31")


def _ready(appliance: Appliance, citizen: Any) -> Person:
    answer = show(appliance, citizen.cccd_2021())
    assert answer.ticket, answer.findings
    who, visit = appliance.pseudonym(citizen.national_id), str(answer.key)
    examined = Screening(visit=visit, pack="bench", pack_digest="0" * 64, outcome="eligible")
    agreed = Consent(visit=visit, text_id="bench", text_digest="0" * 64, state="given")
    drafts = [Draft("vaccination.screening", examined, who), Draft("vaccination.consent", agreed, who)]
    appliance.record(drafts, "31")
    return Person(who, visit, answer.ticket["number"])


def doses(nurse: HttpNurse, people: Sequence[Person]) -> Callable[[int], bytes]:
    """Makes the confirm of the n-th person: ten of each vial."""
    cookies = "; ".join(f"{one.name}={one.value}" for one in nurse.session.cookies)
    head = f"Cookie: {cookies}\r\nX-CSRFToken: {nurse.token}\r\nAccept: application/json\r\n"

    def make(number: int) -> bytes:
        person = people[number]
        dose = {
            "who": {"citizen": person.citizen, "visit": person.visit},
            "glass": {"code": f"01{GTIN}17601231" + f"10{LOT}\x1d21V{number // 10:05}"},
        }
        body = json.dumps({"key": str(uuid.uuid4()), "dose": dose}).encode()
        plain = load.request_bytes("POST", "/vaccination/injection/3/give", body)
        return plain.replace(b"Content-Length", head.encode() + b"Content-Length", 1)

    return make


def must_be_given(nurse: HttpNurse, count: int) -> None:
    """What is measured must be the real thing: so many doses are recorded."""
    reply = nurse.session.get(f"{nurse.url}/vaccination/injection/3/state", timeout=20).json()
    assert reply["day"]["given"] == count, reply["day"]["given"]


def processor_seconds(process: int) -> float:
    """What a process has used so far, in user and kernel mode: a busy machine does not change it much."""
    fields = Path(f"/proc/{process}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


if __name__ == "__main__":
    begun = time.perf_counter()
    for row in rows():
        print(row)
    print(f"{time.perf_counter() - begun:.0f} s")
