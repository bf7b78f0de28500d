"""The plugin fails, blocks, is put out or is not even there while doses are taken: every record is kept, the tables are made good,
and every conflict is found and told once. Two processes' appliances before one database."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from shutil import copytree

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import Draft, HealthLevel, Record
from kiosk.identity import load_identity
from kiosk.journal.append import Head
from kiosk.journal.models import JournalRecord, ProjectionState
from kiosk.journal.replay import replay
from kiosk.plugin import hookimpl
from kiosk.plugin_host.host import FAULT_LIMIT
from kiosk.web.app import create_app
from plugins.national_platform import ingest
from plugins.national_platform.models import ParkedRecord
from plugins.national_platform.parked_again import ParkedAgain
from plugins.vaccination import Vaccination
from plugins.vaccination.models import ConflictRow, DayRow, DoseRow, FindingRow
from tests.support import prepared
from tests.support.appliance import Workshop, assert_whole, tables
from tests.support.platform import Device, PlatformUnderTest
from tests.support.postgres import Cluster
from tests.support.vaccination_nation import given, heard, person, written

PLUGINS = ("vaccination", "national_platform")
SITES, BATCHES, EACH = 4, 6, 8  # devices, batches of a device, doses of a batch; the same people at every site
pytestmark = pytest.mark.postgres


def acting(act: Callable[[Sequence[Record], Session], None]) -> type[Vaccination]:
    """The plugin, with ``act`` called when a batch is folded and not yet committed."""

    class Acting(Vaccination):
        @hookimpl
        def project(self, records: Sequence[Record], session: Session) -> None:
            Vaccination.project(self, records, session)
            act(records, session)

    Acting.__module__ = Vaccination.__module__  # its tables are found beside the plugin
    return Acting


def not_there() -> type:
    class Broken:
        Settings = Vaccination.Settings

        def __init__(self, _context: object) -> None:
            raise RuntimeError("half installed")

    Broken.__module__ = Vaccination.__module__
    return Broken


class Platform:
    """A platform of several processes: here as many appliances, with one identity and one database."""

    def __init__(self, workshop: Workshop, cluster: Cluster) -> None:
        self.workshop = workshop
        url = cluster.create_database(prepared.template(cluster, PLUGINS))
        self._section = f'[journal]\ndatabase = "{url}"'
        self._number = 0

    def process(self, plugin: type | None = None, open_only: bool = True) -> Appliance:
        self._number += 1
        data = self.workshop.folder / f"data-{self._number}"
        first = self.workshop.folder / "data-1"
        if self._number == 1:
            load_identity(data)
        else:
            copytree(first / "identity", data / "identity")
        chosen = ("vaccination", plugin) if plugin else "vaccination"
        make = self.workshop.open if open_only else self.workshop.start
        return make((chosen, "national_platform"), role="platform", sections=self._section, data=data.name)


@pytest.fixture
def nation(workshop: Workshop, cluster: Cluster) -> Platform:
    return Platform(workshop, cluster)


def seen_by(appliance: Appliance) -> PlatformUnderTest:
    app = create_app(appliance)
    app.config["TESTING"] = True
    return PlatformUnderTest(appliance, app.test_client())


def batches(device: Device, number: int, kinds: Appliance) -> Iterator[list[Record]]:
    """What the device of site ``number`` has to send: the same people at every site."""
    after: list[Record] = []
    for batch in range(BATCHES):
        drafts: list[Draft] = [given(person(batch * EACH + place)) for place in range(EACH)]
        head = None if not after else Head(after[-1].seq, after[-1].hash)
        after = written(kinds, device.writer, drafts, device.site, head=head, key=device.identity.pseudonym_key)
        yield after


def pushed(device: Device, records: Sequence[Record], at: PlatformUnderTest) -> None:
    device.platform = at
    answer = device.push(records)
    assert answer.status_code == 200, answer.text
    assert answer.json is not None
    assert answer.json["acknowledged"] == records[-1].seq


def counts(appliance: Appliance) -> tuple[int, int, int, int]:
    """Records of doses in the journal, rows of doses, doses in the days' counts, conflicts."""
    journal = select(func.count()).select_from(JournalRecord).where(JournalRecord.kind == "vaccination.dose")
    with appliance.session() as session:
        return (
            session.scalar(journal) or 0,
            session.scalar(select(func.count()).select_from(DoseRow)) or 0,
            int(session.scalar(select(func.sum(DayRow.doses))) or 0),
            session.scalar(select(func.count()).select_from(ConflictRow)) or 0,
        )


DOSES = SITES * BATCHES * EACH
PAIRS = BATCHES * EACH * SITES * (SITES - 1) // 2
WHOLE = (DOSES, DOSES, DOSES, PAIRS)


def assert_made_good(appliance: Appliance, devices: Sequence[Device]) -> None:
    assert counts(appliance) == WHOLE
    assert behind_of(appliance) == 0
    assert_whole(appliance, PLUGINS)
    with ThreadPoolExecutor(SITES) as pool:  # everybody asks until they have heard all
        list(pool.map(lambda device: heard(_own(device, appliance)), [*devices, *devices]))
    with appliance.session() as session:
        found = session.execute(select(FindingRow.writer, FindingRow.first, FindingRow.second)).all()
    assert len(found) == len(set(found)) == 2 * PAIRS  # each to both sites
    assert_whole(appliance, PLUGINS)


def _own(device: Device, appliance: Appliance) -> Device:
    device.platform = seen_by(appliance)
    return device


def behind_of(appliance: Appliance) -> int:
    with appliance.session() as session:
        return session.scalar(select(func.count()).select_from(ProjectionState)) or 0


def status(appliance: Appliance, name: str = "vaccination") -> str:
    return next(one.status for one in appliance.host.states() if one.name == name)


def levels(appliance: Appliance) -> dict[str, HealthLevel]:
    return {one.name: one.level for one in appliance.health()}


def enrolled(platform: PlatformUnderTest) -> list[Device]:
    return [platform.device(f"site-{number}") for number in range(SITES)]


def test_a_plugin_that_fails_in_one_process_until_it_is_put_out_and_comes_back_while_others_go_on(
    nation: Platform,
) -> None:
    calls: list[int] = []

    def fails(records: Sequence[Record], _session: Session) -> None:
        calls.append(len(records))
        if 2 < len(calls) <= 2 + FAULT_LIMIT:
            raise ArithmeticError("in the middle of the day")

    first, second = nation.process(acting(fails)), nation.process()
    devices = enrolled(seen_by(second))
    half = threading.Barrier(SITES + 1)

    def day(number: int) -> None:
        device, mine = devices[number], seen_by(first if number % 2 else second)
        for place, records in enumerate(batches(device, number, second)):
            if place == BATCHES // 2:
                half.wait(120)
                mine = seen_by(second)
            pushed(device, records, mine)

    with ThreadPoolExecutor(SITES) as pool:
        work = [pool.submit(day, number) for number in range(SITES)]
        half.wait(120)  # from here on the second process takes doses while the first one starts anew
        assert status(first) == "suspended"
        assert levels(second)["journal.tables"] is HealthLevel.FAULT
        nation.workshop.stop(first)
        again = nation.process()
        for one_day in work:
            one_day.result(120)
    assert status(again) == "loaded"
    assert_made_good(again, devices)


def test_who_comes_while_the_tables_are_rebuilt_is_told_to_come_again_and_folded_once(nation: Platform) -> None:
    in_replay, go_on = threading.Event(), threading.Event()

    def waits(_records: Sequence[Record], _session: Session) -> None:
        if rebuilding.is_set():
            in_replay.set()
            assert go_on.wait(120)

    rebuilding = threading.Event()
    first, second = nation.process(acting(waits)), nation.process()
    devices = enrolled(seen_by(second))
    todo = [list(batches(device, number, second)) for number, device in enumerate(devices)]
    for device, work in zip(devices, todo, strict=True):
        for records in work[:-1]:
            pushed(device, records, seen_by(second))
    rebuilding.set()
    with ThreadPoolExecutor(SITES + 1) as pool:
        rebuilt = pool.submit(replay, first.database, first.host, first.kinds, PLUGINS)
        try:
            assert in_replay.wait(120)
            before = counts(second)
            for device, work in zip(devices, todo, strict=True):
                device.platform = seen_by(second)
                answer = device.push(work[-1])
                assert (answer.status_code, answer.headers["Retry-After"]) == (503, "15")
            assert heard(_own(devices[0], second)) == []  # nobody waits to be told something either
            assert levels(second)["journal.tables"] is HealthLevel.WARNING
            assert counts(second) == before
        finally:
            go_on.set()
        rebuilt.result(120)
    rebuilding.clear()
    assert levels(second).get("journal.tables") is None
    for device, work in zip(devices, todo, strict=True):
        pushed(device, work[-1], seen_by(second))
    assert_made_good(second, devices)


def test_who_had_begun_before_the_tables_are_rebuilt_is_folded_once(nation: Platform) -> None:
    """The rebuilding waits for a batch that is under way, in another process."""
    begun, go_on = threading.Event(), threading.Event()

    def waits(_records: Sequence[Record], _session: Session) -> None:
        if holding.is_set():
            begun.set()
            assert go_on.wait(120)

    holding = threading.Event()
    first, second = nation.process(), nation.process(acting(waits))
    devices = enrolled(seen_by(first))
    todo = [list(batches(device, number, first)) for number, device in enumerate(devices)]
    for device, work in zip(devices, todo, strict=True):
        for records in work[:-1]:
            pushed(device, records, seen_by(first))
    holding.set()
    with ThreadPoolExecutor(2) as pool:
        early = pool.submit(pushed, devices[0], todo[0][-1], seen_by(second))
        try:
            assert begun.wait(120)
            rebuilt = pool.submit(replay, first.database, first.host, first.kinds, PLUGINS)
            wait_until_it_waits(second)
        finally:
            go_on.set()
        early.result(120)
        rebuilt.result(120)
    for device, work in zip(devices[1:], todo[1:], strict=True):
        pushed(device, work[-1], seen_by(first))
    assert_made_good(second, devices)


def wait_until_it_waits(appliance: Appliance) -> None:
    """Until the rebuilding stands before the batch that has begun, as the database says."""
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted AND mode = 'ExclusiveLock'")
    event = threading.Event()
    for _ in range(12_000):
        with appliance.session() as session:
            if session.scalar(waiting):
                return
        event.wait(0.01)
    raise AssertionError("nobody waits")


def test_a_process_without_the_plugin_keeps_its_doses_for_those_that_have_it(nation: Platform) -> None:
    first, second = nation.process(not_there()), nation.process()
    assert status(first) == "broken"
    devices = enrolled(seen_by(second))
    for number, device in enumerate(devices):
        for records in batches(device, number, second):
            pushed(device, records, seen_by(first if number % 2 else second))
    taken = counts(second)
    assert (taken[0], taken[1]) == (DOSES, DOSES // 2)
    assert levels(first)["plugin.vaccination"] is HealthLevel.FAULT
    assert levels(second)["platform.parked"] is HealthLevel.WARNING
    assert ParkedAgain(first.journal).turn() == 0  # it knows no more than before
    with ThreadPoolExecutor(2) as pool:  # two processes look at the same moment
        found = list(pool.map(lambda one: ParkedAgain(one.journal).turn(), [second, second]))
    assert sum(found) >= DOSES // 2
    with second.session() as session:
        assert session.scalar(select(func.count()).select_from(ParkedRecord)) == 0
    assert levels(second)["platform.parked"] is HealthLevel.OK
    nation.workshop.stop(first)
    again = nation.process()
    assert_made_good(again, devices)


def test_parked_records_are_taken_up_when_the_platform_starts_again(nation: Platform) -> None:
    first = nation.process(not_there())
    devices = enrolled(seen_by(first))
    writer = nation.process()
    for number, device in enumerate(devices):
        for records in batches(device, number, writer):
            pushed(device, records, seen_by(first))
    assert counts(writer)[:2] == (DOSES, 0)
    nation.workshop.stop(first)
    started = nation.process(open_only=False)
    event = threading.Event()
    for _ in range(12_000):
        if counts(started) == WHOLE:
            break
        event.wait(0.01)
    assert_made_good(started, devices)


def test_a_process_that_does_not_know_all_kinds_rebuilds_nobodys_tables(nation: Platform) -> None:
    whole = nation.process()
    devices = enrolled(seen_by(whole))
    for number, device in enumerate(devices):
        for records in batches(device, number, whole):
            pushed(device, records, seen_by(whole))
    before = tables(whole, PLUGINS)
    with whole.database.writing() as session:
        session.add(
            ProjectionState(writer="x", plugin="national_platform", behind_since_seq=1, reason="as after a fault")
        )
    lesser = nation.process(not_there())
    assert status(lesser, "national_platform") == "loaded"
    assert tables(whole, PLUGINS) == before
    assert behind_of(whole) == 1
    nation.workshop.stop(lesser)
    assert behind_of(nation.process()) == 0
    assert tables(whole, PLUGINS) == before


def test_a_plugin_that_blocks_while_it_folds_is_put_out_and_the_batch_is_taken_without_it(
    nation: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    # half of it must be enough to get as far as the plugin, on a machine that has much else to do too
    monkeypatch.setattr(ingest, "FOLD_SECONDS", 8.0)
    door, entered = threading.Event(), threading.Event()

    def blocks(_records: Sequence[Record], session: Session) -> None:
        if not entered.is_set():
            # of this transaction alone; all others have the product's own three minutes
            session.execute(text("SET LOCAL idle_in_transaction_session_timeout = '1s'"))
            entered.set()
            door.wait(120)

    first = nation.process(acting(blocks))
    devices = enrolled(seen_by(first))
    try:
        work = [list(batches(device, number, first)) for number, device in enumerate(devices)]
        stuck = devices[0]
        stuck.platform = seen_by(first)
        answer = stuck.push(work[0][0])
        assert answer.status_code == 503
        assert answer.headers["Retry-After"]
        assert entered.is_set()
        assert status(first) == "suspended"
        monkeypatch.setattr(ingest, "FOLD_SECONDS", 120.0)
        for device, own in zip(devices, work, strict=True):
            for records in own:  # the first batch waits until the database has ended what the stuck thread holds
                pushed(device, records, seen_by(first))
        assert counts(first)[:2] == (DOSES, 0)
    finally:
        door.set()
    second = nation.process()
    with second.session() as session:
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "3min"
    assert_made_good(second, devices)


def test_a_finding_that_cannot_be_folded_is_told_later_and_then_once(nation: Platform) -> None:
    def fails(records: Sequence[Record], _session: Session) -> None:
        if broken.is_set() and any(one.kind == "vaccination.finding" for one in records):
            raise ArithmeticError("no finding today")

    broken = threading.Event()
    first = nation.process(acting(fails))
    devices = enrolled(seen_by(first))
    for number, device in enumerate(devices):
        for records in batches(device, number, first):
            pushed(device, records, seen_by(first))
    broken.set()
    for _ in range(2):
        assert heard(_own(devices[0], first)) == []
    broken.clear()
    assert status(first) == "loaded"
    assert_made_good(first, devices)
