"""A plugin that raises, exits or returns rubbish, in each hook: isolated, shown, suspended after three, and nobody admitted by it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image
from pydantic import BaseModel
from sqlalchemy import update

from kiosk.appliance import Appliance
from kiosk.cli.loading import plugin_commands
from kiosk.domain import Decision, Draft, Finding, HealthCheck, Severity, Text
from kiosk.hookspecs import KioskSpec
from kiosk.journal.carry_in import source_of
from kiosk.journal.models import JournalHead
from kiosk.journal.redact import erase
from kiosk.plugin import DecodedCode
from kiosk.plugin_host.host import FAULT_LIMIT, STORY_HOOKS, PluginState
from kiosk.web.app import create_app
from plugins.national_platform.announcing import announce
from tests.support.appliance import Workshop, as_installed, assert_whole, codes, show
from tests.support.probes import Misbehaviour, Witness, faulty

HOOKS = sorted(name for name in vars(KioskSpec) if not name.startswith("_"))
ONCE = {
    "record_kinds",
    "scan_sources",
    "startup",
    "shutdown",
    "blueprint",
    "commands",
}  # called once in an appliance's life
RETURNS_NOTHING = {"project", "encounter_recorded", "startup", "shutdown"}


class EndsTheThread(BaseException):
    """Not an Exception: such as some frameworks cancel with."""


def raises(error: BaseException) -> Callable[[], Any]:
    def act() -> Any:
        raise error

    return act


def lazily_raises() -> Any:
    yield from ()
    raise RuntimeError("while the result was read")


MISBEHAVIOURS: dict[str, Callable[[], Any]] = {
    "raises": raises(RuntimeError("secret of Nguyễn Văn Thử")),
    "exits": raises(SystemExit(3)),
    "interrupts": raises(KeyboardInterrupt()),
    "cancels": raises(EndsTheThread()),
}
WORDS = Text("vì", "why")
RUBBISH: dict[str, Callable[[], Any]] = {
    "text": lambda: "rubbish",
    "number": lambda: 7,
    "none_inside": lambda: [None],
    "object_inside": lambda: [object()],
    "mapping": lambda: {"a": 1},
    "lazy": lazily_raises,
}
RUBBISH_OF_HOOK: dict[str, dict[str, Callable[[], Any]]] = {
    "judge": {
        "severity_as_text": lambda: [Finding("x.y", "ground", WORDS)],  # type: ignore[arg-type]
        "words_as_text": lambda: [Finding("x.y", Severity.GROUND, "welcome")],  # type: ignore[arg-type]
        "not_a_list": lambda: Finding("x.y", Severity.GROUND, WORDS),
        "surrogate": lambda: [Finding("x.y", Severity.GROUND, Text("\ud800", ""))],
    },
    "record_encounter": {
        "unknown_kind": lambda: Draft("faulty.nothing", BaseModel()),
        "body_of_another_model": lambda: Draft("witness.visit", BaseModel()),
    },
    "health_checks": {"level_as_text": lambda: [HealthCheck("x", "ok", WORDS)]},  # type: ignore[arg-type]
}
INTERRUPTIBLE = STORY_HOOKS | {"project"}  # in the test's own thread Ctrl-C must end the test
CASES = [(hook, name) for hook in HOOKS for name in (MISBEHAVIOURS if hook in INTERRUPTIBLE else ("raises", "exits"))]


def picture() -> bytes:
    out = BytesIO()
    Image.new("L", (8, 8)).save(out, "PNG")
    return out.getvalue()


@dataclass
class Site:
    """An appliance with a faulty plugin before a witness, and its pages."""

    appliance: Appliance
    client: FlaskClient
    witness: Witness

    def visit(self, number: int = 1) -> Any:
        return show(self.appliance, f"W:{number:012}")

    def state(self) -> PluginState:
        return next(state for state in self.appliance.host.states() if state.name == "faulty")

    def health(self) -> dict[str, str]:
        answer = self.client.get("/health")
        assert answer.status_code == 200
        return {check["name"]: check["level"] for check in answer.get_json()["checks"]}


def settle(condition: Callable[[], bool], seconds: float = 120.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "did not happen in time"
        time.sleep(0.005)


@pytest.fixture
def site_with(workshop: Workshop, caplog: pytest.LogCaptureFixture) -> Iterator[Callable[..., Site]]:
    made: list[Site] = []

    def make(hook: str, act: Callable[[], Any], **more: Any) -> Site:
        appliance = workshop.start([("faulty", faulty(hook, act)), ("witness", Witness)], **more)
        made.append(Site(appliance, create_app(appliance).test_client(), appliance.host.plugin("witness")))
        return made[0]

    yield make
    assert "Nguyễn" not in caplog.text  # what an exception says may be somebody's data
    for site in made:
        assert site.client.get("/metrics").status_code == 200
        assert_whole(site.appliance, ["core", "witness"])


def trigger(site: Site, hook: str, monkeypatch: pytest.MonkeyPatch | None = None) -> None:
    """Make the appliance call the hook once, on the path on which it is called in life."""
    if hook in STORY_HOOKS | {"project"}:
        site.visit()
    elif hook in ("encounter_recorded", "receipt_sections", "print_receipt"):
        before, printed = site.state().faults, len(site.witness.printed)
        site.visit()
        settle(lambda: site.state().faults > before or site.state().status != "loaded")
        if hook == "receipt_sections":
            settle(lambda: len(site.witness.printed) > printed)
    elif hook == "decode_image":
        assert site.client.post("/api/v1/scans", data=picture(), content_type="image/png").status_code in (200, 503)
    elif hook == "verify_credential":
        scan = site.appliance.new_scan(DecodedCode("W:1", b"W:1", "QRCode"), "test")
        assert site.appliance.host.first("verify_credential", scan=scan, trust=()).value is None
    elif hook in ("camera_preview", "citizen_links"):
        page = site.client.get("/kiosk")
        assert page.status_code == 200
        assert b"/witness/hello" in page.data
        assert b"nowhere" not in page.data.partition(b"kiosk-data")[0]
    elif hook == "navigation":
        site.appliance.guarded("navigation")
    elif hook == "figures":
        assert b"witness.seen" in site.client.get("/metrics").data
    elif hook == "health_checks":
        assert site.health()["witness"] == "ok"
    elif hook == "lasting_counts":
        record = site.visit().record
        with site.appliance.database.writing() as session:
            session.execute(update(JournalHead).values(acknowledged=JournalHead.seq))
        assert erase(site.appliance.journal, record["writer"], [record["seq"]]) == 1  # whatever the plugin does
    elif hook == "announcements":
        clock = site.appliance.clock
        assert announce(site.appliance.journal, site.appliance.hooks, ["nation"], clock.now(), clock.trusted()) == 0
    elif hook == "journal_source":
        assert source_of(site.appliance.journal, "somebodyelse.1") is None
    elif hook == "commands":
        site.appliance.host.collect("commands")
    elif hook == "shutdown":
        site.appliance.guarded("shutdown")
        assert "shutdown" in site.witness.called
    else:
        assert hook in ONCE, f"say how {hook} is called"


@pytest.mark.parametrize(("hook", "name"), CASES)
def test_a_fault_in_a_hook_stays_there(site_with: Callable[..., Site], hook: str, name: str) -> None:
    site = site_with(hook, MISBEHAVIOURS[name])
    trigger(site, hook)
    if hook == "record_kinds":
        assert site.state().status == "broken"
    else:
        assert site.state().faults >= 1
        assert hook in site.state().reason
    assert site.health()["plugin.faulty"] in ("warning", "fault")
    answer = site.visit(2)
    if hook in STORY_HOOKS or hook == "project":
        assert answer.decision is Decision.REFER
        assert answer.record is not None
        assert {"core.plugin_fault", "core.plugin_absent"} & set(codes(answer))
    else:
        assert answer.decision is Decision.ADMIT
        assert answer.ticket is not None
    assert "startup" in site.witness.called
    assert site.witness.source.deliver is not None
    assert site.client.get("/witness/hello").data == b"hello"
    if name == "raises":
        assert site.client.get("/kiosk").status_code == 200
        assert site.client.get("/recovery").status_code == 200


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook not in RETURNS_NOTHING | ONCE])
def test_rubbish_is_its_plugins_fault(
    site_with: Callable[..., Site], hook: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("kiosk.plugin_host.host.FAULT_LIMIT", 1000)
    acts = {**RUBBISH, **RUBBISH_OF_HOOK.get(hook, {})}
    current: list[Callable[[], Any]] = []
    site = site_with(hook, lambda: current[0]())
    for name, act in acts.items():
        current[:] = [act]
        before = site.state().faults
        trigger(site, hook)
        assert site.state().faults > before, name
        if hook in STORY_HOOKS:
            answer = site.visit(2)
            assert (answer.decision, answer.record is not None) == (Decision.REFER, True), name
            assert codes(answer) == ["core.plugin_fault", "witness.welcome"], name


@pytest.mark.parametrize("hook", sorted(ONCE - RETURNS_NOTHING - {"commands"}))
@pytest.mark.parametrize("name", ["text", "none_inside", "lazy"])
def test_rubbish_at_the_start_keeps_nobody_from_starting(site_with: Callable[..., Site], hook: str, name: str) -> None:
    site = site_with(hook, RUBBISH[name])
    assert site.state().faults == 1
    assert site.visit().decision is Decision.ADMIT


@pytest.mark.parametrize("hook", [hook for hook in HOOKS if hook not in ONCE])
def test_after_three_faults_a_plugin_is_not_called_again(site_with: Callable[..., Site], hook: str) -> None:
    act = Misbehaviour(raises(RuntimeError()))
    site = site_with(hook, act)
    for _ in range(FAULT_LIMIT):
        trigger(site, hook)
    assert site.state().status == "suspended"
    assert site.health()["plugin.faulty"] == "fault"
    called = act.calls
    answer = site.visit(3)
    trigger_quietly(site, hook)
    assert act.calls == called
    # what the plugin would have said against this person is not known: nobody is admitted without it
    expected = Decision.REFER if hook in STORY_HOOKS else Decision.ADMIT
    assert answer.decision is expected
    if expected is Decision.REFER:
        assert codes(answer)[0] == "core.plugin_absent"


def trigger_quietly(site: Site, hook: str) -> None:
    if hook not in ("encounter_recorded", "receipt_sections", "print_receipt"):
        trigger(site, hook)


def test_two_faults_are_forgiven(site_with: Callable[..., Site]) -> None:
    moody = Misbehaviour(lambda: [] if moody.calls > 2 else 1 / 0)
    site = site_with("judge", moody)
    assert [site.visit(number).decision for number in range(3)] == [Decision.REFER, Decision.REFER, Decision.ADMIT]
    assert site.state().status == "loaded"


def test_a_command_line_goes_on_without_a_broken_plugin(monkeypatch: pytest.MonkeyPatch) -> None:
    given = {
        "faulty": as_installed("faulty", faulty("commands", raises(RuntimeError()))),
        "witness": as_installed("witness", Witness),
    }
    monkeypatch.setattr("kiosk.cli.loading.installed_plugins", lambda: given)
    monkeypatch.setattr("kiosk.appliance.installed_plugins", lambda: given)
    assert list(plugin_commands()) == ["witness-says"]


@pytest.mark.parametrize("plugin", ["nowhere", "faulty"])
def test_a_plugin_that_is_not_there_or_does_not_load_admits_nobody(workshop: Workshop, plugin: str) -> None:
    class Faulty:
        Settings = Witness.Settings

        def __init__(self, context: Any) -> None:
            raise RuntimeError("cannot be built")

    named = "nowhere" if plugin == "nowhere" else ("faulty", Faulty)
    appliance = workshop.start([named, ("witness", Witness)])
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, codes(answer)[0]) == (Decision.REFER, "core.plugin_absent")
    assert any(check.name == f"plugin.{plugin}" for check in appliance.health())


def test_rows_that_do_not_fit_are_the_fault_of_who_left_them(workshop: Workshop) -> None:
    from sqlalchemy.orm import Session

    from kiosk.plugin import hookimpl
    from tests.support.appliance import Probe
    from tests.support.probes import WitnessRow

    class LeavesRubbish(Probe):
        @hookimpl
        def project(self, records: Any, session: Session) -> None:
            session.add(WitnessRow(writer=None, seq=None, ticket=None))

    appliance = workshop.start([("faulty", LeavesRubbish), ("witness", Witness)])
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, answer.record is not None) == (Decision.REFER, True)
    assert next(state for state in appliance.host.states() if state.name == "faulty").faults >= 1
    assert show(appliance, "W:000000000002").record is not None


def test_half_of_a_record_is_not_written(workshop: Workshop) -> None:
    from sqlalchemy import func, select
    from sqlalchemy.orm import Session

    from kiosk.plugin import hookimpl
    from tests.support.appliance import Probe
    from tests.support.probes import WitnessRow

    class Half(Probe):
        @hookimpl
        def record_encounter(self, encounter: Any, session: Session) -> None:
            session.add(WitnessRow(writer="half", seq=1, ticket="x"))
            session.flush()
            raise RuntimeError

    appliance = workshop.start([("faulty", Half), ("witness", Witness)])
    answer = show(appliance, "W:000000000001")
    assert (answer.decision, answer.record is not None) == (Decision.REFER, True)
    with appliance.session() as session:
        assert session.scalar(select(func.count()).where(WitnessRow.writer == "half")) == 0
