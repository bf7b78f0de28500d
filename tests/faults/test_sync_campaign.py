"""Real processes, a network that breaks, SIGKILL on both sides: every answered visit is on the platform exactly once, as it was
answered, in the journal and in the tables; and the tables of both sides are those that a replay makes.

A short campaign always; a long one with ``-m soak`` for ``KIOSK_SOAK_SECONDS``.
"""

from __future__ import annotations

import json
import os
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import closing, suppress
from http.client import HTTPException
from random import Random
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import select
from uuid6 import uuid7

from kiosk.appliance import Appliance
from kiosk.journal.models import JournalRecord
from plugins.self_check_in.models import VisitRow
from tests.support.appliance import Workshop, assert_whole, people
from tests.support.processes import eventually, kiosk, post_json, run
from tests.support.running_kiosk import RunningKiosk
from tests.support.tcp_proxy import TcpProxy

DEVICE = """
role = "kiosk"
plugins = ["citizen_id", "self_check_in", "upstream_sync"]

[site]
id = "test-site"
name = "Điểm thử nghiệm"

[plugin.upstream_sync]
interval_seconds = 0.2
gather_seconds = 0.1
pull_seconds = 0.5
longest_pause_seconds = 0.3
batch_records = 7
connect_seconds = 2
answer_seconds = 3
"""
PLATFORM = """
role = "platform"
plugins = ["self_check_in", "national_platform"]

[site]
id = "national-platform"
name = "Nền tảng thử nghiệm"

{journal_section}
"""
Chains = dict[str, list[tuple[Any, ...]]]  # journal -> (seq, id, hash), from the first record on


class Visitors(threading.Thread):
    """People who come without pause. An answer that is lost is asked for again under the same key, as a page does."""

    def __init__(self, device: RunningKiosk, seed: int) -> None:
        super().__init__(daemon=True)
        self.answered: dict[UUID, tuple[str, int, str]] = {}  # key -> journal, seq, decision
        self._device = device
        self._seed = seed
        self._stop_asked = threading.Event()

    def run(self) -> None:
        for citizen in people(self._seed):
            scan = {"payload": citizen.cccd_2021(), "key": str(uuid7())}
            while not self._stop_asked.is_set():
                with suppress(OSError, ValueError, HTTPException):
                    answer = post_json(f"{self._device.url}/api/v1/scans", scan)
                    if answer["record"]:
                        place = (answer["record"]["writer"], answer["record"]["seq"])
                        self.answered[UUID(scan["key"])] = (*place, answer["decision"])
                        break
                self._stop_asked.wait(0.05)
            if self._stop_asked.wait(0.02):
                return

    def end(self) -> None:
        self._stop_asked.set()
        self.join(60)
        assert not self.is_alive()


class Field:
    """One device, one platform, and the network between them."""

    def __init__(self, workshop: Workshop, journal_section: str) -> None:
        folder = workshop.folder
        self._workshop = workshop
        (folder / "device.toml").write_text(DEVICE, "utf-8")
        (folder / "platform.toml").write_text(PLATFORM.format(journal_section=journal_section), "utf-8")
        self.platform = RunningKiosk(folder / "platform.toml", folder / "platform", folder / "platform.log").start()
        self.network = TcpProxy(self._platform_address)
        self.device = RunningKiosk(folder / "device.toml", folder / "device", folder / "device.log")

    def _platform_address(self) -> tuple[str, int]:
        host, _, port = self.platform.url.removeprefix("http://").partition(":")
        return host, int(port)

    def enrol(self) -> None:
        platform, device = self.platform, self.device
        code = json.loads(run([*kiosk("platform code", platform.profile, platform.data), "--json"]))["code"]
        command = [*kiosk(f"enrol {code}", device.profile, device.data), "--platform", self.network.url, "--json"]
        assert json.loads(run(command))["writer"].endswith(".2")

    def publish(self, count: int) -> None:
        lines = "".join(json.dumps({"title": f"Thông báo {n}", "text": "x"}) + "\n" for n in range(count))
        publish = kiosk("platform publish", self.platform.profile, self.platform.data)
        run([*publish, "--audience", "nation", "--kind", "core.notice", "-"], given=lines)

    def fetched(self) -> int:
        """How many records of the nation's journal the device has."""
        return int(self._of_device("SELECT COUNT(*) FROM journal_records WHERE writer = 'nation'"))

    def unsent(self) -> int:
        return int(self._of_device("SELECT SUM(seq - acknowledged) FROM journal_heads WHERE own") or 0)

    def _of_device(self, query: str) -> Any:
        """From the card while the device runs."""
        with closing(
            sqlite3.connect(f"file:{self.device.data / 'kiosk.sqlite3'}?mode=ro", uri=True, timeout=120)
        ) as database:
            return database.execute(query).fetchone()[0]

    def opened(self, side: RunningKiosk) -> Appliance:
        """The data of a side whose process has ended."""
        profile = side.profile
        return self._workshop.open((), data=side.data.name, name=profile.stem, text=profile.read_text("utf-8"))

    def close(self) -> None:
        self.device.stop()
        self.platform.stop()
        self.network.close()


@pytest.fixture
def field(workshop: Workshop, journal_section: str) -> Iterator[Field]:
    made = Field(workshop, journal_section)
    yield made
    made.close()


def troubles(field: Field, chance: Random) -> list[Callable[[], None]]:
    """What may happen to a post by the road."""

    def device_loses_power() -> None:
        field.device.kill()
        field.device.start()

    def platform_dies() -> None:
        field.platform.kill()
        time.sleep(chance.uniform(0, 0.5))
        field.platform.start()

    def network_is_cut() -> None:
        field.network.cut()
        time.sleep(chance.uniform(0.1, 1.5))
        field.network.heal()

    def answers_break_off() -> None:
        for _ in range(5):
            field.network.sever_after(chance.randrange(1, 3000))
            time.sleep(chance.uniform(0.05, 0.3))
            field.network.heal()

    return [device_loses_power, platform_dies, network_is_cut, answers_break_off]


def campaign(field: Field, chance: Random, until: Callable[[int], bool]) -> int:
    """Troubles while people come, until ``until(rounds)``; then calm, and everything is compared. Returns the visits."""
    field.enrol()
    field.publish(5)
    field.device.start()
    visitors = Visitors(field.device, chance.randrange(10**6))
    visitors.start()
    rounds = 0
    while not until(rounds):
        order = troubles(field, chance)
        chance.shuffle(order)
        for trouble in order:
            time.sleep(chance.uniform(0.1, 1.0))
            trouble()
        rounds += 1
    visitors.end()
    field.network.heal()
    eventually(lambda: field.unsent() == 0)
    eventually(lambda: field.fetched() == 5)
    field.device.stop()
    field.platform.stop()
    compare(field, visitors.answered)
    return len(visitors.answered)


def compare(field: Field, answered: Mapping[UUID, tuple[str, int, str]]) -> None:
    """What both sides have, at rest."""
    device, platform = field.opened(field.device), field.opened(field.platform)
    own = device.identity.device
    here, there = chains(device, own), chains(platform, own)
    assert there == here, "the platform's journal is the device's, record for record"
    assert chains(device, "nation") == chains(platform, "nation"), "and the other way"
    places: dict[UUID, list[tuple[str, int]]] = {}
    for writer, journal in here.items():
        for seq, identifier, _hash in journal:
            places.setdefault(identifier, []).append((writer, seq))
    for side in (device, platform):
        with side.session() as session:
            rows = session.execute(select(VisitRow.writer, VisitRow.seq, VisitRow.decision)).all()
        decided = {(row.writer, row.seq): row.decision for row in rows}
        for key, (writer, seq, decision) in answered.items():
            assert places[key] == [(writer, seq)], "each answered visit is there once, where it was said to be"
            assert decided[writer, seq] == decision, "and as it was answered"
        assert_whole(side)


def chains(side: Appliance, device: str) -> Chains:
    """The journals of one device, or of the platform's one audience."""
    query = select(JournalRecord.writer, JournalRecord.seq, JournalRecord.id, JournalRecord.hash)
    found: Chains = {}
    with side.session() as session:
        for writer, *rest in session.execute(query.order_by(JournalRecord.writer, JournalRecord.seq)):
            if writer.partition(".")[0] == device:
                found.setdefault(writer, []).append(tuple(rest))
    return found


@pytest.mark.process
def test_short_campaign(field: Field) -> None:
    seed = int(os.environ.get("KIOSK_CAMPAIGN_SEED", "20210801"))
    assert campaign(field, Random(seed), lambda rounds: rounds == 1) > 20


@pytest.mark.soak
@pytest.mark.process
def test_long_campaign(field: Field) -> None:
    seconds = float(os.environ.get("KIOSK_SOAK_SECONDS", "0"))
    if not seconds:
        pytest.skip("set KIOSK_SOAK_SECONDS to run this")
    seed = int(os.environ.get("KIOSK_CAMPAIGN_SEED", str(time.time_ns() % 10**6)))
    print(f"seed {seed}", file=sys.stderr)
    end = time.monotonic() + seconds
    visits = campaign(field, Random(seed), lambda rounds: time.monotonic() > end)
    assert visits > 20
    print(f"{visits} visits", file=sys.stderr)
