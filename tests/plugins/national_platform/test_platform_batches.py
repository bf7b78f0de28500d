"""Pushing over HTTP: taken once, parked and retried, alarms, limits, a database that is away."""

from __future__ import annotations

import base64
import io
import json

import pytest
import zstandard
from pydantic import Field
from sqlalchemy import select
from sqlalchemy.exc import OperationalError

from kiosk.domain import Draft, HealthLevel
from kiosk.journal import chain
from kiosk.journal.append import Head
from kiosk.journal.replay import replay
from kiosk.record_kinds import RecordKinds
from plugins.national_platform import alarms, ingest
from plugins.national_platform.models import Contact, ParkedRecord
from plugins.national_platform.parked_again import ParkedAgain
from plugins.self_check_in.records import Visit
from tests.support.appliance import assert_whole, tables
from tests.support.platform import (
    API,
    PlatformUnderTest,
    chained,
    hand_line,
    head_of,
    lines_of,
    make,
    stored,
    visit,
    visits,
)


def health(platform: PlatformUnderTest, name: str) -> HealthLevel:
    return next(check.level for check in platform.appliance.health() if check.name == name)


def test_a_batch_is_acknowledged_and_sending_it_again_is_harmless(platform: PlatformUnderTest) -> None:
    device = platform.device()
    made = device.visits(50)
    first = device.push(made[:30])
    assert first.status_code == 200
    assert {name: first.json[name] for name in ("writer", "acknowledged", "parked", "duplicates")} == {
        "writer": device.writer,
        "acknowledged": 30,
        "parked": [],
        "duplicates": 0,
    }
    again = device.push(made[:30])
    assert (again.json["acknowledged"], again.json["duplicates"]) == (30, 30)
    rest = device.push(made[20:])
    assert (rest.json["acknowledged"], rest.json["duplicates"]) == (50, 10)
    assert len(tables(platform.appliance)["self_check_in_visits"]) == 50
    assert_whole(platform.appliance)


def test_a_gap_names_the_record_to_send(platform: PlatformUnderTest) -> None:
    device = platform.device()
    answer = device.push(device.visits(9)[4:])
    assert answer.status_code == 409
    assert (answer.json["error"]["code"], answer.json["error"]["expected"]) == ("gap", 1)


def test_a_copied_card_raises_an_alarm_that_stays_until_somebody_closes_it(platform: PlatformUnderTest) -> None:
    device = platform.device()
    made = device.visits(6)
    device.push(made)
    assert health(platform, "platform.alarms") is HealthLevel.OK
    copy = make(
        platform.appliance,
        device.writer,
        [Draft("self_check_in.visit", visit(99), None)] * 3,
        head=Head(4, made[3].hash),
        key=device.identity.pseudonym_key,
    )
    for _ in range(2):
        answer = device.push(copy)
        assert answer.status_code == 409
        assert (answer.json["error"]["code"], answer.json["error"]["seq"]) == ("fork", 5)
    assert head_of(platform.appliance, device.writer) == (6, made[-1].hash)
    with platform.appliance.session() as session:
        found = alarms.open_alarms(session)
    assert [(one.writer, one.seq, one.times) for one in found] == [(device.writer, 5, 2)]
    assert health(platform, "platform.alarms") is HealthLevel.FAULT
    with platform.appliance.database.writing() as session:
        assert alarms.resolve(session, device.writer, 1) == 1
    assert health(platform, "platform.alarms") is HealthLevel.OK
    device.push(copy)
    assert health(platform, "platform.alarms") is HealthLevel.FAULT


def test_a_journal_from_before_enrolment_is_checked_under_its_own_key(platform: PlatformUnderTest) -> None:
    from tests.support.platform import Device

    device = Device(platform)
    writer, old_key = f"{device.identity.device}.1", b"o" * 32
    made = visits(platform.appliance, writer, 5, key=old_key)
    earlier = [
        {
            "writer": writer,
            "seq": 5,
            "hash": made[-1].hash.hex(),
            "digest_key": base64.b64encode(old_key).decode(),
        }
    ]
    assert device.enrol(platform.mint(), earlier=earlier).status_code == 201
    assert device.push(made).json["acknowledged"] == 5
    mine = device.visits(2)
    assert device.push(mine).json["acknowledged"] == 2


def test_parked_records_enter_the_tables_when_their_kind_is_known(
    platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = platform.device()
    made = device.visits(4)
    kinds = platform.appliance.kinds
    without = RecordKinds()
    without.add("core", {name: kinds.get(name).model for name in kinds.names() if name.startswith("core.")})
    monkeypatch.setattr(platform.appliance.journal, "kinds", without)
    answer = device.push(made)
    assert answer.json["acknowledged"] == 4
    assert answer.json["parked"] == [{"seq": seq, "reason": "unknown_kind"} for seq in range(1, 5)]
    assert health(platform, "platform.parked") is HealthLevel.WARNING
    again = device.push(made[:1])
    assert again.json["parked"] == [{"seq": 1, "reason": "unknown_kind"}]
    retried = device.post("/parked/retry", json.dumps({"writer": device.writer, "seqs": [2, 3, 77]}).encode())
    assert [one["seq"] for one in retried.json["parked"]] == [2, 3]

    monkeypatch.setattr(platform.appliance.journal, "kinds", kinds)  # the platform was updated
    # a replay between the update and the next try folds none of them: each is folded once, when it is tried again
    replay(platform.appliance.database, platform.appliance.host, kinds)
    assert tables(platform.appliance)["self_check_in_visits"] == []
    retried = device.post("/parked/retry", json.dumps({"writer": device.writer, "seqs": [2, 3, 77]}).encode())
    assert retried.json == {"parked": []}
    # sending a line again looks at it again as well
    assert device.push(made).json["parked"] == []
    assert health(platform, "platform.parked") is HealthLevel.OK
    assert len(tables(platform.appliance)["self_check_in_visits"]) == 4
    assert device.push(made).json["duplicates"] == 4
    assert_whole(platform.appliance)


class NarrowVisit(Visit):
    """As an earlier version of the platform might have it."""

    number: int = Field(default=0, ge=0, le=2)


def test_what_an_earlier_version_could_not_use_is_taken_up_once_after_the_update(
    platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = platform.device()
    made = device.visits(4)
    journal, kinds = platform.appliance.journal, platform.appliance.kinds
    earlier = RecordKinds()
    earlier.add("self_check_in", {"self_check_in.visit": NarrowVisit})
    monkeypatch.setattr(journal, "kinds", earlier)
    parked = device.push(made).json["parked"]
    assert parked == [{"seq": seq, "reason": "invalid_body number less_than_equal"} for seq in (3, 4)]
    running = ParkedAgain(journal)
    assert [running.turn(), running.turn()] == [0, 0]
    monkeypatch.setattr(journal, "kinds", kinds)
    assert running.turn() == 0, "what did not fit is not looked at every minute"
    started_anew = ParkedAgain(journal)
    assert [started_anew.turn(), started_anew.turn()] == [2, 0]
    assert len(tables(platform.appliance)["self_check_in_visits"]) == 4
    assert health(platform, "platform.parked") is HealthLevel.OK
    assert_whole(platform.appliance)


def test_a_batch_that_overlaps_what_is_here_names_each_parked_record_once(
    platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch
) -> None:
    device = platform.device()
    made = device.visits(6)
    monkeypatch.setattr(platform.appliance.journal, "kinds", RecordKinds())
    device.push(made[:3])
    answer = device.push(made).json
    assert (answer["acknowledged"], answer["duplicates"]) == (6, 3)
    assert sorted(one["seq"] for one in answer["parked"]) == [1, 2, 3, 4, 5, 6]


def test_who_asks_about_another_devices_records_is_refused(platform: PlatformUnderTest) -> None:
    device = platform.device()
    asked = json.dumps({"writer": "otherdevice.2", "seqs": [1]}).encode()
    assert device.post("/parked/retry", asked).status_code == 403
    assert device.post("/parked/retry", b"{").status_code == 400


def test_an_invalid_body_is_parked_with_a_reason_and_no_value(platform: PlatformUnderTest) -> None:
    device = platform.device()
    lines = [hand_line(1, b'{"decision":"Secret"}'), hand_line(2, b'{"decision":"admit"}')]
    head = chained(device.writer, lines, device.identity.pseudonym_key)
    answer = device.push_body(zstandard.compress(b"\n".join(lines)), device.writer, 1, head)
    assert answer.json["parked"] == [{"seq": 1, "reason": "invalid_body decision enum"}]
    with platform.appliance.session() as session:
        rows = session.scalars(select(ParkedRecord)).all()
    assert [(row.seq, row.kind) for row in rows] == [(1, "core.encounter")]


def test_a_malformed_line_is_named(platform: PlatformUnderTest) -> None:
    device = platform.device()
    lines = [hand_line(1), b"nonsense", hand_line(3)]
    answer = device.push_body(zstandard.compress(b"\n".join(lines)), device.writer, 1, b"\0" * 32)
    assert answer.status_code == 422
    assert (answer.json["error"]["code"], answer.json["error"]["line"]) == ("malformed", 2)


def test_the_claimed_first_number_must_be_the_lines_own(platform: PlatformUnderTest) -> None:
    device = platform.device()
    assert device.push(device.visits(2), first=2).status_code == 422


def bomb(size: int) -> bytes:
    """Small, and huge when unpacked; of a size that the frame does not tell."""
    out = io.BytesIO()
    with zstandard.ZstdCompressor(level=19).stream_writer(out, closefd=False) as writer:
        for _ in range(size // 2**20):
            writer.write(b"\n" * 2**20)
    return out.getvalue()


def test_bombs_and_oversize_are_refused(platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    device = platform.device()
    small_bombs = [bomb(65 * 2**20), zstandard.compress(b"0" * (65 * 2**20))]
    assert all(len(one) < 100_000 for one in small_bombs)
    too_many = zstandard.compress(b"\n" * (ingest.LINES + 1))
    for body in (*small_bombs, too_many):
        answer = device.push_body(body, device.writer, 1, b"\0" * 32)
        assert (answer.status_code, answer.json["error"]["code"]) == (413, "too_large")
    monkeypatch.setattr(ingest, "COMPRESSED_BYTES", 100)
    answer = device.push(device.visits(200))
    assert answer.status_code == 413
    assert stored(platform.appliance) == 0


def test_only_zstd_is_read(platform: PlatformUnderTest) -> None:
    device = platform.device()
    made = device.visits(2)
    answer = device.push_body(lines_of(made), device.writer, 1, made[-1].hash, headers={"Content-Encoding": "gzip"})
    assert answer.status_code == 415
    assert device.push_body(lines_of(made), device.writer, 1, made[-1].hash).status_code == 422


def test_a_database_that_is_away_means_later(platform: PlatformUnderTest, monkeypatch: pytest.MonkeyPatch) -> None:
    device = platform.device()

    def away(*_arguments: object, **_options: object) -> None:
        raise OperationalError("SELECT 1", {"name": "secret"}, Exception("server closed the connection"))

    monkeypatch.setattr(ingest, "receive", away)
    answer = device.push(device.visits(2))
    assert answer.status_code == 503
    assert int(answer.headers["Retry-After"]) > 0
    assert "secret" not in answer.text


def test_contacts_remember_time_and_version(platform: PlatformUnderTest) -> None:
    device = platform.device()
    device.push(device.visits(2), app_version="1.2.3")
    with platform.appliance.session() as session:
        contact = session.get_one(Contact, device.writer)
    assert (contact.device, contact.app_version, contact.clock_trusted) == (device.identity.device, "1.2.3", True)


def test_the_time_is_told_to_everybody(platform: PlatformUnderTest) -> None:
    assert platform.client.get(f"{API}/time").json["server_time_ms"] > 1_600_000_000_000


def test_poison_that_a_table_cannot_hold_leaves_the_journal_whole(platform: PlatformUnderTest) -> None:
    """A ticket longer than its column: PostgreSQL refuses the row, and the device's journal must go on."""
    device = platform.device()
    poison = Visit.model_construct(decision="admit", number=1, ticket="T" * 40)
    body = json.dumps({"decision": "admit", "number": 1, "ticket": poison.ticket}).encode()
    lines = [hand_line(seq, body, kind="self_check_in.visit") for seq in range(1, 20)]
    head = chained(device.writer, lines, device.identity.pseudonym_key)
    answer = device.push_body(zstandard.compress(b"\n".join(lines)), device.writer, 1, head)
    assert answer.json["acknowledged"] == 19
    assert head_of(platform.appliance, device.writer) == (19, head)
    assert chain.genesis(device.writer) != head
