"""Pulling: only what the platform signed is stored, once, and the cursor never skips anything."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from uuid6 import uuid7

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft, Record
from kiosk.journal import chain
from kiosk.journal.append import Entry, Head, build
from kiosk.journal.models import JournalRecord
from plugins.self_check_in.models import AppointmentRow
from plugins.self_check_in.records import Appointment
from plugins.upstream_sync import contact, enrolment, pull, pulled, received_parked
from plugins.upstream_sync.backlog import read_backlog
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.faults import BadCursor, SyncFault
from plugins.upstream_sync.models import ParkedRecord
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.pull import Puller
from plugins.upstream_sync.transport import Limits, Transport
from tests.plugins.upstream_sync import fake_platform as support

QUICK = Limits(connect=1, silence=0.5, total=1)


@pytest.fixture
def enrolled(tmp_path: Path, device: Appliance, platform: Any, reopened: Any) -> Appliance:
    arguments = (device.database, device.station, "kiosk", device.clock, Transport(QUICK), platform.url)
    enrol(tmp_path / "device", *arguments, "CODE-1")
    appliance = reopened()
    assert isinstance(appliance, Appliance)
    return appliance


def puller(appliance: Appliance, platform: Any) -> Puller:
    known = enrolment.load(appliance.data_dir)
    assert known
    client = PlatformClient(platform.url, appliance.identity, appliance.clock, Transport(QUICK))
    return Puller(
        appliance.database,
        appliance.journal,
        client,
        appliance.clock,
        appliance.identity,
        known.platform_key(),
        known.epoch,
    )


def publish(appliance: Appliance, platform: Any, writer: str, drafts: Sequence[Draft]) -> list[Record]:
    """Records of the platform's, made with the device's knowledge of kinds."""
    before = platform.published.setdefault(writer, [])
    head = Head(before[-1].seq, before[-1].hash) if before else Head(0, chain.genesis(writer))
    entries = [Entry(UUID(int=uuid7().int), draft, datetime.now(UTC), True) for draft in drafts]
    fresh = build(head, writer, "national-platform", platform.nation_key, appliance.kinds, entries)
    before += fresh
    return fresh


def notices(count: int) -> list[Draft]:
    return [Draft("core.notice", Notice(title=f"Số {n}", text="x")) for n in range(count)]


def appointment(citizen: str) -> Draft:
    return Draft("self_check_in.appointment", Appointment(site="test-site", day="2026-11-22"), citizen)


def stored(appliance: Appliance, writer: str) -> list[int]:
    with appliance.session() as session:
        return list(
            session.scalars(select(JournalRecord.seq).where(JournalRecord.writer == writer).order_by(JournalRecord.seq))
        )


def cursor_of(appliance: Appliance, platform: Any) -> str:
    with appliance.session() as session:
        return contact.cursor(session, appliance.identity.device, platform.url)


def test_the_platforms_records_are_stored_and_projected(enrolled: Appliance, platform: Any) -> None:
    publish(enrolled, platform, "nation", notices(3))
    publish(enrolled, platform, "site:test-site", [appointment("c" * 22)])
    worker = puller(enrolled, platform)
    assert worker.pull_one() is False
    assert stored(enrolled, "nation") == [1, 2, 3]
    with enrolled.session() as session:
        assert session.scalars(select(AppointmentRow.citizen)).all() == ["c" * 22]
    publish(enrolled, platform, "nation", notices(1))
    worker.pull_one()
    worker.pull_one()
    assert stored(enrolled, "nation") == [1, 2, 3, 4]


def test_a_lost_cursor_brings_duplicates_and_nothing_else(enrolled: Appliance, platform: Any) -> None:
    publish(enrolled, platform, "nation", notices(3))
    worker = puller(enrolled, platform)
    worker.pull_one()
    with enrolled.database.writing() as session:
        contact.move_cursor(session, enrolled.identity.device, platform.url, "")
    worker.pull_one()
    assert stored(enrolled, "nation") == [1, 2, 3]


def test_another_key_is_refused(enrolled: Appliance, platform: Any) -> None:
    publish(enrolled, platform, "nation", notices(2))
    platform.key = Ed25519PrivateKey.generate()
    with pytest.raises(SyncFault) as met:
        puller(enrolled, platform).pull_one()
    assert met.value.code == "signature"
    assert stored(enrolled, "nation") == []
    assert cursor_of(enrolled, platform) == ""


def test_changed_content_under_a_good_signature_is_refused(enrolled: Appliance, platform: Any) -> None:
    good = publish(enrolled, platform, "nation", notices(2))
    platform.published["nation"][0] = good[0]._replace(body='{"title":"Khác","text":"y"}')
    with pytest.raises(SyncFault) as met:
        puller(enrolled, platform).pull_one()
    assert met.value.code == "signature"
    assert stored(enrolled, "nation") == []


def test_lines_that_were_cut_off_do_not_move_the_cursor(enrolled: Appliance, platform: Any) -> None:
    publish(enrolled, platform, "nation", notices(2))

    def nothing_but_headers(handler: Any) -> bool:
        body, cursor, signature = platform.pulled("")
        handler.answer(200, {"X-Cursor": cursor, "X-More": "0", "X-Head-Signature": signature}, b"")
        return bool(body)

    platform.faults = [nothing_but_headers]
    worker = puller(enrolled, platform)
    with pytest.raises(SyncFault) as met:
        worker.pull_one()
    assert met.value.code == "signature"
    assert cursor_of(enrolled, platform) == ""
    worker.pull_one()
    assert stored(enrolled, "nation") == [1, 2]


@pytest.mark.parametrize("fault", ["hang_up", "half_a_body", "silence", "drip"])
def test_faults_leave_the_cursor(enrolled: Appliance, platform: Any, fault: str) -> None:
    publish(enrolled, platform, "nation", notices(2))
    worker = puller(enrolled, platform)
    platform.faults = [getattr(support, fault)]
    with pytest.raises(SyncFault):
        worker.pull_one()
    assert cursor_of(enrolled, platform) == ""
    worker.pull_one()
    assert stored(enrolled, "nation") == [1, 2]


@pytest.mark.parametrize("stored_parts", [0, 1, 2])
def test_power_that_goes_while_an_answer_is_stored_skips_nothing(
    enrolled: Appliance, platform: Any, monkeypatch: pytest.MonkeyPatch, stored_parts: int
) -> None:
    publish(enrolled, platform, "nation", notices(4))
    publish(enrolled, platform, "site:test-site", [appointment("c" * 22)])
    monkeypatch.setattr(pull, "AT_ONCE", 2)
    receive, parts = pull.receive, []

    class PowerGoes(Exception):
        pass

    def until_the_power_goes(*arguments: Any, **more: Any) -> Any:
        if len(parts) == stored_parts:
            raise PowerGoes
        parts.append(arguments)
        return receive(*arguments, **more)

    with monkeypatch.context() as patch:
        patch.setattr(pull, "receive", until_the_power_goes)
        with pytest.raises(PowerGoes):
            puller(enrolled, platform).pull_one()
    assert cursor_of(enrolled, platform) == ""
    assert puller(enrolled, platform).pull_one() is False
    assert (stored(enrolled, "nation"), stored(enrolled, "site:test-site")) == ([1, 2, 3, 4], [1])
    assert cursor_of(enrolled, platform)


def test_an_unknown_cursor_begins_again(enrolled: Appliance, platform: Any) -> None:
    publish(enrolled, platform, "nation", notices(2))
    worker = puller(enrolled, platform)
    worker.pull_one()
    assert cursor_of(enrolled, platform)
    platform.faults = [support.status(400, b'{"error": {"code": "cursor", "message": "unknown"}}')]
    with pytest.raises(BadCursor):
        worker.pull_one()
    assert cursor_of(enrolled, platform) == ""
    worker.pull_one()
    assert stored(enrolled, "nation") == [1, 2]


def test_own_and_foreign_journals_are_refused(enrolled: Appliance, platform: Any) -> None:
    for writer in (enrolled.identity.writer, "other.1"):
        platform.published.clear()
        publish(enrolled, platform, writer, notices(1))
        with pytest.raises(SyncFault) as met:
            puller(enrolled, platform).pull_one()
        assert met.value.code == "chain"
        assert stored(enrolled, "other.1") == []


def test_what_is_not_understood_is_noted_and_used_after_an_update(enrolled: Appliance, platform: Any) -> None:
    known = enrolled.kinds._kinds["self_check_in.appointment"]
    publish(enrolled, platform, "nation", [appointment("d" * 22), *notices(1)])
    del enrolled.kinds._kinds["self_check_in.appointment"]
    puller(enrolled, platform).pull_one()
    with enrolled.session() as session:
        assert session.scalars(select(ParkedRecord.reason)).all() == ["unknown_kind"]
        here = enrolled.kinds.names()
        elsewhere = [name for name in here if not name.startswith("self_check_in.")]
        assert (read_backlog(session, here).parked, read_backlog(session, here).kept) == (1, 0)  # of a newer version
        assert read_backlog(session, elsewhere).kept == 1  # of a plugin that is not here: nothing to be done
    assert received_parked.retry(enrolled.journal) == 0
    enrolled.kinds._kinds["self_check_in.appointment"] = known
    assert received_parked.retry(enrolled.journal) == 1
    with enrolled.session() as session:
        assert session.scalars(select(AppointmentRow.citizen)).all() == ["d" * 22]
        assert session.scalars(select(ParkedRecord.seq)).all() == []


@given(st.binary(max_size=400), st.text(max_size=40))
def test_arbitrary_lines_and_signatures_are_a_fault_or_nothing(lines: bytes, signature: str) -> None:
    with pytest.raises(SyncFault) as met:
        pulled.signed_heads(signature, Ed25519PrivateKey.generate().public_key())
    assert met.value.code == "signature"
    with contextlib.suppress(SyncFault):
        assert pulled.take_apart(lines, {}) == []
