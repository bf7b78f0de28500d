"""Batches of another writer: taken once, in order, whole; everything else refused with nothing stored."""

from __future__ import annotations

import base64
import uuid

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from kiosk.appliance import Appliance
from kiosk.domain import Draft
from kiosk.journal import chain
from kiosk.journal.append import Head
from kiosk.journal.batch import Fork, Gap, MalformedLine, read_batch
from kiosk.journal.models import JournalRecord
from kiosk.journal.project import behind
from kiosk.journal.receive import Received, receive
from kiosk.journal.replay import replay
from kiosk.journal.verify import verify
from plugins.self_check_in.models import VisitRow
from tests.support.appliance import Workshop, tables
from tests.support.platform import KEY, chained, hand_line, head_of, lines_of, make, stored, take, visit, visits

W = "devicea.2"


def test_a_batch_is_stored_chained_and_projected(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 30)
    received = take(opened_platform, W, lines_of(made), made[-1].hash)
    assert (received.acknowledged, received.stored, received.duplicates, received.parked) == (30, 30, 0, ())
    assert head_of(opened_platform, W) == (30, made[-1].hash)
    with opened_platform.session() as session:
        assert verify(session, W, opened_platform.kinds, KEY).problem == ""
        assert session.scalars(select(VisitRow.number).order_by(VisitRow.seq)).all() == list(range(1, 31))


def test_what_is_here_already_changes_nothing(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 40)
    take(opened_platform, W, lines_of(made[:25]))
    before = tables(opened_platform)
    again = take(opened_platform, W, lines_of(made[3:20]), made[19].hash)
    assert (again.acknowledged, again.stored, again.duplicates) == (25, 0, 17)
    assert tables(opened_platform) == before
    overlapping = take(opened_platform, W, lines_of(made[20:]), made[-1].hash)
    assert (overlapping.acknowledged, overlapping.stored, overlapping.duplicates) == (40, 15, 5)
    assert stored(opened_platform) == 40


def test_a_gap_says_what_to_send_next(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 10)
    take(opened_platform, W, lines_of(made[:3]))
    with pytest.raises(Gap) as told:
        take(opened_platform, W, lines_of(made[5:]))
    assert told.value.expected == 4
    assert stored(opened_platform) == 3


def test_a_copied_card_is_seen_at_the_first_record_that_differs(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 10)
    take(opened_platform, W, lines_of(made))
    other = visits(opened_platform, W, 9, head=Head(4, made[3].hash))
    with pytest.raises(Fork) as told:
        take(opened_platform, W, lines_of(made[2:4] + other))
    assert told.value.seq == 5
    assert stored(opened_platform) == 10


def test_a_head_that_is_not_ours_is_a_copied_card(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 10)
    with pytest.raises(Fork):
        take(opened_platform, W, lines_of(made), b"\x00" * 32)
    assert stored(opened_platform) == 0
    # the copy wrote its own record 6: the records after it do not continue ours
    take(opened_platform, W, lines_of(made[:6]))
    other = visits(opened_platform, W, 5, head=Head(5, made[4].hash))
    with pytest.raises(Fork):
        take(opened_platform, W, lines_of(other[1:]), other[-1].hash)
    assert stored(opened_platform) == 6


def test_bodies_digested_under_another_key_do_not_pass(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 5)
    with pytest.raises(Fork):
        take(opened_platform, W, lines_of(made), made[-1].hash, key=b"x" * 32)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        (hand_line(1, b'{"x":1}', kind="third_party.thing"), "unknown_kind"),
        (hand_line(1, b'{"decision":"admit"}', schema=9), "newer_schema"),
        (hand_line(1, b'{"decision":"perhaps"}'), "invalid_body decision enum"),
        (hand_line(1, b'{"decision":"admit","secret-9":1}'), "invalid_body  extra_forbidden"),
        (hand_line(1, b"null"), "invalid_body  model_type"),
        (hand_line(1, b'{"decision":"admit","name":"\\u0000"}'), "invalid_body NUL"),
        (hand_line(1, b'{"decision":"admit"}', occurred_at_ms=2**53 - 1), "time"),
    ],
    ids=["kind", "schema", "decision", "extra", "null", "nul", "time"],  # the lines hold random ids
)
def test_what_cannot_be_used_is_parked_and_blocks_nothing(opened_platform: Appliance, line: bytes, reason: str) -> None:
    lines = [line, hand_line(2, b'{"decision":"admit"}')]
    received = take(opened_platform, W, b"\n".join(lines), chained(W, lines))
    assert [(one.seq, one.reason) for one in received.parked] == [(1, reason)]
    assert received.acknowledged == 2
    live = tables(opened_platform)
    assert [row[-1] for row in live["national_platform_hours"]] == [1]
    with opened_platform.session() as session:
        assert verify(session, W, opened_platform.kinds, KEY).problem == ""
    replay(opened_platform.database, opened_platform.host, opened_platform.kinds)
    assert tables(opened_platform) == live


def test_a_backslash_that_only_looks_like_nul_is_not_parked(opened_platform: Appliance) -> None:
    line = hand_line(1, b'{"decision":"admit","name":"\\\\u0000 tab\\t"}')
    assert take(opened_platform, W, line).parked == ()


@pytest.mark.parametrize(
    ("lines", "number"),
    [
        ([], 0),
        ([b""], 1),
        ([b"\xff\xfe"], 1),
        ([b"{}"], 1),
        ([hand_line(1), b"[2"], 2),
        ([hand_line(1), hand_line(3)], 2),
        ([hand_line(1), hand_line(1)], 2),
        ([hand_line(0)], 1),
        ([hand_line(1, id="A" * 21)], 1),
        ([hand_line(1, id="A" * 21 + "B")], 1),
        ([hand_line(1, id="!" * 22)], 1),
        ([hand_line(1, id="A" * 22), hand_line(2, id="A" * 22)], 2),
        ([hand_line(1, b'"\xff"')], 1),
        ([hand_line(1, b'{"decision":"admit","name":"\\ud800"}')], 1),
        ([hand_line(1, b"[" * 100_000 + b"]" * 100_000)], 1),
        ([hand_line(1, site="a\0b")], 1),
        ([hand_line(1, kind="k\tind")], 1),
        ([hand_line(1, kind="k" * 65)], 1),
        ([hand_line(1, schema=40_000)], 1),
        ([hand_line(1, b'{"decision":"admit"}', tail=b',"' + base64.b64encode(b"d" * 32) + b'"')], 1),
        ([hand_line(1, b"null", tail=b',"c2hvcnQ="')], 1),
        ([hand_line(1, b"null", tail=b',"***"')], 1),
    ],
)
def test_lines_that_are_no_records_are_refused_by_number(
    opened_platform: Appliance, lines: list[bytes], number: int
) -> None:
    with pytest.raises(MalformedLine) as told:
        take(opened_platform, W, b"\n".join(lines) + b"\n" if lines else b"")
    assert told.value.line == number
    assert stored(opened_platform) == 0


def test_the_reason_quotes_nothing_of_the_line() -> None:
    from kiosk.record_kinds import RecordKinds

    with pytest.raises(MalformedLine) as told:
        read_batch(W, b'[1,"AAAAAAAAAAAAAAAAAAAAAA",1,true,"Secret-Name",1,"s",null,null,{"a":}]', RecordKinds(), KEY)
    assert "Secret" not in str(told.value)


def test_an_id_that_an_earlier_record_has_is_refused(opened_platform: Appliance) -> None:
    first = [hand_line(1), hand_line(2, id="Q" * 21 + "A"), hand_line(3)]
    take(opened_platform, W, b"\n".join(first))
    second = [hand_line(4), hand_line(5, id="Q" * 21 + "A")]
    with pytest.raises(MalformedLine) as told:
        take(opened_platform, W, b"\n".join(second))
    assert told.value.line == 2
    assert stored(opened_platform) == 3
    # the same id in another journal is another record
    assert take(opened_platform, "deviceb.2", hand_line(1, id="Q" * 21 + "A")).stored == 1


def test_erased_records_arrive_without_a_body_and_verify(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 4)
    lines = []
    for record in made:
        line = chain.encode_line(record)
        if record.seq == 2:
            digest = base64.b64encode(record.body_digest).decode()
            line = line[: line.rindex(b",{")] + f',null,"{digest}"]'.encode()
        lines.append(line)
    received = take(opened_platform, W, b"\n".join(lines), made[-1].hash)
    assert (received.stored, received.parked) == (4, ())
    with opened_platform.session() as session:
        found = verify(session, W, opened_platform.kinds, KEY)
        assert (found.records, found.erased, found.problem) == (4, 1, "")
        bodies = session.scalars(select(JournalRecord.body).order_by(JournalRecord.seq)).all()
    assert [body is None for body in bodies] == [False, True, False, False]


def test_text_keeps_every_character(opened_platform: Appliance) -> None:
    names = ["Nguyễn\tVăn\nAn", "\\N", "back\\slash", "\r", '"', "🙂", "", "\\.", "x\u2028y"]
    drafts = [Draft("self_check_in.visit", visit(1, name=name), None) for name in names * 3]
    made = make(opened_platform, W, drafts)
    take(opened_platform, W, lines_of(made), made[-1].hash)
    with opened_platform.session() as session:
        assert session.scalars(select(JournalRecord.body).order_by(JournalRecord.seq)).all() == [
            one.body for one in made
        ]
        assert verify(session, W, opened_platform.kinds, KEY).problem == ""


def test_what_the_caller_adds_commits_with_the_batch_or_not_at_all(opened_platform: Appliance) -> None:
    made = visits(opened_platform, W, 20)
    batch = read_batch(W, lines_of(made), opened_platform.kinds, KEY)

    def fail(_session: Session, received: Received) -> None:
        assert received.stored == 20
        raise OSError("power cut")

    with pytest.raises(OSError, match="power cut"):
        receive(opened_platform.database, opened_platform.projector, batch, finish=fail)
    assert stored(opened_platform) == 0
    assert take(opened_platform, W, lines_of(made)).stored == 20


class Failing:
    """Fails while it folds a record of one id."""

    from kiosk.plugin import PluginSettings as Settings
    from kiosk.plugin import hookimpl

    poison = uuid.UUID(int=0)

    def __init__(self, context: object) -> None:
        pass

    @hookimpl
    def project(self, records: list, session: Session) -> None:
        if any(record.id == self.poison for record in records):
            raise RuntimeError("cannot fold")


def test_a_plugin_that_fails_is_left_behind_and_the_records_stay(workshop: Workshop, journal_section: str) -> None:
    appliance = workshop.open(
        ("self_check_in", ("failing", Failing), "national_platform"), role="platform", sections=journal_section
    )
    made = visits(appliance, W, 20)
    appliance.host.plugin("failing").poison = made[7].id
    received = take(appliance, W, lines_of(made), made[-1].hash)
    assert (received.stored, received.behind) == (20, ("failing",))
    with appliance.session() as session:
        assert behind(session) == ["failing"]
        assert len(session.scalars(select(VisitRow.seq)).all()) == 20
    appliance.host.plugin("failing").poison = uuid.UUID(int=0)
    replay(appliance.database, appliance.host, appliance.kinds, ["failing"])
    with appliance.session() as session:
        assert behind(session) == []
