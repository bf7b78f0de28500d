"""Pushing: what is acknowledged is marked, and nothing else; every bad answer is survived."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from kiosk.appliance import Appliance
from kiosk.core_slice import Notice
from kiosk.domain import Draft, Record
from kiosk.identity import begin_epoch
from kiosk.journal import chain
from kiosk.journal.models import JournalHead, JournalRecord
from plugins.upstream_sync import faults as sync_faults
from plugins.upstream_sync.backlog import read_backlog
from plugins.upstream_sync.enrol import enrol
from plugins.upstream_sync.faults import SyncFault
from plugins.upstream_sync.models import Alarm, ParkedRecord
from plugins.upstream_sync.platform_client import PlatformClient
from plugins.upstream_sync.push import Pusher
from plugins.upstream_sync.transport import Limits, Transport
from tests.plugins.upstream_sync import fake_platform as support

QUICK = Limits(connect=1, silence=0.4, total=0.8)


def add(appliance: Appliance, count: int) -> None:
    appliance.record([Draft("core.notice", Notice(title=f"Thông báo {n}", text="x")) for n in range(count)])


def pusher(appliance: Appliance, platform: Any, batch_records: int = 2000, limits: Limits = QUICK) -> Pusher:
    platform.device_keys[appliance.identity.device] = appliance.identity.public_key_pem()
    platform.digest_keys[appliance.identity.writer] = appliance.identity.pseudonym_key
    client = PlatformClient(platform.url, appliance.identity, appliance.clock, Transport(limits))
    return Pusher(appliance.database, client, appliance.clock, batch_records)


def push_all(sender: Pusher) -> list[str]:
    """Until nothing is left; the codes of the faults on the way."""
    met = []
    for _ in range(200):
        try:
            if not sender.push_one():
                return met
        except SyncFault as fault:
            met.append(fault.code)
    raise AssertionError(f"never finished: {met[-5:]}")


def acknowledged(appliance: Appliance) -> int:
    with appliance.session() as session:
        return session.scalar(select(JournalHead.acknowledged)) or 0


def own_lines(appliance: Appliance) -> list[bytes]:
    with appliance.session() as session:
        rows = session.execute(select(*JournalRecord.__table__.columns).order_by(JournalRecord.seq)).all()
    return [chain.encode_line(Record(**row._mapping, data=None)) for row in rows]


def test_everything_arrives_in_order_and_is_marked(device: Appliance, platform: Any) -> None:
    add(device, 25)
    assert push_all(pusher(device, platform, batch_records=10)) == []
    assert platform.lines(device.identity.writer) == own_lines(device)
    assert acknowledged(device) == 25
    with device.session() as session:
        assert read_backlog(session).unsent == 0


BAD_ANSWERS = {
    "500": ("server", support.status(500, b"oops")),
    "502 with a page": ("server", support.status(502, b"<html>Bad gateway</html>")),
    "503": ("busy", support.status(503)),
    "429": ("busy", support.status(429, b"", Retry_After="7")),
    "401": ("unauthorised", support.status(401, b"")),
    "revoked": ("revoked", support.status(401, b'{"error": {"code": "revoked", "message": "x"}}')),
    "clock": ("clock", support.status(401, b'{"error": {"code": "clock", "message": "x"}}')),
    "403": ("forbidden", support.status(403, b"no")),
    "a portal's page": ("garbage", support.status(200, b"<html>Please sign in to the Wi-Fi</html>")),
    "a redirect": ("garbage", support.status(302, b"", Location="http://127.0.0.1:1/")),
    "empty": ("garbage", support.status(200, b"")),
    "other journal": (
        "garbage",
        support.status(200, b'{"writer": "x.1", "acknowledged": 5, "parked": [], "server_time_ms": 1}'),
    ),
    "409 without a reason": ("garbage", support.status(409, b"{}")),
    "gap that makes no sense": (
        "gap",
        support.status(409, b'{"error": {"code": "gap", "expected": 3, "message": ""}}'),
    ),
    "more than a megabyte": ("garbage", support.status(200, b"x" * 1_500_000)),
    "hangs up": ("cut", support.hang_up),
    "half a body": ("cut", support.half_a_body),
    "says nothing": ("timeout", support.silence),
    "drips": ("timeout", support.drip),
}


@pytest.mark.parametrize("name", BAD_ANSWERS)
@pytest.mark.parametrize("stored", [False, True], ids=["lost request", "lost answer"])
def test_bad_answer_marks_nothing_and_the_next_attempt_succeeds(
    device: Appliance, platform: Any, name: str, stored: bool
) -> None:
    code, fault = BAD_ANSWERS[name]
    add(device, 5)
    sender = pusher(device, platform)
    platform.faults = [support.stored_then(fault) if stored else fault]
    with pytest.raises(SyncFault) as met:
        sender.push_one()
    assert met.value.code == code
    assert acknowledged(device) == 0
    assert push_all(sender) == []
    assert platform.lines(device.identity.writer) == own_lines(device)
    assert acknowledged(device) == 5


@pytest.mark.parametrize(
    "wrong",
    [
        {"acknowledged": "5"},
        {"acknowledged": 5.0},
        {"acknowledged": -1},
        {"acknowledged": None},
        {"parked": {}},
        {"parked": [{"seq": 6, "reason": "unknown_kind"}]},
        {"parked": [{"seq": 0, "reason": "unknown_kind"}]},
        {"parked": [{"seq": "2", "reason": "unknown_kind"}]},
        {"server_time_ms": "now"},
    ],
    ids=str,
)
def test_an_answer_about_this_journal_that_cannot_be_right_marks_nothing(
    device: Appliance, platform: Any, wrong: dict[str, Any]
) -> None:
    add(device, 5)
    right = {"writer": device.identity.writer, "acknowledged": 5, "parked": [], "server_time_ms": 1}
    platform.faults = [support.status(200, json.dumps({**right, **wrong}).encode())]
    sender = pusher(device, platform)
    with pytest.raises(SyncFault) as met:
        sender.push_one()
    assert met.value.code == "garbage"
    assert acknowledged(device) == 0
    with device.session() as session:
        assert session.scalars(select(ParkedRecord)).all() == []
    assert push_all(sender) == []
    assert acknowledged(device) == 5


def test_retry_after_is_kept(device: Appliance, platform: Any) -> None:
    add(device, 1)
    platform.faults = [support.status(429, b"", Retry_After="7"), support.status(503, b"", Retry_After="999999")]
    sender = pusher(device, platform)
    with pytest.raises(sync_faults.Busy) as first:
        sender.push_one()
    with pytest.raises(sync_faults.Busy) as second:
        sender.push_one()
    assert (first.value.retry_after, second.value.retry_after) == (7.0, 3600.0)


def test_connection_refused(device: Appliance, platform: Any) -> None:
    add(device, 1)
    sender = pusher(device, platform)
    platform.close()
    with pytest.raises(sync_faults.Unreachable) as met:
        sender.push_one()
    assert met.value.code == "refused"
    assert acknowledged(device) == 0


def test_too_large_batches_are_halved_until_they_fit(device: Appliance, platform: Any) -> None:
    add(device, 50)
    platform.most_lines = 7
    assert push_all(pusher(device, platform)) == []
    assert platform.lines(device.identity.writer) == own_lines(device)


def test_a_single_record_that_is_too_large_is_told(device: Appliance, platform: Any) -> None:
    add(device, 1)
    platform.most_lines = 0
    with pytest.raises(sync_faults.TooLarge):
        pusher(device, platform).push_one()


def test_what_precedes_an_unreadable_line_goes_through(device: Appliance, platform: Any) -> None:
    add(device, 5)
    unreadable = support.status(422, b'{"error": {"code": "malformed", "line": 4, "message": "no"}}')
    platform.faults = [unreadable]
    sender = pusher(device, platform)
    assert sender.push_one()
    assert sender.push_one()
    assert acknowledged(device) == 3
    platform.faults = [support.status(422, b'{"error": {"code": "malformed", "line": 1, "message": "no"}}')]
    with pytest.raises(sync_faults.MalformedLine):
        sender.push_one()
    assert acknowledged(device) == 3


def test_a_journal_that_cannot_be_sent_holds_up_no_other(
    tmp_path: Path, device: Appliance, platform: Any, reopened: Any
) -> None:
    add(device, 2)
    stuck = device.identity.writer
    sender = pusher(device, platform)
    begin_epoch(tmp_path / "device")
    after = reopened()
    add(after, 3)
    sender = pusher(after, platform)
    platform.digest_keys[stuck] = after.identity.pseudonym_key
    platform.faults = [support.status(422, b'{"error": {"code": "malformed", "line": 1, "message": "no"}}')]
    with pytest.raises(sync_faults.MalformedLine):
        sender.push_one()
    assert sender.push_one()
    assert (len(platform.lines(stuck)), len(platform.lines(after.identity.writer))) == (0, 3)
    assert push_all(sender) == []
    assert len(platform.lines(stuck)) == 2


def test_fork_stops_the_journal_and_raises_an_alarm(device: Appliance, platform: Any) -> None:
    add(device, 5)
    sender = pusher(device, platform)
    push_all(sender)
    known = platform.journals[device.identity.writer]
    known.append((known[-1][0], b"other"))  # the copy of this card was there first
    add(device, 2)
    assert push_all(sender) == []
    with device.session() as session:
        assert [(one.code, one.seq) for one in session.scalars(select(Alarm))] == [("fork", 6)]
    assert acknowledged(device) == 5
    add(device, 1)  # recording goes on
    asked = len(platform.requests)
    assert push_all(sender) == []
    assert len(platform.requests) == asked, "a journal under alarm is not sent"


def test_an_old_copy_of_the_card_is_noticed(device: Appliance, platform: Any) -> None:
    add(device, 2)
    sender = pusher(device, platform)
    platform.faults = [support.status(409, b'{"error": {"code": "gap", "expected": 9, "message": ""}}')]
    assert push_all(sender) == ["gap"]
    with device.session() as session:
        assert [(one.code, one.seq) for one in session.scalars(select(Alarm))] == [("ahead", 3)]


def test_a_platform_restored_from_a_backup_gets_the_rest_again(device: Appliance, platform: Any) -> None:
    add(device, 9)
    sender = pusher(device, platform)
    push_all(sender)
    del platform.journals[device.identity.writer][4:]
    add(device, 1)
    assert push_all(sender) == ["gap"]
    assert platform.lines(device.identity.writer) == own_lines(device)
    assert acknowledged(device) == 10


def test_an_answer_that_acknowledges_nothing_is_a_fault(device: Appliance, platform: Any) -> None:
    add(device, 3)
    answer = f'{{"writer": "{device.identity.writer}", "acknowledged": 0, "parked": [], "server_time_ms": 1}}'
    platform.faults = [support.status(200, answer.encode())]
    with pytest.raises(SyncFault) as met:
        pusher(device, platform).push_one()
    assert met.value.code == "stalled"


def test_parked_records_are_kept_shown_and_sent_again(device: Appliance, platform: Any) -> None:
    add(device, 4)
    platform.park = {2: "unknown_kind", 3: "invalid_body title"}
    sender = pusher(device, platform)
    push_all(sender)
    with device.session() as session:
        rows = session.execute(select(ParkedRecord.seq, ParkedRecord.reason).order_by(ParkedRecord.seq)).all()
    assert [tuple(row) for row in rows] == [(2, "unknown_kind"), (3, "invalid_body title")]
    assert acknowledged(device) == 4, "a parked record blocks nothing"
    del platform.park[2]
    assert sender.retry_parked() == 1
    with device.session() as session:
        assert list(session.scalars(select(ParkedRecord.seq))) == [3]


FAULTS = [
    None,
    support.status(500),
    support.status(429, b"", Retry_After="0"),
    support.status(200, b"{}"),
    support.status(401, b""),
    support.status(413),
    support.hang_up,
    support.half_a_body,
    support.stored_then(support.status(500)),
    support.stored_then(support.hang_up),
    support.stored_then(support.status(200, b"<html>")),
]


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(
    steps=st.lists(st.integers(1, 8), min_size=1, max_size=6),
    plan=st.lists(st.sampled_from(range(len(FAULTS))), max_size=15),
    batch=st.integers(2, 8),
)
def test_under_any_faults_every_record_arrives_once_in_order(
    device: Appliance, platform: Any, steps: list[int], plan: list[int], batch: int
) -> None:
    """The device keeps growing over the examples, as a device does."""
    sender = pusher(device, platform, batch)
    platform.faults = [FAULTS[one] for one in plan]
    for count in steps:
        add(device, count)
        try:
            sender.push_one()
        except SyncFault:
            # "restart": what was in memory is gone
            sender = pusher(device, platform, batch)
        assert acknowledged(device) <= len(platform.lines(device.identity.writer))
    platform.faults = []
    while True:
        try:
            if not sender.push_one():
                break
        except SyncFault as fault:
            raise AssertionError(fault.code) from fault
    assert platform.lines(device.identity.writer) == own_lines(device)
    assert acknowledged(device) == len(own_lines(device))


def test_enrolling_begins_a_journal_under_the_nations_key_and_sends_the_earlier_one(
    tmp_path: Path, device: Appliance, platform: Any, reopened: Any
) -> None:
    add(device, 3)
    data_dir = tmp_path / "device"
    arguments = (device.database, device.station, "kiosk", device.clock, Transport(QUICK), platform.url)
    first = enrol(data_dir, *arguments, "CODE-1")
    again = enrol(data_dir, *arguments, "CODE-1")
    assert (first.already, again.already) == (False, True)
    assert first.writer == again.writer == f"{device.identity.device}.2"
    after = reopened()
    assert after.identity.pseudonym_key == platform.nation_key
    assert after.identity.digest_key(f"{after.identity.device}.1") == device.identity.pseudonym_key
    add(after, 2)
    client = PlatformClient(platform.url, after.identity, after.clock, Transport(QUICK))
    assert push_all(Pusher(after.database, client, after.clock, 100)) == []
    assert {writer: len(known) for writer, known in platform.journals.items()} == {
        f"{after.identity.device}.1": 3,
        f"{after.identity.device}.2": 2,
    }
