"""Real processes, killed at random moments under load: what was answered is in the journal exactly once, and stays the answer."""

from __future__ import annotations

import os
import threading
import time
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest

from tests.support.appliance import Workshop, assert_whole, people
from tests.support.running_kiosk import RunningKiosk

PLUGINS = ["citizen_id", "self_check_in"]


class Crowd:
    """People who show their codes, each with a key of their own, and remember what they were told."""

    def __init__(self, seed: int) -> None:
        self._lock = threading.Lock()
        self._people = people(seed)
        self.shown: dict[str, str] = {}  # key -> payload
        self.answered: dict[str, Any] = {}  # key -> answer

    def next(self) -> tuple[str, str]:
        with self._lock:
            key, payload = str(uuid4()), next(self._people).cccd_2021()
            self.shown[key] = payload
            return key, payload

    def answer(self, key: str, said: Any) -> None:
        with self._lock:
            known = self.answered.setdefault(key, said)
        assert said == known, "the same key got another answer"

    def scan_until_it_dies(self, kiosk: RunningKiosk) -> None:
        while True:
            key, payload = self.next()
            try:
                self.answer(key, kiosk.scan(payload, key))
            except OSError:
                return

    def retry(self, kiosk: RunningKiosk, keys: list[str]) -> None:
        for key in keys:
            self.answer(key, kiosk.scan(self.shown[key], key))


def rounds(profile: Path, data: Path, log: Path, rng: Random, until: Any) -> Crowd:
    crowd = Crowd(rng.randrange(1_000_000))
    number = 0
    while until(number):
        number += 1
        with RunningKiosk(profile, data, log) as kiosk:
            kiosk.ready()
            open_keys = [key for key in crowd.shown if key not in crowd.answered]
            crowd.retry(kiosk, [*open_keys, *rng.sample(sorted(crowd.answered), min(10, len(crowd.answered)))])
            threads = [threading.Thread(target=crowd.scan_until_it_dies, args=(kiosk,)) for _ in range(6)]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.05, 0.8))
            kiosk.kill()
            for thread in threads:
                thread.join(120)
                assert not thread.is_alive()
    with RunningKiosk(profile, data, log) as kiosk:
        kiosk.ready()
        crowd.retry(kiosk, sorted(crowd.shown))
        assert kiosk.get("/health")["safe_mode"] is False
        assert kiosk.stop() == 0
    return crowd


def judge(workshop: Workshop, crowd: Crowd, log: Path) -> None:
    appliance = workshop.open(PLUGINS, data="data")
    own = assert_whole(appliance)
    by_id = {str(record.id): record for record in own}
    assert len(by_id) == len(own) == len(crowd.shown) == len(crowd.answered)
    for key, said in crowd.answered.items():
        assert said["record"] == {"writer": appliance.identity.writer, "seq": by_id[key].seq}
        assert said["decision"] == by_id[key].data.decision.value == "admit"
        assert said["ticket"]["number"] == by_id[key].data.ticket
    numbers = [record.data.ticket for record in own]
    assert len(numbers) == len(set(numbers))
    told = log.read_text("utf-8")
    for payload in list(crowd.shown.values())[:50]:
        number, _, name, *_ = payload.split("|")
        assert number not in told
        assert name not in told


def campaign(workshop: Workshop, tmp_path: Path, until: Any, seed: int) -> Crowd:
    profile, log = workshop.profile(PLUGINS), tmp_path / "stderr.log"
    crowd = rounds(profile, tmp_path / "data", log, Random(seed), until)
    judge(workshop, crowd, log)
    return crowd


@pytest.mark.process
def test_killed_at_random_moments(workshop: Workshop, tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    crowd = campaign(workshop, tmp_path, lambda number: number < 5, seed)
    assert len(crowd.answered) > 20


@pytest.mark.soak
@pytest.mark.process
def test_killed_at_random_moments_for_long(workshop: Workshop, tmp_path: Path) -> None:
    seconds = float(os.environ.get("KIOSK_SOAK_SECONDS", "0"))
    if not seconds:
        pytest.skip("set KIOSK_SOAK_SECONDS to run the long crash campaign")
    end = time.monotonic() + seconds
    crowd = campaign(workshop, tmp_path, lambda _: time.monotonic() < end, int.from_bytes(os.urandom(4)))
    assert crowd.answered
    print(f"{len(crowd.answered)} decisions answered")
