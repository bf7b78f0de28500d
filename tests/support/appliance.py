"""Real appliances for tests: the product's own code on a profile and plugins of the test's choice, in a temporary directory.

Replaces nothing but the clock and the register of installed plugins.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

from sqlalchemy import Select, select

from kiosk.appliance import Appliance
from kiosk.domain import Record
from kiosk.encounter.answers import Answer
from kiosk.journal import reading
from kiosk.journal.models import JournalHead, JournalRecord
from kiosk.journal.replay import replay
from kiosk.journal.verify import verify
from kiosk.plugin import Clock, DecodedCode, PluginSettings
from kiosk.plugin_host.host import PluginInfo
from kiosk.settings.profile import read_profile
from kiosk.storage.database import Base, Projected
from kiosk.synthetic import Citizen, citizens
from tests.support import prepared

PLAIN_PROFILE = """
role = "{role}"
plugins = [{names}]

[site]
id = "test-site"
name = "Điểm thử nghiệm"
lane = "A"

[limits]
hook_seconds = {hook_seconds}

{sections}
"""


class SetClock:
    """The true time, shifted by ``ahead``; trusted unless a test says otherwise."""

    def __init__(self, ahead: timedelta = timedelta(), is_trusted: bool = True) -> None:
        self.ahead = ahead
        self.is_trusted = is_trusted

    def now(self) -> datetime:
        return datetime.now(UTC) + self.ahead

    def trusted(self) -> bool:
        return self.is_trusted


class Probe:
    """Base of hand-written plugins: no settings, remembers its context."""

    Settings = PluginSettings

    def __init__(self, context: Any) -> None:
        self.context = context


@dataclass(frozen=True, slots=True)
class _Given:
    """Stands for an entry point: the class is here already."""

    plugin: type

    def load(self) -> type:
        return self.plugin


def as_installed(name: str, plugin: type) -> PluginInfo:
    """What the host would know of ``plugin`` if a distribution offered it."""
    return PluginInfo(name, plugin.__module__, plugin.__name__, "test", plugin.__doc__ or "", _Given(plugin))  # type: ignore[arg-type]


class Workshop:
    """Builds appliances in one folder, and stops them at the end."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._made: list[Appliance] = []

    def profile(
        self,
        plugins: Sequence[str | tuple[str, type]] = (),
        sections: str = "",
        role: str = "kiosk",
        hook_seconds: float = 30.0,
        text: str | None = None,
        name: str = "profile",
    ) -> Path:
        """Write a profile; ``sections`` is more TOML after the plain one, ``text`` replaces all of it."""
        names = ", ".join(f'"{one if isinstance(one, str) else one[0]}"' for one in plugins)
        path = self.folder / f"{name}.toml"
        path.write_text(
            text or PLAIN_PROFILE.format(role=role, names=names, hook_seconds=hook_seconds, sections=sections), "utf-8"
        )
        return path

    def build(
        self,
        plugins: Sequence[str | tuple[str, type]] = (),
        *,
        data: str = "data",
        safe: bool = False,
        clock: Clock | None = None,
        **profile: Any,
    ) -> Appliance:
        """Plugins loaded, nothing opened. ``plugins``: shipped names, or a name with the test's own class."""
        given = {one[0]: as_installed(*one) for one in plugins if not isinstance(one, str)}
        appliance = Appliance(
            read_profile(self.profile(plugins, **profile)),
            self.folder / data,
            safe=safe,
            clock=clock or SetClock(),
            installed={**prepared.installed(), **given},
        )
        appliance.load_plugins()
        return appliance

    def open(self, plugins: Sequence[str | tuple[str, type]] = (), **more: Any) -> Appliance:
        """Database open and journal running; plugins' long-running work not started. See ``build``."""
        appliance = self.build(plugins, **more)
        prepared.give_tables(appliance)
        appliance.open()
        appliance.journal.start()
        self._made.append(appliance)
        return appliance

    def start(self, plugins: Sequence[str | tuple[str, type]] = (), **more: Any) -> Appliance:
        """Everything running. See ``build``."""
        appliance = self.build(plugins, **more)
        prepared.give_tables(appliance)
        appliance.open()
        self._made.append(appliance)
        appliance.start()
        return appliance

    def stop(self, appliance: Appliance) -> None:
        """End one, as a restart would."""
        self._made.remove(appliance)
        if appliance._started:
            appliance.stop()
            return
        appliance.journal.stop()
        appliance.runner.stop()
        appliance.database.close()

    def close(self) -> None:
        while self._made:
            self.stop(self._made[-1])


# --- what tests do with one


def people(seed: int = 1) -> Iterator[Citizen]:
    """Synthetic citizens without end."""
    return citizens(Random(seed))


def show(
    appliance: Appliance,
    payload: str,
    key: UUID | None = None,
    answers: Mapping[str, str] | None = None,
    raw: bytes | None = None,
) -> Answer:
    """Show a code to the appliance, as a device would."""
    code = DecodedCode(payload, payload.encode("utf-8", "surrogatepass") if raw is None else raw, "QRCode")
    answer = appliance.handle(appliance.new_scan(code, "test", key), answers)
    assert isinstance(answer, Answer)
    return answer


def let_go(appliance: Appliance) -> None:
    """Close every connection to the database; what comes next opens it anew."""
    engine = appliance.database.engine
    writing = appliance.journal.alive()
    if writing:
        appliance.journal.stop()  # its thread keeps one
    until = time.monotonic() + 120
    while engine.pool.checkedout() and time.monotonic() < until:  # type: ignore[attr-defined]
        time.sleep(0.001)  # whoever was answered just now may still be giving theirs back
    engine.dispose()
    if writing:
        appliance.journal.start()


def codes(answer: Answer) -> list[str]:
    """The findings' codes, weightiest first."""
    return [finding["code"] for finding in answer.findings]


def records(appliance: Appliance) -> list[Record]:
    """The appliance's own journal, from its first record."""
    with appliance.session() as session:
        return [one for batch in reading.batches(session, appliance.identity.writer, appliance.kinds) for one in batch]


def tables(appliance: Appliance, plugins: Sequence[str] | None = None) -> dict[str, list[tuple[Any, ...]]]:
    """Every projected table's rows, sorted, of ``plugins`` (default: all that are loaded)."""
    owners = appliance.host.implementations("project") if plugins is None else plugins
    with appliance.session() as session:
        present = {
            table.name: select(table)
            for table in Base.metadata.sorted_tables
            if table.name in _projected() and table.name.startswith(tuple(f"{owner}_" for owner in owners))
        }
        return {
            name: sorted((tuple(row) for row in _rows(session, query)), key=repr) for name, query in present.items()
        }


def _rows(session: Any, query: Select[Any]) -> Any:
    return session.execute(query)


def _projected() -> set[str]:
    return {mapper.class_.__tablename__ for mapper in Base.registry.mappers if issubclass(mapper.class_, Projected)}


def assert_whole(appliance: Appliance, plugins: Sequence[str] | None = None) -> list[Record]:
    """The journals verify, numbers have no gaps, ids no doubles, and the tables (of ``plugins``) equal a replay.

    Returns the own journal.
    """
    with appliance.session() as session:
        for writer in session.scalars(select(JournalHead.writer)).all():
            found = verify(session, writer, appliance.kinds, appliance.identity.digest_key(writer))
            assert found.problem == "", found
        ids = session.execute(select(JournalRecord.writer, JournalRecord.id)).all()
    assert len(ids) == len(set(ids))
    while True:
        length = len(records(appliance))
        live = tables(appliance, plugins)
        replay(appliance.database, appliance.host, appliance.kinds, plugins)
        replayed = tables(appliance, plugins)
        if len(records(appliance)) == length:
            break  # else something that runs in the background wrote meanwhile, such as the request for a signing key
    assert replayed == live
    own = records(appliance)
    assert [record.seq for record in own] == list(range(1, len(own) + 1))
    return own
