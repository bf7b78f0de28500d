"""A post for tests: a small policy of its own, credentials that a test makes up, and an officer's browser before a lane."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID, uuid4
from zoneinfo import ZoneInfo

from kiosk.appliance import Appliance
from kiosk.domain import Claim, Credential, Finding, Scan, Trust
from kiosk.operators.register import Role
from kiosk.plugin import hookimpl
from tests.support.appliance import Probe, SetClock, Workshop, people, records
from tests.support.staff import Browser, add_operator

CROWD = [person for person, _ in zip(people(31), range(12), strict=False)]

GATE = """
id = "test_gate"
title = { vi = "Chốt thử nghiệm", en = "Test gate" }
valid_from = 2021-07-01
legal_basis = "Công văn thử nghiệm 1/CV"

[[condition]]
name = "no-symptoms"
rule = "not declaration.symptoms"
verdict = "refuse"
reason = { vi = "Khai có triệu chứng.", en = "Declared symptoms." }
next_step = { vi = "Đưa tới khu y tế.", en = "Take them to the health team." }

[[condition]]
name = "tested"
when = "origin.risk in ['orange', 'red']"
rule = "test_result == 'negative' and hours_since_test <= 72"
verdict = "refer"
reason = { vi = "Chưa có xét nghiệm trong 72 giờ.", en = "No negative test within 72 hours." }
next_step = { vi = "Mời vào khu xét nghiệm.", en = "Take them to the test station." }
"""

SECTIONS = """
[plugin.checkpoint]
policy = "test_gate"
policies = "{folder}"
{more}

[[plugin.checkpoint.posts]]
id = "north"
name_vi = "Chốt phía Bắc"
name_en = "North gate"
area = "01"
lanes = ["A", "B"]
"""


class Papers(Probe):
    """Reads ``P:<name>`` as the credential that a test put under that name, and says what the test wants said of it."""

    made: dict[str, Credential]
    says: dict[str, Finding]

    def __init__(self, context: Any) -> None:
        super().__init__(context)
        self.made, self.says = {}, {}

    @hookimpl
    def read_credential(self, scan: Scan) -> Credential | None:
        return self.made[scan.payload[2:]] if scan.payload.startswith("P:") else None

    @hookimpl
    def judge(self, encounter: Any) -> list[Finding]:
        kind = encounter.credential.kind if encounter.credential else ""
        return [self.says[kind]] if kind in self.says else []


def paper(kind: str, trust: Trust = Trust.VERIFIED, **claims: str) -> Credential:
    """A credential; ``__`` in a claim's name stands for a point."""
    return Credential(kind, {name.replace("__", "."): Claim(value) for name, value in claims.items()}, trust)


def declared(person: Any, **more: str) -> Credential:
    """A declaration pass of this person: healthy, from the province 79, valid for long."""
    claims = {
        "name": person.name,
        "birth_date": str(person.birth_date.year),
        "national_id_tail": person.national_id[-4:],
        "declaration__id": f"d-{person.national_id[-4:]}",
        "declaration__symptoms": "no",
        "declaration__contact": "no",
        "declaration__valid": "yes",
        "declaration__valid_until": "2099-01-01T00:00:00+00:00",
        "origin__province": "79",
    }
    return paper("declaration_pass", **{**claims, **more})


def noon() -> SetClock:
    """Noon at the site, so that no test runs over midnight."""
    now = datetime.now(ZoneInfo("Asia/Ho_Chi_Minh"))
    return SetClock(now.replace(hour=12, minute=0) - now)


def gate(
    workshop: Workshop,
    more: str = "",
    policy: str = GATE,
    plugins: tuple[Any, ...] = (),
    tail: str = "",
    **build: Any,
) -> Appliance:
    """An appliance at the post, everything running. ``more``: settings of the plugin; ``tail``: further sections."""
    folder = workshop.folder / "policies"
    folder.mkdir(exist_ok=True)
    (folder / "gate.toml").write_text(policy, "utf-8")
    if "risk =" not in more:
        more += '\nrisk = { "79" = "green" }'
    sections = SECTIONS.format(folder=folder, more=more) + tail
    names = ["citizen_id", ("papers", Papers), "checkpoint", *plugins]
    return workshop.start(names, sections=sections, **build)


class Officer:
    """An officer signed in at a lane, as their page talks to the appliance."""

    def __init__(
        self, appliance: Appliance, lane: str = "A", direction: str = "in", operator: str = "7", post: str = "north"
    ) -> None:
        self.appliance = appliance
        self.post = post
        self.lane = lane
        add_operator(appliance, operator, Role.OFFICER)
        self.operator = operator
        self.sign_in()
        self.take(direction)

    def sign_in(self) -> None:
        """With a browser that knows nothing yet."""
        self.browser = Browser(self.appliance)
        self.browser.sign_in(self.operator)
        self.token = self._token()

    def _token(self) -> str:
        page = self.browser.get("/checkpoint/").text
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def take(self, direction: str) -> None:
        form = {"post": self.post, "lane": self.lane, "direction": direction}
        assert self.browser.post("/checkpoint/take", form, token=self.token).status_code == 303

    def do(self, action: str, status: int = 200, **asked: Any) -> dict[str, Any]:
        reply = self.browser.client.post(
            f"/checkpoint/lane/{self.post}/{self.lane}/{action}",
            json=asked,
            headers={"X-CSRFToken": self.token},
            environ_base={"REMOTE_ADDR": self.browser.address},
        )
        assert reply.status_code == status, reply.text[:500]
        found = reply.get_json()
        assert isinstance(found, dict)
        return found

    def scan(self, payload: str, key: UUID | None = None, source: str = "page", **answers: str) -> dict[str, Any]:
        """The reply to one code."""
        answers = {name.replace("__", "."): value for name, value in answers.items()}
        return self.do("scan", payload=payload, key=str(key or uuid4()), source=source, answers=answers)

    def show(self, credential: Credential, key: UUID | None = None) -> dict[str, Any]:
        """The reply to a made-up credential."""
        name = str(uuid4())
        self.appliance.host.plugin("papers").made[name] = credential
        return self.scan(f"P:{name}", key)


def codes_of(reply: dict[str, Any]) -> list[str]:
    """The findings' codes, weightiest first."""
    return [finding["code"] for finding in reply["answer"]["findings"]]


def said(appliance: Appliance, kind: str) -> list[Any]:
    """The bodies of the records of this kind, ``checkpoint.`` before it, oldest first."""
    return [one.data for one in records(appliance) if one.kind == f"checkpoint.{kind}"]
