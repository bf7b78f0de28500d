"""A vaccination site for tests: its appliance, medical staff signed in at a browser, and people taken to any step by records.

People are synthetic. Pages are walked through in the tests of each room; here a step is its record, so that a test begins where
it wants to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kiosk.appliance import Appliance
from kiosk.domain import Decision, Draft, Record
from kiosk.operators.register import Role
from kiosk.site_days import day_text
from kiosk.synthetic import Citizen
from plugins.vaccination.records.care import Called, Consent, Dose, Screening
from plugins.vaccination.records.nation import Expected, KnownDose
from tests.support.appliance import SetClock, Workshop, people, records, show
from tests.support.staff import Browser, add_operator

ZONE = "Asia/Ho_Chi_Minh"
SITE = "test-site"  # as ``Workshop``'s plain profile has it
PLUGINS = ("citizen_id", "self_check_in", "receipt_printing", "vaccination")
CROWD = [person for person, _ in zip(people(41), range(40), strict=False)]
SECTIONS = """
[plugin.self_check_in]
same_visit_minutes = 720

[plugin.vaccination]
screening_tables = ["1", "2"]
injection_tables = ["3", "4"]
{more}
"""
PAPER = """
[plugin.receipt_printing]
width = 80
printer = { kind = "virtual" }
"""


def at_the_site(hour: int = 9, minute: int = 0) -> SetClock:
    """This hour of today at the site, so that no test runs over midnight."""
    now = datetime.now(ZoneInfo(ZONE))
    return SetClock(now.replace(hour=hour, minute=minute, second=0, microsecond=0) - now)


def vaccination_site(
    workshop: Workshop,
    more: str = "",
    *,
    paper: bool = False,
    plugins: tuple[Any, ...] = (),
    tail: str = "",
    **build: Any,
) -> Appliance:
    """The site's appliance, everything running. ``more``: settings of the plugin; ``paper``: with the drawn printer;
    ``tail``: further sections of the profile."""
    sections = SECTIONS.format(more=more) + (PAPER if paper else "") + tail
    build.setdefault("clock", at_the_site())
    return workshop.start([*PLUGINS, *plugins], sections=sections, **build)


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who came and got a number. ``visit``: id of the record of the arrival; ``code``: what their paper's QR says."""

    person: Citizen | None
    citizen: str
    visit: str
    ticket: str
    code: str


def arrive(appliance: Appliance, person: Citizen) -> Visitor:
    """The person shows their card at the kiosk."""
    answer = show(appliance, person.cccd_2021())
    assert answer.decision is Decision.ADMIT, answer.findings
    assert answer.ticket
    visit = str(answer.key)
    return Visitor(person, citizen_of(appliance, person), visit, answer.ticket["number"], answer.ticket["payload"])


def citizen_of(appliance: Appliance, person: Citizen) -> str:
    return appliance.pseudonym(person.national_id)


def today(appliance: Appliance, days: int = 0) -> str:
    """The site's own date, ``days`` from now."""
    return day_text(appliance.clock.now() + timedelta(days=days), ZONE)


def expect(appliance: Appliance, person: Citizen, *doses: KnownDose, **more: Any) -> Record:
    """An appointment for today, as a site without a platform writes it. ``more``: fields of ``Expected``."""
    said = {"site": SITE, "day": today(appliance), "slot": "08:30-09:00", "product": "AstraZeneca", **more}
    body = Expected(doses=list(doses), **said)
    return record(appliance, "expected", body, citizen_of(appliance, person))


def call(
    appliance: Appliance, visitor: Visitor, table: str = "1", state: str = "called", step: str = "screening"
) -> Record:
    body = Called(visit=visitor.visit, ticket=visitor.ticket, step=step, table=table, state=state)  # type: ignore[arg-type]
    return record(appliance, "called", body, visitor.citizen)


def screen(appliance: Appliance, visitor: Visitor, outcome: str = "eligible", table: str = "1", **more: Any) -> Record:
    """Called, examined and served at a screening table."""
    call(appliance, visitor, table)
    said = {"pack": "test", "pack_digest": "0" * 64, "outcome": outcome, "visit": visitor.visit, "table": table, **more}
    made = record(appliance, "screening", Screening(**said), visitor.citizen)
    call(appliance, visitor, table, "served")
    return made


def consent(appliance: Appliance, visitor: Visitor, state: str = "given", **more: Any) -> Record:
    said = {"text_id": "test", "text_digest": "0" * 64, "state": state, "visit": visitor.visit, **more}
    return record(appliance, "consent", Consent(**said), visitor.citizen)


def dose(appliance: Appliance, visitor: Visitor, **more: Any) -> Record:
    """A dose of AstraZeneca, the first of two, today. ``more``: fields of ``Dose``."""
    said = {
        "visit": visitor.visit, "product": "AstraZeneca", "lot": "ABV1234", "number": 1, "total": 2,
        "given_on": today(appliance), "table": "3", **more,
    }  # fmt: skip
    return record(appliance, "dose", Dose(**said), visitor.citizen)


def ready(appliance: Appliance, person: Citizen, **screening: Any) -> Visitor:
    """Arrived, screened and consented: waits for the injection."""
    visitor = arrive(appliance, person)
    screen(appliance, visitor, **screening)
    consent(appliance, visitor)
    return visitor


def record(
    appliance: Appliance, kind: str, body: Any, citizen: str | None = None, operator: str | None = "11"
) -> Record:
    """One record of this slice, written as a staff action."""
    return appliance.record([Draft(f"vaccination.{kind}", body, citizen)], operator)[0]


def of_kind(appliance: Appliance, kind: str) -> list[Record]:
    """The own journal's records of one kind of this slice."""
    return [one for one in records(appliance) if one.kind == f"vaccination.{kind}"]


class Nurse:
    """Medical staff at a page: a signed-in browser that talks JSON as the pages' scripts do. ``roles``: further ones."""

    def __init__(self, appliance: Appliance, operator: str = "11", *roles: Role, address: str = "192.0.2.11") -> None:
        self.appliance = appliance
        self.operator = operator
        add_operator(appliance, operator, Role.MEDICAL_STAFF, *roles)
        self.browser = Browser(appliance, address)
        assert self.browser.sign_in(operator).status_code == 303
        self.token = self.browser.get("/staff/").text.partition('name="csrf_token" value="')[2].partition('"')[0]

    def get(self, path: str, status: int = 200) -> Any:
        """A page's text, or what JSON says."""
        reply = self.browser.get(f"/vaccination/{path}")
        assert reply.status_code == status, reply.text[:500]
        return reply.get_json() if reply.is_json else reply.text

    def do(self, path: str, status: int = 200, key: UUID | str | None = None, **asked: Any) -> dict[str, Any]:
        """POST to ``/vaccination/<path>`` with a key of its own, unless the test has one."""
        reply = self.browser.client.post(
            f"/vaccination/{path}",
            json={"key": str(key or uuid4()), **asked},
            headers={"X-CSRFToken": self.token},
            environ_base={"REMOTE_ADDR": self.browser.address},
            buffered=True,  # to its very end, as a server sends it: a slip is drawn after that
        )
        assert reply.status_code == status, (reply.status_code, reply.text[:800])
        found = reply.get_json()
        assert isinstance(found, dict)
        return found
