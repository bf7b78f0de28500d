"""A vaccination site's process killed at random moments while people arrive, are called, screened and consent: what was answered is
there once, what was not is there once after the page asks again under its key, and the queue goes on where it was."""

from __future__ import annotations

import os
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any
from uuid import uuid4

import pytest
import requests

from kiosk.operators.register import Role
from tests.support.appliance import Workshop, assert_whole, people
from tests.support.running_kiosk import RunningKiosk
from tests.support.staff import PIN, add_operator
from tests.support.vaccination import PLUGINS, SECTIONS

TABLES = 4
SIGNED = "10,20 40,60 90,30 120,80;150,40 200,90"
PROFILE = SECTIONS.format(more="").replace('["1", "2"]', '["1", "2", "3", "4"]').replace('["3", "4"]\n', '["5"]\n')


class Page:
    """A signed-in page as a process sees it. ``post`` raises ``OSError`` where no answer came."""

    def __init__(self, url: str, operator: str) -> None:
        self._url = url
        self._session = requests.Session()
        form = {"operator": operator, "pin": PIN, "csrf_token": self._token("/staff/sign-in")}
        done = self._session.post(f"{url}/staff/sign-in", data=form, timeout=120, allow_redirects=False)
        assert done.status_code == 303, done.text[:300]
        self._csrf = self._token("/staff/")

    def _token(self, path: str) -> str:
        page = self._session.get(self._url + path, timeout=120).text
        return page.partition('name="csrf_token" value="')[2].partition('"')[0]

    def post(self, path: str, asked: dict[str, Any]) -> dict[str, Any]:
        headers = {"X-CSRFToken": self._csrf, "Accept": "application/json"}
        try:
            reply = self._session.post(f"{self._url}/vaccination/{path}", json=asked, headers=headers, timeout=120)
            said = reply.json()
        except (requests.RequestException, ValueError) as error:
            raise OSError("no answer") from error
        assert reply.status_code == 200, (path, reply.status_code, said)
        assert isinstance(said, dict)
        return said


class Visit:
    """One person's way through the steps. Each step keeps its key until it is answered, as a page does."""

    def __init__(self, payload: str, table: str) -> None:
        self._payload = payload
        self._table = table
        self._steps = self._way()
        self.step = next(self._steps)
        self.answered = 0
        self.done = False
        self.ticket = ""

    def go_on(self, page: Page) -> None:
        """Do the step that is next; raises ``OSError`` and stays at it where no answer came."""
        path, asked = self.step
        reply = page.post(path, asked)
        self.answered += 1
        try:
            self.step = self._steps.send(reply)
        except StopIteration:
            self.done = True

    def _way(self) -> Iterator[Any]:
        def step(path: str, **asked: Any) -> tuple[str, dict[str, Any]]:
            return path, {"key": str(uuid4()), **asked}

        reply = yield step("desk/scan", payload=self._payload, source="wedge")
        visit, self.ticket = reply["person"]["visit"], reply["person"]["ticket"]
        table = self._table
        yield step(f"queue/screening/{table}/take", visit=visit)
        reply = yield step(f"screening/{table}/person", visit=visit)
        no = {one["id"]: "no" for one in reply["pack"]["questions"] if one["kind"] == "yes_no"}
        vitals = {"temperature_c": "36,8", "systolic": "120", "diastolic": "80"}
        reply = yield step(f"screening/{table}/save", visit=visit, answers=no, vitals=vitals)
        digest = reply["consent"]["text"]["digest"]
        said = {"state": "given", "digest": digest, "strokes": SIGNED, "by": "self"}
        yield step(f"screening/{table}/consent", visit=visit, **said)


class Tables:
    """Four tables, each with its own people, which remember where they were when the process died."""

    def __init__(self, seed: int) -> None:
        self._people = people(seed)
        self._lock = threading.Lock()
        self.visits: list[Visit] = []
        self.open: dict[str, Visit] = {}
        self.failed: list[BaseException] = []

    def work(self, page: Page, table: str) -> None:
        try:
            while True:
                visit = self.open.get(table) or self._next(table)
                visit.go_on(page)
                if visit.done:
                    del self.open[table]
        except OSError:
            return
        except BaseException as error:
            self.failed.append(error)

    def _next(self, table: str) -> Visit:
        with self._lock:
            person = next(one for one in self._people if one.birth_date.year < 2000)
            self.open[table] = visit = Visit(person.cccd_2021(), table)
            self.visits.append(visit)
            return visit


def rounds(profile: Path, data: Path, log: Path, rng: Random, kills: int) -> Tables:
    tables = Tables(rng.randrange(1_000_000))
    names = [str(one) for one in range(1, TABLES + 1)]
    for _ in range(kills):
        with RunningKiosk(profile, data, log) as kiosk:
            kiosk.ready()
            pages = [Page(kiosk.url, f"1{name}") for name in names]
            threads = [threading.Thread(target=tables.work, args=pair) for pair in zip(pages, names, strict=True)]
            for thread in threads:
                thread.start()
            time.sleep(rng.uniform(0.3, 1.5))
            kiosk.kill()
            for thread in threads:
                thread.join(120)
                assert not thread.is_alive()
            assert tables.failed == []
    with RunningKiosk(profile, data, log) as kiosk:
        kiosk.ready()
        for name in names:
            page, visit = Page(kiosk.url, f"1{name}"), tables.open.get(name)
            while visit is not None and not visit.done:
                visit.go_on(page)
        assert kiosk.get("/health")["safe_mode"] is False
        assert kiosk.stop() == 0
    return tables


@pytest.mark.process
def test_killed_in_the_middle_of_arrival_screening_and_consent(workshop: Workshop, tmp_path: Path) -> None:
    seed = int.from_bytes(os.urandom(4))
    print(f"seed {seed}")
    site = workshop.open(PLUGINS, sections=PROFILE)
    for table in range(1, TABLES + 1):
        add_operator(site, f"1{table}", Role.MEDICAL_STAFF)
    workshop.stop(site)
    log = tmp_path / "stderr.log"
    tables = rounds(workshop.folder / "profile.toml", tmp_path / "data", log, Random(seed), kills=4)

    site = workshop.open(PLUGINS, sections=PROFILE)
    own = assert_whole(site)
    expected = len(tables.visits)
    print(f"{expected} people")
    assert expected > TABLES
    assert all(one.done for one in tables.visits)
    kinds = Counter(one.kind for one in own)
    assert kinds["self_check_in.visit"] == kinds["vaccination.screening"] == kinds["vaccination.consent"] == expected
    assert kinds["vaccination.person"] == expected
    calls = Counter(one.data.state for one in own if one.kind == "vaccination.called")
    assert calls == {"called": expected, "served": expected}
    for kind in ("self_check_in.visit", "vaccination.screening", "vaccination.consent"):
        assert len({one.citizen for one in own if one.kind == kind}) == expected
    assert len({one.ticket for one in tables.visits}) == expected
    told = log.read_text("utf-8")
    assert SIGNED not in told
