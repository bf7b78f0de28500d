"""A platform of several processes on one PostgreSQL, and devices that bring it the same people's doses: what tests of folding need."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from shutil import copytree

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import Draft, HealthLevel, Record
from kiosk.identity import load_identity
from kiosk.journal.append import Head
from kiosk.journal.models import JournalRecord, ProjectionState
from kiosk.plugin import hookimpl
from kiosk.web.app import create_app
from plugins.vaccination import Vaccination
from plugins.vaccination.models import ConflictRow, DayRow, DoseRow, FindingRow
from tests.support import prepared
from tests.support.appliance import Workshop, assert_whole
from tests.support.platform import Device, PlatformUnderTest
from tests.support.postgres import Cluster
from tests.support.vaccination_nation import given, heard, person, written

PLUGINS = ("vaccination", "national_platform")
SITES, BATCHES, EACH = 4, 6, 8  # devices, batches of a device, doses of a batch; the same people at every site


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
    """Bring a batch; who is told to come again, because tables are being rebuilt, does."""
    device.platform = at
    until = time.monotonic() + 120
    while (answer := device.push(records)).status_code == 503 and time.monotonic() < until:
        time.sleep(0.05)
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
        list(pool.map(lambda device: heard(at_another(device, appliance)), [*devices, *devices]))
    with appliance.session() as session:
        found = session.execute(select(FindingRow.writer, FindingRow.first, FindingRow.second)).all()
    assert len(found) == len(set(found)) == 2 * PAIRS  # each to both sites
    assert_whole(appliance, PLUGINS)


def at_another(device: Device, appliance: Appliance) -> Device:
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
